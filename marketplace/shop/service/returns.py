"""Things sent back: each share gives back its part, in proportion, while all of it is held."""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import in_days
from marketplace.payments import postings
from marketplace.payments import service as payments
from marketplace.shop.rules import CONFIRM_DAYS
from marketplace.shop.rules.shares import gone
from models import (
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Person,
    Refund,
    Refused,
    Return,
    ReturnStatus,
    total,
)

from . import letters
from .orders import put_back, tell_about

_RETURNABLE = (OrderStatus.SENT, OrderStatus.DELIVERED)


def ask_return(db: Session, order: Order, *, quantity: Mapping[str, int], reason: str) -> Return:
    """The shopper sends lines of an order back. `quantity` is by the line's id."""
    _lock_with_lines(db, order)
    if order.status not in _RETURNABLE:
        raise Refused(_("The days to return this order are over."))
    items = []
    for line in order.lines:
        count = quantity.get(str(line.id), 0)
        if count > line.quantity - line.returned:
            raise Refused(_("You have fewer of these to return. Choose a smaller number."))
        if count:
            line.returned += count
            items.append({"line_id": str(line.id), "quantity": count})
    if not items:
        raise Refused(_("Choose what you return."))
    made = _write(db, order, items, reason)
    tell_about(db, order.brand.person, "return_asked", order, until=made.due_at)
    letters.return_asked(db, made)
    return made


def _lock_with_lines(db: Session, order: Order) -> None:
    """The order is ours, and its lines are as they are now: a page read them before the lock."""
    order.lock()
    lines = select(OrderLine).where(OrderLine.order_id == order.id)
    db.scalars(lines.execution_options(populate_existing=True)).all()


def _write(db: Session, order: Order, items: list[dict[str, object]], reason: str) -> Return:
    price = {str(line.id): line.price for line in order.lines}
    amount = total(
        [price[str(item["line_id"])].times(int(str(item["quantity"]))) for item in items],
        order.currency,
    )
    made = Return(
        order=order,
        reason=reason,
        items=items,
        currency=amount.currency,
        amount_minor=amount.minor,
        due_at=in_days(CONFIRM_DAYS),
    )
    db.add(made)
    made.tell("ask", by=None)
    return made


def withdraw(db: Session, made: Return) -> None:
    """The shopper keeps it after all."""
    _lock_with_lines(db, made.order)
    made.move("withdraw", by=None)
    made.due_at = None
    lines = {str(line.id): line for line in made.order.lines}
    for item in made.items:
        lines[item["line_id"]].returned -= item["quantity"]
    letters.return_withdrawn(db, made)


def receive(db: Session, made: Return, *, by: Person | None) -> None:
    """It came back, or the brand was silent for a week: the money goes back."""
    order = made.order
    # The order first, as everywhere: two returns of one order are counted one after the other.
    order.lock()
    payments.still_free(order)
    if order.status not in (*_RETURNABLE, OrderStatus.RETURNED):
        # Its shares have left: what they held now belongs to other orders.
        raise Refused(_("The shares of this order are paid out. Nothing is held to give back."))
    made.move("receive", by=by)
    made.due_at = None
    if order.refunded == order.total:
        # The shopper's bank has given them everything back.
        made.move("refund", by=None)
        return
    _take_from_shares(db, order, made)
    if order.refunded == order.total:
        order.move("return_all", by=by)
        order.due_at = None
    letters.return_received(db, made)
    tell_about(db, order.creator.person, "sale_returned", order)


def _take_from_shares(db: Session, order: Order, made: Return) -> None:
    """Book the difference between two sums of refunds, so that many small ones never drift."""
    # Of what the shopper's bank gave back already, nobody gives anything a second time.
    made.amount = min(made.amount, order.total - order.refunded)
    refunded: Money = order.refunded + made.amount
    part = gone(order, refunded) - gone(order, order.refunded)
    checkout = payments.paid_checkout(db, "order", order.id)
    postings.returned(
        db,
        order.id,
        part.by_person(order),
        cause=str(made.id),
        checkout_id=checkout.id,
        platform=part.platform,
    )
    order.refunded_minor = refunded.minor
    payments.give_back(
        db, purpose="return", subject_id=made.id, amount=made.amount, checkout=checkout
    )


def _refund_whole(db: Session, order: Order, *, reason: str) -> None:
    """Everything that isn't returned yet goes back at once."""
    items: list[dict[str, object]] = []
    for line in order.lines:
        count = line.quantity - line.returned
        if count:
            items.append({"line_id": str(line.id), "quantity": count})
            line.returned = line.quantity
    made = _write(db, order, items, reason)
    made.move("receive", by=None)
    made.due_at = None
    _take_from_shares(db, order, made)
    order.move("return_all", by=None, note=reason)
    order.due_at = None


def cancel(db: Session, order: Order, *, reason: str = "cancelled") -> None:
    """All the money back, before anything was sent."""
    order.lock()
    payments.still_free(order)
    if order.status != OrderStatus.PAID:
        raise Refused(_("It is on its way already. Return it when it has arrived."))
    put_back(db, order)
    _refund_whole(db, order, reason=reason)
    for person in (order.brand.person, order.creator.person):
        tell_about(db, person, f"order_{reason}", order)
    letters.cancelled(db, order, reason)


def on_refund_succeeded(db: Session, refund: Refund) -> None:
    """A return is over when its money is back; a stray payment has none."""
    if refund.purpose == "order":
        return
    made = db.get_one(Return, refund.subject_id)
    made.lock()
    if made.status == ReturnStatus.REFUNDING:
        made.move("refund", by=None)
