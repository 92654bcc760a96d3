"""Why the work on a list of creators broke off, in words for whoever waits for it."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0021b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    trouble = sa.Column("trouble", sa.Text(), server_default="", nullable=False)
    op.add_column("rosters", trouble)
    op.alter_column("rosters", "trouble", server_default=None)


def downgrade() -> None:
    op.drop_column("rosters", "trouble")
