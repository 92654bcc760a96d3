"""The only module that speaks to Stripe. Plain values go in and out; errors become four of ours.

Every create takes the id of our own intent row as its idempotency key. Without keys in the
settings the same client talks to the sandbox; nothing else differs.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import stripe
from flask import current_app
from stripe import RequestsClient, StripeClient

from models import Money

stripe.enable_telemetry = False
T = TypeVar("T")
# What a payment by bank is in when the bank has said no.
_FAILED = ("requires_payment_method", "canceled")


class Problem(Exception):
    """What Stripe or the way to it said. `code` is Stripe's own, where there is one."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Declined(Problem):
    """The card was declined; another may do."""


class Rejected(Problem):
    """Stripe refused the request as it is; the same request will be refused again."""


class Unknown(Problem):
    """No answer, or a broken one: it may have happened. Look, or ask again with the same key."""


class Unavailable(Problem):
    """Stripe did not take the request: too many, or signed wrongly. Nothing happened."""


@dataclass(frozen=True, slots=True)
class Session:
    """A checkout session as it stands."""

    id: str
    url: str | None
    expires_at: datetime
    is_paid: bool = False
    is_expired: bool = False
    payment_intent: str = ""
    charge: str = ""
    amount: Money | None = None
    # None while Stripe hasn't said.
    fee: Money | None = None
    customer: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """A connected account as it stands."""

    id: str
    details_submitted: bool
    transfers_active: bool
    payouts_enabled: bool
    currently_due: list[str]
    disabled_reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A transfer or a refund as it stands. `has_left` once it is in our balance's history."""

    id: str
    status: str
    has_left: bool


def _client() -> StripeClient:
    config = current_app.extensions["config"]
    return _client_with(config.stripe_secret_key, config.stripe_api_base)


@cache
def _client_with(key: str, base: str | None) -> StripeClient:
    bases: Any = {name: base for name in ("api", "connect", "files", "meter_events") if base}
    return StripeClient(
        key,
        base_addresses=bases,
        max_network_retries=2,
        http_client=RequestsClient(timeout=(3.05, 20)),
    )


def _ask(call: Callable[[], T]) -> T:
    try:
        return call()
    except stripe.CardError as error:
        raise Declined(error.user_message or str(error), error.code or "") from error
    except (stripe.RateLimitError, stripe.AuthenticationError, stripe.PermissionError) as error:
        raise Unavailable(str(error), error.code or "") from error
    except (stripe.InvalidRequestError, stripe.IdempotencyError) as error:
        raise Rejected(error.user_message or str(error), error.code or "") from error
    except stripe.StripeError as error:
        raise Unknown(str(error), error.code or "") from error


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def create_checkout(
    key: str,
    *,
    amount: Money,
    description: str,
    group: str,
    success_url: str,
    cancel_url: str,
    email: str,
    wants_address: bool,
    countries: Sequence[str],
) -> Session:
    """Open a hosted payment page for one amount. `group` ties the charge to later transfers."""
    metadata = {"checkout_id": key}
    params: Any = {
        "mode": "payment",
        "client_reference_id": key,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "metadata": metadata,
        "payment_intent_data": {"transfer_group": group, "metadata": metadata},
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": amount.currency,
                    "unit_amount": amount.minor,
                    "product_data": {"name": description[:250]},
                },
            }
        ],
    }
    if email:
        params["customer_email"] = email
    if wants_address:
        params["shipping_address_collection"] = {"allowed_countries": list(countries)}
    made = _ask(lambda: _client().v1.checkout.sessions.create(params, {"idempotency_key": key}))
    return Session(made.id, made.url, _time(made.expires_at))


def find_checkout(key: str, since: datetime) -> Session | None:
    """The session made for our intent, if the call that made it went unanswered."""
    params: Any = {"created": {"gte": int(since.timestamp()) - 60}, "limit": 100}
    page = _ask(lambda: _client().v1.checkout.sessions.list(params))
    for one in page.auto_paging_iter():
        if one.client_reference_id == key:
            return checkout(one.id)
    return None


