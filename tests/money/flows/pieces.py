"""A deal in three milestones: paid one by one, and ended half way in every manner."""

import uuid
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from marketplace.deals.service import pieces
from models import Deal, Money
from tests.money.flows.back import late_for_a_deal
from tests.money.flows.banks import deciding
from tests.money.flows.deals import (
    a_deal,
    a_deal_without_an_account,
    cancel,
    dispute,
    release,
    stepping,
)
from tests.money.flows.kinds import Flow, Step
from tests.money.world import World

AMOUNTS = (8_001, 19_999, 20_000)


def split(world: World, id: uuid.UUID) -> uuid.UUID:
    with world.work() as db:
        deal = db.get_one(Deal, id)
        days = [deal.deliver_by - timedelta(days=left) for left in (4, 2, 0)]
        parts = [
            pieces.Piece(f"Piece {minor}", Money(minor, "eur"), day)
            for minor, day in zip(AMOUNTS, days, strict=True)
        ]
        db.add_all(pieces.milestones(deal, parts))
    return id


def a_split_deal(world: World) -> uuid.UUID:
    return split(world, a_deal(world))


def a_split_deal_without_an_account(world: World) -> uuid.UUID:
    return split(world, a_deal_without_an_account(world))


def half_way(after: Callable[[Session, Deal], None]) -> Step:
    """The first milestone is approved; then `after`."""

    def act(db: Session, deal: Deal) -> None:
        (after if deal.passed else release)(db, deal)

    return stepping(act)


def taken_half_way(world: World, id: uuid.UUID) -> bool:
    """The first milestone is approved; then the bank takes all of it, and keeps it."""
    with world.work() as db:
        passed = db.get_one(Deal, id).passed
    return deciding("lose")(world, id) if passed else stepping(release)(world, id)


PAID = "milestones are paid one by one"
FLOWS = {
    PAID: Flow(stepping(release), a_split_deal),
    "milestone is paid, and the rest is cancelled": Flow(half_way(cancel), a_split_deal),
    "milestone is paid, and the rest is settled": Flow(half_way(dispute), a_split_deal),
    "milestone is paid, and a bank keeps all": Flow(taken_half_way, a_split_deal),
    "milestone waits for an account, and a bank keeps all": Flow(
        taken_half_way, a_split_deal_without_an_account
    ),
    "milestones are given back late": Flow(late_for_a_deal, after=(PAID, None)),
}
