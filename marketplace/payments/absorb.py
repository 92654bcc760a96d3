"""Taking in what Stripe tells. An event only wakes us: what it names is read again at Stripe."""

import uuid
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from marketplace.kit.db import unit_of_work
from models import Checkout, CheckoutStatus, PayoutAccount, Refund, Transfer

from . import calls, gateway
from .facts import Route


class TooEarly(Exception):
    """The event names something we asked for and have no answer about yet. It is tried again."""


def work(kind: str, thing: dict[str, Any], account: str, route: Route) -> bool:
    """Act on what an event names; False if it is nothing of ours."""
    for beginning, act in _ACTS.items():
        if kind.startswith(beginning):
            return act(thing, account, route)
    return False


def _refuse_unanswered(session: dict[str, Any]) -> None:
    """A page may be told of before the answer that opened it has been written down."""
    asked_for = as_id(session.get("client_reference_id"))
    with unit_of_work() as db:
        row = db.get(Checkout, asked_for) if asked_for else None
        if row is not None and row.status == CheckoutStatus.WAITING:
            raise TooEarly(f"The payment page {session['id']} is not written down yet")


def as_id(text: object) -> uuid.UUID | None:
    """An id of ours as Stripe repeats it."""
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def _session(session: dict[str, Any], route: Route) -> bool:
    _refuse_unanswered(session)
    return _checkout(Checkout.session_id == session["id"], route)


def _charge(charge: dict[str, Any], route: Route) -> bool:
    return _checkout(Checkout.charge_id == charge["id"], route)


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


def _refund(thing: dict[str, Any], route: Route) -> bool:
    asked_for = as_id((thing.get("metadata") or {}).get("refund_id"))
    with unit_of_work() as db:
        id = db.scalar(select(Refund.id).where(Refund.stripe_id == thing["id"]))
        row = db.get(Refund, asked_for) if asked_for else None
        if id is None and row is not None and row.stripe_id is None:
            raise TooEarly(f"The refund {thing['id']} is not written down yet")
    if id is None:
        return False
    calls.refresh_refund(id, thing["id"], route)
    return True


def _transfer(thing: dict[str, Any]) -> bool:
    """When the payee's bank may have it is known only after it was sent."""
    asked_for = as_id((thing.get("metadata") or {}).get("transfer_id"))
    with unit_of_work() as db:
        row = db.get(Transfer, asked_for) if asked_for else None
        if row is None:
            return False
        if row.stripe_id is None:
            raise TooEarly(f"The transfer {thing['id']} is not written down yet")
    free_at = gateway.free_at(thing["id"])
    with unit_of_work() as db:
        db.get_one(Transfer, row.id, with_for_update=True).free_at = free_at
    return True


# How the kind of an event begins → what is read again, and where it is handed to.
_ACTS: dict[str, Callable[[dict[str, Any], str, Route], bool]] = {
    "checkout.session.": lambda thing, _, route: _session(thing, route),
    "charge.updated": lambda thing, _, route: _charge(thing, route),
    "charge.succeeded": lambda thing, _, route: _charge(thing, route),
    "payment_intent.payment_failed": lambda thing, _, _route: _decline(thing["id"]),
    "account.updated": lambda thing, account, route: _account(account or thing["id"], route),
    "capability.updated": lambda thing, account, route: _account(
        account or str(thing.get("account")), route
    ),
    "refund.": lambda thing, _, route: _refund(thing, route),
    "charge.dispute.": lambda thing, _, route: calls.refresh_dispute(thing["id"], route),
    "radar.early_fraud_warning.": lambda thing, _, route: calls.take_warning(thing["id"], route),
    "transfer.created": lambda thing, _, _route: _transfer(thing),
    "payout.": lambda thing, account, route: calls.refresh_payout(thing["id"], account, route),
}
