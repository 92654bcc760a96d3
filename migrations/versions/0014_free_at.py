"""From when on Stripe pays what was sent to a payee out to their bank."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("transfers", sa.Column("free_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("transfers", "free_at")
