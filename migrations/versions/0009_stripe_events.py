"""Events of Stripe: what came of each, twins, and those that had to be looked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STATES = "status IN ('stored', 'failed', 'done', 'ignored', 'twin')"
_BEFORE = "status IN ('stored', 'done', 'ignored')"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_stripe_events_eventstatus"), "stripe_events", type_="check")
    op.create_check_constraint(op.f("ck_stripe_events_eventstatus"), "stripe_events", _STATES)
    op.add_column("stripe_events", sa.Column("once_key", sa.Text(), nullable=True))
    op.add_column(
        "stripe_events",
        sa.Column(
            "found",
            sa.Enum(
                "webhook",
                "sweep",
                name="found",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            server_default="webhook",
        ),
    )
    op.add_column(
        "stripe_events", sa.Column("attempts", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "stripe_events", sa.Column("worked_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "stripe_events",
        sa.Column(
            "led_to",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            server_default="[]",
        ),
    )
    for column in ("found", "attempts", "led_to"):
        op.alter_column("stripe_events", column, server_default=None)
    op.create_check_constraint(
        op.f("ck_stripe_events_attempts_not_negative"), "stripe_events", "attempts >= 0"
    )
    op.create_unique_constraint(op.f("uq_stripe_events_once_key"), "stripe_events", ["once_key"])
    op.create_index(op.f("ix_stripe_events_type"), "stripe_events", ["type"], unique=False)
    op.create_table(
        "event_sweeps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("seen_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("swept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_sweeps")),
        sa.UniqueConstraint("account", name=op.f("uq_event_sweeps_account")),
    )


def downgrade() -> None:
    op.drop_table("event_sweeps")
    op.drop_index(op.f("ix_stripe_events_type"), table_name="stripe_events")
    op.drop_constraint(op.f("uq_stripe_events_once_key"), "stripe_events", type_="unique")
    op.drop_constraint(
        op.f("ck_stripe_events_attempts_not_negative"), "stripe_events", type_="check"
    )
    for column in ("led_to", "worked_at", "attempts", "found", "once_key"):
        op.drop_column("stripe_events", column)
    op.execute("UPDATE stripe_events SET status = 'ignored' WHERE status = 'twin'")
    op.execute("UPDATE stripe_events SET status = 'stored' WHERE status = 'failed'")
    op.drop_constraint(op.f("ck_stripe_events_eventstatus"), "stripe_events", type_="check")
    op.create_check_constraint(op.f("ck_stripe_events_eventstatus"), "stripe_events", _BEFORE)
