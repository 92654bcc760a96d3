"""Payees' accounts: made, led through Stripe's pages, and read again."""

import uuid

from flask import current_app
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.kit.jobs import enqueue
from marketplace.payments import gateway
from marketplace.payments.facts import AccountReady, Route
from marketplace.payments.service import QUEUE, debts
from models import AccountStatus, PayoutAccount, Person, Transfer, TransferStatus

from .intents import again, begin, look_first


def onboard(id: uuid.UUID) -> None:
    """Make the account if there is none yet, then a fresh link to its onboarding."""
    begun = begin(PayoutAccount, id, AccountStatus.WAITING)
    if begun is not None:
        row, stale = begun
        with unit_of_work() as db:
            email = db.get_one(Person, row.person_id).email
        key = str(row.id)
        made = look_first(stale, lambda: gateway.find_account(key, row.created_at))
        made = made or gateway.create_account(key, email=email, country=row.country)
        with unit_of_work() as db:
            row = again(db, PayoutAccount, id)
            row.move("create", by=None, also={"stripe_id": made.id})
    with unit_of_work() as db:
        stripe_id = again(db, PayoutAccount, id).stripe_id or ""
    base = current_app.extensions["config"].public_url
    url, until = gateway.onboarding_link(
        stripe_id, refresh_url=f"{base}/payouts/again", return_url=f"{base}/payouts/back"
    )
    with unit_of_work() as db:
        row = again(db, PayoutAccount, id)
        row.link_url, row.link_until = url, until


def refresh_account(id: uuid.UUID, route: Route) -> None:
    """Read the account at Stripe; if it can receive now, send what waited for it."""
    with unit_of_work() as db:
        stripe_id = again(db, PayoutAccount, id).stripe_id
    if stripe_id is None:
        return
    seen = gateway.account(stripe_id)
    with unit_of_work() as db:
        row = again(db, PayoutAccount, id)
        row.lock()
        became_ready = seen.transfers_active and not row.transfers_active
        row.details_submitted = seen.details_submitted
        row.transfers_active = seen.transfers_active
        row.payouts_enabled = seen.payouts_enabled
        row.currently_due = seen.currently_due
        row.disabled_reason = seen.disabled_reason
        row.past_due = seen.past_due
        row.pending_verification = seen.pending_verification
        row.due_by = seen.due_by
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
        if transfer.asked_at is None:
            # What they came to owe meanwhile; not where an answer may have been lost.
            debts.net(db, transfer)
        enqueue(db, "send_transfer", queue=QUEUE, id=str(transfer.id))
