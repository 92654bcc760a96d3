"""The ledger in the database, broken: each guard removed, each of its conditions dropped."""

import os

import psycopg

from tests.conftest import libpq

TESTS = (
    *("tests/money/test_attacks.py", "tests/money/test_guards.py"),
    *("tests/marketplace/payments/test_ledger.py",),
)
# function → parts of it, and what each is replaced with
_CHANGES: dict[str, list[tuple[str, str]]] = {
    "post": [
        ("v_lines < 2 OR ", ""),
        ("v_lines IS DISTINCT FROM cardinality(p_owners)\n     OR ", ""),
        ("\n     OR v_lines IS DISTINCT FROM cardinality(p_amounts)", ""),
        ("array_position(p_amounts, NULL) IS NOT NULL", "false"),
        ("array_agg(u.a ORDER BY u.a, u.o)", "array_agg(u.a ORDER BY u.a DESC, u.o)"),
        ("array_agg(u.o ORDER BY u.a, u.o)", "array_agg(u.o ORDER BY u.a DESC, u.o)"),
        ("array_agg(u.m ORDER BY u.a, u.o)", "array_agg(u.m ORDER BY u.a DESC, u.o)"),
        ("'|' ORDER BY u.a, u.o", "'|'"),
        ("convert_to(p_kind || p_currency", "convert_to(p_kind"),
        ("convert_to(p_kind || p_currency", "convert_to(p_currency"),
        ("u.a || ':'", "':'"),
        ("coalesce(u.o::text, '')", "''"),
        (" || ':' || u.m", ""),
        ("IF v_old IS DISTINCT FROM v_hash THEN", "IF false THEN"),
        ("SELECT v_journal, true", "SELECT v_journal, false"),
        ("SELECT v_journal, false", "SELECT v_journal, true"),
        ("v_version := NULL;", ""),
        ("v_balance := NULL;", ""),
        ("x.kind = v_accounts[v_at] AND x.owner IS", "x.owner IS"),
        ("x.kind = v_accounts[v_at] AND x.owner =", "x.owner ="),
        (" AND x.owner = v_owners[v_at]", ""),
        ("x.owner IS NULL AND x.currency = p_currency", "x.owner IS NULL"),
        ("x.owner = v_owners[v_at] AND x.currency = p_currency", "x.owner = v_owners[v_at]"),
        (" * ledger.side(x.kind)", ""),
        ("x.balance + v_amounts", "x.balance - v_amounts"),
        ("x.version + 1", "x.version + 2"),
        ("x.version + 1", "x.version"),
        ("CASE WHEN k.is_bounded THEN 0 END", "0"),
        ("IF v_id IS NULL THEN", "IF false THEN"),
    ],
    "guard_entries": [
        ("IS DISTINCT FROM pg_current_xact_id()", "IS NULL"),
        ("a.currency = e.currency AND ", ""),
        ("e.account_version IS NULL AND ", ""),
        (" AND e.balance_after IS NULL", ""),
        ("e.account_version <= a.version AND ", ""),
        (" * ledger.side(a.kind)", ""),
        ("WHEN 1 THEN 0", "WHEN 2 THEN 0"),
        ("e.account_version - 1", "e.account_version - 2"),
        ("a.id = e.account_id), false)", "a.id = e.account_id), true)"),
    ],
    "check_zero": [
        ("count(*) > 1 AND ", ""),
        ("sum(amount) = 0 AND ", ""),
        (" AND min(currency) = max(currency)", ""),
        ("NEW.xid <> pg_current_xact_id()", "false"),
    ],
    "guard_new_account": [
        ("NEW.version <> 0 OR ", ""),
        ("coalesce(NEW.balance, 0) <> 0\n     OR ", ""),
        ("(NEW.balance IS NOT NULL)\n        <>", "false AND true <>"),
    ],
    "check_explained": [
        *((f"OLD.{what}", f"NEW.{what}") for what in ("id", "kind", "owner", "currency")),
        ("OLD.version + 1", "NEW.version"),
        (" AND e.account_version = NEW.version", ""),
        (" AND e.balance_after = NEW.balance", ""),
    ],
    "side": [("('A', 'E')", "('A')"), ("ELSE -1", "ELSE 1")],
}
_GUARDS = """
SELECT 'no ' || conname || ' of ' || conrelid::regclass,
       format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', conrelid::regclass, conname)
  FROM pg_constraint
 WHERE connamespace = 'ledger'::regnamespace AND contype IN ('c', 'u', 'p', 'f') AND conrelid <> 0
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
