"""Two people at once, on two connections: one of them does it, and the money moves once.

Thirty rounds of each here; `make races` runs a thousand.
"""

import os
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from marketplace.deals import service as deals
from marketplace.disputes import service as disputes
from marketplace.kit.db import unit_of_work
from marketplace.shop import service as shop
from models import (
    Deal,
    DealStatus,
    Dispute,
    DisputeReason,
    Money,
    Order,
    Refund,
    Refused,
    Return,
    ShelfItem,
    Transfer,
    Variant,
)
from tests import builders
from tests.money import scenes

pytestmark = pytest.mark.story

ROUNDS = int(os.environ.get("ROUNDS") or 30)
Scene = Callable[[Session], Any]
Act = Callable[[Session, Any], Any]


def approvable(db: Session) -> uuid.UUID:
    return scenes.held_deal(db).id


def in_milestones(db: Session) -> uuid.UUID:
    return scenes.held_milestones(db).id


def approve(db: Session, id: uuid.UUID) -> None:
    deal = db.get_one(Deal, id)
    deals.approve(db, deal, by=deal.brand.person)


def silent(db: Session) -> uuid.UUID:
    return scenes.overdue(db, DealStatus.DELIVERED).id


def clock(db: Session, id: uuid.UUID) -> None:
    if not deals.tick(db):
        raise Refused("not_now", verb="approve", state="")


def cancellable(db: Session) -> uuid.UUID:
    return scenes.held_deal(db, DealStatus.FUNDED).id


def cancel(db: Session, id: uuid.UUID) -> None:
    deal = db.get_one(Deal, id)
    deals.cancel(db, deal, by=deal.creator.person)


def deliver(db: Session, id: uuid.UUID) -> None:
    deal = db.get_one(Deal, id)
    deals.deliver(db, deal, links=["https://example.org/reel"], by=deal.creator.person)


def offered(db: Session) -> uuid.UUID:
    return builders.deal(db, status=DealStatus.OFFERED).id


def accept(db: Session, id: uuid.UUID) -> None:
    deal = db.get_one(Deal, id)
    deals.accept(db, deal, by=deal.creator.person)


def withdraw(db: Session, id: uuid.UUID) -> None:
    deal = db.get_one(Deal, id)
    deals.withdraw(db, deal, by=deal.brand.person)


def disputed(db: Session) -> uuid.UUID:
    deal = scenes.held_deal(db)
    made = disputes.open_dispute(
        db,
        deal,
        reason=next(iter(DisputeReason)),
        statement="It is not what we agreed.",
        asks=Money(10_000, "eur"),
        by=deal.brand.person,
    )
    creator = deal.creator.person
    disputes.answer(db, made, answer="It is.", asks=Money(48_000, "eur"), by=creator)
    scenes.an_admin(db)
    return made.id


def ruling(to_creator: int) -> Act:
    def rule(db: Session, id: uuid.UUID) -> None:
        dispute = db.get_one(Dispute, id)
        disputes.rule(
            db,
            dispute,
            to_creator=Money(to_creator, "eur"),
            to_brand=dispute.deal.price - Money(to_creator, "eur"),
            rules=[],
            why="By the terms.",
            by=scenes.an_admin(db),
        )

    return rule


def agree(db: Session, id: uuid.UUID) -> None:
    dispute = db.get_one(Dispute, id)
    disputes.agree(db, dispute, by=dispute.deal.brand.person)


def last_one(db: Session) -> tuple[uuid.UUID, uuid.UUID]:
    item, variant = scenes.last_one(db)
    return item.id, variant.id


def buy(db: Session, ids: tuple[uuid.UUID, uuid.UUID]) -> None:
    shop.start_order(db, db.get_one(ShelfItem, ids[0]), db.get_one(Variant, ids[1]), 1, fee_bps=500)


def paid_order(db: Session) -> uuid.UUID:
    return scenes.paid_order(db).id


def cancel_order(db: Session, id: uuid.UUID) -> None:
    shop.cancel(db, db.get_one(Order, id))


def send_order(db: Session, id: uuid.UUID) -> None:
    order = db.get_one(Order, id)
    shop.send(db, order, tracking="", by=order.brand.person)


def asked_back(db: Session) -> uuid.UUID:
    order = scenes.delivered_order(db)
    lines = {str(order.lines[0].id): 1}
    return shop.ask_return(db, order, quantity=lines, reason="other").id


def receive(db: Session, id: uuid.UUID) -> None:
    made = db.get_one(Return, id)
    shop.receive(db, made, by=made.order.brand.person)


def keep(db: Session, id: uuid.UUID) -> None:
    shop.withdraw(db, db.get_one(Return, id))


# what → (the scene, one's act, the other's act)
RACES: dict[str, tuple[Scene, Act, Act]] = {
    "two people approve": (approvable, approve, approve),
    "two people approve a milestone": (in_milestones, approve, approve),
    "the brand and the clock release": (silent, approve, clock),
    "two people cancel and refund": (cancellable, cancel, cancel),
    "one cancels while the other delivers": (cancellable, cancel, deliver),
    "one accepts what the other withdraws": (offered, accept, withdraw),
    "two admins rule": (disputed, ruling(0), ruling(48_000)),
    "an admin rules while the sides agree": (disputed, ruling(20_000), agree),
    "two shoppers buy the last one": (last_one, buy, buy),
    "two people refund an order": (paid_order, cancel_order, cancel_order),
    "one sends what the other refunds": (paid_order, send_order, cancel_order),
    "two people receive a return": (asked_back, receive, receive),
    "one receives what the other keeps": (asked_back, receive, keep),
}


@pytest.mark.parametrize("name", RACES)
def test_one_of_two_at_once_does_it(app: Flask, name: str) -> None:
    scene, one, other = RACES[name]
    won = []
    for _ in range(ROUNDS):
        with app.app_context(), unit_of_work() as db:
            id = scene(db)
        won.append(_race(app, id, (one, other)))
    assert won == [1] * ROUNDS
    with app.app_context(), unit_of_work() as db:
        assert _sums(db) == []
        _nothing_twice(db)


def _race(app: Flask, id: Any, acts: tuple[Act, Act]) -> int:
    """How many of the two did it. Who didn't was refused, and nothing else."""
    start, won, broken = threading.Barrier(2), [], []

    def run(act: Act) -> None:
        try:
            with app.app_context(), unit_of_work() as db:
                db.connection()
                start.wait(20)
                act(db, id)
            won.append(act)
        except Refused:
            pass
        except Exception as error:  # noqa: BLE001 whatever it is, the test says it
            broken.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    return len(won)


def _sums(db: Session) -> list[Any]:
    found = "SELECT journal_id FROM ledger.entry GROUP BY 1 HAVING sum(amount) <> 0"
    return list(db.scalars(text(found)))


def _nothing_twice(db: Session) -> None:
    """Nobody was paid or paid back twice for the same thing."""
    for model in (Transfer, Refund):
        moved = select(func.sum(model.amount_minor), model.checkout_id).group_by(model.checkout_id)
        for total, checkout in db.execute(moved):
            paid = text("SELECT amount_minor FROM checkouts WHERE id = :id")
            assert total <= (db.scalar(paid, {"id": checkout}) or 0)
    # Each round has a deal of its own, and whoever lost sent nothing of the next milestone.
    parts = select(func.count()).where(Transfer.purpose == "deal").group_by(Transfer.subject_id)
    assert set(db.scalars(parts)) <= {1}
    held = "SELECT kind, balance FROM ledger.balance WHERE balance < 0 AND kind LIKE 'L:%'"
    assert db.execute(text(held)).all() == []
