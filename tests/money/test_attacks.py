"""Ways to cheat the ledger, by the app's own role and by the owner's: each is refused.

What no database can refuse is left out: who owns a table may switch its triggers off, and a
superuser may do anything. The app is neither, and `ledger verify` looks at what was done.
"""

import re
from contextlib import closing

import psycopg
import pytest
from psycopg import sql

# Two deals are held, one is paid out in part; what an attack names is there.
_SCENE = """
SELECT ledger.post('a', 'test', 'test', 'deal', '00000000-0000-0000-0000-000000000001', '', now(),
  'eur', ARRAY['A:stripe', 'L:escrow'],
  ARRAY[NULL, '00000000-0000-0000-0000-000000000001']::uuid[], ARRAY[1000, -1000]::bigint[]);
SELECT ledger.post('b', 'test', 'test', 'deal', '00000000-0000-0000-0000-000000000002', '', now(),
  'eur', ARRAY['A:stripe', 'L:escrow'],
  ARRAY[NULL, '00000000-0000-0000-0000-000000000002']::uuid[], ARRAY[500, -500]::bigint[]);
SELECT ledger.post('c', 'test', 'test', 'deal', '00000000-0000-0000-0000-000000000001', '', now(),
  'eur', ARRAY['L:escrow', 'L:payable'],
  ARRAY['00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000009']::uuid[],
  ARRAY[400, -400]::bigint[]);
"""


def post(
    accounts: str = "ARRAY['A:stripe', 'L:escrow']",
    owners: str = "ARRAY[NULL, '00000000-0000-0000-0000-000000000001']",
    amounts: str = "ARRAY[5, -5]",
    *,
    cause: str = "'x'",
    currency: str = "'eur'",
    at: str = "now()",
) -> str:
    return (
        f"SELECT ledger.post({cause}, 'test', 'test', 'deal', gen_random_uuid(), '', {at},"
        f" {currency}, {accounts}, {owners}::uuid[], {amounts}::bigint[])"
    )


# What goes through the one way in, by whoever may use it.
BY_POSTING = {
    "a journal that does not add up": post(amounts="ARRAY[5, -4]"),
    "one line": post("ARRAY['A:stripe']", "ARRAY[NULL]", "ARRAY[5]"),
    "no lines": post("ARRAY[]::text[]", "ARRAY[]", "ARRAY[]"),
    "no arrays at all": post("NULL::text[]", "NULL", "NULL"),
    "an amount of nothing": post(amounts="ARRAY[0, 0]"),
    "an amount that is not there": post(amounts="ARRAY[5, NULL]"),
    "more amounts than accounts": post(amounts="ARRAY[5, -5, 7]"),
    "the same account twice": post("ARRAY['A:stripe', 'A:stripe']", "ARRAY[NULL, NULL]"),
    "the same owned account twice": post(
        "ARRAY['L:escrow', 'L:escrow']",
        "ARRAY['00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001']",
    ),
    "an account of no kind": post("ARRAY['A:stripe', 'L:mine']"),
    "an account that is not there": post("ARRAY['A:stripe', NULL]"),
    "more than is held": post(amounts="ARRAY[-601, 601]"),
    "more than is held, from another's account": post(
        "ARRAY['L:escrow', 'L:payable']",
        "ARRAY['00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000009']",
        "ARRAY[501, -501]",
    ),
    "from an account nobody opened": post(
        "ARRAY['L:held', 'L:payable']", "ARRAY[gen_random_uuid(), gen_random_uuid()]"
    ),
    "a known cause with other lines": post(cause="'a'"),
    "a known cause with the sign turned": post(cause="'a'", amounts="ARRAY[-1000, 1000]"),
    "a known cause in another currency": post(
        cause="'a'", amounts="ARRAY[1000, -1000]", currency="'sek'"
    ),
    "no cause": post(cause="NULL"),
    "an empty cause": post(cause="''"),
    "a cause without end": post(cause="repeat('x', 201)"),
    "no currency": post(currency="NULL"),
    "a currency in capitals, another account": post(currency="'EUR'"),
    "a day that never comes": post(at="'infinity'"),
    "no day": post(at="NULL"),
    "more than a number holds": post(
        "ARRAY['L:escrow', 'A:stripe']",
        "ARRAY['00000000-0000-0000-0000-000000000001', NULL]",
        "ARRAY[-9223372036854775807, 9223372036854775807]",
    ),
    "a second payment inside one statement": (
        post(cause="'x1'", amounts="ARRAY[-600, 600]")
        + ";"
        + post(cause="'x2'", amounts="ARRAY[-600, 600]")
    ),
}

