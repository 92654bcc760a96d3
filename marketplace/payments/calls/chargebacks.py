"""What banks take back: booked line by line as Stripe books it, and decided when it is decided."""

import uuid
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.payments import gateway, postings
from marketplace.payments.facts import (
    Disputed,
    DisputeLost,
    DisputeWon,
    FraudWarned,
    Inquired,
    Route,
    Sent,
)
from models import (
    Chargeback,
    ChargebackStatus,
    Checkout,
    Event,
    Refund,
    Transfer,
    TransferStatus,
)

from .checkouts import refresh_checkout
from .intents import again, group
from .refunds import settle_refund

# A call that is under way this moment has been answered after so long.
_UNDER_WAY = timedelta(minutes=2)
Unsure = TypeVar("Unsure", Transfer, Refund)


def refresh_dispute(stripe_id: str, route: Route) -> bool:
    """Read a dispute at Stripe and let what changed take effect; False if it isn't of ours."""
    seen = gateway.dispute(stripe_id)
    checkout_id = _checkout_of(seen, route)
    if checkout_id is None:
        return False
    if seen.status == "lost":
        _find_answers(checkout_id, route)
    with unit_of_work() as db:
        checkout = again(db, Checkout, checkout_id)
        checkout.lock()
        settle_dispute(db, _row(db, checkout, seen), seen, route)
    return True


def _checkout_of(seen: gateway.Dispute, route: Route) -> uuid.UUID | None:
    """Whose payment it is; the word that it was paid may not have come yet."""
    with unit_of_work() as db:
        known = db.scalar(select(Checkout.id).where(Checkout.charge_id == seen.charge))
    if known is not None or not seen.payment_intent:
        return known
    named, _ = gateway.last_decline(seen.payment_intent)
    try:
        id = uuid.UUID(named)
    except ValueError:
        return None
    with unit_of_work() as db:
        if db.get(Checkout, id) is None:
            return None
    refresh_checkout(id, route)
    return id


def _row(db: Session, checkout: Checkout, seen: gateway.Dispute) -> Chargeback:
    values = {
        "id": uuid.uuid4(),
        "checkout_id": checkout.id,
        "stripe_id": seen.id,
        "status": ChargebackStatus.INQUIRY,
        "currency": seen.amount.currency,
        "amount_minor": seen.amount.minor,
        "reason": seen.reason,
        "created_at": now(),
    }
    db.execute(insert(Chargeback).values(values).on_conflict_do_nothing())
    row = db.scalars(select(Chargeback).where(Chargeback.stripe_id == seen.id)).one()
    row.lock()
    row.answer_by = seen.answer_by
    return row


def settle_dispute(db: Session, row: Chargeback, seen: gateway.Dispute, route: Route) -> None:
    """Apply what Stripe says of a dispute; seeing it again, or late, changes nothing."""
    for line in seen.moved:
        postings.bank_moved(db, row, line)
    if seen.is_inquiry:
        _settle_inquiry(db, row, seen, route)
        return
    if row.may("escalate"):
        # Its size may have changed since the bank asked.
        also = {"amount": seen.amount}
        row.move("escalate", by=None, also=also, minor=seen.amount.minor, reason=seen.reason)
        route(db, Disputed(row))
    if seen.status == "won" and row.may("win"):
        row.move("win", by=None, also={"decided_at": now()})
        route(db, DisputeWon(row))
    elif seen.status == "lost" and row.may("lose"):
        row.move("lose", by=None, also={"decided_at": now()})
        route(db, DisputeLost(row))
    elif seen.status == "prevented" and row.may("close"):
        row.move("close", by=None, also={"decided_at": now()})
        route(db, DisputeWon(row))


def _settle_inquiry(db: Session, row: Chargeback, seen: gateway.Dispute, route: Route) -> None:
    is_told = select(Event.id).where(Event.subject_id == row.id, Event.verb == "inquire")
    if db.scalar(is_told.limit(1)) is None:
        row.tell("inquire", by=None, reason=seen.reason)
        route(db, Inquired(row))
    if seen.status == "warning_closed" and row.status == ChargebackStatus.INQUIRY:
        row.move("close", by=None, also={"decided_at": now()})


def _find_answers(checkout_id: uuid.UUID, route: Route) -> None:
    """Before anybody bears a loss: what was asked of Stripe without an answer, did it happen?"""
    with unit_of_work() as db:
        transfers = _unanswered(db, Transfer, checkout_id)
        refunds = _unanswered(db, Refund, checkout_id)
        checkout = again(db, Checkout, checkout_id)
    for transfer in transfers:
        name = group(transfer.purpose, transfer.subject_id)
        moved = gateway.find_transfer(str(transfer.id), name)
        with unit_of_work() as db:
            _write_answer(db, again(db, Transfer, transfer.id), moved, route)
    for refund in refunds:
        found = gateway.find_refund(str(refund.id), checkout.payment_intent_id or "")
        if found is not None:
            settle_refund(refund.id, found, route)
            continue
        with unit_of_work() as db:
            again(db, Refund, refund.id).asked_at = None


def _unanswered(db: Session, model: type[Unsure], checkout_id: uuid.UUID) -> list[Unsure]:
    query = select(model).where(
        model.checkout_id == checkout_id,
        model.asked_at.is_not(None),
        model.status.in_(("waiting", "blocked") if model is Transfer else ("waiting",)),
    )
    rows = list(db.scalars(query))
    for row in rows:
        if row.asked_at is not None and now() - row.asked_at < _UNDER_WAY:
            raise gateway.Unavailable("A call about this payment is under way")
    return rows


def _write_answer(db: Session, row: Transfer, moved: gateway.Moved | None, route: Route) -> None:
    row.lock()
    if row.status not in (TransferStatus.WAITING, TransferStatus.BLOCKED):
        return
    if moved is None:
        row.asked_at = None
        return
    row.move("send", by=None, also={"stripe_id": moved.id, "sent_at": now(), "problem": ""})
    postings.sent(db, row)
    route(db, Sent(row))


def take_warning(stripe_id: str, route: Route) -> bool:
    """A bank believes a payment to be fraud: written down once, and told. No money moves."""
    seen = gateway.fraud_warning(stripe_id)
    with unit_of_work() as db:
        checkout = db.scalar(select(Checkout).where(Checkout.charge_id == seen.charge))
        if checkout is None:
            return False
        checkout.lock()
        told = select(Event.id).where(
            Event.subject_id == checkout.id, Event.verb == "warn", Event.note == seen.id
        )
        if db.scalar(told.limit(1)) is None:
            checkout.tell("warn", by=None, note=seen.id, kind=seen.kind)
            route(db, FraudWarned(checkout))
    return True
