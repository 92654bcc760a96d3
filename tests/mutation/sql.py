"""The ledger in the database, broken: each guard removed, each of its conditions dropped."""

import os

import psycopg

from tests.conftest import libpq

TESTS = (
    "tests/money/test_attacks.py",
    "tests/money/test_guards.py",
    "tests/marketplace/payments/test_ledger.py",
)
# function → parts of it, and what each is replaced with
_CHANGES: dict[str, list[tuple[str, str]]] = {
    "post": [
        ("v_lines < 2 OR ", ""),
        ("v_lines IS DISTINCT FROM cardinality(p_owners)\n     OR ", ""),
        ("\n     OR v_lines IS DISTINCT FROM cardinality(p_amounts)", ""),
        ("IF v_line.m IS NULL THEN", "IF false THEN"),
        ("v_said text := p_kind || p_currency", "v_said text := p_kind"),
        ("v_said text := p_kind || p_currency", "v_said text := p_currency"),
        ("v_line.a || ':'", "':'"),
        ("coalesce(v_line.o::text, '')", "''"),
        ("|| ':'\n              || v_line.m", ""),
        ("x.owner IS NULL AND x.currency = p_currency", "x.owner IS NULL"),
        ("x.owner = v_line.o AND x.currency = p_currency", "x.owner = v_line.o"),
        ("x.kind = v_line.a AND x.owner = v_line.o", "x.owner = v_line.o"),
        ("x.kind = v_line.a AND x.owner = v_line.o", "x.kind = v_line.a"),
        ("CASE WHEN k.is_bounded THEN 0 END", "0"),
        ("IF v_account.id IS NULL THEN", "IF false THEN"),
        ("IF v_account.id = ANY (v_ids) THEN", "IF false THEN"),
        ("IF v_old IS DISTINCT FROM v_hash THEN", "IF false THEN"),
        ("SELECT v_journal, true", "SELECT v_journal, false"),
        ("SELECT v_journal, false", "SELECT v_journal, true"),
        ("line.m * ledger.side(x.kind)", "line.m"),
        ("x.balance + line.m", "x.balance - line.m"),
        ("x.version + 1", "x.version + 2"),
        ("x.version + 1", "x.version"),
    ],
    "guard_entries": [
        ("j.xid <> pg_current_xact_id()", "false"),
        ("a.currency <> e.currency\n           OR ", ""),
        ("\n           OR (a.balance IS NULL) <> (e.account_version IS NULL)", ""),
        ("\n           OR (a.balance IS NULL AND e.balance_after IS NOT NULL)", ""),
        ("e.account_version > a.version\n                    OR ", ""),
        ("\n                    OR (e.account_version > 1 AND before.id IS NULL)", ""),
        ("e.balance_after IS DISTINCT FROM", "false AND 0 ="),
        (" * ledger.side(a.kind)", ""),
    ],
    "check_zero": [("coalesce(sum(x.n), 0) < 2 OR ", ""), (" OR bool_or(x.s <> 0)", "")],
    "guard_new_account": [
        ("NEW.version <> 0 OR ", ""),
        ("coalesce(NEW.balance, 0) <> 0\n     OR ", ""),
        ("(NEW.balance IS NOT NULL)\n        <>", "false AND true <>"),
    ],
    "guard_account": [
        ("OLD.kind", "NEW.kind"), ("OLD.owner", "NEW.owner"), ("OLD.currency", "NEW.currency"),
        ("OLD.balance IS NULL", "NEW.balance IS NULL"),
        ("NEW.balance IS DISTINCT FROM OLD.balance OR ", ""),
        (" OR NEW.version <> OLD.version)", ")"),
    ],
    "check_explained": [
        (" AND e.account_version = NEW.version", ""),
        (" AND e.balance_after = NEW.balance", ""),
    ],
    "seal": [("NEW.xid := pg_current_xact_id();", "")],
    "side": [("('A', 'E')", "('A')"), ("ELSE -1", "ELSE 1")],
}  # fmt: skip
_GUARDS = """
SELECT 'no ' || conname || ' of ' || conrelid::regclass,
       format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname)
  FROM pg_constraint
 WHERE connamespace = 'ledger'::regnamespace AND contype IN ('c', 'u') AND conrelid <> 0
UNION ALL
SELECT 'no ' || tgname || ' on ' || tgrelid::regclass,
       format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass)
  FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
 WHERE NOT tgisinternal AND c.relnamespace = 'ledger'::regnamespace
UNION ALL
SELECT 'no ' || indexrelid::regclass, format('DROP INDEX %s', indexrelid::regclass)
  FROM pg_index JOIN pg_class c ON c.oid = indrelid
 WHERE indisunique AND c.relnamespace = 'ledger'::regnamespace
   AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
ORDER BY 1
"""


def changes(database: str) -> dict[str, str]:
    """What is changed → the statement that does it."""
    with psycopg.connect(libpq(os.environ["TEST_POSTGRES"], database)) as connection:
        found = dict(connection.execute(_GUARDS).fetchall())
        for name, parts in _CHANGES.items():
            asked = "SELECT pg_get_functiondef(%s::regproc)"
            ((source,),) = connection.execute(asked, [f"ledger.{name}"]).fetchall()
            for before, after in parts:
                assert before in source, f"{name} does not say {before}"
                said = f"{name}: {before} -> {after or 'nothing'}"
                found[" ".join(said.split())] = source.replace(before, after, 1)
    return found


def fresh(database: str, change: str) -> None:
    """The database made again, with this change."""
    owner = os.environ["TEST_POSTGRES"]
    with psycopg.connect(libpq(owner, "postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{database}" TEMPLATE alongside')
    with psycopg.connect(libpq(owner, database)) as connection:
        connection.execute(change)
