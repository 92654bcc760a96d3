"""A refund after an order's shares were sent: an admin's word, and each share gives its part."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.notices.service import tell
from marketplace.payments import postings
from marketplace.payments import service as payments
from models import Money, Order, OrderStatus, Person, Refund, Refused

from .chargebacks import still_free, take_back

_SENT = (OrderStatus.MATURED, OrderStatus.SETTLED)


def most(order: Order) -> Money:
    """How much of an order hasn't gone back yet; nothing while its shares are held."""
    left: Money = order.total - order.refunded
    return left if order.status in _SENT else Money(0, order.currency)


def refund(db: Session, order: Order, amount: Money, *, why: str, by: Person) -> Refund:
    """Each share's part is taken back first; then it goes to the shopper."""
    order.lock()
    still_free(order)
    if not amount or most(order) < amount:
        raise Refused(_("Less than that can still be given back."))
    borne = take_back(db, order, amount)
    checkout = payments.paid_checkout(db, "order", order.id)
    made = payments.give_back(
        db, purpose="order", subject_id=order.id, amount=amount, checkout=checkout
    )
    bearers = borne.bearers(Money(0, order.currency))
    postings.taken_back(db, made, bearers, subject=("order", order.id))
    order.tell("refund_late", by=by, note=why, minor=amount.minor, currency=amount.currency)
    for owner in (order.brand.person, order.creator.person):
        owed = dict(borne.owed).get(owner.id)
        if owed:
            said = {"minor": owed.minor, "currency": owed.currency}
            title = order.lines[0].title
            tell(db, owner, "money_owed_back", path="/money", title=title, amount=said)
    return made
