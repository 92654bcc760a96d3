"""Hosted payment pages at Stripe, and who paid on them."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models import Money

from .client import Rejected, ask, client, time_of

# What a payment by bank is in when the bank has said no.
_FAILED = ("requires_payment_method", "canceled")


@dataclass(frozen=True, slots=True)
class Session:
    """A checkout session as it stands."""

    id: str
    url: str | None
    expires_at: datetime
    is_paid: bool = False
    is_expired: bool = False
    # Filled in; a bank's word takes days.
    is_processing: bool = False
    # The bank said no, days later.
    has_failed: bool = False
    payment_intent: str = ""
    charge: str = ""
    amount: Money | None = None
    # None while Stripe hasn't said.
    fee: Money | None = None
    customer: dict[str, Any] = field(default_factory=dict)


def create_checkout(
    key: str,
    *,
    items: Sequence[tuple[str, Money]],
    group: str,
    success_url: str,
    cancel_url: str,
    email: str,
    wants_address: bool,
    countries: Sequence[str],
    expires_at: datetime | None = None,
) -> Session:
    """Open a hosted payment page for what `items` come to.

    `group` ties the charge to later transfers.
    """
    metadata = {"checkout_id": key}
    params: Any = {
        "mode": "payment",
        "client_reference_id": key,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "metadata": metadata,
        "payment_intent_data": {"transfer_group": group, "metadata": metadata},
        "line_items": [_item(what, amount) for what, amount in items],
    }
    if email:
        params["customer_email"] = email
    if wants_address:
        params["shipping_address_collection"] = {"allowed_countries": list(countries)}
    if expires_at is not None:
        with contextlib.suppress(_TooLate):
            return _create(key, params | {"expires_at": int(expires_at.timestamp())})
        # It waited so long that Stripe takes its end no more: a page of a day is better than none.
        key = f"{key}:day"
    return _create(key, params)


def _item(what: str, amount: Money) -> dict[str, Any]:
    price = {
        "currency": amount.currency,
        "unit_amount": amount.minor,
        "product_data": {"name": what[:250]},
    }
    return {"quantity": 1, "price_data": price}


class _TooLate(Exception):
    """Stripe takes no page that ends in less than half an hour."""


def _create(key: str, params: Any) -> Session:
    try:
        made = ask(lambda: client().v1.checkout.sessions.create(params, {"idempotency_key": key}))
    except Rejected as error:
        if "expires_at" in params and "expires_at" in str(error):
            raise _TooLate from error
        raise
    return Session(made.id, made.url, time_of(made.expires_at))


def find_checkout(key: str, since: datetime) -> Session | None:
    """The session made for our intent, if the call that made it went unanswered."""
    params: Any = {"created": {"gte": int(since.timestamp()) - 60}, "limit": 100}
    page = ask(lambda: client().v1.checkout.sessions.list(params))
    for one in page.auto_paging_iter():
        if one.client_reference_id == key:
            return checkout(one.id)
    return None


def checkout(session_id: str) -> Session:
    """Read a session again, with the charge and the fee behind it."""
    expand: Any = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    one: Any = ask(lambda: client().v1.checkout.sessions.retrieve(session_id, expand))
    intent = one.payment_intent
    charge = intent.latest_charge if intent else None
    paid = charge if one.payment_status == "paid" and charge and charge.paid else None
    booked = paid.balance_transaction if paid else None
    return Session(
        id=one.id,
        url=one.url,
        expires_at=time_of(one.expires_at),
        is_paid=bool(paid),
        is_expired=one.status == "expired",
        is_processing=one.status == "complete" and one.payment_status == "unpaid",
        has_failed=_has_failed(one),
        payment_intent=intent.id if intent else "",
        charge=paid.id if paid else "",
        amount=Money(one.amount_total, one.currency),
        fee=Money(booked.fee, booked.currency) if booked else None,
        customer=_customer(one),
    )


def _has_failed(session: Any) -> bool:
    """Whether the page was filled in, and the bank refused days later: it can't be paid again."""
    intent = session.payment_intent
    is_filled_in = session.status == "complete" and session.payment_status == "unpaid"
    return bool(is_filled_in and intent and intent.status in _FAILED)


def _customer(session: Any) -> dict[str, Any]:
    details = session.to_dict()
    person = details.get("customer_details") or {}
    shipping = (details.get("collected_information") or {}).get("shipping_details") or {}
    return {
        "email": person.get("email") or "",
        "name": shipping.get("name") or person.get("name") or "",
        "address": shipping.get("address") or person.get("address") or {},
    }


def last_decline(payment_intent: str) -> tuple[str, str]:
    """(our checkout's id, Stripe's words) of a payment that failed."""
    one: Any = ask(lambda: client().v1.payment_intents.retrieve(payment_intent))
    error = one.last_payment_error
    metadata = one.metadata.to_dict() if one.metadata else {}
    return metadata.get("checkout_id", ""), error.message if error else ""


def close_checkout(session_id: str) -> None:
    """Close a page; one that is closed already, or waits for the bank's word, is fine."""
    try:
        ask(lambda: client().v1.checkout.sessions.expire(session_id))
    except Rejected:
        if ask(lambda: client().v1.checkout.sessions.retrieve(session_id)).status == "open":
            raise
