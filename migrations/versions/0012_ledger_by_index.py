"""Posting finds its accounts by their index, however many there are."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    _run((_SQL / "ledger_post.sql").read_bytes())


def downgrade() -> None:
    first = (_SQL / "ledger.sql").read_text()
    begun = first.index("CREATE FUNCTION ledger.post(")
    ended = first.index("END $$;", begun) + len("END $$;")
    _run(first[begun:ended].replace("CREATE", "CREATE OR REPLACE", 1).encode())
    op.execute("DROP FUNCTION ledger.account_of")


def _run(sql: bytes) -> None:
    """As it stands: its colons are no parameters."""
    op.get_bind().connection.cursor().execute(sql)
