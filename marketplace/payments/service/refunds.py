"""Refunds that Stripe couldn't make, and what was held back while a bank decided."""

import uuid

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.jobs import enqueue
from marketplace.notices.service import tell, tell_admins
from marketplace.payments import postings
from models import (
    Checkout,
    Money,
    Payout,
    Person,
    Refund,
    RefundStatus,
    Refused,
    Transfer,
    TransferStatus,
)

from .debts import QUEUE, is_frozen

_BY_THE_BANK = "the bank gave the money back"


def give_back(
    db: Session,
    *,
    purpose: str,
    subject_id: uuid.UUID,
    amount: Money,
    checkout: Checkout,
    by: Person | None = None,
) -> Refund:
    """Send part or all of a charge back to who paid it."""
    refund = Refund(
        purpose=purpose,
        subject_id=subject_id,
        checkout_id=checkout.id,
        currency=amount.currency,
        amount_minor=amount.minor,
    )
    db.add(refund)
    refund.tell("ask", by=by)
    _send_later(db, refund.id)
    return refund


def refund_again(db: Session, refund: Refund, *, by: Person) -> Refund:
    """Ask Stripe once more for a refund that failed, as a refund of its own."""
    refund.lock()
    if is_frozen(db, refund.checkout_id):
        raise Refused(_("A bank disputes this payment. Wait until it has decided."))
    refund.move("replace", by=by)
    return give_back(
        db,
        purpose=refund.purpose,
        subject_id=refund.subject_id,
        amount=refund.amount,
        checkout=refund.checkout,
        by=by,
    )


def pay_by_hand(db: Session, refund: Refund, *, why: str, by: Person) -> None:
    """An admin has paid a failed refund from our own bank, and says how."""
    refund.move("pay_by_hand", by=by, note=why)
    postings.refunded_by_hand(db, refund)
    enqueue(db, "tell_refunded", queue=QUEUE, id=str(refund.id))


def refund_waiting(db: Session, checkout: Checkout, most: Money) -> Money:
    """The payer's bank was faster: what is owed back of the same payment isn't sent again.

    That are refunds that haven't left, and those Stripe refused because the bank has the money.
    Gives how much of them is covered by `most`, the sum the bank took.
    """
    left = most
    query = select(Refund).where(
        Refund.checkout_id == checkout.id,
        Refund.status.in_((RefundStatus.WAITING, RefundStatus.FAILED)),
    )
    for refund in db.scalars(query.order_by(Refund.created_at)).all():
        refund.lock()
        if left and refund.may("cancel"):
            left -= _cover(db, refund, left)
    return most - left


def _cover(db: Session, refund: Refund, most: Money) -> Money:
    """The bank gave back as much of a refund; gives how much of it that was."""
    part = min(refund.amount, most)
    rest = refund.amount - part
    if not rest:
        refund.move("cancel", by=None, note=_BY_THE_BANK)
    elif refund.status == RefundStatus.WAITING:
        refund.amount = rest
        refund.tell("keep_back", by=None, note=_BY_THE_BANK, minor=part.minor)
    else:
        # Stripe knows it by its amount, so what is left of it is a refund of its own.
        refund.move("replace", by=None, note=_BY_THE_BANK)
        give_back(
            db,
            purpose=refund.purpose,
            subject_id=refund.subject_id,
            amount=rest,
            checkout=refund.checkout,
        )
    return part


def resume(db: Session, checkout: Checkout) -> None:
    """What a payment waited for has come: what waits to leave of it goes on."""
    transfers = select(Transfer).where(
        Transfer.checkout_id == checkout.id,
        Transfer.status.in_((TransferStatus.BLOCKED, TransferStatus.WAITING)),
    )
    for transfer in db.scalars(transfers):
        if transfer.status == TransferStatus.BLOCKED:
            transfer.move("retry", by=None)
        enqueue(db, "send_transfer", queue=QUEUE, id=str(transfer.id))
    refunds = select(Refund.id).where(
        Refund.checkout_id == checkout.id, Refund.status == RefundStatus.WAITING
    )
    for id in db.scalars(refunds):
        _send_later(db, id)


def _send_later(db: Session, id: uuid.UUID) -> None:
    enqueue(db, "send_refund", queue=QUEUE, id=str(id))


def tell_of_failed_refund(db: Session, refund: Refund) -> None:
    """Admins choose another way; the money lies with us until then."""
    tell_admins(db, "refund_failed", path="/admin/money/owed", amount=refund.amount.plain())


def tell_of_failed_payout(db: Session, payout: Payout) -> None:
    """A bank sent money back: a payee mends their details at Stripe, or we do."""
    amount = payout.amount.plain()
    if payout.account is None:
        tell_admins(db, "own_payout_failed", path="/admin/money", amount=amount)
    else:
        tell(db, payout.account.person, "payout_failed", path="/payouts", amount=amount)
