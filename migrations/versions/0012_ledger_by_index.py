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
    first, guards = (_SQL / "ledger.sql").read_text(), (_SQL / "ledger_guards.sql").read_text()
    for text, name in ((first, "post"), (guards, "guard_entries"), (first, "check_zero")):
        begun = text.index(f"FUNCTION ledger.{name}(")
        ended = text.index("END $$;", begun) + len("END $$;")
        _run(f"CREATE OR REPLACE {text[begun:ended]}".encode())


def _run(sql: bytes) -> None:
    """As it stands: its colons are no parameters."""
    op.get_bind().connection.cursor().execute(sql)
