"""What the matching engine follows: an outbox every change to a creator writes to, and what
creators say they also publish about, so that a brand can say what it avoids.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parent.parent / "sql" / "match_outbox.sql"
_TABLES = ("creators", "platform_accounts", "rates", "audiences")
_EXCLUSIVE = sa.text("((terms -> 'rights' ->> 'exclusive_days')::int) > 0")


def upgrade() -> None:
    column = sa.Column(
        "also_about",
        postgresql.JSONB(astext_type=sa.Text()),
        server_default=sa.text("'[]'::jsonb"),
        nullable=False,
    )
    op.add_column("creators", column)
    op.alter_column("creators", "also_about", server_default=None)
    op.create_index("ix_deals_exclusive", "deals", ["creator_id"], postgresql_where=_EXCLUSIVE)
    op.get_bind().connection.cursor().execute(_SQL.read_bytes())


def downgrade() -> None:
    for table in _TABLES:
        for verb in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER match_{verb} ON {table}")
    for table in ("people", "deals", "disputes"):
        op.execute(f"DROP TRIGGER match_change ON {table}")
    op.execute("DROP FUNCTION match_rows_changed(), match_row_changed()")
    op.drop_table("match_outbox")
    op.drop_index("ix_deals_exclusive", table_name="deals")
    op.drop_column("creators", "also_about")
