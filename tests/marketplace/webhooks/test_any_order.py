"""Stripe tells in any order, any number of times, late or never: it all comes to the same.

A deal and an order run their course at the sandbox, and all we hear of it are events, as
Hypothesis shuffles, repeats and loses them; what was lost is found in Stripe's own list.
"""

import json
import os
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import stripe as sdk
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from marketplace.deals import service as deals
from marketplace.kit.db import unit_of_work
from marketplace.payments import events, gateway, ledger
from marketplace.payments import service as payments
from marketplace.shop import service as shop
from models import (
    Checkout,
    Deal,
    DealStatus,
    Model,
    Order,
    PayoutAccount,
    Person,
    Refund,
    ShelfItem,
    Transfer,
    Variant,
)
from models import Return as SentBack
from models.clock import now
from tests import builders
from tests.stripe_world import StripeWorld, run_jobs

# The first is always the one in which nothing is told. A longer look: EXAMPLES=200.
EXAMPLES = int(os.environ.get("EXAMPLES", "4" if "THOROUGH" in os.environ else "2"))
MORE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    # What fails is told as it was found: making it smaller runs the whole journey each time.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
# Which of the events known so far are told, and in which order: places in their list, with
# repeats and gaps. One such list a moment of the journey.
Schedule = list[list[int]]
schedules = st.lists(st.lists(st.integers(0, 40), max_size=12), min_size=4, max_size=4)


class Told:
    """A place that hears of Stripe only by its door, and by looking at its list."""

    def __init__(self, app: Flask, stripe: StripeWorld, schedule: Schedule | None) -> None:
        self.app, self.stripe = app, stripe
        # Without a schedule everything is told once, in order.
        self.schedule = schedule
        self.accounts = [""]
        self.before = {event["id"] for event in self._listed()}
        self.moments = 0

    def _listed(self) -> list[dict[str, Any]]:
        since, until = now() - timedelta(minutes=1), now() + timedelta(days=400)
        with self.app.app_context():
            found = [
                event
                for account in self.accounts
                for page in gateway.events(since, until, account)
                for event in page
            ]
        return found[::-1]

    def hear(self) -> None:
        """One moment: some of what happened so far is told; the rest is found by looking."""
        known = [event for event in self._listed() if event["id"] not in self.before]
        if self.schedule is None:
            self._tell(known)
        else:
            places = self.schedule[self.moments % len(self.schedule)]
            self._tell([known[place % len(known)] for place in places] if known else [])
            self._look()
        self.moments += 1
        run_jobs(self.app, failing=True)

    def _tell(self, bodies: list[dict[str, Any]]) -> None:
        client = self.app.test_client()
        for body in bodies:
            payload, is_theirs = json.dumps(body), "account" in body
            secret = "whsec_connect" if is_theirs else "whsec_platform"
            sign = sdk.WebhookSignature.generate_signature_header
            answer = client.post(
                "/webhooks/stripe/connect" if is_theirs else "/webhooks/stripe",
                data=payload,
                headers={"Stripe-Signature": sign(payload, secret, int(time.time()))},
            )
            assert answer.status_code == 200
            if len(payload) % 2:
                run_jobs(self.app, failing=True)

    def _look(self) -> None:
        with self.app.app_context():
            events.sweep()

    # What people do meanwhile; after each the worker runs.

    def do(self, act: Callable[[Any], Any]) -> Any:
        with self.app.app_context(), unit_of_work() as db:
            made = act(db)
        run_jobs(self.app, failing=True)
        return made

    def onboard(self, person: uuid.UUID) -> None:
        self.do(lambda db: payments.set_up_payouts(db, db.get_one(Person, person), "SE"))
        account: PayoutAccount = self.do(lambda db: payments.account_of(db, person))
        assert account.stripe_id
        self.accounts.append(account.stripe_id)
        self.stripe.onboard(account)
        self.hear()

    def pay(self, subject: uuid.UUID) -> None:
        query = select(Checkout).where(Checkout.subject_id == subject)
        assert self.stripe.pay(self.do(lambda db: db.scalars(query).one())) == 303
        self.hear()

    def outcome(self, model: type[Model], id: uuid.UUID) -> dict[str, Any]:
        """Where everything stands at last, without what differs between two journeys."""
        purpose = "deal" if model is Deal else "order"

        def look(db: Any) -> dict[str, Any]:
            asked = {
                kind.__name__: db.query(kind).filter_by(subject_id=id)
                for kind in (Checkout, Transfer)
            }
            paid = [row.id for row in asked["Checkout"]]
            asked["Refund"] = db.query(Refund).filter(Refund.checkout_id.in_(paid))
            rows = {
                name: sorted((row.status.value, row.amount_minor) for row in found)
                for name, found in asked.items()
            }
            journals = ledger.journals(db, about=(purpose, id))
            written = sorted(
                (one.kind, sorted((line.account, line.amount.minor) for line in one.lines))
                for one in journals
            )
            return rows | {"status": db.get_one(model, id).status.value, "journals": written}

        return self.do(look)


