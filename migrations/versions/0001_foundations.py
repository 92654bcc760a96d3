"""Who may use what, the job queue, and the ledger."""

from pathlib import Path

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_LEDGER = Path(__file__).parent.parent / "sql" / "ledger.sql"


def upgrade() -> None:
    op.execute(
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
        " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO alongside_app"
    )
    op.execute(
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
        " GRANT USAGE, SELECT ON SEQUENCES TO alongside_app"
    )
    _script(SchemaManager.get_schema())
    _script(_LEDGER.read_text())


def downgrade() -> None:
    op.execute("DROP SCHEMA ledger CASCADE")
    raise NotImplementedError("the first migration can't be undone; drop the database instead")


def _script(sql: str) -> None:
    """Run a script of many statements as it stands; colons and percents are its own."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(sql.encode())
