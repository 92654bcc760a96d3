"""The books: what balances goes in, everything else is refused, and nothing is ever changed."""

import threading
import uuid

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.kit.db import unit_of_work
from marketplace.payments import ledger
from marketplace.payments.ledger import Line, credit, debit, post
from models import Money

ABOUT = ("deal", uuid.UUID(int=7))
OWNER = uuid.UUID(int=1)


def eur(minor: int) -> Money:
    return Money(minor, "eur")


def put(db: Session, cause: str, *lines: Line) -> bool:
    return post(db, cause, "test", lines, about=ABOUT, source="test")


def fund(db: Session, cause: str, minor: int, owner: uuid.UUID = OWNER) -> bool:
    return put(
        db, cause, debit(ledger.STRIPE, eur(minor)), credit(ledger.ESCROW, eur(minor), owner)
    )


def test_the_same_cause_twice_is_booked_once(db: Session) -> None:
    assert fund(db, "a", 100) is True
    assert fund(db, "a", 100) is False
    assert ledger.balance(db, ledger.ESCROW, OWNER, "eur") == eur(100)


def test_the_same_cause_with_other_lines_is_refused(db: Session) -> None:
    fund(db, "a", 100)
    with pytest.raises(DBAPIError, match="already posted"):
        fund(db, "a", 101)


def test_what_does_not_add_up_is_refused_at_the_end_of_the_transaction(app: Flask) -> None:
    with (
        app.app_context(),
        pytest.raises(DBAPIError, match="does not add up to zero"),
        unit_of_work() as db,
    ):
        put(db, "a", debit(ledger.STRIPE, eur(100)), credit(ledger.PLATFORM_FEE, eur(99)))


def test_an_account_can_not_fall_below_zero(db: Session) -> None:
    fund(db, "a", 100)
    with pytest.raises(DBAPIError, match="no_overdraft"):
        put(db, "b", debit(ledger.ESCROW, eur(101), OWNER), credit(ledger.PAYABLE, eur(101), OWNER))


@pytest.mark.parametrize(
    "lines",
    [
        [debit(ledger.STRIPE, eur(1))],
        [debit(ledger.STRIPE, eur(1)), credit(ledger.STRIPE, eur(1))],
        [debit("A:nothing", eur(1)), credit(ledger.PLATFORM_FEE, eur(1))],
        [debit(ledger.STRIPE, eur(2**62)), debit("A:bank", eur(2**62))],
    ],
    ids=["one line", "same account twice", "unknown account", "too large"],
)
def test_lines_that_make_no_journal_are_refused(app: Flask, lines: list[Line]) -> None:
    with app.app_context(), pytest.raises(DBAPIError), unit_of_work() as db:
        put(db, "a", *lines)


ATTACKS_BY_THE_APP = [
    "INSERT INTO ledger.entry (journal_id, account_id, amount, currency) VALUES (1, 1, 5, 'eur')",
    "INSERT INTO ledger.account (kind, currency) VALUES ('A:bank', 'eur')",
    "UPDATE ledger.entry SET amount = amount + 1",
    "DELETE FROM ledger.entry",
    "TRUNCATE ledger.entry",
    "UPDATE ledger.account SET balance = 999999, version = version + 1",
    "UPDATE ledger.journal SET cause = 'x'",
    "ALTER TABLE ledger.entry DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "DROP SCHEMA ledger CASCADE",
    "CREATE OR REPLACE FUNCTION ledger.side(p_kind text) RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "DROP FUNCTION ledger.check_zero CASCADE",
    "SET ROLE alongside_owner",
    "SET ROLE postgres",
    "INSERT INTO ledger.kind VALUES ('A:mine', false)",
    "CREATE TABLE ledger.copy AS SELECT * FROM ledger.entry",
]


@pytest.mark.parametrize("attack", ATTACKS_BY_THE_APP)
def test_the_apps_own_role_can_not_cheat(db: Session, config: object, attack: str) -> None:
    fund(db, "a", 100)
    with pytest.raises(DBAPIError), db.begin_nested():
        db.execute(text(attack))


ATTACKS_BY_THE_OWNER = [
    "UPDATE ledger.entry SET amount = amount + 1",
    "DELETE FROM ledger.entry",
    "TRUNCATE ledger.entry",
    "TRUNCATE ledger.journal CASCADE",
    "DELETE FROM ledger.journal",
    "DELETE FROM ledger.account",
    "UPDATE ledger.account SET balance = balance + 1 WHERE balance IS NOT NULL",
    "UPDATE ledger.account SET kind = 'A:bank'",
    (
        "INSERT INTO ledger.entry (journal_id, account_id, amount, currency)"
        " SELECT j.id, a.id, 5, 'eur' FROM ledger.journal j, ledger.account a"
        " WHERE a.kind = 'A:stripe' LIMIT 1"
    ),
]


@pytest.mark.parametrize("attack", ATTACKS_BY_THE_OWNER)
def test_not_even_a_bad_migration_can_cheat(app: Flask, owner_url: str, attack: str) -> None:
    with app.app_context(), unit_of_work() as db:
        fund(db, "a", 100)
    with psycopg.connect(owner_url) as connection:
        connection.execute("SET ROLE alongside_owner")
        with pytest.raises(psycopg.Error):
            connection.execute(f"{attack}; SET CONSTRAINTS ALL IMMEDIATE")


def test_sixteen_at_once_can_take_the_same_money_only_once(app: Flask) -> None:
    with app.app_context(), unit_of_work() as db:
        fund(db, "fund", 100)
    won: list[int] = []
    barrier = threading.Barrier(16)

    def take(number: int) -> None:
        barrier.wait()
        try:
            with app.app_context(), unit_of_work() as db:
                put(
                    db,
                    f"take {number}",
                    debit(ledger.ESCROW, eur(100), OWNER),
                    credit(ledger.PAYABLE, eur(100), OWNER),
                )
            won.append(number)
        except DBAPIError:
            pass

    threads = [threading.Thread(target=take, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.integers(1, 500), st.booleans()), min_size=1, max_size=12))
def test_balances_are_what_the_entries_say(db: Session, steps: list[tuple[int, bool]]) -> None:
    """Deposits and withdrawals in any order: the kept balance, the entries and an oracle agree."""
    owner, held = uuid.uuid4(), 0
    for number, (minor, into) in enumerate(steps):
        if into:
            fund(db, f"{owner}{number}", minor, owner)
            held += minor
        elif minor <= held:
            put(
                db,
                f"{owner}{number}",
                debit(ledger.ESCROW, eur(minor), owner),
                credit(ledger.PLATFORM_FEE, eur(minor)),
            )
            held -= minor
    assert ledger.balance(db, ledger.ESCROW, owner, "eur") == eur(held)
    chain = db.execute(
        text(
            "SELECT e.account_version, e.balance_after, -sum(e.amount) OVER (ORDER BY e.journal_id)"
            " FROM ledger.entry e JOIN ledger.account a ON a.id = e.account_id"
            " WHERE a.owner = :owner AND a.kind = 'L:escrow' ORDER BY e.journal_id"
        ),
        {"owner": owner},
    ).all()
    assert [version for version, _after, _sum in chain] == list(range(1, len(chain) + 1))
    assert all(after == summed for _version, after, summed in chain)