def run_deal(told: Told, *, is_given_back: bool) -> dict[str, Any]:
    deal: Deal = told.do(lambda db: builders.deal(db, status=DealStatus.ACCEPTED))
    told.onboard(deal.creator.person_id)
    brand, creator = deal.brand.person, deal.creator.person
    told.do(lambda db: deals.start_funding(db, db.get_one(Deal, deal.id), by=brand))
    told.pay(deal.id)
    if is_given_back:
        told.do(lambda db: deals.cancel(db, db.get_one(Deal, deal.id), by=creator))
    else:
        links = ["https://example.org/reel"]
        told.do(lambda db: deals.deliver(db, db.get_one(Deal, deal.id), links=links, by=creator))
        told.do(lambda db: deals.approve(db, db.get_one(Deal, deal.id), by=brand))
    told.hear()
    told.hear()
    return told.outcome(Deal, deal.id)


def run_order(told: Told) -> dict[str, Any]:
    def set_up(db: Any) -> tuple[ShelfItem, Any]:
        brand, creator = builders.brand(db), builders.creator(db)
        product = builders.product(db, brand)
        db.refresh(product, ["variants"])
        return shop.add(db, product, by=creator.person), product.variants[0]

    item, variant = told.do(set_up)
    told.onboard(item.creator.person_id)
    made = told.do(lambda db: _order(db, item.id, variant.id))
    told.pay(made)
    told.do(lambda db: _deliver_and_ask_back(db, made))
    told.do(lambda db: shop.receive(db, db.query(SentBack).filter_by(order_id=made).one(), by=None))
    told.hear()
    told.do(lambda db: setattr(db.get_one(Order, made), "due_at", now() - timedelta(seconds=1)))
    told.do(shop.tick)
    told.hear()
    return told.outcome(Order, made)


def _order(db: Any, item: uuid.UUID, variant: uuid.UUID) -> uuid.UUID:
    found = db.get_one(ShelfItem, item), db.get_one(Variant, variant)
    return shop.start_order(db, *found, 2, fee_bps=500).subject_id


def _deliver_and_ask_back(db: Any, id: uuid.UUID) -> None:
    order = db.get_one(Order, id)
    shop.send(db, order, tracking="", by=order.brand.person)
    shop.deliver(db, order, by=order.brand.person)
    shop.ask_return(db, order, quantity={str(order.lines[0].id): 1}, reason="size")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking finds what happened this second, and in whatever days the sandbox believes it is."""
    monkeypatch.setattr(events, "UNDER_WAY", timedelta(days=-400))
    monkeypatch.setattr(events, "OVERLAP", timedelta(days=800))
    monkeypatch.setattr(events, "KEPT", timedelta(minutes=1))


@pytest.fixture(scope="module")
def usual() -> dict[str, Any]:
    return {}


def _as_usual(
    usual: dict[str, Any], name: str, run: Callable[[Told], Any], told: tuple[Any, ...]
) -> Any:
    if name not in usual:
        usual[name] = run(Told(*told, None))
    return usual[name]


@MORE
@given(schedule=schedules)
def test_an_approved_deal_ends_the_same_however_stripe_tells(
    app: Flask, stripe: StripeWorld, usual: dict[str, Any], schedule: Schedule
) -> None:
    def run(told: Told) -> dict[str, Any]:
        return run_deal(told, is_given_back=False)

    expected = _as_usual(usual, "approved", run, (app, stripe))
    assert expected["status"] == "released"
    assert run(Told(app, stripe, schedule)) == expected


@MORE
@given(schedule=schedules)
def test_a_deal_given_back_ends_the_same_however_stripe_tells(
    app: Flask, stripe: StripeWorld, usual: dict[str, Any], schedule: Schedule
) -> None:
    def run(told: Told) -> dict[str, Any]:
        return run_deal(told, is_given_back=True)

    expected = _as_usual(usual, "given back", run, (app, stripe))
    assert expected["status"] == "refunded"
    assert run(Told(app, stripe, schedule)) == expected


@MORE
@given(schedule=schedules)
def test_an_order_ends_the_same_however_stripe_tells(
    app: Flask, stripe: StripeWorld, usual: dict[str, Any], schedule: Schedule
) -> None:
    expected = _as_usual(usual, "order", run_order, (app, stripe))
    assert len(expected["Refund"]) == 1
    assert len(expected["Transfer"]) == 2
    assert run_order(Told(app, stripe, schedule)) == expected
