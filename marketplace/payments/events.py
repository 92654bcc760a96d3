"""Stripe's events: kept once, worked by a job, and looked for where one was lost.

An event only wakes us; what it names is read again at Stripe. So they may come in any order, any
number of times, and as late as they like.
"""

import uuid
from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.kit.jobs import enqueue
from models import EventStatus, EventSweep, Found, PayoutAccount, StripeEvent
from models.clock import real_now

from . import absorb, gateway
from .facts import Fact, Route
from .service import QUEUE

# What can happen to one thing only once. Stripe may make two events of it, each with its own id;
# of everything else a second event is news.
ONCE = frozenset(
    {
        "charge.dispute.created",
        "charge.failed",
        "charge.succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.completed",
        "checkout.session.expired",
        "payment_intent.canceled",
        "payment_intent.created",
        "payment_intent.succeeded",
        "payout.canceled",
        "payout.created",
        "payout.failed",
        "payout.paid",
        "radar.early_fraud_warning.created",
        "refund.created",
        "refund.failed",
        "transfer.created",
    }
)
# What we act on, and what docs/running.md has an endpoint listen to; of Stripe's list of events
# only these can be lost.
WATCHED = frozenset(
    {
        *("account.updated", "capability.updated", "charge.succeeded", "charge.updated"),
        *("charge.dispute.closed", "charge.dispute.created", "charge.dispute.updated"),
        *("charge.dispute.funds_reinstated", "charge.dispute.funds_withdrawn"),
        *("checkout.session.async_payment_failed", "checkout.session.async_payment_succeeded"),
        *("checkout.session.completed", "checkout.session.expired"),
        *("payment_intent.payment_failed", "radar.early_fraud_warning.created"),
        *("payout.canceled", "payout.created", "payout.failed", "payout.paid", "payout.updated"),
        *("refund.created", "refund.failed", "refund.updated", "transfer.created"),
    }
)
# Stripe lists events of thirty days, and delivers what arrives at all within minutes.
KEPT = timedelta(days=30)
UNDER_WAY = timedelta(minutes=5)
# Events are dated to the second, and some are listed a little late.
OVERLAP = timedelta(minutes=10)
ACCOUNTS_AT_ONCE = 50
# What came with an event names people, and nobody reads it once its money has long moved.
BODY_KEPT = timedelta(days=90)
_BODIES_AT_ONCE = 500
_LONGEST_PROBLEM = 500


def store(db: Session, event: dict[str, Any], found: Found = Found.WEBHOOK) -> bool:
    """Keep an event once, with the job that will work it; False if it was known."""
    thing = event["data"]["object"]
    row = {
        "id": uuid.uuid4(),
        "stripe_id": event["id"],
        "type": event["type"],
        "object_id": str(thing.get("id") or ""),
        "account": event.get("account") or "",
        "once_key": _once_key(event),
        "found": found,
        "status": EventStatus.STORED,
        "payload": event,
        "attempts": 0,
        "problem": "",
        "led_to": [],
        "created_at": now(),
    }
    if _insert(db, row):
        enqueue(db, "absorb_event", queue=QUEUE, id=str(row["id"]))
        return True
    if row["once_key"] is None or not _insert(db, row | {"once_key": None}):
        return False
    # New by its id, and the same news as one that is known: it is kept, and not worked.
    db.get_one(StripeEvent, row["id"]).move("pair", by=None)
    return True


def _insert(db: Session, row: dict[str, Any]) -> bool:
    query = insert(StripeEvent).values(row).on_conflict_do_nothing()
    return db.scalar(query.returning(StripeEvent.id)) is not None


def _once_key(event: dict[str, Any]) -> str | None:
    """What makes two events the same piece of news: whose, what, and about which thing."""
    thing = event["data"]["object"].get("id")
    if event["type"] not in ONCE or not thing:
        return None
    return f"{event.get('account') or ''}:{event['type']}:{thing}"


def work(id: uuid.UUID, route: Route) -> None:
    """Work one stored event. Safe to repeat, in any order."""
    with unit_of_work() as db:
        event = db.get(StripeEvent, id, populate_existing=True)
        if event is None or event.status not in StripeEvent.OPEN:
            return
        assert event.payload is not None, "an event that is open has its body"
        kind, thing, account = event.type, event.payload["data"]["object"], event.account
    try:
        worked = absorb.work(kind, thing, account, _noting(id, route))
    except Exception as error:
        _note_failure(id, error)
        raise
    with unit_of_work() as db:
        event = db.get_one(StripeEvent, id)
        event.lock()
        if event.status in StripeEvent.OPEN:
            also = {"attempts": event.attempts + 1, "worked_at": now(), "problem": ""}
            event.move("finish" if worked else "ignore", by=None, also=also)


