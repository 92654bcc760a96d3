"""What shoppers' banks do to an order's payment."""

import uuid

from marketplace.shop import service as shop
from models import Order, OrderStatus, Return, ReturnStatus
from tests.money.flows import orders
from tests.money.flows.banks import decided, deciding, is_spent
from tests.money.flows.kinds import Flow, charge_of, order_of, quiet
from tests.money.world import World


def goes_on(world: World, item: uuid.UUID) -> bool:
    """The bank gives it back, and the order goes on to its end."""
    return decided(world, item, "win") and orders.stepping(orders.settle)(world, item)


def parcel_on_its_way(world: World, item: uuid.UUID) -> uuid.UUID:
    with world.work() as db:
        order = order_of(db, item)
        assert order
        orders.ask_return(db, order)
    return item


def overtakes_a_return(world: World, item: uuid.UUID) -> bool:
    """The bank takes it in the moment in which the parcel is confirmed."""
    with world.work() as db:
        order = order_of(db, item)
        assert order
        made = db.query(Return).filter_by(order_id=order.id).one()
        if made.status == ReturnStatus.ASKED:
            charge = charge_of(world, item)
            if not world.ask("/v1/disputes", charge=charge)["data"]:
                world.happen(charge, "dispute")
            shop.receive(db, made, by=order.brand.person)
            return False
    if not decided(world, item, "lose"):
        return False
    with world.work() as db:
        return quiet(db) and db.query(Order).one().status == OrderStatus.RETURNED


SENT = ("order settled", OrderStatus.SENT)
SETTLED = ("order settled", None)
FLOWS = {
    "bank gives back, and the order goes on": Flow(goes_on, after=SENT),
    "bank keeps what an order holds": Flow(deciding("lose"), after=orders.PAID),
    "bank keeps what an order has sent": Flow(deciding("lose"), after=SETTLED),
    "bank keeps what a creator has spent of an order": Flow(
        deciding("lose"), after=SETTLED, prepare=is_spent
    ),
    "bank keeps what comes back anyway": Flow(
        overtakes_a_return, after=SENT, prepare=parcel_on_its_way
    ),
}
