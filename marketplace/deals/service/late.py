"""A refund after a deal's money was sent: an admin's word, and everybody gives their part back."""

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.notices.service import tell
from marketplace.payments import postings
from marketplace.payments import service as payments
from marketplace.payments.postings import Bearers
from models import Checkout, Deal, DealStatus, Money, Person, Refund, RefundStatus, Refused

from .chargebacks import still_free, take_back

_SENT = (DealStatus.RELEASED, DealStatus.SETTLED)
_GIVEN_UP = (RefundStatus.REPLACED, RefundStatus.CANCELLED)


def most(db: Session, deal: Deal) -> Money:
    """How much of a deal's payment hasn't gone back yet; nothing while it isn't paid out."""
    if deal.status not in _SENT:
        return Money(0, deal.currency)
    checkout = payments.paid_checkout(db, "deal", deal.id)
    return checkout.amount - _given_back(db, checkout)


def _given_back(db: Session, checkout: Checkout) -> Money:
    query = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
        Refund.checkout_id == checkout.id, Refund.status.not_in(_GIVEN_UP)
    )
    return Money(int(db.scalar(query) or 0), checkout.currency)


def refund(db: Session, deal: Deal, amount: Money, *, why: str, by: Person) -> Refund:
    """The creator's and our part of it are taken back first; then it goes to the brand."""
    deal.lock()
    still_free(deal)
    if not amount or most(db, deal) < amount:
        raise Refused(_("Less than that can still be given back."))
    part = take_back(db, deal, amount)
    checkout = payments.paid_checkout(db, "deal", deal.id)
    made = payments.give_back(
        db, purpose="deal", subject_id=deal.id, amount=amount, checkout=checkout
    )
    nobody = Bearers.nobody(deal.currency)
    creator = deal.creator.person
    bearers = Bearers(
        escrow=nobody.escrow,
        refund=nobody.refund,
        deferred_fee=nobody.deferred_fee,
        platform_fee=part.fee,
        ours=part.rest,
        payable=[(creator.id, part.unsent)],
        owed=[(creator.id, part.owed)],
    )
    postings.taken_back(db, made, bearers, subject=("deal", deal.id))
    deal.tell("refund_late", by=by, note=why, minor=amount.minor, currency=amount.currency)
    if part.owed:
        said = {"minor": part.owed.minor, "currency": part.owed.currency}
        tell(db, creator, "money_owed_back", path="/money", title=deal.title, amount=said)
    return made
