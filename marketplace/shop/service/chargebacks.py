"""What a bank's dispute, and money given back late, mean to an order."""

import uuid
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.payments import service as payments
from marketplace.payments.postings import Bearers
from marketplace.payments.service.banks import Burden, Subject
from marketplace.shop.rules.shares import Shares, gone
from models import (
    Chargeback,
    Money,
    Order,
    OrderStatus,
    Refund,
    Return,
    ReturnStatus,
)

_HELD = (OrderStatus.PAID, OrderStatus.SENT, OrderStatus.DELIVERED)
_DIVIDED = (*_HELD, OrderStatus.MATURED, OrderStatus.SETTLED)


def subject(db: Session, id: uuid.UUID) -> Subject:
    """An order, as payments see it."""
    order = db.get_one(Order, id)
    path = f"/sales/{order.id}"
    return Subject(
        thing=order,
        purpose="order",
        title=order.lines[0].title,
        path=path,
        sides=[(order.brand.person, path), (order.creator.person, "/shelf")],
        bear=lambda chargeback: _bear(db, order, chargeback),
        end=lambda _checkout: _end_what_is_gone(order),
    )


def _bear(db: Session, order: Order, chargeback: Chargeback) -> Bearers:
    """Each share gives back its part, whether it was held or sent."""
    refund = payments.refund_waiting(db, chargeback.checkout, chargeback.amount)
    _end_returns(db, order)
    amount = chargeback.amount - refund
    back = _part(order, amount)
    if order.status in _HELD:
        nobody = Bearers.nobody(order.currency)
        rest = amount - back.whole
        borne = replace(nobody, deferred_fee=back.platform, ours=rest, held=back.by_person(order))
    else:
        borne = payments.collect(db, "order", order.id, burden(order, amount))
    order.refunded_minor += back.whole.minor
    return replace(borne, refund=refund)


def burden(order: Order, amount: Money) -> Burden:
    """Each share's part of `amount`, counted from the sum of all that went back so far."""
    back = _part(order, amount)
    people = [(order.brand.person, back.brand), (order.creator.person, back.creator)]
    return Burden(people, back.platform, amount - back.whole)


def _part(order: Order, amount: Money) -> Shares:
    before: Money = order.refunded
    # An order that ended before it was shared has nobody's parts.
    whole = min(before + amount, order.total) if order.status in _DIVIDED else before
    return gone(order, whole) - gone(order, before)


def _end_returns(db: Session, order: Order) -> None:
    """Returns whose refund isn't needed any more: the bank gave the money back."""
    returns = select(Return).where(
        Return.order_id == order.id, Return.status == ReturnStatus.REFUNDING
    )
    for made in db.scalars(returns):
        refunds = db.scalars(
            select(Refund).where(Refund.purpose == "return", Refund.subject_id == made.id)
        ).all()
        if all(refund.status in Refund.OVER for refund in refunds):
            made.move("refund", by=None)


def _end_what_is_gone(order: Order) -> None:
    if order.refunded == order.total and order.may("charge_back"):
        order.move("charge_back", by=None)
        order.due_at = None
