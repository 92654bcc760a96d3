"""What is kept of Stripe's events, how they are worked, and how lost ones are found."""

import hashlib
import json
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.payments import absorb, events, gateway
from marketplace.payments.facts import Expired
from marketplace.worker import tasks
from models import Checkout, CheckoutStatus, EventStatus, EventSweep, Found, PayoutAccount, Refund
from models import StripeEvent as Row
from tests import builders
from tests.marketplace.webhooks.told import told
from tests.stripe_world import job_names


def only(db: Session, **which: Any) -> Row:
    return db.query(Row).filter_by(**which).populate_existing().one()


def keep(app: Flask, *bodies: dict[str, Any]) -> list[uuid.UUID]:
    with app.app_context(), unit_of_work() as db:
        for body in bodies:
            events.store(db, body)
        return [only(db, stripe_id=body["id"]).id for body in bodies]


def test_two_events_of_one_thing_that_happens_once_are_worked_once(app: Flask) -> None:
    keep(app, told("evt_1", "charge.succeeded", id="ch_1"))
    keep(app, told("evt_2", "charge.succeeded", id="ch_1"))
    assert job_names(app) == ["absorb_event"]
    with app.app_context(), unit_of_work() as db:
        assert only(db, stripe_id="evt_2").status == EventStatus.TWIN


@pytest.mark.parametrize(
    ("kind", "account"),
    [("charge.updated", ""), ("account.updated", ""), ("charge.succeeded", "acct_2")],
    ids=["it may happen again", "it may happen again", "it is somebody else's"],
)
def test_a_second_event_that_may_be_news_is_worked(app: Flask, kind: str, account: str) -> None:
    keep(app, told("evt_1", kind, id="x_1"), told("evt_2", kind, account=account, id="x_1"))
    assert job_names(app) == ["absorb_event", "absorb_event"]


def test_a_twin_that_comes_twice_is_still_kept_once(app: Flask) -> None:
    bodies = [told(f"evt_{number}", "charge.succeeded", id="ch_1") for number in (1, 2, 2, 1)]
    with app.app_context(), unit_of_work() as db:
        assert [events.store(db, body) for body in bodies] == [True, True, False, False]


