"""Carrying out intents: read and mark, call Stripe outside any transaction, then write what came.

Killed anywhere in between, the same job runs again: the key is the intent's own id, and a call
whose answer was lost long ago is looked up before anything is sent a second time.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.kit.jobs import enqueue
from models import (
    AccountStatus,
    Checkout,
    CheckoutStatus,
    Model,
    Money,
    PayoutAccount,
    Person,
    Refund,
    RefundStatus,
    Transfer,
    TransferStatus,
)

from . import gateway, ledger, postings
from .facts import AccountReady, Blocked, Expired, Paid, Refunded, Route, Sent
from .service import QUEUE

# Stripe keeps idempotency keys for a day; after that a repeat would be a second call.
KEYS_LAST = timedelta(hours=23)
SHIPS_TO = ("SE", "NO", "DK", "FI", "DE", "NL", "BE", "FR", "AT", "IE", "GB", "IT", "ES", "PL")
_NOT_READY = frozenset({"insufficient_capabilities_for_transfer", "account_invalid"})
Intent = TypeVar("Intent", Checkout, Transfer, Refund, PayoutAccount)
Found = TypeVar("Found")


def _begin(model: type[Intent], id: uuid.UUID, waiting: object) -> tuple[Intent, bool] | None:
    """Mark one more attempt. Gives the row and whether its key may be forgotten by now."""
    with unit_of_work() as db:
        row = db.get(model, id, with_for_update=True, populate_existing=True)
        if row is None or row.status != waiting:
            return None
        stale = row.asked_at is not None and now() - row.asked_at > KEYS_LAST
        row.attempts += 1
        row.asked_at = row.asked_at or now()
        return row, stale


def _look_first(stale: bool, find: Callable[[], Found | None]) -> Found | None:
    return find() if stale else None


def open_checkout(id: uuid.UUID) -> None:
    begun = _begin(Checkout, id, CheckoutStatus.WAITING)
    if begun is None:
        return
    row, stale = begun
    key, base = str(row.id), current_app.extensions["config"].public_url
    try:
        made = _look_first(stale, lambda: gateway.find_checkout(key, row.created_at))
        made = made or gateway.create_checkout(
            key,
            amount=row.amount,
            description=row.description,
            group=_group(row.purpose, row.subject_id),
            success_url=base + row.success_path,
            cancel_url=base + row.cancel_path,
            email=row.email,
            wants_address=row.wants_address,
            countries=SHIPS_TO,
        )
    except gateway.Rejected as error:
        with unit_of_work() as db:
            said = str(error)
            _again(db, Checkout, id).move("refuse", by=None, note=said, also={"problem": said})
        return
    with unit_of_work() as db:
        row = _again(db, Checkout, id)
        opened = {"session_id": made.id, "url": made.url, "expires_at": made.expires_at}
        row.move("open", by=None, also=opened)


def refresh_checkout(id: uuid.UUID, route: Route) -> None:
    """Read the session at Stripe and let what changed take effect."""
    with unit_of_work() as db:
        session_id = _again(db, Checkout, id).session_id
    if session_id is None:
        return
    seen = gateway.checkout(session_id)
    with unit_of_work() as db:
        settle_checkout(db, _again(db, Checkout, id), seen, route)


def settle_checkout(db: Session, row: Checkout, seen: gateway.Session, route: Route) -> None:
    """Apply what Stripe says of a session; seeing it again, or late, changes nothing."""
    row.lock()
    if seen.is_paid and row.status == CheckoutStatus.OPEN:
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
        if seen.fee:
            postings.late_fee(db, row, seen.fee)
    elif seen.is_expired and row.status == CheckoutStatus.OPEN:
        row.move("expire", by=None)
        route(db, Expired(row))


def close_checkout(id: uuid.UUID, route: Route) -> None:
    with unit_of_work() as db:
        row = _again(db, Checkout, id)
        session_id = row.session_id
    if row.status == CheckoutStatus.WAITING:
        # It may be opened this moment; this job waits, or the page would stay open.
        raise gateway.Unavailable("The page to be closed is not open yet")
    if session_id is None or row.status != CheckoutStatus.OPEN:
        return
    gateway.close_checkout(session_id)
    refresh_checkout(id, route)


def send_transfer(id: uuid.UUID, route: Route) -> None:
    destination = _ready_account(id, route)
    begun = _begin(Transfer, id, TransferStatus.WAITING) if destination else None
    if destination is None or begun is None:
        return
    row, stale = begun
    with unit_of_work() as db:
        charge = _again(db, Checkout, row.checkout_id).charge_id
    intent, group = str(row.id), _group(row.purpose, row.subject_id)
    try:
        moved = _look_first(stale, lambda: gateway.find_transfer(intent, group))
        moved = moved or gateway.create_transfer(
            _key_of_round(row),
            intent=intent,
            amount=row.amount,
            destination=destination,
            charge=charge or "",
            group=group,
        )
    except gateway.Rejected as error:
        if error.code not in _NOT_READY:
            raise
        _block_refused(id, str(error), route)
        return
    with unit_of_work() as db:
        row = _again(db, Transfer, id)
        row.move("send", by=None, also={"stripe_id": moved.id, "sent_at": now(), "problem": ""})
        postings.sent(db, row)
        route(db, Sent(row))


def _key_of_round(row: Transfer) -> str:
    """One key until Stripe refuses; it would repeat the refusal for a day, so then a new one."""
    assert row.asked_at is not None
    return f"{row.id}:{row.asked_at:%Y%m%dT%H%M%S.%f}"


def _ready_account(id: uuid.UUID, route: Route) -> str | None:
    """Where the transfer goes to; without a ready account it is blocked, and stays with us.

    When it was first asked for stays written: an answer may have been lost, and it was sent.
    """
    with unit_of_work() as db:
        row = db.get(Transfer, id, populate_existing=True)
        if row is None or row.status != TransferStatus.WAITING:
            return None
        # Locked, so that an account that becomes ready this moment finds the block, or we see it.
        of_payee = select(PayoutAccount).where(PayoutAccount.person_id == row.payee_id)
        account = db.scalar(of_payee.with_for_update().execution_options(populate_existing=True))
        if account is not None and account.transfers_active:
            return account.stripe_id
        _block(db, row, "the account isn't ready", route)
        return None


def _block(db: Session, row: Transfer, why: str, route: Route) -> None:
    """The money stays with us, visibly, until the payee's account can take it."""
    row.move("block", by=None, note=why, also={"problem": why})
    route(db, Blocked(row))