BY_THE_APP = {
    "write an entry": (
        "INSERT INTO ledger.entry (journal_id, account_id, amount, currency)"
        " SELECT min(journal_id), min(account_id), 5, 'eur' FROM ledger.entry"
    ),
    "write a journal": (
        "INSERT INTO ledger.journal (cause, kind, payload_hash, source, about_type, about_id,"
        " effective_at) VALUES ('x', 'x', '', 'x', 'x', gen_random_uuid(), now())"
    ),
    "open an account": "INSERT INTO ledger.account (kind, currency) VALUES ('A:bank', 'eur')",
    "add a kind": "INSERT INTO ledger.kind VALUES ('A:mine', false)",
    "change an amount": "UPDATE ledger.entry SET amount = amount + 1",
    "change a balance": "UPDATE ledger.account SET balance = 999999, version = version + 1",
    "change a cause": "UPDATE ledger.journal SET cause = 'x'",
    "change through the view": "UPDATE ledger.balance SET balance = 1",
    "change by merging": (
        "MERGE INTO ledger.account a USING (SELECT 1) x ON a.kind = 'L:escrow'"
        " WHEN MATCHED THEN UPDATE SET balance = 1"
    ),
    "change in a with": "WITH x AS (DELETE FROM ledger.entry RETURNING 1) SELECT * FROM x",
    "delete entries": "DELETE FROM ledger.entry",
    "delete journals": "DELETE FROM ledger.journal",
    "empty it": "TRUNCATE ledger.entry",
    "copy into it": "COPY ledger.entry FROM PROGRAM 'cat /dev/null'",
    "hold its rows": "SELECT * FROM ledger.account FOR UPDATE",
    "hold the table": "LOCK TABLE ledger.entry IN ACCESS EXCLUSIVE MODE",
    "number from the start again": "SELECT setval('ledger.journal_id_seq', 1)",
    "switch triggers off": "ALTER TABLE ledger.entry DISABLE TRIGGER ALL",
    "act as a replica": "SET session_replication_role = replica",
    "drop a trigger": "DROP TRIGGER zero ON ledger.journal",
    "add a trigger": (
        "CREATE TRIGGER mine BEFORE INSERT ON ledger.entry"
        " FOR EACH ROW EXECUTE FUNCTION ledger.deny()"
    ),
    "add a rule": "CREATE RULE mine AS ON INSERT TO ledger.entry DO INSTEAD NOTHING",
    "drop the check": "ALTER TABLE ledger.account DROP CONSTRAINT no_overdraft",
    "drop the schema": "DROP SCHEMA ledger CASCADE",
    "take the tables": "ALTER TABLE ledger.entry OWNER TO alongside_app",
    "replace a function": (
        "CREATE OR REPLACE FUNCTION ledger.side(p_kind text) RETURNS int LANGUAGE sql AS 'SELECT 1'"
    ),
    "replace the way in": "ALTER FUNCTION ledger.post SECURITY INVOKER",
    "send the way in astray": "ALTER FUNCTION ledger.post SET search_path = public",
    "drop a guard": "DROP FUNCTION ledger.check_zero CASCADE",
    "make a table there": "CREATE TABLE ledger.copy AS SELECT * FROM ledger.entry",
    "become the owner": "SET ROLE alongside_owner",
    "become the superuser": "SET ROLE postgres",
    "become the superuser for the session": "SET SESSION AUTHORIZATION postgres",
    "be granted the owner": "GRANT alongside_owner TO alongside_web",
    "make a superuser": "CREATE ROLE mine SUPERUSER",
    "do it in another language": (
        "CREATE FUNCTION mine() RETURNS int LANGUAGE internal AS 'pg_backend_pid'"
    ),
    "read a file": "SELECT pg_read_file('postgresql.conf')",
    "look into passwords": "SELECT * FROM pg_authid",
}

