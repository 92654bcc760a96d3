"""An order's own ways: paid, sent, settled, sent back in whole or in part, cancelled."""

import uuid
from collections.abc import Callable

from sqlalchemy.orm import Session

from marketplace.kit.clock import in_days
from marketplace.shop import service as shop
from models import (
    CheckoutStatus,
    Order,
    OrderStatus,
    Return,
    ReturnStatus,
    ShelfItem,
    Variant,
)
from tests.money import scenes
from tests.money.flows.kinds import Flow, Step, checkout_of, fund, order_of, quiet, ready
from tests.money.world import World

OVER = (OrderStatus.SETTLED, OrderStatus.RETURNED)
_OPEN = (ReturnStatus.ASKED, ReturnStatus.REFUNDING)


def an_order(world: World, stock: int = 1) -> uuid.UUID:
    with world.work() as db:
        item, variant = scenes.last_one(db)
        variant.stock = stock
        ready(db, item.creator.person, world.accounts[0])
        ready(db, item.product.brand.person, world.accounts[1])
        return item.id


def stepping(after: Callable[[Session, Order], None], count: int = 1) -> Step:
    """Ordered and paid first; then `after` until it is over."""

    def step(world: World, item: uuid.UUID) -> bool:
        with world.work() as db:
            order = order_of(db, item)
            if order is None:
                start(db, item, count)
                return False
            status = order.status
            if status in OVER and not _return_is_open(db, order):
                return True
            if status != OrderStatus.CREATED:
                after(db, order)
        if status == OrderStatus.CREATED:
            fund(world, "order", order.id, lambda _db: None)
        return False

    return step


def start(db: Session, item: uuid.UUID, count: int = 1) -> None:
    shelf = db.get_one(ShelfItem, item)
    variant = db.query(Variant).filter_by(product_id=shelf.product_id).one()
    shop.start_order(db, shelf, variant, count, fee_bps=500)


def _return_is_open(db: Session, order: Order) -> bool:
    found = db.query(Return).filter_by(order_id=order.id).all()
    return any(one.status in _OPEN for one in found)


def settle(db: Session, order: Order) -> None:
    if order.status == OrderStatus.PAID:
        shop.send(db, order, tracking="", by=order.brand.person)
    elif order.status == OrderStatus.SENT:
        shop.deliver(db, order, by=None)
    elif order.status == OrderStatus.DELIVERED:
        order.due_at = in_days(-1)
        db.flush()
        shop.tick(db)


def send_back(db: Session, order: Order) -> None:
    if order.status == OrderStatus.PAID:
        shop.send(db, order, tracking="", by=order.brand.person)
        return
    made = db.query(Return).filter_by(order_id=order.id).first()
    if made is None:
        ask_return(db, order)
    elif made.status == ReturnStatus.ASKED:
        shop.receive(db, made, by=order.brand.person)


def ask_return(db: Session, order: Order) -> None:
    shop.ask_return(db, order, quantity={str(order.lines[0].id): 1}, reason="other")


def keep_a_part(db: Session, order: Order) -> None:
    """Of three, one comes back by silence, one is kept after all; the rest is settled."""
    made = db.query(Return).filter_by(order_id=order.id).order_by(Return.created_at).all()
    if order.status != OrderStatus.DELIVERED:
        settle(db, order)
    elif len(made) < 2:
        ask_return(db, order)
    elif made[0].status == ReturnStatus.ASKED:
        made[0].due_at = in_days(-1)
        db.flush()
        shop.tick(db)
    elif made[1].status == ReturnStatus.ASKED:
        shop.withdraw(db, made[1])
    else:
        settle(db, order)


def cancel(db: Session, order: Order) -> None:
    if order.status == OrderStatus.PAID:
        shop.cancel(db, order)


def unsent(db: Session, order: Order) -> None:
    """The brand never sent it."""
    if order.status == OrderStatus.PAID:
        order.due_at = in_days(-1)
        db.flush()
        shop.tick(db)


def paid_after_the_end(world: World, item: uuid.UUID) -> bool:
    """The page is given up while somebody pays, and the word of it comes too late."""
    with world.work() as db:
        order = order_of(db, item)
        if order is None:
            start(db, item)
            return False
        if order.status == OrderStatus.CREATED:
            checkout = checkout_of(world, item)
            if checkout is None or checkout.status != CheckoutStatus.OPEN:
                return False
            world.pay(checkout)
            shop.expire_order(db, order)
            return False
        if order.status == OrderStatus.EXPIRED and (checkout := checkout_of(world, item)):
            if checkout.status == CheckoutStatus.PAID and quiet(db):
                return True
            world.tell("checkout.session.completed", checkout.session_id or "")
    return False


def never_paid(world: World, item: uuid.UUID) -> bool:
    """Nobody pays: Stripe's page is closed, and what was kept back can be sold again."""
    with world.work() as db:
        order = order_of(db, item)
        if order is None:
            start(db, item)
            return False
        if order.status == OrderStatus.EXPIRED:
            return True
        order.due_at = in_days(-1)
        db.flush()
        shop.tick(db)
    return False


PAID = ("order settled", OrderStatus.PAID)
FLOWS = {
    "order settled": Flow(stepping(settle), an_order),
    "order sent back": Flow(stepping(send_back), after=PAID),
    "order kept in part": Flow(stepping(keep_a_part), after=("order of three", OrderStatus.PAID)),
    "order of three": Flow(stepping(settle, 3), lambda world: an_order(world, 3)),
    "order cancelled": Flow(stepping(cancel), after=PAID),
    "order never sent": Flow(stepping(unsent), after=PAID),
    "order paid after its end": Flow(paid_after_the_end, an_order),
    "order never paid": Flow(never_paid, an_order),
}
