"""Payment pages: opened, looked at, closed."""

import uuid

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.kit.db import unit_of_work
from marketplace.payments import gateway, postings
from marketplace.payments.facts import Expired, Paid, Processing, Route
from marketplace.payments.service import resume
from models import Checkout, CheckoutStatus, Money

from .intents import again, begin, group, look_first

SHIPS_TO = ("SE", "NO", "DK", "FI", "DE", "NL", "BE", "FR", "AT", "IE", "GB", "IT", "ES", "PL")


def open_checkout(id: uuid.UUID) -> None:
    begun = begin(Checkout, id, CheckoutStatus.WAITING)
    if begun is None:
        return
    row, stale = begun
    key, base = str(row.id), current_app.extensions["config"].public_url
    try:
        made = look_first(stale, lambda: gateway.find_checkout(key, row.created_at))
        made = made or gateway.create_checkout(
            key,
            items=_items(row),
            group=group(row.purpose, row.subject_id),
            success_url=base + row.success_path,
            cancel_url=base + row.cancel_path,
            email=row.email,
            wants_address=row.wants_address,
            countries=SHIPS_TO,
            expires_at=row.expires_at,
        )
    except gateway.Rejected as error:
        with unit_of_work() as db:
            said = str(error)
            again(db, Checkout, id).move("refuse", by=None, note=said, also={"problem": said})
        return
    with unit_of_work() as db:
        row = again(db, Checkout, id)
        opened = {"session_id": made.id, "url": made.url, "expires_at": made.expires_at}
        row.move("open", by=None, also=opened)


def _items(row: Checkout) -> list[tuple[str, Money]]:
    """What the page lists: what is paid for, and the surcharge on a line of its own."""
    items = [(row.description, row.amount - row.surcharge)]
    return [*items, (_("Payment surcharge"), row.surcharge)] if row.surcharge else items


def refresh_checkout(id: uuid.UUID, route: Route) -> None:
    """Read the session at Stripe and let what changed take effect."""
    with unit_of_work() as db:
        session_id = again(db, Checkout, id).session_id
    if session_id is None:
        return
    seen = gateway.checkout(session_id)
    with unit_of_work() as db:
        settle_checkout(db, again(db, Checkout, id), seen, route)


def settle_checkout(db: Session, row: Checkout, seen: gateway.Session, route: Route) -> None:
    """Apply what Stripe says of a session; seeing it again, or late, changes nothing."""
    row.lock()
    if seen.is_paid and row.may("pay"):
        if seen.amount != row.amount:
            raise gateway.Problem(f"{row.session_id} was paid with {seen.amount}")
        paid = {
            "payment_intent_id": seen.payment_intent,
            "charge_id": seen.charge,
            "customer": seen.customer,
            "fee_minor": None if seen.fee is None else seen.fee.minor,
        }
        row.move("pay", by=None, also=paid)
        postings.paid(db, row)
        route(db, Paid(row))
    elif row.status == CheckoutStatus.PAID and row.fee_minor is None and seen.fee is not None:
        row.fee_minor = seen.fee.minor
        postings.late_fee(db, row, seen.fee)
        resume(db, row)
    elif seen.has_failed and row.may("fail"):
        row.move("fail", by=None)
        route(db, Expired(row))
    elif seen.is_expired and row.may("expire"):
        row.move("expire", by=None)
        route(db, Expired(row))
    elif seen.is_processing and row.may("process"):
        row.move("process", by=None)
        route(db, Processing(row))


def close_checkout(id: uuid.UUID, route: Route) -> None:
    with unit_of_work() as db:
        row = again(db, Checkout, id)
        session_id = row.session_id
    if row.status == CheckoutStatus.WAITING:
        # It may be opened this moment; this job waits, or the page would stay open.
        raise gateway.Unavailable("The page to be closed is not open yet")
    if session_id is None or row.status != CheckoutStatus.OPEN:
        return
    gateway.close_checkout(session_id)
    refresh_checkout(id, route)
