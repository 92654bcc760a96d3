"""Money on its way to a bank, as Stripe tells it: ours is booked, a payee's is only shown."""

import uuid

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.payments import gateway, postings
from marketplace.payments.facts import PayoutFailed, Route
from models import Payout, PayoutAccount, PayoutStatus

# Stripe's word → our verb.
_VERBS = {"in_transit": "leave", "paid": "arrive", "failed": "fail", "canceled": "cancel"}


def refresh_payout(stripe_id: str, account: str, route: Route) -> bool:
    """Read a payout at Stripe and let what changed take effect; False if it isn't of ours."""
    with unit_of_work() as db:
        of = select(PayoutAccount.id).where(PayoutAccount.stripe_id == account)
        account_id = db.scalar(of) if account else None
    if account and account_id is None:
        return False
    seen = gateway.payout(stripe_id, account)
    with unit_of_work() as db:
        settle_payout(db, _row(db, seen, account_id), seen, route)
    return True


def _row(db: Session, seen: gateway.Paying, account_id: uuid.UUID | None) -> Payout:
    values = {
        "id": uuid.uuid4(),
        "account_id": account_id,
        "stripe_id": seen.id,
        "status": PayoutStatus.PENDING,
        "currency": seen.amount.currency,
        "amount_minor": seen.amount.minor,
        "arrives_at": seen.arrives_at,
        "failure_code": "",
        "failure_message": "",
        "created_at": now(),
    }
    db.execute(insert(Payout).values(values).on_conflict_do_nothing())
    row = db.scalars(select(Payout).where(Payout.stripe_id == seen.id)).one()
    row.lock()
    return row


def settle_payout(db: Session, row: Payout, seen: gateway.Paying, route: Route) -> None:
    """Apply what Stripe says of a payout; what it skipped telling is booked on the way."""
    row.arrives_at = seen.arrives_at
    is_ours = row.account_id is None
    if is_ours:
        postings.payout_left(db, row)
    verb = _VERBS.get(seen.status)
    if verb is None or row.status == seen.status or not row.may(verb):
        return
    was_paid = row.status == PayoutStatus.PAID
    failure = {"failure_code": seen.failure_code, "failure_message": seen.failure_message}
    row.move(verb, by=None, also=failure if verb == "fail" else {})
    if is_ours and verb == "arrive":
        postings.payout_paid(db, row)
    elif is_ours and verb in ("fail", "cancel"):
        postings.payout_returned(db, row, was_paid=was_paid)
    if verb == "fail":
        route(db, PayoutFailed(row))
