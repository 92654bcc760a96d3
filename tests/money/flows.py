"""Money flows, each driven by what is still to be done, so that it goes on from wherever it was.

People who find a thing undone do it again, the worker runs what waits, Stripe tells again: that is
all the recovery there is.
"""

import json
import time
import uuid
from collections.abc import Callable

import requests
import stripe
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.deals import service as deals
from marketplace.disputes import service as disputes
from marketplace.kit.clock import in_days
from marketplace.kit.db import unit_of_work
from marketplace.payments import gateway
from marketplace.payments import service as payments
from marketplace.shop import service as shop
from marketplace.worker.tasks import TASKS
from models import (
    AccountStatus,
    Checkout,
    CheckoutStatus,
    Deal,
    DealStatus,
    Dispute,
    DisputeReason,
    Money,
    Order,
    OrderStatus,
    PayoutAccount,
    Person,
    Refused,
    Return,
    ReturnStatus,
    ShelfItem,
    Variant,
)
from tests import builders
from tests.money import scenes

SECRET = "whsec_crash"
CARD = {
    "number": "4242 4242 4242 4242",
    "expiry": "12 / 34",
    "cvc": "123",
    "name": "Sara Nyström",
    "email": "sara@example.org",
    "line1": "Storgatan 14",
    "postal_code": "903 26",
    "city": "Umeå",
    "country": "SE",
}
DONE = (
    *(DealStatus.RELEASED, DealStatus.REFUNDED, DealStatus.SETTLED),
    *(OrderStatus.SETTLED, OrderStatus.RETURNED),
)


def ready(db: Session, person: Person, stripe_id: str) -> None:
    """Somebody whose account at Stripe can receive."""
    db.add(
        PayoutAccount(
            person_id=person.id,
            country="SE",
            status=AccountStatus.CREATED,
            stripe_id=stripe_id,
            details_submitted=True,
            transfers_active=True,
            payouts_enabled=True,
        )
    )
    db.flush()


def a_deal(db: Session, accounts: list[str]) -> uuid.UUID:
    deal = builders.deal(db, status=DealStatus.ACCEPTED)
    ready(db, deal.creator.person, accounts[0])
    return deal.id


def an_order(db: Session, accounts: list[str]) -> uuid.UUID:
    item, _variant = scenes.last_one(db)
    ready(db, item.creator.person, accounts[0])
    ready(db, item.product.brand.person, accounts[1])
    return item.id


# -- what happens outside: jobs are run, people pay, Stripe tells ---------------------------------


def run_jobs(app: Flask) -> None:
    """As the worker does: a job is gone once it is done, and runs again if it was not."""
    failed: set[int] = set()
    while True:
        with app.app_context(), unit_of_work() as db:
            waiting = text(
                "SELECT id, task_name, args FROM procrastinate_jobs WHERE queue_name <> 'mail'"
                " AND id <> ALL(:failed) ORDER BY id LIMIT 1"
            )
            job = db.execute(waiting, {"failed": list(failed)}).first()
        if job is None:
            return
        try:
            with app.app_context():
                TASKS[job.task_name][0](**job.args)
        except gateway.Problem:
            failed.add(job.id)
            continue
        with app.app_context(), unit_of_work() as db:
            db.execute(text("DELETE FROM procrastinate_jobs WHERE id = :id"), {"id": job.id})


def pay(app: Flask, checkout: Checkout) -> None:
    """Somebody pays on Stripe's page, unless they have, and Stripe tells of it by a webhook."""
    assert checkout.url
    requests.post(checkout.url, CARD, allow_redirects=False, timeout=20)
    body = json.dumps(
        {
            "id": f"evt_{checkout.session_id}",
            "object": "event",
            "type": "checkout.session.completed",
            "livemode": False,
            "created": int(time.time()),
            "data": {"object": {"id": checkout.session_id, "object": "checkout.session"}},
        }
    )
    signed = stripe.WebhookSignature.generate_signature_header(body, SECRET, int(time.time()))
    headers = {"Stripe-Signature": signed, "Content-Type": "application/json"}
    told = app.test_client().post("/webhooks/stripe", data=body, headers=headers)
    assert told.status_code == 200, told.text


# -- what people do, one step at a time -----------------------------------------------------------


def _fund(app: Flask, purpose: str, id: uuid.UUID, ask: Callable[[Session], None]) -> None:
    with app.app_context(), unit_of_work() as db:
        checkout = payments.live_checkout(db, purpose, id)
        if checkout is None:
            ask(db)
            return
        status = checkout.status
    if status == CheckoutStatus.OPEN:
        pay(app, checkout)


