"""What Stripe told: each event, what it is about, what came of it, and where one was lost."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, defer

from marketplace.kit.clock import now
from marketplace.payments import ledger
from models import (
    Checkout,
    EventStatus,
    EventSweep,
    Found,
    PayoutAccount,
    Refund,
    StripeEvent,
    Transfer,
)
from models.clock import real_now

MASK = "•••"
# Whoever reads an event needs to see what happened to which thing, and not who paid from where.
_PRIVATE = frozenset(
    {
        *(
            "account_holder_name",
            "account_number",
            "address",
            "billing_details",
            "business_profile",
        ),
        *("collected_information", "company", "customer_details", "customer_email", "dob", "email"),
        *("evidence", "external_accounts", "fingerprint", "iban", "id_number", "individual", "ip"),
        *(
            "ip_address",
            "name",
            "owner",
            "payment_method_details",
            "person",
            "phone",
            "postal_code",
        ),
        *("receipt_email", "receipt_number", "receipt_url", "routing_number", "shipping"),
        *(
            "shipping_details",
            "source_details",
            "ssn_last_4",
            "tax_id",
            "tax_ids",
            "tos_acceptance",
        ),
        *("client_secret", "hosted_invoice_url", "invoice_pdf", "secret", "url"),
        # An order's address holds the code that opens it.
        *("cancel_url", "refresh_url", "return_url", "success_url"),
    }
)
_SECRET = re.compile(
    r"(sk|rk|pk|whsec)_\w{4,}|_secret_\w+|[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE
)
_STRIPE_ID = re.compile(r"[a-z]{2,8}_[A-Za-z0-9_]{4,}")


def masked(value: Any) -> Any:
    """The body of an event without secrets and without what says who somebody is."""
    if isinstance(value, dict):
        return {
            key: MASK if key in _PRIVATE and part not in (None, "", [], {}) else masked(part)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [masked(part) for part in value]
    return MASK if isinstance(value, str) and _SECRET.search(value) else value


def events(status: str = "", found: str = "", search: str = "") -> Select[Any]:
    """Stripe's events, newest first, without their bodies; `search` is an id or a type."""
    query = select(StripeEvent).options(defer(StripeEvent.payload))
    if status in set(EventStatus):
        query = query.where(StripeEvent.status == status)
    if found in set(Found):
        query = query.where(StripeEvent.found == found)
    if search:
        same = (StripeEvent.stripe_id, StripeEvent.object_id, StripeEvent.account)
        kind = StripeEvent.type.startswith(search, autoescape=True)
        query = query.where(or_(kind, *(column == search for column in same)))
    return query.order_by(StripeEvent.created_at.desc(), StripeEvent.id)


def counts(db: Session) -> dict[str, int]:
    rows = db.execute(select(StripeEvent.status, func.count()).group_by(StripeEvent.status))
    return {str(status): count for status, count in rows}


@dataclass(frozen=True, slots=True)
class Looked:
    """How looking for lost events went: when last, in how many accounts, and what it found."""

    at: datetime | None
    accounts: int
    found: int
    problems: list[EventSweep]


def looked(db: Session) -> Looked:
    at, accounts, found = db.execute(
        select(
            func.max(EventSweep.swept_at),
            func.count(),
            func.coalesce(func.sum(EventSweep.found), 0),
        )
    ).one()
    shut = select(EventSweep).where(EventSweep.problem != "").order_by(EventSweep.swept_at.desc())
    at = at and at + (now() - real_now())
    return Looked(at, accounts, int(found), list(db.scalars(shut.limit(20))))


@dataclass(frozen=True, slots=True)
class Whole:
    """One event with all that is known of it."""

    event: StripeEvent
    body: Any
    happened_at: datetime | None
    about: list[Checkout | Transfer | Refund | PayoutAccount]
    journals: list[ledger.Journal]
    others: list[StripeEvent]


def whole(db: Session, event: StripeEvent) -> Whole:
    payload = event.payload or {}
    # Without its body an event still says what it is about.
    ids = {event.object_id, event.account, *_stripe_ids(payload)} - {""}
    about = _rows_with(db, ids)
    created = payload.get("created")
    return Whole(
        event,
        masked(payload),
        datetime.fromtimestamp(created, UTC) if isinstance(created, int) else None,
        about,
        _journals(db, about, ids | {row.charge_id for row in about if isinstance(row, Checkout)}),
        _others(db, event),
    )


def _stripe_ids(payload: dict[str, Any]) -> Iterator[str]:
    thing = (payload.get("data") or {}).get("object") or {}
    for value in thing.values():
        if isinstance(value, str) and _STRIPE_ID.fullmatch(value):
            yield value


def _rows_with(db: Session, ids: set[str]) -> list[Any]:
    """What we asked of Stripe and the event names, by the ids Stripe gave."""
    paid = (Checkout.session_id, Checkout.payment_intent_id, Checkout.charge_id)
    found: list[Any] = list(db.scalars(_named(Checkout, (col.in_(ids) for col in paid))))
    for model in (Transfer, Refund, PayoutAccount):
        found += db.scalars(_named(model, [model.stripe_id.in_(ids)]))
    return found


def _named(model: Any, conditions: Iterable[ColumnElement[bool]]) -> Select[Any]:
    return select(model).where(or_(*conditions)).limit(20)


def _journals(db: Session, about: list[Any], ids: set[Any]) -> list[ledger.Journal]:
    """The journals about what an event names that carry one of its ids, or of its payment's."""
    things = {(row.purpose, row.subject_id) for row in about if not isinstance(row, PayoutAccount)}
    found = [one for thing in sorted(things, key=str) for one in ledger.journals(db, about=thing)]
    return [one for one in found if one.stripe_id and one.stripe_id in ids]


def _others(db: Session, event: StripeEvent) -> list[StripeEvent]:
    """Everything else that Stripe told of the same thing, in the order it came."""
    if not event.object_id:
        return []
    query = select(StripeEvent).options(defer(StripeEvent.payload))
    # An ability of an account is named alike in each: "transfers".
    same = query.where(
        StripeEvent.object_id == event.object_id,
        StripeEvent.account == event.account,
        StripeEvent.id != event.id,
    )
    return list(db.scalars(same.order_by(StripeEvent.created_at).limit(50)))
