"""A refund after an order's shares were sent.

By an admin's word each share gives its part; by its own, the brand gives of what it has left.
"""

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from marketplace.payments import service as payments
from marketplace.payments.service.banks import Burden
from marketplace.shop.rules.shares import kept
from models import Money, Order, OrderStatus, Person, Refund, Refused

from . import letters
from .chargebacks import burden, subject

_SENT = (OrderStatus.MATURED, OrderStatus.SETTLED)


def most(order: Order) -> Money:
    """How much of an order hasn't gone back yet; nothing while its shares are held."""
    left: Money = order.total - order.refunded
    return left if order.status in _SENT else Money(0, order.currency)


def most_alone(order: Order) -> Money:
    """How much the brand has left of an order; nothing while its share is held."""
    return kept(order).brand if order.status in _SENT else Money(0, order.currency)


def burden_alone(order: Order, amount: Money) -> Burden:
    """The brand bears all of it: commission and our fee were earned, and are not touched."""
    nothing = Money(0, order.currency)
    return Burden([(order.brand.person, amount)], nothing, nothing)


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


def refund_alone(
    db: Session, order: Order, amount: Money, *, why: str, by: Person, seen: str | None = None
) -> Refund:
    """The brand's own word: it is taken from the brand alone, and then goes to the shopper.

    `seen` is what it had left when it looked, in minor units, where a page says it: nobody gives
    twice by pressing twice.
    """
    order.lock()
    payments.still_free(order)
    if seen is not None and seen != str(most_alone(order).minor):
        raise Refused(_("Something went back since you opened the page. Look at it first."))
    if not amount or most_alone(order) < amount:
        raise Refused(_("Less than that can still be given back."))
    checkout = payments.paid_checkout(db, "order", order.id)
    of, parts = subject(db, order.id), burden_alone(order, amount)
    made = payments.give_back_late(db, of, checkout, parts, amount, why=why, by=by)
    payments.owes_no_more(db, order.brand.person, made)
    order.refunded_minor += amount.minor
    order.brand_back_minor += amount.minor
    letters.given_back_by_brand(db, order, amount, why)
    return made
