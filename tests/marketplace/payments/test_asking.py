"""A page to pay on is opened once, for what can be charged; what waited too long is asked anew."""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from marketplace.kit import clock
from marketplace.payments import service
from models import Checkout, Event, Money, PayoutAccount, Refused
from tests import builders
from tests.marketplace.payments.asked import DAY, DEAL, checkout, refund, reversal, transfer
from tests.marketplace.payments.test_debts import eur, jobs

HOUR = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """It is `DAY` and stays it."""
    for module in (clock, service):
        monkeypatch.setattr(module, "now", lambda: DAY)
    return DAY


def start(db: Session, amount: Money | None = None, **more: Any) -> Checkout:
    asked: dict[str, Any] = {"purpose": "deal", "subject_id": DEAL, "amount": amount or eur(1_000)}
    asked |= {"description": "A deal", "success_path": "/good", "cancel_path": "/bad"}
    return service.start_checkout(db, **asked | more)


def test_a_page_to_pay_on_is_asked_for_with_its_job(db: Session) -> None:
    row = start(db, email="sara@example.org", wants_address=True)
    assert jobs(db) == [("open_checkout", "money", str(row.id))]
    assert (row.purpose, row.subject_id, row.amount) == ("deal", DEAL, eur(1_000))
    assert (row.description, row.success_path, row.cancel_path) == ("A deal", "/good", "/bad")
    assert (row.email, row.wants_address, row.status) == ("sara@example.org", True, "waiting")
    assert row.expires_at is None
    asked = db.scalars(select(Event).where(Event.subject_id == row.id)).one()
    assert (asked.verb, asked.actor_id) == ("ask", None)


def test_nothing_is_asked_of_the_payer_that_nobody_needs(db: Session) -> None:
    row = start(db)
    assert (row.email, row.wants_address, row.surcharge_minor) == ("", False, 0)


def test_a_surcharge_is_part_of_what_is_paid(db: Session) -> None:
    row = start(db, surcharge=eur(15))
    assert (row.amount, row.surcharge) == (eur(1_000), eur(15))


@pytest.mark.parametrize("status", ["waiting", "open"])
def test_a_page_that_is_there_is_given_again(db: Session, status: str) -> None:
    row = checkout(db, paid=False, status=status)
    assert start(db) is row
    assert jobs(db) == []


@pytest.mark.parametrize(("status", "says"), [("processing", "on its way"), ("paid", "already")])
def test_nobody_pays_a_second_time(db: Session, status: str, says: str) -> None:
    checkout(db, paid=status == "paid", status=status)
    with pytest.raises(Refused, match=says):
        start(db)
    assert jobs(db) == []


@pytest.mark.parametrize("status", ["failed", "expired", "refused"])
def test_where_a_page_came_to_nothing_another_is_opened(db: Session, status: str) -> None:
    row = checkout(db, paid=False, status=status)
    assert service.live_checkout(db, "deal", DEAL) is None
    assert start(db) is not row


@pytest.mark.parametrize(
    ("ends", "page_ends"),
    [
        (None, None),
        (24 * HOUR, None),
        (23.5 * HOUR + MOMENT, None),
        (23.5 * HOUR, 23.5 * HOUR),
        (HOUR, HOUR),
        (0.75 * HOUR, 0.75 * HOUR),
        (0.5 * HOUR, 0.75 * HOUR),
    ],
)
def test_a_page_ends_when_it_must_as_far_as_stripe_lets_it(
    db: Session, noon: datetime, ends: timedelta | None, page_ends: timedelta | None
) -> None:
    row = start(db, ends_at=ends and noon + ends)
    assert row.expires_at == (page_ends and noon + page_ends)


