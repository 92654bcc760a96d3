"""Runs of two kinds: the checks of the books, and their comparison with Stripe."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kind = sa.Enum(
        "verify",
        "reconcile",
        name="checkkind",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.add_column("ledger_checks", sa.Column("kind", kind, nullable=False, server_default="verify"))
    op.alter_column("ledger_checks", "kind", server_default=None)
    op.execute(
        "UPDATE ledger_checks SET results = (SELECT coalesce(jsonb_agg(one || '{\"things\": []}'),"
        " '[]') FROM jsonb_array_elements(results) one)"
    )
    op.create_index("ix_ledger_checks_kind_created_at", "ledger_checks", ["kind", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_ledger_checks_kind_created_at", table_name="ledger_checks")
    op.drop_column("ledger_checks", "kind")