_JOURNAL = (
    "INSERT INTO ledger.journal (cause, kind, payload_hash, source, about_type, about_id,"
    " effective_at{more}) SELECT 'x', 'x', '', 'x', 'x', gen_random_uuid(), now(){value};"
)
BY_THE_OWNER = {
    "change an amount": "UPDATE ledger.entry SET amount = amount + 1",
    "change a cause": "UPDATE ledger.journal SET cause = 'x' WHERE cause = 'a'",
    "delete entries": "DELETE FROM ledger.entry",
    "delete journals": "DELETE FROM ledger.journal",
    "delete accounts": "DELETE FROM ledger.account",
    "empty entries": "TRUNCATE ledger.entry",
    "empty everything": "TRUNCATE ledger.journal CASCADE",
    "empty accounts": "TRUNCATE ledger.account CASCADE",
    "a balance without a version": (
        "UPDATE ledger.account SET balance = balance + 1 WHERE balance IS NOT NULL"
    ),
    "a version without a balance": (
        "UPDATE ledger.account SET version = version + 1 WHERE balance IS NOT NULL"
    ),
    "a balance and its version, without an entry": (
        "UPDATE ledger.account SET balance = balance + 1, version = version + 1"
        " WHERE balance IS NOT NULL"
    ),
    "a leap of versions": (
        "UPDATE ledger.account SET balance = balance + 1, version = version + 2"
        " WHERE balance IS NOT NULL"
    ),
    "a balance below zero": (
        "UPDATE ledger.account SET balance = -1, version = version + 1 WHERE balance IS NOT NULL"
    ),
    "another kind of account": "UPDATE ledger.account SET kind = 'A:bank'",
    "another owner": "UPDATE ledger.account SET owner = gen_random_uuid() WHERE kind = 'L:escrow'",
    "another currency": "UPDATE ledger.account SET currency = 'sek'",
    "an account that knows no bounds": "UPDATE ledger.account SET balance = NULL",
    "a new account with money in it": (
        "INSERT INTO ledger.account (kind, owner, currency, balance)"
        " VALUES ('L:payable', gen_random_uuid(), 'eur', 100)"
    ),
    "a new account without its bounds": (
        "INSERT INTO ledger.account (kind, owner, currency)"
        " VALUES ('L:payable', gen_random_uuid(), 'eur')"
    ),
    "a new account in the middle of its chain": (
        "INSERT INTO ledger.account (kind, owner, currency, balance, version)"
        " VALUES ('L:payable', gen_random_uuid(), 'eur', 0, 7)"
    ),
    "a second account of the same owner": (
        "INSERT INTO ledger.account (kind, owner, currency, balance)"
        " SELECT kind, owner, currency, 0 FROM ledger.account WHERE kind = 'L:escrow' LIMIT 1"
    ),
    "an account of somebody that knows no bounds": (
        "INSERT INTO ledger.account (kind, owner, currency)"
        " VALUES ('A:bank', gen_random_uuid(), 'eur')"
    ),
    "a journal in two currencies": (
        _JOURNAL.format(more="", value="")
        + "INSERT INTO ledger.account (kind, currency) VALUES ('A:stripe', 'sek');"
        "INSERT INTO ledger.entry (journal_id, account_id, amount, currency) SELECT (SELECT"
        " max(id) FROM ledger.journal), id, CASE currency WHEN 'eur' THEN 1 ELSE -1 END, currency"
        " FROM ledger.account WHERE kind = 'A:stripe'"
    ),
    "an entry of an account that is not there": (
        _JOURNAL.format(more="", value="")
        + "INSERT INTO ledger.entry (journal_id, account_id, amount, currency) SELECT max(id),"
        " -1, 1, 'eur' FROM ledger.journal"
    ),
    "an entry of a journal that is not there": (
        "INSERT INTO ledger.entry (journal_id, account_id, amount, currency) SELECT -1, id, 1,"
        " 'eur' FROM ledger.account WHERE kind = 'A:stripe'"
    ),
    "a kind without bounds from now on": "UPDATE ledger.kind SET is_bounded = false",
    "a kind less": "DELETE FROM ledger.kind WHERE code = 'L:tax'",
    "one entry more in an old journal": (
        "INSERT INTO ledger.entry (journal_id, account_id, amount, currency)"
        " SELECT j.id, a.id, 5, 'eur' FROM ledger.journal j, ledger.account a"
        " WHERE a.kind = 'A:stripe' LIMIT 1"
    ),
    "a journal left open for later": (
        _JOURNAL.format(more=", xid", value=", '99999999'::xid8")
        + "INSERT INTO ledger.entry (journal_id, account_id, amount, currency)"
        " SELECT max(j.id), min(a.id), 5, 'eur' FROM ledger.journal j, ledger.account a"
        " WHERE a.kind = 'A:stripe'"
    ),
    "a journal without entries": _JOURNAL.format(more="", value=""),
    "an entry that is not what the balance did": (
        _JOURNAL.format(more="", value="")
        + "UPDATE ledger.account SET balance = balance + 100, version = version + 1"
        " WHERE kind = 'L:payable';"
        "INSERT INTO ledger.entry (journal_id, account_id, amount, currency, account_version,"
        " balance_after) SELECT (SELECT max(id) FROM ledger.journal), id, -1, 'eur', version,"
        " balance FROM ledger.account WHERE kind = 'L:payable';"
        "INSERT INTO ledger.entry (journal_id, account_id, amount, currency) SELECT (SELECT"
        " max(id) FROM ledger.journal), id, 1, 'eur' FROM ledger.account WHERE kind = 'A:stripe'"
    ),
    "an entry of a bounded account without its chain": (
        _JOURNAL.format(more="", value="")
        + "INSERT INTO ledger.entry (journal_id, account_id, amount, currency) SELECT (SELECT"
        " max(id) FROM ledger.journal), id, 1, 'eur' FROM ledger.account WHERE kind = 'L:payable'"
    ),
    "an entry in another currency": (
        _JOURNAL.format(more="", value="")
        + "INSERT INTO ledger.entry (journal_id, account_id, amount, currency) SELECT (SELECT"
        " max(id) FROM ledger.journal), id, 1, 'sek' FROM ledger.account WHERE kind = 'A:stripe'"
    ),
    "a cause a second time": (
        "INSERT INTO ledger.journal (cause, kind, payload_hash, source, about_type, about_id,"
        " effective_at) VALUES ('a', 'x', '', 'x', 'x', gen_random_uuid(), now())"
    ),
}