@pytest.mark.parametrize(
    ("ours", "amount", "says"),
    [
        ("eur", Money(1_000, "sek"), "Prices here are in EUR. This one is in SEK"),
        ("eur", Money(49, "eur"), "too small"),
        ("kwd", Money(1_005, "kwd"), "paid in KWD"),
        ("isk", Money(150, "isk"), "paid in ISK"),
    ],
)
def test_what_stripe_would_refuse_is_refused_before_it_is_asked(
    app: Flask,
    db: Session,
    monkeypatch: pytest.MonkeyPatch,
    ours: str,
    amount: Money,
    says: str,
) -> None:
    config = replace(app.extensions["config"], currency=ours)
    monkeypatch.setitem(app.extensions, "config", config)
    with pytest.raises(Refused, match=says):
        start(db, amount)
    assert jobs(db) == []


def test_the_smallest_sum_can_be_paid(db: Session) -> None:
    assert start(db, eur(50)).amount == eur(50)


def test_a_payment_is_found_by_what_it_is_for(db: Session) -> None:
    row = checkout(db)
    for purpose, id in (("order", DEAL), ("deal", uuid.UUID(int=8))):
        assert service.live_checkout(db, purpose, id) is None
        with pytest.raises(NoResultFound):
            service.paid_checkout(db, purpose, id)
    assert service.live_checkout(db, "deal", DEAL) is row
    assert service.paid_checkout(db, "deal", DEAL) is row


@pytest.mark.parametrize("status", ["waiting", "open", "processing", "expired"])
def test_what_was_not_paid_funds_nothing(db: Session, status: str) -> None:
    checkout(db, paid=False, status=status)
    with pytest.raises(NoResultFound):
        service.paid_checkout(db, "deal", DEAL)


def test_a_page_is_closed_by_a_job(db: Session) -> None:
    row = checkout(db, paid=False, status="open")
    service.close_checkout(db, row)
    assert jobs(db) == [("close_checkout", "money", str(row.id))]


def test_a_part_is_sent_as_the_part_it_is(db: Session) -> None:
    one = transfer(db)
    of = {"purpose": "deal", "payee_id": one.payee_id, "checkout": one.checkout}
    sent = service.send(db, subject_id=uuid.UUID(int=8), amount=eur(1), part=3, **of)
    assert sent.part == 3


def test_who_is_being_set_up_may_be_named_by_others_meanwhile(db: Session) -> None:
    person, said = builders.person(db), list[str]()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(db.get_bind(), "before_cursor_execute", note)
    service.set_up_payouts(db, person, "SE")
    event.remove(db.get_bind(), "before_cursor_execute", note)
    assert [one.split()[-4:] for one in said if " FOR " in one] == [["FOR", "NO", "KEY", "UPDATE"]]


def asked_again(db: Session) -> list[tuple[str, str]]:
    """What a tick asks for, and that it counts and guards it."""
    db.execute(text("DELETE FROM procrastinate_jobs"))
    count = service.tick(db)
    found = jobs(db)
    locks = db.scalars(text("SELECT queueing_lock FROM procrastinate_jobs ORDER BY id")).all()
    assert list(locks) == [f"{name}:{id}" for name, _queue, id in found]
    assert {queue for _name, queue, _id in found} <= {"money"}
    assert count == len(found)
    return [(name, id) for name, _queue, id in found]


LATE = timedelta(minutes=2)


@pytest.mark.parametrize(
    ("status", "age", "again"),
    [
        ("waiting", LATE + MOMENT, True),
        ("waiting", LATE, False),
        ("open", LATE + MOMENT, False),
    ],
)
def test_a_page_that_was_not_opened_is_opened_after_two_minutes(
    db: Session, noon: datetime, status: str, age: timedelta, again: bool
) -> None:
    row = checkout(db, paid=False, status=status, created_at=noon - age)
    assert asked_again(db) == [("open_checkout", str(row.id))] * again


@pytest.mark.parametrize(
    ("status", "age", "again"),
    [
        ("waiting", LATE + MOMENT, True),
        ("waiting", LATE, False),
        ("netted", LATE + MOMENT, False),
    ],
)
def test_pay_that_was_not_sent_is_sent_after_two_minutes(
    db: Session, noon: datetime, status: str, age: timedelta, again: bool
) -> None:
    row = transfer(db, status=status, created_at=noon - age, checkout={"created_at": noon})
    assert asked_again(db) == [("send_transfer", str(row.id))] * again