def checkout(session_id: str) -> Session:
    """Read a session again, with the charge and the fee behind it."""
    expand: Any = {"expand": ["payment_intent.latest_charge.balance_transaction"]}
    one: Any = _ask(lambda: _client().v1.checkout.sessions.retrieve(session_id, expand))
    intent = one.payment_intent
    charge = intent.latest_charge if intent else None
    paid = charge if one.payment_status == "paid" and charge and charge.paid else None
    booked = paid.balance_transaction if paid else None
    return Session(
        id=one.id,
        url=one.url,
        expires_at=_time(one.expires_at),
        is_paid=bool(paid),
        is_expired=one.status == "expired" or _has_failed(one),
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
    one: Any = _ask(lambda: _client().v1.payment_intents.retrieve(payment_intent))
    error = one.last_payment_error
    metadata = one.metadata.to_dict() if one.metadata else {}
    return metadata.get("checkout_id", ""), error.message if error else ""


def close_checkout(session_id: str) -> None:
    """Close a page; one that is closed already, or waits for the bank's word, is fine."""
    try:
        _ask(lambda: _client().v1.checkout.sessions.expire(session_id))
    except Rejected:
        if _ask(lambda: _client().v1.checkout.sessions.retrieve(session_id)).status == "open":
            raise


def create_account(key: str, *, email: str, country: str) -> Account:
    """A connected account for being paid: express dashboard, we bear fees and losses."""
    params: Any = {
        "country": country,
        "email": email,
        "controller": {
            "stripe_dashboard": {"type": "express"},
            "fees": {"payer": "application"},
            "losses": {"payments": "application"},
            "requirement_collection": "stripe",
        },
        "capabilities": {"transfers": {"requested": True}},
        "metadata": {"payout_account_id": key},
    }
    return _account(_ask(lambda: _client().v1.accounts.create(params, {"idempotency_key": key})))


def account(account_id: str) -> Account:
    return _account(_ask(lambda: _client().v1.accounts.retrieve(account_id)))


def find_account(key: str, since: datetime) -> Account | None:
    """The account made for our intent, if the call that made it went unanswered."""
    params: Any = {"created": {"gte": int(since.timestamp()) - 60}, "limit": 100}
    page = _ask(lambda: _client().v1.accounts.list(params))
    for one in page.auto_paging_iter():
        if one.metadata and one.metadata.to_dict().get("payout_account_id") == key:
            return _account(one)
    return None


def _account(one: Any) -> Account:
    plain = one.to_dict()
    requirements = plain.get("requirements") or {}
    return Account(
        id=one.id,
        details_submitted=bool(plain.get("details_submitted")),
        transfers_active=(plain.get("capabilities") or {}).get("transfers") == "active",
        payouts_enabled=bool(plain.get("payouts_enabled")),
        currently_due=list(requirements.get("currently_due") or []),
        disabled_reason=requirements.get("disabled_reason") or "",
    )


def onboarding_link(account_id: str, *, refresh_url: str, return_url: str) -> tuple[str, datetime]:
    """A single-use link to Stripe's onboarding pages, and until when it opens."""
    params: Any = {
        "account": account_id,
        "type": "account_onboarding",
        "refresh_url": refresh_url,
        "return_url": return_url,
    }
    link = _ask(lambda: _client().v1.account_links.create(params))
    return link.url, _time(link.expires_at)


def create_transfer(
    key: str, *, intent: str, amount: Money, destination: str, charge: str, group: str
) -> Moved:
    """Send part of a charge to a connected account; it may still be pending there.

    One intent may be asked for under several keys, each after the last was refused.
    """
    params: Any = {
        "amount": amount.minor,
        "currency": amount.currency,
        "destination": destination,
        "source_transaction": charge,
        "transfer_group": group,
        "metadata": {"transfer_id": intent},
    }
    one = _ask(lambda: _client().v1.transfers.create(params, {"idempotency_key": key}))
    return Moved(one.id, "sent", True)


def find_transfer(intent: str, group: str) -> Moved | None:
    params: Any = {"transfer_group": group, "limit": 100}
    page = _ask(lambda: _client().v1.transfers.list(params))
    for one in page.auto_paging_iter():
        if one.metadata and one.metadata.to_dict().get("transfer_id") == intent:
            return Moved(one.id, "sent", True)
    return None


def create_refund(key: str, *, amount: Money, payment_intent: str) -> Moved:
    params: Any = {
        "amount": amount.minor,
        "payment_intent": payment_intent,
        "reason": "requested_by_customer",
        "metadata": {"refund_id": key},
    }
    return _refund(_ask(lambda: _client().v1.refunds.create(params, {"idempotency_key": key})))


def refund(refund_id: str) -> Moved:
    return _refund(_ask(lambda: _client().v1.refunds.retrieve(refund_id)))


def find_refund(key: str, payment_intent: str) -> Moved | None:
    params: Any = {"payment_intent": payment_intent, "limit": 100}
    page = _ask(lambda: _client().v1.refunds.list(params))
    for one in page.auto_paging_iter():
        if one.metadata and one.metadata.to_dict().get("refund_id") == key:
            return _refund(one)
    return None


def _refund(one: Any) -> Moved:
    return Moved(one.id, one.status or "pending", one.balance_transaction is not None)


def balance(currency: str) -> Money:
    """Everything on our Stripe balance, pending and available together."""
    found: Any = _ask(_client().v1.balance.retrieve)
    parts = [*found.available, *found.pending]
    return Money(sum(part.amount for part in parts if part.currency == currency), currency)


def _has_the_shape_of_an_event(payload: bytes) -> bool:
    try:
        event = json.loads(payload)
    except (ValueError, RecursionError):
        return False
    match event:
        case {"id": str(), "type": str(), "data": {"object": {**_thing}}}:
            return True
    return False


def read_event(payload: bytes, signature: str, secrets: Sequence[str]) -> dict[str, Any] | None:
    """The event in a webhook, if one of our secrets signed it; without one the door is shut."""
    if not _has_the_shape_of_an_event(payload):
        return None
    for secret in secrets:
        try:
            return _client().construct_event(payload, signature, secret).to_dict()
        except (stripe.SignatureVerificationError, ValueError):
            continue
    return None
