"""Money flows, each driven by what is still to be done, so that it goes on from wherever it was."""

import uuid
from typing import Any

from models import Deal, Refused
from tests.money.flows import back, banks, deals, orders, pieces, sales
from tests.money.flows.kinds import Flow, order_of
from tests.money.world import World

FLOWS: dict[str, Flow] = {
    **deals.FLOWS,
    **orders.FLOWS,
    **banks.FLOWS,
    **sales.FLOWS,
    **back.FLOWS,
    **pieces.FLOWS,
}


def begin(world: World, name: str) -> uuid.UUID:
    """What is there before the flow begins. Where another flow leads to it, that one runs first."""
    flow = FLOWS[name]
    if flow.after is None:
        return flow.scene(world)
    before, until = flow.after
    id = begin(world, before)
    drive(world, before, id, until)
    return flow.prepare(world, id)


def drive(world: World, name: str, id: uuid.UUID, until: Any = None) -> None:
    """From wherever it is to its end, or to a state; who is refused reads the page again."""
    step = FLOWS[name].step
    for _ in range(30):
        world.run_jobs()
        if until is not None and _status(world, id) == until:
            return
        world.mark()
        try:
            if step(world, id):
                world.run_jobs()
                return
        except Refused:
            continue
    raise AssertionError(f"{name} does not come to an end")


def _status(world: World, id: uuid.UUID) -> Any:
    with world.work() as db:
        deal = db.get(Deal, id)
        order = order_of(db, id) if deal is None else None
        return deal.status if deal else order and order.status