def _block_refused(id: uuid.UUID, why: str, route: Route) -> None:
    """Stripe itself said no, so nothing was sent: the next round of tries begins afresh."""
    with unit_of_work() as db:
        row = _again(db, Transfer, id)
        _block(db, row, why, route)
        row.asked_at = None


def send_refund(id: uuid.UUID, route: Route) -> None:
    with unit_of_work() as db:
        row = db.get(Refund, id, populate_existing=True)
        known = row.stripe_id if row is not None else None
    if known:
        refresh_refund(id, known, route)
        return
    begun = _begin(Refund, id, RefundStatus.WAITING)
    if begun is None:
        return
    row, stale = begun
    with unit_of_work() as db:
        intent = _again(db, Checkout, row.checkout_id).payment_intent_id or ""
    key = str(row.id)
    moved = _look_first(stale, lambda: gateway.find_refund(key, intent))
    moved = moved or gateway.create_refund(key, amount=row.amount, payment_intent=intent)
    _settle_refund(id, moved, route)


def refresh_refund(id: uuid.UUID, stripe_id: str, route: Route) -> None:
    _settle_refund(id, gateway.refund(stripe_id), route)


def _settle_refund(id: uuid.UUID, seen: gateway.Moved, route: Route) -> None:
    with unit_of_work() as db:
        row = _again(db, Refund, id)
        row.lock()
        row.stripe_id = seen.id
        if seen.status == "succeeded" and row.may("succeed"):
            row.succeeded_at = now()
            row.move("succeed", by=None)
            postings.refunded(db, row)
            route(db, Refunded(row))
        elif seen.status in ("failed", "canceled") and row.may("fail"):
            row.move("fail", by=None)
            if ledger.is_posted(db, f"refund:{row.id}:sent"):
                postings.refund_failed(db, row)
        elif seen.status == "pending" and row.may("pend"):
            row.move("pend", by=None)
            if seen.has_left:
                postings.refunded(db, row)


def onboard(id: uuid.UUID) -> None:
    """Make the account if there is none yet, then a fresh link to its onboarding."""
    begun = _begin(PayoutAccount, id, AccountStatus.WAITING)
    if begun is not None:
        row, stale = begun
        with unit_of_work() as db:
            email = db.get_one(Person, row.person_id).email
        key = str(row.id)
        made = _look_first(stale, lambda: gateway.find_account(key, row.created_at))
        made = made or gateway.create_account(key, email=email, country=row.country)
        with unit_of_work() as db:
            row = _again(db, PayoutAccount, id)
            row.move("create", by=None, also={"stripe_id": made.id})
    with unit_of_work() as db:
        stripe_id = _again(db, PayoutAccount, id).stripe_id or ""
    base = current_app.extensions["config"].public_url
    url, until = gateway.onboarding_link(
        stripe_id, refresh_url=f"{base}/payouts/again", return_url=f"{base}/payouts/back"
    )
    with unit_of_work() as db:
        row = _again(db, PayoutAccount, id)
        row.link_url, row.link_until = url, until


def refresh_account(id: uuid.UUID, route: Route) -> None:
    """Read the account at Stripe; if it can receive now, send what waited for it."""
    with unit_of_work() as db:
        stripe_id = _again(db, PayoutAccount, id).stripe_id
    if stripe_id is None:
        return
    seen = gateway.account(stripe_id)
    with unit_of_work() as db:
        row = _again(db, PayoutAccount, id)
        row.lock()
        became_ready = seen.transfers_active and not row.transfers_active
        row.details_submitted = seen.details_submitted
        row.transfers_active = seen.transfers_active
        row.payouts_enabled = seen.payouts_enabled
        row.currently_due = seen.currently_due
        row.disabled_reason = seen.disabled_reason
        row.checked_at = now()
        if became_ready:
            route(db, AccountReady(row))
        if row.transfers_active:
            _send_what_waited(db, row)


def _send_what_waited(db: Session, account: PayoutAccount) -> None:
    waiting = db.query(Transfer).filter_by(
        payee_id=account.person_id, status=TransferStatus.BLOCKED
    )
    for transfer in waiting:
        transfer.move("retry", by=None)
        enqueue(db, "send_transfer", queue=QUEUE, id=str(transfer.id))


def stripe_balance(currency: str) -> Money:
    return gateway.balance(currency)


def _again(db: Session, model: type[Found], id: uuid.UUID) -> Found:
    assert issubclass(model, Model)
    return db.get_one(model, id, populate_existing=True)


def _group(purpose: str, subject_id: uuid.UUID) -> str:
    """What ties a charge, its transfers and its refunds together at Stripe."""
    return f"{purpose}_{subject_id}"
