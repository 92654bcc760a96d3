"""Each guard of the ledger, by itself: where two would refuse the same, the first must say so.

`test_attacks` asks whether anything false gets through; here no guard may lean on another.
"""

import uuid
from contextlib import closing

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.payments import ledger
from marketplace.payments.ledger import Line, credit, debit
from models import Money
from tests.money.test_attacks import _JOURNAL, _SCENE, post, scene

__all__ = ["scene"]
OWNER = uuid.UUID(int=1)

BY_POSTING = {
    "one line": (
        post("ARRAY['A:stripe']", "ARRAY[NULL]", "ARRAY[5]"),
        "two or more, each whole",
    ),
    "fewer owners than accounts": (post(owners="ARRAY[NULL]"), "two or more, each whole"),
    "more amounts than accounts": (post(amounts="ARRAY[5, -5, 7]"), "two or more, each whole"),
    "an amount that is not there": (post(amounts="ARRAY[5, NULL]"), "each line has an amount"),
    "a kind that is not there": (post("ARRAY['A:stripe', 'L:mine']"), "unknown kind of account"),
}


def entry(
    kind: str, amount: int, version: str = "NULL", after: str = "NULL", currency: str = "eur"
) -> str:
    """One entry in the newest journal, written past the way in."""
    return (
        "INSERT INTO ledger.entry (journal_id, account_id, amount, currency, account_version,"
        f" balance_after) SELECT (SELECT max(id) FROM ledger.journal), id, {amount},"
        f" '{currency}', {version}, {after} FROM ledger.account WHERE kind = '{kind}';"
    )


JOURNAL = _JOURNAL.format(more="", value="")
MOVED = "UPDATE ledger.account SET balance = {}, version = version + 1 WHERE kind = 'L:payable';"
OPENED = "INSERT INTO ledger.account (kind, currency) VALUES ('A:bank', 'eur');"
UNFIT = "does not fit its account"
# In the scene L:payable holds 400 in its first version.
BY_THE_OWNER = {
    "empty accounts": ("TRUNCATE ledger.account CASCADE", "ledger.account is append-only"),
    "empty journals": ("TRUNCATE ledger.journal CASCADE", "ledger.journal is append-only"),
    "empty kinds": ("TRUNCATE ledger.kind CASCADE", "ledger.kind is append-only"),
    "delete an account without entries": (
        OPENED + "DELETE FROM ledger.account WHERE kind = 'A:bank'",
        "ledger.account is append-only",
    ),
    "an account that knows no bounds": (
        "UPDATE ledger.account SET balance = NULL, version = version + 1",
        "owned_is_bounded",
    ),
    "a leap of versions": (
        "UPDATE ledger.account SET version = version + 2 WHERE kind = 'L:payable'",
        "only its balance, with the next version",
    ),
    "another number of an account without entries": (
        OPENED + "UPDATE ledger.account SET id = DEFAULT, version = 1 WHERE kind = 'A:bank'",
        "only its balance",
    ),
    "another owner along with a balance that is explained": (
        JOURNAL
        + "UPDATE ledger.account SET balance = 500, version = 2, owner = gen_random_uuid()"
        + " WHERE kind = 'L:payable';"
        + entry("L:payable", -100, "2", "500")
        + entry("A:stripe", 100),
        "only its balance",
    ),
    "another kind along with a balance that is explained": (
        JOURNAL
        + "UPDATE ledger.account SET balance = 500, version = 2, kind = 'L:held'"
        + " WHERE kind = 'L:payable';"
        + entry("L:held", -100, "2", "500")
        + entry("A:stripe", 100),
        "only its balance",
    ),
    "another currency along with a balance that is explained": (
        JOURNAL
        + "UPDATE ledger.account SET balance = 500, version = 2, currency = 'sek'"
        + " WHERE kind = 'L:payable';"
        + entry("L:payable", -100, "2", "500", "sek")
        + OPENED.replace("eur", "sek")
        + entry("A:bank", 100, currency="sek"),
        "only its balance",
    ),
    "a balance for an account of ours": (
        OPENED.replace("(kind,", "(balance, owner, kind,").replace(
            "VALUES (", "VALUES (0, gen_random_uuid(), "
        ),
        "bounded as its kind says",
    ),
    "a kind a second time": ("INSERT INTO ledger.kind VALUES ('A:bank', true)", "kind_pkey"),
    "an account of no kind": (OPENED.replace("bank", "mine"), "account_kind_fkey"),
    "an account with another's number": (
        OPENED.replace("(kind,", "(id, kind,").replace(
            "VALUES (", "OVERRIDING SYSTEM VALUE VALUES ((SELECT min(id) FROM ledger.account), "
        ),
        "account_pkey",
    ),
    "a journal with another's number": (
        JOURNAL.replace("(cause", "(id, cause")
        .replace("effective_at)", "effective_at) OVERRIDING SYSTEM VALUE")
        .replace("SELECT", "SELECT (SELECT max(id) FROM ledger.journal),"),
        "journal_pkey",
    ),
    "an entry of no account": (
        JOURNAL + entry("A:stripe", 5).replace(", id,", ", 0,"),
        "entry_account_id_fkey",
    ),
    "an entry of no journal": (
        entry("A:stripe", 5).replace("max(id)", "0 * max(id)"),
        "entry_journal_id_fkey",
    ),
    "a version where none is kept": (JOURNAL + entry("A:stripe", 5, "1"), UNFIT),
    "a journal of another transaction": (
        _JOURNAL.format(more=", xid", value=", '99999999'::xid8"),
        "is of another transaction",
    ),
    "one currency for another": (
        JOURNAL
        + OPENED.replace("eur", "sek")
        + entry("A:stripe", 5)
        + entry("A:bank", -5, currency="sek"),
        "does not add up",
    ),
    "another currency": (JOURNAL + entry("A:stripe", 5, currency="sek"), UNFIT),
    "an entry outside its account's chain": (
        JOURNAL + entry("L:payable", 1, after="-1") + entry("A:stripe", -1),
        UNFIT,
    ),
    "a balance where none is kept": (JOURNAL + entry("A:stripe", 5, after="5"), UNFIT),
    "an entry ahead of its account": (
        JOURNAL + entry("L:payable", -1, "2", "401") + entry("A:stripe", 1),
        UNFIT,
    ),
    "a link left out of the chain": (
        JOURNAL + MOVED.format(500) + MOVED.format(600) + entry("L:payable", -600, "3", "600"),
        UNFIT,
    ),
    "two entries for one link": (
        JOURNAL
        + MOVED.format(500)
        + 2 * entry("L:payable", -100, "2", "500")
        + entry("A:stripe", 200),
        "entry_account_id_account_version_idx",
    ),
    "a kind that is on no side": ("INSERT INTO ledger.kind VALUES ('X:a', false)", "kind_code"),
    "a balance that is not what its entry says": (
        JOURNAL + MOVED.format(900) + entry("L:payable", -100, "2", "500") + entry("A:stripe", 100),
        "no entry explains the balance",
    ),
}