@pytest.fixture
def scene(app: object, owner_url: str, config: object) -> str:
    """A little money in the books; gives the address the app itself signs in at."""
    with psycopg.connect(owner_url) as connection:
        connection.execute("SET ROLE alongside_app")
        connection.execute(_SCENE)
    return owner_url.replace("//postgres@", "//alongside_web@")


_OPTIONS = "-c role=alongside_app -c client_min_messages=error"


def books(owner_url: str) -> list[tuple[object, ...]]:
    with psycopg.connect(owner_url) as connection:
        found = connection.execute(
            "SELECT (SELECT array_agg(e ORDER BY e) FROM ledger.entry e)::text,"
            " (SELECT array_agg(a ORDER BY id) FROM ledger.account a)::text,"
            " (SELECT array_agg(j ORDER BY id) FROM ledger.journal j)::text,"
            " (SELECT array_agg(k ORDER BY code) FROM ledger.kind k)::text"
        )
        return found.fetchall()


def let_through(url: str, attacks: dict[str, str], *, role: str, options: str = "") -> list[str]:
    """Try each as a whole transaction of its own; gives those that did not end in an error."""
    through = []
    with closing(psycopg.connect(url, options=options, autocommit=True)) as connection:
        for name, attack in attacks.items():
            try:
                with connection.transaction():
                    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
                    connection.execute(attack)  # type: ignore[call-overload]
            except psycopg.Error:
                continue
            through.append(name)
    return through


def test_the_one_way_in_lets_nothing_false_through(scene: str, owner_url: str) -> None:
    before = books(owner_url)
    assert let_through(scene, BY_POSTING, role="alongside_app", options=_OPTIONS) == []
    assert books(owner_url) == before


def test_the_apps_role_can_not_cheat(scene: str, owner_url: str) -> None:
    before = books(owner_url)
    assert let_through(scene, BY_THE_APP, role="alongside_app", options=_OPTIONS) == []
    assert books(owner_url) == before


def test_the_owner_of_the_tables_can_not_cheat(scene: str, owner_url: str) -> None:
    before = books(owner_url)
    assert let_through(owner_url, BY_THE_OWNER, role="alongside_owner") == []
    assert books(owner_url) == before


def test_a_grant_of_the_app_to_itself_gives_nothing(scene: str, owner_url: str) -> None:
    """PostgreSQL only warns about such a GRANT, so the right itself is looked at."""
    with psycopg.connect(scene, options=_OPTIONS) as connection:
        connection.execute("GRANT INSERT, UPDATE, DELETE ON ledger.entry TO alongside_app")
    with psycopg.connect(owner_url) as connection:
        for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"):
            for table in ("entry", "journal", "account", "kind"):
                asked = (f"ledger.{table}", right)
                has = "SELECT has_table_privilege('alongside_app', %s, %s)"
                assert connection.execute(has, asked).fetchone() == (False,), asked


def test_a_table_of_the_same_name_does_not_lead_the_way_in_astray(
    scene: str, owner_url: str
) -> None:
    with psycopg.connect(scene, options=_OPTIONS) as connection:
        connection.execute("SET search_path = pg_temp, public")
        try:
            with connection.transaction():
                connection.execute("CREATE TEMP TABLE journal (id int)")
                connection.execute(
                    "CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql"
                    " AS $$ SELECT ''::bytea $$"
                )
        except psycopg.errors.InsufficientPrivilege:
            pass  # better still: it may make no tables at all
        connection.execute(post(cause="'honest'"))
    with psycopg.connect(owner_url) as connection:
        found = connection.execute(
            "SELECT length(payload_hash) FROM ledger.journal WHERE cause = 'honest'"
        )
        assert found.fetchone() == (32,)


def test_there_are_ways_enough_in_the_list() -> None:
    assert len(BY_POSTING) + len(BY_THE_APP) >= 25
    assert len(BY_THE_OWNER) >= 25
    for attack in (*BY_POSTING.values(), *BY_THE_APP.values(), *BY_THE_OWNER.values()):
        assert re.match(r"[A-Z]{3}", attack)
