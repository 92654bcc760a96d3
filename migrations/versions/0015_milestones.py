"""Deals agreed in milestones, each paid alone: their parts always make the deal's price and fee."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ADDS_UP = """
CREATE FUNCTION milestones_add_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  whose uuid := coalesce(NEW.deal_id, OLD.deal_id);
  parts record;
BEGIN
  SELECT count(*) AS n, max(number) AS last, sum(amount_minor) AS amount, sum(fee_minor) AS fee
    INTO parts FROM milestones WHERE deal_id = whose;
  IF parts.n > 0 AND (parts.n < 2 OR parts.last <> parts.n OR NOT EXISTS (
      SELECT 1 FROM deals WHERE id = whose AND price_minor = parts.amount
        AND fee_minor = parts.fee)) THEN
    RAISE EXCEPTION 'the milestones of deal % do not make its price and fee', whose
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER add_up AFTER INSERT OR UPDATE OR DELETE ON milestones
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION milestones_add_up();
"""


def upgrade() -> None:
    op.create_table(
        "milestones",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("stripe_fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("deliver_by", sa.Date(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 6", name=op.f("ck_milestones_number_in_range")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_milestones_amount_is_positive")),
        sa.CheckConstraint(
            "fee_minor >= 0 AND stripe_fee_minor >= 0"
            " AND fee_minor + stripe_fee_minor <= amount_minor",
            name=op.f("ck_milestones_fees_within_amount"),
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deals.id"], name=op.f("fk_milestones_deal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
        sa.UniqueConstraint("deal_id", "number", name=op.f("uq_milestones_deal_id_number")),
    )
    op.execute(_ADDS_UP)
    op.add_column("deliveries", sa.Column("milestone_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_deliveries_milestone_id"), "deliveries", "milestones", ["milestone_id"], ["id"]
    )
    op.add_column(
        "deals",
        sa.Column("passed_minor", sa.BigInteger(), nullable=False, server_default="0"),
    )
    op.alter_column("deals", "passed_minor", server_default=None)
    op.create_check_constraint(
        op.f("ck_deals_passed_below_price"),
        "deals",
        "passed_minor >= 0 AND passed_minor < price_minor",
    )
    op.add_column("transfers", sa.Column("part", sa.Integer(), nullable=False, server_default="0"))
    op.alter_column("transfers", "part", server_default=None)
    _one_transfer_a(["purpose", "subject_id", "payee_id", "part"])


def _one_transfer_a(columns: list[str]) -> None:
    for name in ("purpose_subject_id_payee_id", "purpose_subject_id_payee_id_part"):
        op.execute(f"ALTER TABLE transfers DROP CONSTRAINT IF EXISTS uq_transfers_{name}")
    op.create_unique_constraint(op.f("uq_transfers_" + "_".join(columns)), "transfers", columns)


def downgrade() -> None:
    _one_transfer_a(["purpose", "subject_id", "payee_id"])
    op.drop_column("transfers", "part")
    op.drop_column("deals", "passed_minor")
    op.drop_column("deliveries", "milestone_id")
    op.drop_table("milestones")
    op.execute("DROP FUNCTION milestones_add_up()")
