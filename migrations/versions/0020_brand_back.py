"""A brand may give back of its own share alone; how much of what went back was that."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_WITHIN = "brand_back_minor BETWEEN 0 AND least(brand_minor, refunded_minor)"


def upgrade() -> None:
    column = sa.Column("brand_back_minor", sa.BigInteger(), server_default="0", nullable=False)
    op.add_column("orders", column)
    op.alter_column("orders", "brand_back_minor", server_default=None)
    op.create_check_constraint(op.f("ck_orders_brand_back_in_range"), "orders", _WITHIN)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_orders_brand_back_in_range"), "orders", type_="check")
    op.drop_column("orders", "brand_back_minor")
