"""Taking in what Stripe tells. An event only wakes us: what it names is read again at Stripe."""

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.kit.jobs import enqueue
from models import Checkout, EventStatus, PayoutAccount, Refund, StripeEvent

from . import calls, gateway
from .facts import Route
from .service import QUEUE


def store(db: Session, event: dict[str, Any]) -> bool:
    """Keep an event once, with the job that will work it; False if it was known."""
    thing = event["data"]["object"]
    known = db.execute(
        insert(StripeEvent)
        .values(
            id=uuid.uuid4(),
            stripe_id=event["id"],
            type=event["type"],
            object_id=thing.get("id") or "",
            account=event.get("account") or "",
            status=EventStatus.STORED,
            payload=event,
            problem="",
            created_at=now(),
        )
        .on_conflict_do_nothing(index_elements=["stripe_id"])
        .returning(StripeEvent.id)
    ).scalar()
    if known is None:
        return False
    enqueue(db, "absorb_event", queue=QUEUE, id=str(known))
    return True


def absorb(id: uuid.UUID, route: Route) -> None:
    """Work one stored event. Safe to repeat, in any order."""
    with unit_of_work() as db:
        event = db.get(StripeEvent, id)
        if event is None or event.status != EventStatus.STORED:
            return
        kind, thing = event.type, event.payload["data"]["object"]
    worked = _work(kind, thing, event.account, route)
    with unit_of_work() as db:
        event = db.get_one(StripeEvent, id, populate_existing=True)
        if event.status == EventStatus.STORED:
            event.move("finish" if worked else "ignore", by=None)


def _work(kind: str, thing: dict[str, Any], account: str, route: Route) -> bool:
    if kind.startswith("checkout.session."):
        return _checkout(Checkout.session_id == thing["id"], route)
    if kind in ("charge.updated", "charge.succeeded"):
        return _checkout(Checkout.charge_id == thing["id"], route)
    if kind == "payment_intent.payment_failed":
        return _decline(thing["id"])
    if kind in ("account.updated", "capability.updated"):
        return _account(account or thing.get("account") or thing["id"], route)
    if kind.startswith("refund."):
        return _refund(thing["id"], route)
    return False


def _checkout(which: Any, route: Route) -> bool:
    with unit_of_work() as db:
        id = db.scalar(select(Checkout.id).where(which))
    if id is None:
        return False
    calls.refresh_checkout(id, route)
    return True


def _decline(payment_intent: str) -> bool:
    checkout_id, said = gateway.last_decline(payment_intent)
    if not checkout_id:
        return False
    with unit_of_work() as db:
        row = db.get(Checkout, uuid.UUID(checkout_id), with_for_update=True)
        if row is None:
            return False
        row.last_decline = said
    return True


def _account(stripe_id: str, route: Route) -> bool:
    with unit_of_work() as db:
        id = db.scalar(select(PayoutAccount.id).where(PayoutAccount.stripe_id == stripe_id))
    if id is None:
        return False
    calls.refresh_account(id, route)
    return True


def _refund(stripe_id: str, route: Route) -> bool:
    with unit_of_work() as db:
        id = db.scalar(select(Refund.id).where(Refund.stripe_id == stripe_id))
    if id is None:
        return False
    calls.refresh_refund(id, stripe_id, route)
    return True
