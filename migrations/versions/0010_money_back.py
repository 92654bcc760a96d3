"""Chargebacks, reversals, payouts to banks, and what each does to deals, orders and transfers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# table → (constraint, states before, states after)
_STATES = {
    "checkouts": (
        "checkoutstatus",
        ("waiting", "open", "paid", "expired", "refused"),
        ("waiting", "open", "processing", "paid", "failed", "expired", "refused"),
    ),
    "transfers": (
        "transferstatus",
        ("waiting", "blocked", "sent"),
        ("waiting", "blocked", "sent", "netted", "cancelled"),
    ),
    "refunds": (
        "refundstatus",
        ("waiting", "pending", "succeeded", "failed"),
        ("waiting", "pending", "succeeded", "failed", "replaced", "by_hand", "cancelled"),
    ),
}
_LIVE = "status IN ('waiting', 'open', 'processing', 'paid')"
_LIVE_BEFORE = "status IN ('waiting', 'open', 'paid')"


def upgrade() -> None:
    # A payment that Stripe has taken, and not yet put into its own books.
    op.execute("INSERT INTO ledger.kind VALUES ('A:uncleared', false) ON CONFLICT DO NOTHING")
    for table, (name, _before, after) in _STATES.items():
        _allow(table, name, after)
    _live(_LIVE)
    _check("transfers", "amount_is_positive", _TRANSFERS)
    _check("refunds", "asked_has_id", _REFUNDS)
    _columns()
    _chargebacks()
    _reversals()
    _payouts()


def downgrade() -> None:
    for table in ("payouts", "reversals", "chargebacks"):
        op.drop_table(table)
    for table, columns in (
        ("payout_accounts", ("due_by", "pending_verification", "past_due")),
        ("orders", ("frozen_at",)),
        ("deals", ("hold_warned_at", "hold_until", "frozen_at", "stripe_fee_minor")),
        ("transfers", ("reversed_minor", "netted_minor")),
    ):
        for column in columns:
            op.drop_column(table, column)
    _check("refunds", "asked_has_id", "status IN ('waiting', 'failed') OR stripe_id IS NOT NULL")
    _check("transfers", "amount_is_positive", "amount_minor > 0")
    _live(_LIVE_BEFORE)
    for table, (name, before, _after) in _STATES.items():
        _allow(table, name, before)


_TRANSFERS = "amount_minor > 0 OR (amount_minor = 0 AND status IN ('netted', 'cancelled'))"
_REFUNDS = "status NOT IN ('pending', 'succeeded') OR stripe_id IS NOT NULL"


def _check(table: str, name: str, rule: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)


def _allow(table: str, name: str, states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    _check(table, name, f"status IN ({listed})")


def _live(rule: str) -> None:
    op.drop_index("uq_checkouts_live", table_name="checkouts")
    op.create_index(
        "uq_checkouts_live",
        "checkouts",
        ["purpose", "subject_id"],
        unique=True,
        postgresql_where=sa.text(rule),
    )


def _columns() -> None:
    moment = sa.DateTime(timezone=True)
    for table, column in (
        ("transfers", "netted_minor"),
        ("transfers", "reversed_minor"),
        ("deals", "stripe_fee_minor"),
    ):
        op.add_column(table, sa.Column(column, sa.BigInteger(), server_default="0", nullable=False))
        op.alter_column(table, column, server_default=None)
    for table, column in (
        ("deals", "frozen_at"),
        ("deals", "hold_until"),
        ("deals", "hold_warned_at"),
        ("orders", "frozen_at"),
        ("payout_accounts", "due_by"),
    ):
        op.add_column(table, sa.Column(column, moment, nullable=True))
    for column in ("past_due", "pending_verification"):
        kind = postgresql.JSONB(astext_type=sa.Text())
        op.add_column(
            "payout_accounts", sa.Column(column, kind, server_default="[]", nullable=False)
        )
        op.alter_column("payout_accounts", column, server_default=None)
    for table, name, rule in (
        ("transfers", "netted_not_negative", "netted_minor >= 0"),
        ("transfers", "reversed_within_amount", "reversed_minor BETWEEN 0 AND amount_minor"),
        (
            "deals",
            "fees_within_price",
            "stripe_fee_minor >= 0 AND fee_minor + stripe_fee_minor <= price_minor",
        ),
    ):
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)


def _states(name: str, *states: str) -> sa.Enum:
    return sa.Enum(*states, name=name, native_enum=False, create_constraint=True, length=32)


def _chargebacks() -> None:
    op.create_table(
        "chargebacks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("checkout_id", sa.Uuid(), nullable=False),
        sa.Column("stripe_id", sa.Text(), nullable=False),
        sa.Column(
            "status",
            _states("chargebackstatus", "inquiry", "open", "won", "lost", "closed"),
            nullable=False,
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_chargebacks_amount_is_positive")),
        sa.CheckConstraint(
            "(status IN ('inquiry', 'open')) = (decided_at IS NULL)",
            name=op.f("ck_chargebacks_decided_has_a_time"),
        ),
        sa.ForeignKeyConstraint(
            ["checkout_id"], ["checkouts.id"], name=op.f("fk_chargebacks_checkout_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chargebacks")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_chargebacks_stripe_id")),
    )
    op.create_index(op.f("ix_chargebacks_checkout_id"), "chargebacks", ["checkout_id"])
    op.create_index(op.f("ix_chargebacks_status"), "chargebacks", ["status"])


def _reversals() -> None:
    op.create_table(
        "reversals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status", _states("reversalstatus", "waiting", "done", "refused"), nullable=False
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("stripe_id", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_reversals_amount_is_positive")),
        sa.CheckConstraint(
            "(status = 'done') = (stripe_id IS NOT NULL)", name=op.f("ck_reversals_done_has_id")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfers.id"], name=op.f("fk_reversals_transfer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reversals")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_reversals_stripe_id")),
    )
    op.create_index(op.f("ix_reversals_transfer_id"), "reversals", ["transfer_id"])
    op.create_index(op.f("ix_reversals_status"), "reversals", ["status"])


def _payouts() -> None:
    op.create_table(
        "payouts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("stripe_id", sa.Text(), nullable=False),
        sa.Column(
            "status",
            _states("payoutstatus", "pending", "in_transit", "paid", "failed", "canceled"),
            nullable=False,
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("arrives_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failure_code", sa.Text(), nullable=False),
        sa.Column("failure_message", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_payouts_amount_is_something")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["payout_accounts.id"], name=op.f("fk_payouts_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payouts")),
        sa.UniqueConstraint("stripe_id", name=op.f("uq_payouts_stripe_id")),
    )
    op.create_index("ix_payouts_account", "payouts", ["account_id", "created_at"])
