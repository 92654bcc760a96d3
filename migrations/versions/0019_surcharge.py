"""A brand may bear Stripe's fee: what it pays on top is a surcharge, with accounts of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_WITHIN = {
    "deals": "surcharge_minor >= 0",
    "checkouts": "surcharge_minor BETWEEN 0 AND amount_minor",
}


def upgrade() -> None:
    op.execute(
        "INSERT INTO ledger.kind VALUES ('L:surcharge', true), ('I:surcharge', false)"
        " ON CONFLICT DO NOTHING"
    )
    for table, within in _WITHIN.items():
        column = sa.Column("surcharge_minor", sa.BigInteger(), server_default="0", nullable=False)
        op.add_column(table, column)
        op.alter_column(table, "surcharge_minor", server_default=None)
        op.create_check_constraint(op.f(f"ck_{table}_surcharge_in_range"), table, within)


def downgrade() -> None:
    for table in _WITHIN:
        op.drop_constraint(op.f(f"ck_{table}_surcharge_in_range"), table, type_="check")
        op.drop_column(table, "surcharge_minor")
    # Kinds of accounts are written once, and may be in use.
