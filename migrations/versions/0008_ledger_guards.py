"""The owner of the ledger is bound by its rules too."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    cursor = op.get_bind().connection.cursor()
    cursor.execute((_SQL / "ledger_guards.sql").read_bytes())


def downgrade() -> None:
    op.execute("DROP TRIGGER explained ON ledger.account")
    op.execute("DROP FUNCTION ledger.check_explained")
    op.execute("ALTER TABLE ledger.journal DROP CONSTRAINT effective_is_a_day")
    op.execute("DROP TRIGGER seal ON ledger.journal")
    op.execute("DROP FUNCTION ledger.seal")
    op.execute("DROP TRIGGER never_emptied ON ledger.kind")
    op.execute("DROP TRIGGER written_once ON ledger.kind")
    op.execute("DROP TRIGGER guard_new ON ledger.account")
    op.execute("DROP FUNCTION ledger.guard_new_account")
    op.execute(_GUARD_ENTRIES)


# As it was before.
_GUARD_ENTRIES = """
CREATE OR REPLACE FUNCTION ledger.guard_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM new_entries e JOIN ledger.journal j ON j.id = e.journal_id
             WHERE j.xid <> pg_current_xact_id()) THEN
    RAISE EXCEPTION 'the journal is sealed' USING ERRCODE = '42501';
  END IF;
  IF EXISTS (SELECT 1 FROM new_entries e JOIN ledger.account a ON a.id = e.account_id
             WHERE a.currency <> e.currency
                OR (a.balance IS NULL) <> (e.account_version IS NULL)
                OR (a.balance IS NOT NULL
                    AND (e.account_version > a.version OR e.balance_after IS NULL))) THEN
    RAISE EXCEPTION 'an entry does not fit its account' USING ERRCODE = '23514';
  END IF;
  RETURN NULL;
END $$
"""
