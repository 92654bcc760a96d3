"""What happens when nobody does anything. Each clock here stands on a page with its date."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import in_hours, now
from marketplace.kit.db import one_by_one
from marketplace.payments import service as payments
from marketplace.shop.rules import PAYMENT_HOURS
from models import Order, OrderStatus, Return, ReturnStatus

from .orders import deliver, expire_order, mature
from .returns import cancel, receive

# One turn of the worker does so many at most; the next turn goes on.
_A_TURN = 200


def tick(db: Session) -> int:
    """Returns before orders: a return that is confirmed now still counts in the shares."""
    done = one_by_one(db, _due_returns(db), lambda made: receive(db, made, by=None))
    return done + one_by_one(db, _due_orders(db), lambda order: _next(db, order))


def _due_returns(db: Session) -> list[Return]:
    query = (
        select(Return)
        .join(Order, Order.id == Return.order_id)
        .where(Return.due_at < now(), Return.status == ReturnStatus.ASKED)
        .where(Order.frozen_at.is_(None))
        .order_by(Return.due_at)
        .limit(_A_TURN)
        .with_for_update(skip_locked=True, of=Return)
    )
    return list(db.scalars(query).unique())


def _due_orders(db: Session) -> list[Order]:
    """Orders whose time has come, but none that waits for a parcel on its way back."""
    open_return = (
        select(Return.id)
        .where(Return.order_id == Order.id, Return.status == ReturnStatus.ASKED)
        .exists()
    )
    query = (
        select(Order)
        .where(Order.due_at < now(), Order.frozen_at.is_(None))
        .where(~((Order.status == OrderStatus.DELIVERED) & open_return))
        .order_by(Order.due_at)
        .limit(_A_TURN)
        .with_for_update(skip_locked=True, of=Order)
    )
    return list(db.scalars(query).unique())


def _next(db: Session, order: Order) -> None:
    if order.status == OrderStatus.CREATED:
        _give_up_payment(db, order)
    elif order.status == OrderStatus.PAID:
        cancel(db, order, reason="unsent")
    elif order.status == OrderStatus.SENT:
        deliver(db, order, by=None)
    elif order.status == OrderStatus.DELIVERED:
        mature(db, order)


def _give_up_payment(db: Session, order: Order) -> None:
    """Have the page closed; what was kept back is free once it can't be paid any more.

    Closing finds a payment that nobody told us of, and then the order goes on as paid.
    """
    checkout = payments.live_checkout(db, "order", order.id)
    if checkout is None:
        expire_order(db, order)
        return
    payments.close_checkout(db, checkout)
    order.due_at = in_hours(PAYMENT_HOURS)