def refusal(url: str, role: str, attack: str) -> str:
    """What the database says to all that an attack is, on top of the scene."""
    with closing(psycopg.connect(url)) as connection:
        connection.execute(f"SET ROLE {role}".encode())
        connection.execute(_SCENE.encode())
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        with pytest.raises(psycopg.Error) as refused:
            connection.execute(f"{attack}; SET CONSTRAINTS ALL IMMEDIATE".encode())
        return str(refused.value)


@pytest.mark.parametrize("name", BY_POSTING)
def test_the_way_in_says_itself_what_it_refuses(app: object, owner_url: str, name: str) -> None:
    attack, words = BY_POSTING[name]
    assert words in refusal(owner_url, "alongside_app", attack)


@pytest.mark.parametrize("name", BY_THE_OWNER)
def test_each_guard_refuses_by_itself(app: object, owner_url: str, name: str) -> None:
    attack, words = BY_THE_OWNER[name]
    assert words in refusal(owner_url, "alongside_owner", attack)


def test_an_old_journal_takes_no_entry_more(scene: str, owner_url: str) -> None:
    with closing(psycopg.connect(owner_url)) as connection:
        with pytest.raises(psycopg.Error, match="the journal is sealed"):
            connection.execute((OPENED + entry("A:bank", 5)).encode())
        connection.rollback()


def put(db: Session, currency: str, *lines: Line, kind: str = "test") -> bool:
    about = ("deal", uuid.UUID(int=7))
    return ledger.post(db, f"one {currency}", kind, lines, about=about, source="test")


def held(
    currency: str, account: str = ledger.ESCROW, owner: uuid.UUID | None = OWNER
) -> list[Line]:
    amount = Money(100, currency)
    return [debit(ledger.STRIPE, amount), credit(account, amount, owner)]


def test_an_owner_has_an_account_for_each_currency(db: Session) -> None:
    put(db, "eur", *held("eur"))
    put(db, "sek", *held("sek"))
    for currency in ("eur", "sek"):
        assert ledger.balance(db, ledger.ESCROW, OWNER, currency) == Money(100, currency)
        assert ledger.balance(db, ledger.STRIPE, None, currency) == Money(100, currency)


@pytest.mark.parametrize(
    ("kind", "lines"),
    [
        ("other", held("eur")),
        ("test", held("eur", ledger.PAYABLE)),
        ("test", held("eur", owner=uuid.UUID(int=2))),
    ],
    ids=["of another kind", "on another account", "of another owner"],
)
def test_a_known_cause_that_says_anything_else_is_refused(
    db: Session, kind: str, lines: list[Line]
) -> None:
    put(db, "eur", *held("eur"))
    with pytest.raises(DBAPIError, match="already posted"):
        put(db, "eur", *lines, kind=kind)


def test_an_expense_grows_by_debit_and_an_income_by_credit(db: Session) -> None:
    amount = Money(30, "eur")
    put(db, "eur", debit(ledger.GOODWILL, amount), credit(ledger.PLATFORM_FEE, amount))
    assert ledger.balance(db, ledger.GOODWILL, None, "eur") == amount
    assert ledger.balance(db, ledger.PLATFORM_FEE, None, "eur") == amount


def test_a_replay_may_have_its_lines_in_another_order(db: Session) -> None:
    assert put(db, "eur", *held("eur")) is True
    assert put(db, "eur", *reversed(held("eur"))) is False


def test_an_account_without_bounds_may_follow_one_with_bounds(db: Session) -> None:
    owed = Money(100, "eur")
    put(db, "eur", debit(ledger.OWED, owed, OWNER), credit(ledger.STRIPE, owed))
    assert ledger.balance(db, ledger.OWED, OWNER, "eur") == owed
    assert ledger.balance(db, ledger.STRIPE, None, "eur") == Money(-100, "eur")