@pytest.mark.parametrize(
    ("values", "again"),
    [
        ({"status": "waiting"}, True),
        ({"status": "pending", "stripe_id": "re_1"}, True),
        ({"status": "succeeded", "stripe_id": "re_1"}, False),
        ({"status": "failed"}, False),
    ],
)
def test_a_refund_without_an_end_is_asked_for_again(
    db: Session, noon: datetime, values: dict[str, str], again: bool
) -> None:
    row = refund(db, created_at=noon - LATE - MOMENT, **values)
    again_asked = [id for name, id in asked_again(db) if name == "send_refund"]
    assert again_asked == [str(row.id)] * again


@pytest.mark.parametrize(("status", "again"), [("waiting", True), ("refused", False)])
def test_what_is_to_come_back_is_asked_for_again(
    db: Session, noon: datetime, status: str, again: bool
) -> None:
    row = reversal(db, status=status, created_at=noon - LATE - MOMENT)
    assert asked_again(db) == [("send_reversal", str(row.id))] * again


@pytest.mark.parametrize(
    ("status", "ended", "again"),
    [
        ("open", MOMENT, True),
        ("processing", MOMENT, True),
        ("open", timedelta(0), False),
        ("expired", MOMENT, False),
    ],
)
def test_a_page_that_should_have_ended_is_looked_at(
    db: Session, noon: datetime, status: str, ended: timedelta, again: bool
) -> None:
    row = checkout(db, paid=False, status=status, expires_at=noon - ended)
    assert asked_again(db) == [("refresh_checkout", str(row.id))] * again


@pytest.mark.parametrize(
    ("age", "fee", "again"),
    [
        (HOUR / 4, None, True),
        (HOUR / 4 - MOMENT, None, False),
        (timedelta(days=7), None, True),
        (timedelta(days=7) + MOMENT, None, False),
        (HOUR, 30, False),
    ],
)
def test_a_fee_that_stripe_has_not_said_is_asked_for_within_a_week(
    db: Session, noon: datetime, age: timedelta, fee: int | None, again: bool
) -> None:
    row = checkout(db, fee_minor=fee, created_at=noon - age)
    assert asked_again(db) == [("refresh_checkout", str(row.id))] * again


def test_a_page_that_nobody_paid_has_no_fee_to_ask_for(db: Session, noon: datetime) -> None:
    checkout(db, paid=False, status="expired", created_at=noon - HOUR)
    assert asked_again(db) == []


@pytest.mark.parametrize(
    ("status", "known", "checked", "again"),
    [
        ("blocked", "created", None, True),
        ("blocked", "created", HOUR + MOMENT, True),
        ("blocked", "created", HOUR, False),
        ("blocked", "waiting", None, False),
        ("netted", "created", None, False),
    ],
)
def test_an_account_that_money_waits_for_is_read_once_an_hour(
    db: Session, noon: datetime, status: str, known: str, checked: timedelta | None, again: bool
) -> None:
    stripe_id = "acct_1" if known == "created" else None
    account = {"status": known, "stripe_id": stripe_id, "checked_at": checked and noon - checked}
    transfer(db, status=status, account=account, checkout={"created_at": noon})
    row = db.scalars(select(PayoutAccount)).one()
    assert asked_again(db) == [("refresh_account", str(row.id))] * again


def test_what_is_being_done_is_not_asked_for_beside_it(db: Session, noon: datetime) -> None:
    first = checkout(db, paid=False, created_at=noon - HOUR)
    checkout(db, paid=False, created_at=noon - HOUR, subject_id=uuid.UUID(int=8))
    db.flush()
    assert service.tick(db) == 2
    done = "UPDATE procrastinate_jobs SET status = 'doing' WHERE args->>'id' = :id"
    db.execute(text(done), {"id": str(first.id)})
    assert service.tick(db) == 1
    assert len(jobs(db)) == 2
