"""Each published proof names the hash of the one before it."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Empty for the first, and for those published before there was a chain.
    op.add_column("proofs", sa.Column("previous", sa.Text(), nullable=False, server_default=""))
    op.alter_column("proofs", "previous", server_default=None)


def downgrade() -> None:
    op.drop_column("proofs", "previous")