def _deal_step(after: Callable[[Session, Deal], None]) -> Callable[[Flask, uuid.UUID], bool]:
    def step(app: Flask, id: uuid.UUID) -> bool:
        with app.app_context(), unit_of_work() as db:
            deal = db.get_one(Deal, id)
            status = deal.status
            if status in DONE:
                return True
            if status != DealStatus.ACCEPTED:
                after(db, deal)
        if status == DealStatus.ACCEPTED:

            def ask(db: Session) -> None:
                deal = db.get_one(Deal, id)
                deals.start_funding(db, deal, by=deal.brand.person)

            _fund(app, "deal", id, ask)
        return False

    return step


def _release(db: Session, deal: Deal) -> None:
    if deal.status == DealStatus.FUNDED:
        links = ["https://example.org/reel"]
        deals.deliver(db, deal, links=links, by=deal.creator.person)
    elif deal.status == DealStatus.DELIVERED:
        deals.approve(db, deal, by=deal.brand.person)


def _cancel(db: Session, deal: Deal) -> None:
    if deal.status == DealStatus.FUNDED:
        deals.cancel(db, deal, by=deal.creator.person)


def _dispute(db: Session, deal: Deal) -> None:
    if deal.status == DealStatus.FUNDED:
        disputes.open_dispute(
            db,
            deal,
            reason=next(iter(DisputeReason)),
            statement="It is not what we agreed.",
            asks=Money(30_000, "eur"),
            by=deal.brand.person,
        )
    elif deal.status == DealStatus.DISPUTED:
        dispute = db.query(Dispute).filter_by(deal_id=deal.id).one()
        disputes.agree(db, dispute, by=deal.creator.person)


def _order_of(db: Session, item: uuid.UUID) -> Order | None:
    shelf = db.get_one(ShelfItem, item)
    return db.query(Order).filter_by(creator_id=shelf.creator_id).first()


def _order_step(after: Callable[[Session, Order], None]) -> Callable[[Flask, uuid.UUID], bool]:
    def step(app: Flask, item: uuid.UUID) -> bool:
        with app.app_context(), unit_of_work() as db:
            order = _order_of(db, item)
            if order is None:
                shelf = db.get_one(ShelfItem, item)
                variant = db.query(Variant).filter_by(product_id=shelf.product_id).one()
                shop.start_order(db, shelf, variant, 1, fee_bps=500)
                return False
            status = order.status
            if status in DONE and not _return_is_open(db, order):
                return True
            if status != OrderStatus.CREATED:
                after(db, order)
        if status == OrderStatus.CREATED:
            _fund(app, "order", order.id, lambda _db: None)
        return False

    return step


def _return_is_open(db: Session, order: Order) -> bool:
    found = db.query(Return).filter_by(order_id=order.id).all()
    return any(one.status != ReturnStatus.REFUNDED for one in found)


def _settle(db: Session, order: Order) -> None:
    if order.status == OrderStatus.PAID:
        shop.send(db, order, tracking="", by=order.brand.person)
    elif order.status == OrderStatus.SENT:
        shop.deliver(db, order, by=None)
    elif order.status == OrderStatus.DELIVERED:
        order.due_at = in_days(-1)
        db.flush()
        shop.tick(db)


def _send_back(db: Session, order: Order) -> None:
    if order.status == OrderStatus.PAID:
        shop.send(db, order, tracking="", by=order.brand.person)
        return
    made = db.query(Return).filter_by(order_id=order.id).first()
    if made is None:
        lines = {str(order.lines[0].id): 1}
        shop.ask_return(db, order, quantity=lines, reason="other")
    elif made.status == ReturnStatus.ASKED:
        shop.receive(db, made, by=order.brand.person)


def _cancel_order(db: Session, order: Order) -> None:
    if order.status == OrderStatus.PAID:
        shop.cancel(db, order)


Scene = Callable[[Session, list[str]], uuid.UUID]
Step = Callable[[Flask, uuid.UUID], bool]
FLOWS: dict[str, tuple[Scene, Step]] = {
    "deal released": (a_deal, _deal_step(_release)),
    "deal cancelled": (a_deal, _deal_step(_cancel)),
    "deal settled": (a_deal, _deal_step(_dispute)),
    "order settled": (an_order, _order_step(_settle)),
    "order sent back": (an_order, _order_step(_send_back)),
    "order cancelled": (an_order, _order_step(_cancel_order)),
}


def drive(app: Flask, name: str, id: uuid.UUID) -> None:
    """From wherever it is to its end; who is refused reads the page again."""
    step = FLOWS[name][1]
    for _ in range(25):
        run_jobs(app)
        try:
            if step(app, id):
                run_jobs(app)
                return
        except Refused:
            continue
    raise AssertionError(f"{name} does not come to an end")
