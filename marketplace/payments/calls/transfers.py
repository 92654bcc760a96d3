"""Money on its way to a payee's own account."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.payments import gateway, postings
from marketplace.payments.facts import Blocked, Route, Sent
from marketplace.payments.service import debts
from models import Checkout, PayoutAccount, Transfer, TransferStatus

from .intents import again, begin, group, look_first

_NOT_READY = frozenset({"insufficient_capabilities_for_transfer", "account_invalid"})


def send_transfer(id: uuid.UUID, route: Route) -> None:
    if _is_netted(id, route):
        return
    destination = _ready_account(id, route)
    begun = begin(Transfer, id, TransferStatus.WAITING) if destination else None
    if destination is None or begun is None:
        return
    row, stale = begun
    with unit_of_work() as db:
        charge = again(db, Checkout, row.checkout_id).charge_id
    intent, together = str(row.id), group(row.purpose, row.subject_id)
    try:
        moved = look_first(stale, lambda: gateway.find_transfer(intent, together))
        moved = moved or gateway.create_transfer(
            _key_of_round(row),
            intent=intent,
            amount=row.amount,
            destination=destination,
            charge=charge or "",
            group=together,
        )
    except gateway.Rejected as error:
        if error.code not in _NOT_READY:
            raise
        _block_refused(id, str(error), route)
        return
    with unit_of_work() as db:
        row = again(db, Transfer, id)
        row.move("send", by=None, also={"stripe_id": moved.id, "sent_at": now(), "problem": ""})
        postings.sent(db, row)
        route(db, Sent(row))


def _is_netted(id: uuid.UUID, route: Route) -> bool:
    """All of it went towards what the payee owed: as good as sent, for whose money it was."""
    with unit_of_work() as db:
        row = db.get(Transfer, id, populate_existing=True)
        if row is None or row.status != TransferStatus.NETTED:
            return False
        if row.sent_at is None:
            row.sent_at = now()
            route(db, Sent(row))
        return True


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
        if again(db, Checkout, row.checkout_id).fee_minor is None:
            # Not in Stripe's books yet, so nothing can be sent of it; its fee wakes us.
            return None
        if debts.is_frozen(db, row.checkout_id):
            # No word to the payee here: they are told of the dispute itself.
            why = "a bank disputes the payment"
            row.move("block", by=None, note=why, also={"problem": why})
            return None
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
        row = again(db, Transfer, id)
        _block(db, row, why, route)
        row.asked_at = None
