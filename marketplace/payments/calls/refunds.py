"""Money on its way back to who paid."""

import uuid

from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.payments import gateway, ledger, postings
from marketplace.payments.facts import Refunded, RefundFailed, Route
from marketplace.payments.service import is_frozen
from models import Checkout, Refund, RefundStatus

from .intents import again, begin, look_first


def send_refund(id: uuid.UUID, route: Route) -> None:
    with unit_of_work() as db:
        row = db.get(Refund, id, populate_existing=True)
        known = row.stripe_id if row is not None else None
    if known:
        refresh_refund(id, known, route)
        return
    with unit_of_work() as db:
        # Stripe refuses to refund what a bank disputes; the tick asks again.
        if row is not None and is_frozen(db, row.checkout_id):
            return
    begun = begin(Refund, id, RefundStatus.WAITING)
    if begun is None:
        return
    row, stale = begun
    with unit_of_work() as db:
        intent = again(db, Checkout, row.checkout_id).payment_intent_id or ""
    key = str(row.id)
    moved = look_first(stale, lambda: gateway.find_refund(key, intent))
    try:
        moved = moved or gateway.create_refund(key, amount=row.amount, payment_intent=intent)
    except gateway.Rejected as error:
        # An earlier answer may have been lost; else Stripe will never make it, and a person must.
        moved = gateway.find_refund(key, intent)
        if moved is None:
            _refuse(id, str(error), route)
            return
    settle_refund(id, moved, route)


def tell_refunded(id: uuid.UUID, route: Route) -> None:
    """An admin paid it by hand: for whose money it was it is as good as sent."""
    with unit_of_work() as db:
        route(db, Refunded(again(db, Refund, id)))


def _refuse(id: uuid.UUID, why: str, route: Route) -> None:
    with unit_of_work() as db:
        row = again(db, Refund, id)
        row.move("fail", by=None, note=why, also={"problem": why})
        route(db, RefundFailed(row))


def refresh_refund(id: uuid.UUID, stripe_id: str, route: Route) -> None:
    settle_refund(id, gateway.refund(stripe_id), route)


def settle_refund(id: uuid.UUID, seen: gateway.Moved, route: Route) -> None:
    with unit_of_work() as db:
        row = again(db, Refund, id)
        row.lock()
        row.stripe_id = seen.id
        if seen.status == "succeeded" and row.may("succeed"):
            row.succeeded_at = now()
            row.move("succeed", by=None)
            postings.refunded(db, row)
            route(db, Refunded(row))
        elif seen.status in ("failed", "canceled") and row.may("fail"):
            row.move("fail", by=None)
            route(db, RefundFailed(row))
            if ledger.is_posted(db, f"refund:{row.id}:sent"):
                postings.refund_failed(db, row)
        elif seen.status == "pending" and row.may("pend"):
            row.move("pend", by=None)
            if seen.has_left:
                postings.refunded(db, row)
