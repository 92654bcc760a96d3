"""A refund after a deal's money was sent: an admin's word, and everybody gives their part back."""

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.payments import service as payments
from models import (
    Chargeback,
    ChargebackStatus,
    Checkout,
    Deal,
    DealStatus,
    Money,
    Person,
    Refund,
    RefundStatus,
    Refused,
)

from .chargebacks import burden, subject

_SENT = (DealStatus.RELEASED, DealStatus.SETTLED)
_GIVEN_UP = (RefundStatus.REPLACED, RefundStatus.CANCELLED)


def most(db: Session, deal: Deal) -> Money:
    """How much of a deal's payment hasn't gone back yet; nothing while it isn't paid out."""
    if deal.status not in _SENT:
        return Money(0, deal.currency)
    checkout = payments.paid_checkout(db, "deal", deal.id)
    left: Money = checkout.amount - _given_back(db, checkout) - _kept_by_bank(db, checkout)
    return max(left, Money(0, deal.currency))


def _given_back(db: Session, checkout: Checkout) -> Money:
    query = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
        Refund.checkout_id == checkout.id, Refund.status.not_in(_GIVEN_UP)
    )
    return Money(int(db.scalar(query) or 0), checkout.currency)


def _kept_by_bank(db: Session, checkout: Checkout) -> Money:
    """What the payer has had back from their bank."""
    query = select(func.coalesce(func.sum(Chargeback.amount_minor), 0)).where(
        Chargeback.checkout_id == checkout.id, Chargeback.status == ChargebackStatus.LOST
    )
    return Money(int(db.scalar(query) or 0), checkout.currency)


def refund(db: Session, deal: Deal, amount: Money, *, why: str, by: Person) -> Refund:
    """The creator's and our part of it are taken back first; then it goes to the brand."""
    deal.lock()
    payments.still_free(deal)
    if not amount or most(db, deal) < amount:
        raise Refused(_("Less than that can still be given back."))
    checkout = payments.paid_checkout(db, "deal", deal.id)
    of, parts = subject(db, deal.id), burden(db, deal, amount)
    return payments.give_back_late(db, of, checkout, parts, amount, why=why, by=by)
