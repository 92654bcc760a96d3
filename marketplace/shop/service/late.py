"""A refund after an order's shares were sent: an admin's word, and each share gives its part."""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.payments import service as payments
from models import Money, Order, OrderStatus, Person, Refund, Refused

from . import letters
from .chargebacks import burden, subject

_SENT = (OrderStatus.MATURED, OrderStatus.SETTLED)


def most(order: Order) -> Money:
    """How much of an order hasn't gone back yet; nothing while its shares are held."""
    left: Money = order.total - order.refunded
    return left if order.status in _SENT else Money(0, order.currency)


def refund(db: Session, order: Order, amount: Money, *, why: str, by: Person) -> Refund:
    """Each share's part is taken back first; then it goes to the shopper."""
    order.lock()
    payments.still_free(order)
    if not amount or most(order) < amount:
        raise Refused(_("Less than that can still be given back."))
    checkout = payments.paid_checkout(db, "order", order.id)
    of, parts = subject(db, order.id), burden(order, amount)
    made = payments.give_back_late(db, of, checkout, parts, amount, why=why, by=by)
    order.refunded_minor += amount.minor
    letters.given_back_late(db, order, amount, why)
    return made