def test_an_event_that_fails_says_why_and_goes_through_later(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    (id,) = keep(app, told("evt_1", "charge.updated", id="ch_1"))
    answers = iter([gateway.Unknown("no answer"), gateway.Unknown("none again"), True])

    def work(*_: Any) -> bool:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(absorb, "work", work)
    with app.app_context():
        for tries in (1, 2):
            with pytest.raises(gateway.Unknown):
                events.work(id, lambda _db, _fact: None)
            with unit_of_work() as db:
                row = only(db)
                assert (row.status, row.attempts) == (EventStatus.FAILED, tries)
                assert row.problem.startswith("Unknown: no")
        events.work(id, lambda _db, _fact: None)
        with unit_of_work() as db:
            row = only(db)
            assert (row.status, row.attempts, row.problem) == (EventStatus.DONE, 3, "")
            assert row.worked_at is not None


def checkout(db: Session, **values: Any) -> Checkout:
    row = Checkout(purpose="deal", subject_id=uuid.uuid4(), currency="eur", amount_minor=100)
    row.description, row.success_path, row.cancel_path = "x", "/", "/"
    for name, value in values.items():
        setattr(row, name, value)
    return builders.add(db, row)


def test_an_event_remembers_what_it_led_to(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    (id,) = keep(app, told("evt_1", "checkout.session.expired", id="cs_1"))
    with app.app_context():
        with unit_of_work() as db:
            row = checkout(db)

        def work(*given: Any) -> bool:
            with unit_of_work() as db:
                given[-1](db, Expired(row))
            return True

        monkeypatch.setattr(absorb, "work", work)
        heard: list[Any] = []
        events.work(id, lambda _db, fact: heard.append(fact))
        assert heard == [Expired(row)]
        with unit_of_work() as db:
            (led,) = only(db).led_to
    assert (led["fact"], led["thing"]) == ("Expired", "checkouts")
    assert (led["purpose"], led["subject_id"]) == ("deal", str(row.subject_id))


def test_what_did_not_happen_after_all_is_not_remembered(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    (id,) = keep(app, told("evt_1", "checkout.session.expired", id="cs_1"))
    with app.app_context():
        with unit_of_work() as db:
            row = checkout(db)

        def work(*given: Any) -> bool:
            with unit_of_work() as db:
                given[-1](db, Expired(row))
                raise gateway.Unknown("killed here")

        monkeypatch.setattr(absorb, "work", work)
        with pytest.raises(gateway.Unknown):
            events.work(id, lambda _db, _fact: None)
        with unit_of_work() as db:
            assert only(db).led_to == []


def test_news_of_a_page_whose_opening_was_not_answered_yet_is_tried_again(app: Flask) -> None:
    with app.app_context():
        with unit_of_work() as db:
            row = checkout(db)
        body = told("evt_1", "checkout.session.completed", id="cs_9")
        body["data"]["object"]["client_reference_id"] = str(row.id)
        (id,) = keep(app, body)
        with pytest.raises(absorb.TooEarly):
            events.work(id, lambda _db, _fact: None)
        with unit_of_work() as db:
            assert only(db).status == EventStatus.FAILED
            row = db.get_one(Checkout, row.id)
            assert row.status == CheckoutStatus.WAITING


def test_news_of_a_refund_whose_answer_is_not_written_yet_is_tried_again(app: Flask) -> None:
    with app.app_context():
        with unit_of_work() as db:
            paid = checkout(db)
            row = Refund(purpose="deal", subject_id=paid.subject_id, checkout_id=paid.id)
            row.currency, row.amount_minor = "eur", 100
            builders.add(db, row)
        thing = {"id": "re_9", "metadata": {"refund_id": str(row.id)}}
        with pytest.raises(absorb.TooEarly):
            absorb.work("refund.created", thing, "", lambda _db, _fact: None)
        stray = {"id": "re_8", "metadata": {}}
        assert not absorb.work("refund.created", stray, "", lambda _db, _fact: None)


def test_what_we_look_for_is_what_an_endpoint_is_told_to_listen_to() -> None:
    page = (Path(__file__).parents[3] / "docs" / "running.md").read_text()
    rows = [line for line in page.splitlines() if "/webhooks/stripe" in line and "|" in line]
    assert len(rows) == 2
    kinds = {name for row in rows for name in re.findall(r"`([a-z_]+\.[a-z_.]+)`", row)}
    assert kinds == events.WATCHED


def test_what_we_look_for_is_what_we_act_on() -> None:
    unheard = {kind for kind in events.WATCHED if not kind.startswith(tuple(absorb._ACTS))}
    assert unheard == set()


# Lost ones


class Stripe:
    """Stands in for Stripe's list of events: what it has for each account, and whom it refuses."""

    def __init__(self, **lists: list[dict[str, Any]]) -> None:
        self.lists, self.asked, self.refuses = lists, [], ""

    def events(self, since: Any, until: Any, account: str = "") -> Any:
        self.asked.append((account, since, until))
        if account and account == self.refuses:
            raise gateway.Unavailable("This account is closed to you")
        yield self.lists.get(account or "ours", [])
        yield []


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Stripe:
    made = Stripe()
    monkeypatch.setattr(gateway, "events", made.events)
    return made


def connected(db: Session, stripe_id: str) -> None:
    row = PayoutAccount(person_id=builders.person(db).id, country="SE", stripe_id=stripe_id)
    row.status = "created"
    builders.add(db, row)


def test_an_event_that_never_arrived_is_found_and_worked(app: Flask, listed: Stripe) -> None:
    known, lost = (told(f"evt_{n}", "charge.updated", id=f"ch_{n}") for n in (1, 2))
    keep(app, known)
    listed.lists["ours"] = [lost, known, told("evt_3", "customer.created", id="cus_1")]
    with app.app_context():
        assert events.sweep() == 1
        assert events.sweep() == 0
        with unit_of_work() as db:
            assert only(db, stripe_id="evt_2").found == Found.SWEEP
            assert db.query(Row).count() == 2
            assert db.query(EventSweep).one().found == 1
    assert job_names(app) == ["absorb_event", "absorb_event"]


def test_connected_accounts_are_looked_at_too_and_one_that_refuses_stops_no_other(
    app: Flask, listed: Stripe
) -> None:
    with app.app_context():
        with unit_of_work() as db:
            connected(db, "acct_1")
            connected(db, "acct_2")
        listed.refuses = "acct_1"
        body = told("evt_1", "payout.failed", account="acct_2", id="po_1")
        listed.lists["acct_2"] = [body]
        assert events.sweep() == 1
        with unit_of_work() as db:
            assert only(db).account == "acct_2"
            shut = db.query(EventSweep).filter_by(account="acct_1").one()
            assert "closed to you" in shut.problem


def test_looking_again_begins_a_little_before_where_it_ended(app: Flask, listed: Stripe) -> None:
    with app.app_context():
        events.sweep()
        events.sweep()
    (_, first, until), (_, second, _later) = listed.asked
    assert now() - first > timedelta(days=29)
    assert until - second == events.OVERLAP
    # What may still be on its way is left to its webhook.
    assert now() - until >= events.UNDER_WAY


def test_an_account_that_refused_is_looked_at_from_the_same_day_on(
    app: Flask, listed: Stripe
) -> None:
    with app.app_context():
        with unit_of_work() as db:
            connected(db, "acct_1")
        listed.refuses = "acct_1"
        events.sweep()
        listed.refuses = ""
        events.sweep()
    asked = [since for account, since, _ in listed.asked if account == "acct_1"]
    assert asked[1] - asked[0] < timedelta(minutes=1)


def aged(app: Flask, name: str, days: int, status: EventStatus, *, worked: bool = True) -> None:
    keep(app, told(name, "charge.updated", id="ch_1"))
    with app.app_context(), unit_of_work() as db:
        row, then = only(db, stripe_id=name), now() - timedelta(days=days)
        row.status, row.created_at, row.worked_at = status, then, then if worked else None


def test_the_body_is_dropped_long_after_an_event_was_worked(app: Flask) -> None:
    aged(app, "evt_old", 91, EventStatus.DONE)
    aged(app, "evt_twin", 91, EventStatus.TWIN, worked=False)
    aged(app, "evt_new", 89, EventStatus.DONE)
    aged(app, "evt_failed", 91, EventStatus.FAILED)
    with app.app_context():
        tasks.tidy()
        with unit_of_work() as db:
            left = {row.stripe_id: (row.payload, row.body_hash) for row in db.query(Row)}
            old = only(db, stripe_id="evt_old")
            assert (old.type, old.object_id) == ("charge.updated", "ch_1")
        assert events.drop_bodies() == 0
    body = told("evt_old", "charge.updated", id="ch_1")
    line = json.dumps(body, sort_keys=True, separators=(",", ":"))
    assert left["evt_old"] == (None, hashlib.sha256(line.encode()).hexdigest())
    assert left["evt_twin"][0] is None
    for name in ("evt_new", "evt_failed"):
        assert left[name] == (told(name, "charge.updated", id="ch_1"), None)


def test_an_event_that_was_worked_late_keeps_its_body_from_then_on(app: Flask) -> None:
    aged(app, "evt_1", 200, EventStatus.DONE)
    with app.app_context():
        with unit_of_work() as db:
            only(db).worked_at = now() - timedelta(days=1)
        assert events.drop_bodies() == 0


def test_all_old_bodies_are_dropped_however_many_there_are(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "_BODIES_AT_ONCE", 2)
    for number in range(5):
        aged(app, f"evt_{number}", 91, EventStatus.IGNORED)
    with app.app_context():
        assert events.drop_bodies() == 5


def test_an_event_whose_body_was_dropped_is_still_known_when_it_comes_again(app: Flask) -> None:
    aged(app, "evt_1", 91, EventStatus.DONE)
    with app.app_context():
        events.drop_bodies()
        with unit_of_work() as db:
            assert not events.store(db, told("evt_1", "charge.updated", id="ch_1"))


def test_no_event_loses_its_body_before_it_was_worked(app: Flask) -> None:
    (id,) = keep(app, told("evt_1", "charge.updated", id="ch_1"))
    with app.app_context(), pytest.raises(IntegrityError), unit_of_work() as db:
        db.get_one(Row, id).drop_body()
