"""When the next creators hear of an open campaign that fits more than were told at once."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    at = sa.Column("more_to_tell_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("campaigns", at)


def downgrade() -> None:
    op.drop_column("campaigns", "more_to_tell_at")