def _note_failure(id: uuid.UUID, error: Exception) -> None:
    """The job is tried again; until it goes through, admins see why it does not."""
    with unit_of_work() as db:
        event = db.get_one(StripeEvent, id)
        event.lock()
        if event.status not in StripeEvent.OPEN:
            return
        event.attempts += 1
        event.problem = f"{type(error).__name__}: {error}"[:_LONGEST_PROBLEM]
        if event.may("fail"):
            event.move("fail", by=None)


def _noting(id: uuid.UUID, route: Route) -> Route:
    """Write beside the event what it led to, in the transaction in which that happens."""

    def told(db: Session, fact: Fact) -> None:
        route(db, fact)
        event = db.get_one(StripeEvent, id)
        event.led_to = [*event.led_to, _spoken(fact)]

    return told


def _spoken(fact: Fact) -> dict[str, str]:
    thing = getattr(fact, fields(fact)[0].name)
    # A dispute at a bank is about what its payment was for.
    about = thing if hasattr(thing, "purpose") else getattr(thing, "checkout", None)
    return {
        "fact": type(fact).__name__,
        "thing": str(getattr(thing, "__tablename__", "")),
        "thing_id": str(getattr(thing, "id", "")),
        "purpose": str(getattr(about, "purpose", "")),
        "subject_id": str(getattr(about, "subject_id", "")),
    }


# Lost ones


def sweep() -> int:
    """Ask Stripe what happened, here and in connected accounts, and keep what never arrived."""
    with unit_of_work() as db:
        accounts = ["", *_accounts(db)]
    return sum(_sweep_one(account) for account in accounts)


def _accounts(db: Session) -> list[str]:
    """Connected accounts, those that were not looked at for longest first."""
    query = (
        select(PayoutAccount.stripe_id)
        .outerjoin(EventSweep, EventSweep.account == PayoutAccount.stripe_id)
        .where(PayoutAccount.stripe_id.is_not(None))
        .order_by(EventSweep.swept_at.asc().nulls_first(), PayoutAccount.created_at)
        .limit(ACCOUNTS_AT_ONCE)
    )
    return [one for one in db.scalars(query) if one]


def _sweep_one(account: str) -> int:
    until = now() - UNDER_WAY
    with unit_of_work() as db:
        row = db.scalar(select(EventSweep).where(EventSweep.account == account))
        since = row.seen_until - OVERLAP if row else now() - KEPT
        was_seen = row.seen_until if row else since
    found, problem = 0, ""
    try:
        for page in gateway.events(max(since, now() - KEPT), until, account):
            found += _keep(page)
    except (gateway.Rejected, gateway.Unavailable) as error:
        # Someone may have shut us out of their account; the others are looked at all the same.
        problem = str(error)[:_LONGEST_PROBLEM]
    with unit_of_work() as db:
        _note_sweep(db, account, was_seen if problem else until, found, problem)
    return found


def _keep(page: Iterable[dict[str, Any]]) -> int:
    with unit_of_work() as db:
        watched = [event for event in page if event["type"] in WATCHED]
        return sum(store(db, event, Found.SWEEP) for event in watched)


def _note_sweep(db: Session, account: str, until: datetime, found: int, problem: str) -> None:
    seen = {"seen_until": until, "swept_at": real_now(), "problem": problem}
    row = {"id": uuid.uuid4(), "account": account, "found": found, "created_at": now()} | seen
    query = insert(EventSweep).values(row)
    seen |= {"found": EventSweep.found + found}
    db.execute(query.on_conflict_do_update(index_elements=["account"], set_=seen))


# Old ones


def drop_bodies() -> int:
    """Keep of events worked long ago only what they are and a hash of what they said."""
    dropped = 0
    while count := _drop_some():
        dropped += count
    return dropped


def _drop_some() -> int:
    # A twin is never worked; it counts from when it came.
    since = func.coalesce(StripeEvent.worked_at, StripeEvent.created_at)
    with unit_of_work() as db:
        old = (
            select(StripeEvent)
            .where(StripeEvent.payload.is_not(None), StripeEvent.status.in_(StripeEvent.ENDS))
            .where(StripeEvent.created_at < now() - BODY_KEPT, since < now() - BODY_KEPT)
            .limit(_BODIES_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        rows = db.scalars(old).all()
        for event in rows:
            event.drop_body()
        return len(rows)
