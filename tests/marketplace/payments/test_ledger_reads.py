"""What was written is read back as it was, by cause, by thing and by account."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.payments import ledger
from marketplace.payments.ledger import Line, credit, debit
from models import Money

ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)
LONG_AGO = datetime(2020, 2, 3, tzinfo=UTC)


def eur(minor: int) -> Money:
    return Money(minor, "eur")


def held(minor: int, owner: uuid.UUID = ONE) -> list[Line]:
    return [debit(ledger.STRIPE, eur(minor)), credit(ledger.ESCROW, eur(minor), owner)]


def put(db: Session, cause: str, minor: int, about: uuid.UUID = ONE, kind: str = "paid") -> bool:
    return ledger.post(
        db, cause, kind, held(minor, about), about=("deal", about), source="test", at=LONG_AGO
    )


def test_a_journal_is_read_as_it_was_written(db: Session) -> None:
    lines = [*held(100), debit(ledger.OWED, eur(0), OTHER)]
    ledger.post(
        db, "a", "paid", lines, about=("deal", ONE), source="job:7", stripe_id="ch_1", at=LONG_AGO
    )
    (journal,) = ledger.journals(db)
    assert (journal.cause, journal.kind, journal.source) == ("a", "paid", "job:7")
    assert (journal.about_type, journal.about_id) == ("deal", ONE)
    assert (journal.stripe_id, journal.effective_at) == ("ch_1", LONG_AGO)
    assert journal.amount == eur(100)
    assert journal.lines == held(100)
    assert sorted(ledger.lines_of(db, "a"), key=lambda one: one.account) == held(100)
    assert ledger.lines_of(db, "b") == []


def test_what_names_no_time_and_nothing_of_stripes_happens_now(db: Session) -> None:
    ledger.post(db, "a", "paid", held(5), about=("deal", ONE), source="test")
    (journal,) = ledger.journals(db)
    assert journal.stripe_id == ""
    assert abs(journal.effective_at - now()) < timedelta(minutes=5)


def test_a_journal_of_nothing_or_of_two_currencies_is_refused(db: Session) -> None:
    mixed = [debit(ledger.STRIPE, eur(5)), credit(ledger.ESCROW, Money(5, "sek"), ONE)]
    for lines in ([], held(0), mixed):
        with pytest.raises(ValueError, match="exactly one currency"):
            ledger.post(db, "a", "paid", lines, about=("deal", ONE), source="test")
    assert ledger.journals(db) == []


def test_what_was_posted_is_known_by_its_cause_and_by_its_thing(db: Session) -> None:
    put(db, "a", 5)
    assert ledger.is_posted(db, "a") is True
    assert ledger.is_posted(db, "b") is False
    assert ledger.is_posted_for(db, ("deal", ONE), "paid") is True
    assert ledger.is_posted_for(db, ("deal", ONE), "other") is False
    assert ledger.is_posted_for(db, ("order", ONE), "paid") is False
    assert ledger.is_posted_for(db, ("deal", OTHER), "paid") is False


def test_only_debits_of_the_kinds_asked_for_are_counted(db: Session) -> None:
    put(db, "a", 5)
    put(db, "b", 7)
    put(db, "c", 11, kind="other")
    put(db, "d", 13, about=OTHER)
    deal = ("deal", ONE)
    assert ledger.debited(db, deal, ["paid"], [ledger.STRIPE]) == 12
    assert ledger.debited(db, deal, ["paid", "other"], [ledger.STRIPE]) == 23
    assert ledger.debited(db, deal, ["paid"], [ledger.ESCROW]) == 0
    assert ledger.debited(db, ("order", ONE), ["paid"], [ledger.STRIPE]) == 0


def test_a_balance_is_of_one_account_and_a_total_of_all_of_a_kind(db: Session) -> None:
    put(db, "a", 5)
    put(db, "b", 7, about=OTHER)
    assert ledger.balance(db, ledger.ESCROW, ONE, "eur") == eur(5)
    assert ledger.balance(db, ledger.STRIPE, None, "eur") == eur(12)
    assert ledger.balance(db, ledger.PAYABLE, ONE, "eur") == eur(0)
    assert ledger.balance(db, ledger.BANK, None, "eur") == eur(0)
    assert ledger.total_of(db, ledger.ESCROW, "eur") == eur(12)
    assert ledger.total_of(db, ledger.ESCROW, "sek") == Money(0, "sek")


def test_journals_are_read_newest_first_and_page_by_page(db: Session) -> None:
    for number in range(52):
        put(db, f"{number}", 1 + number, about=OTHER if number % 2 else ONE)
    everything = ledger.journals(db, most=100)
    assert [one.cause for one in everything] == [f"{n}" for n in range(51, -1, -1)]
    assert ledger.journals(db) == everything[:50]
    assert ledger.journals(db, most=1) == everything[:1]
    assert ledger.journals(db, before=everything[2].id, most=2) == everything[3:5]
    assert {one.about_id for one in ledger.journals(db, about=("deal", ONE))} == {ONE}
    assert ledger.journals(db, about=("order", ONE)) == []
    account = db.scalar(text("SELECT id FROM ledger.account WHERE owner = :o"), {"o": OTHER})
    assert len(ledger.journals(db, account_id=account)) == 26
    some = [everything[0].id, everything[4].id]
    assert ledger.journals_by_id(db, some) == {one.id: one for one in everything[:5:4]}
    assert ledger.journals_by_id(db, []) == {}


def test_the_sum_of_a_journal_is_of_its_debits(db: Session) -> None:
    lines = [debit(ledger.STRIPE, eur(97)), debit(ledger.STRIPE_FEES, eur(3))]
    lines.append(credit(ledger.ESCROW, eur(100), ONE))
    ledger.post(db, "a", "paid", lines, about=("deal", ONE), source="test")
    (journal,) = ledger.journals(db)
    assert journal.amount == eur(100)
    assert [one.amount.minor for one in journal.lines] == [97, 3, -100]
