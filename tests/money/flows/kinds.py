"""What a flow is, and what several of them ask."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from marketplace.payments import service as payments
from models import (
    AccountStatus,
    Checkout,
    CheckoutStatus,
    Order,
    PayoutAccount,
    Person,
    Refund,
    Reversal,
    ShelfItem,
    Transfer,
)
from tests.money.world import World

Step = Callable[[World, uuid.UUID], bool]


def _unprepared(_world: World, id: uuid.UUID) -> uuid.UUID:
    return id


def _no_scene(_world: World) -> uuid.UUID:
    raise AssertionError("This flow begins where another ends")


@dataclass(frozen=True)
class Flow:
    """`step` does the next thing, and says whether all is done; it begins with a scene, or where
    another flow has come to (its name, and the state, or None for its end).
    """

    step: Step
    scene: Callable[[World], uuid.UUID] = _no_scene
    after: tuple[str, Any] | None = None
    prepare: Callable[[World, uuid.UUID], uuid.UUID] = _unprepared


def ready(db: Session, person: Person, stripe_id: str) -> None:
    """Somebody whose account at Stripe can receive."""
    db.add(
        PayoutAccount(
            person_id=person.id,
            country="SE",
            status=AccountStatus.CREATED,
            stripe_id=stripe_id,
            details_submitted=True,
            transfers_active=True,
            payouts_enabled=True,
        )
    )
    db.flush()


def order_of(db: Session, item: uuid.UUID) -> Order | None:
    """The order of what lies on a shelf: there is none before somebody orders."""
    shelf = db.get(ShelfItem, item)
    return shelf and db.query(Order).filter_by(creator_id=shelf.creator_id).first()


def subject(db: Session, id: uuid.UUID) -> tuple[str, uuid.UUID]:
    """What a payment is for, by the id of a flow: a deal's own, or that of a shelf's item."""
    order = order_of(db, id)
    return ("order", order.id) if order else ("deal", id)


def checkout_of(world: World, id: uuid.UUID) -> Checkout | None:
    with world.work() as db:
        return payments.live_checkout(db, *subject(db, id))


def charge_of(world: World, id: uuid.UUID) -> str:
    checkout = checkout_of(world, id)
    assert checkout
    return checkout.charge_id or ""


def fund(world: World, purpose: str, id: uuid.UUID, ask: Callable[[Session], Any]) -> None:
    """The next thing on the way to a payment: asked for, paid at Stripe, and told of."""
    with world.work() as db:
        checkout = payments.live_checkout(db, purpose, id)
        if checkout is None:
            ask(db)
            return
    if checkout.status == CheckoutStatus.OPEN:
        world.pay(checkout)
        world.tell("checkout.session.completed", checkout.session_id or "")


def quiet(db: Session) -> bool:
    """Whether nothing that was asked of Stripe is still to come."""
    for model, open_ones in (
        (Transfer, ("waiting",)),
        (Refund, ("waiting", "pending")),
        (Reversal, ("waiting",)),
    ):
        if db.query(model).filter(model.status.in_(open_ones)).count():
            return False
    return True
