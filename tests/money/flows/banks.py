"""What payers' banks do to a deal's payment: ask, warn, take, and decide."""

import uuid

from marketplace.deals import service as deals
from marketplace.payments import service as payments
from models import (
    Chargeback,
    ChargebackStatus,
    Deal,
    DealStatus,
    Event,
    Person,
    PersonKind,
    Reversal,
    ReversalStatus,
    Transfer,
    TransferStatus,
)
from tests import builders
from tests.money.flows.deals import FUNDED, OVER, release, stepping
from tests.money.flows.kinds import Flow, Step, charge_of, quiet
from tests.money.world import World

_CLOSED = ("won", "lost", "warning_closed")


def decided(world: World, id: uuid.UUID, verdict: str, *, asks_first: bool = False) -> bool:
    """The next thing on the way to a bank's decision; whether it was made and heard."""
    charge = charge_of(world, id)
    there = world.ask("/v1/disputes", charge=charge)["data"]
    if not there:
        world.happen(charge, "inquiry" if asks_first else "dispute")
        return False
    stripe_id, status = there[0]["id"], there[0]["status"]
    with world.work() as db:
        ours = db.query(Chargeback).filter_by(stripe_id=stripe_id).first()
    if ours is None:
        world.tell("charge.dispute.created", stripe_id)
        return False
    if ours.status in (ChargebackStatus.WON, ChargebackStatus.LOST, ChargebackStatus.CLOSED):
        return True
    if ours.status == ChargebackStatus.INQUIRY and verdict != "close":
        if status.startswith("warning"):
            world.happen(stripe_id, "escalate")
        world.tell("charge.dispute.updated", stripe_id)
    else:
        if status not in _CLOSED:
            world.happen(stripe_id, "win" if verdict == "close" else verdict)
        world.tell("charge.dispute.closed", stripe_id)
    return False


def deciding(verdict: str, *, asks_first: bool = False) -> Step:
    """A bank decides; then there is only to wait until all that follows has happened."""

    def step(world: World, id: uuid.UUID) -> bool:
        if not decided(world, id, verdict, asks_first=asks_first):
            return False
        with world.work() as db:
            return quiet(db)

    return step


def goes_on(world: World, id: uuid.UUID) -> bool:
    """The bank gives it back, and the deal goes on to its end."""
    return decided(world, id, "win") and stepping(release)(world, id)


def is_spent(world: World, id: uuid.UUID) -> uuid.UUID:
    """The creator has had everything paid out to their bank."""
    world.advance(5)
    account = world.accounts[0]
    there = world.ask("/v1/balance", account)["available"]
    amount = sum(part["amount"] for part in there if part["currency"] == "eur")
    if amount:
        world.do("/v1/payouts", account, amount=amount, currency="eur")
    return id


def spent_and_at_work(world: World, id: uuid.UUID) -> uuid.UUID:
    """… and has delivered another deal, whose money is held."""
    is_spent(world, id)
    with world.work() as db:
        creator = db.get_one(Deal, id).creator
        made = builders.deal(db, to=creator, status=DealStatus.ACCEPTED, surcharge_minor=757)
        next_id = made.id
    for _ in range(9):
        world.run_jobs()
        with world.work() as db:
            if db.get_one(Deal, next_id).status == DealStatus.DELIVERED:
                return id
        stepping(release)(world, next_id)
    raise AssertionError("The next deal is not delivered")


def kept_from_the_next(world: World, id: uuid.UUID) -> bool:
    """What can't be taken back is owed, and kept from what they earn next."""
    if not decided(world, id, "lose"):
        return False
    with world.work() as db:
        refused = db.query(Reversal).filter_by(status=ReversalStatus.REFUSED).count()
        other = db.query(Deal).filter(Deal.id != id).one()
        if other.status in OVER:
            return quiet(db)
        if refused:
            deals.approve(db, other, by=other.brand.person)
    return False


def written_off(world: World, id: uuid.UUID) -> bool:
    """What can't be taken back is owed, and an admin gives it up."""
    if not decided(world, id, "lose"):
        return False
    with world.work() as db:
        person = db.get_one(Deal, id).creator.person
        owed = payments.owed(db, person.id, "eur")
        admin = db.query(Person).filter_by(kind=PersonKind.ADMIN).one()
        if db.query(Event).filter_by(verb="write_off").count():
            return quiet(db)
        if owed and quiet(db):
            payments.write_off(db, person, owed, why="They are gone.", by=admin)
    return False


def overtakes_a_refund(verdict: str) -> Step:
    """The bank takes it in the moment in which the deal is cancelled: the refund is refused."""

    def step(world: World, id: uuid.UUID) -> bool:
        with world.work() as db:
            deal = db.get_one(Deal, id)
            if deal.status == DealStatus.FUNDED:
                charge = charge_of(world, id)
                if not world.ask("/v1/disputes", charge=charge)["data"]:
                    world.happen(charge, "dispute")
                deals.cancel(db, deal, by=deal.creator.person)
                return False
        return deciding(verdict)(world, id)

    return step


def warned(world: World, id: uuid.UUID) -> bool:
    """A bank believes it to be fraud, and takes nothing yet."""
    charge = charge_of(world, id)
    there = world.ask("/v1/radar/early_fraud_warnings", charge=charge)["data"]
    if not there:
        world.happen(charge, "warn")
        return False
    with world.work() as db:
        if db.query(Event).filter_by(verb="warn").count():
            return True
    world.tell("radar.early_fraud_warning.created", there[0]["id"])
    return False


def blocked_meanwhile(world: World, id: uuid.UUID) -> bool:
    """Approved while the bank has taken it and we don't know: sent once it is given back."""
    with world.work() as db:
        deal = db.get_one(Deal, id)
        sent = db.query(Transfer).filter_by(status=TransferStatus.SENT).count()
    if deal.status == DealStatus.DELIVERED and not decided_yet(world, id):
        return False
    if deal.status == DealStatus.DELIVERED:
        return stepping(release)(world, id)
    return decided(world, id, "win") and bool(sent)


def decided_yet(world: World, id: uuid.UUID) -> bool:
    """Whether the bank has taken it at Stripe; if not, it does now, and nobody tells us."""
    charge = charge_of(world, id)
    if world.ask("/v1/disputes", charge=charge)["data"]:
        return True
    world.happen(charge, "dispute")
    return False


RELEASED = ("deal released", None)
DELIVERED = ("deal released", DealStatus.DELIVERED)
FLOWS = {
    "bank asks only": Flow(deciding("close", asks_first=True), after=FUNDED),
    "bank asks, takes and gives back": Flow(deciding("win", asks_first=True), after=FUNDED),
    "bank gives back, and the deal goes on": Flow(goes_on, after=DELIVERED),
    "bank keeps what is held": Flow(deciding("lose"), after=FUNDED),
    "bank keeps what waits to be sent": Flow(deciding("lose"), after=("deal nobody claims", None)),
    "bank keeps what was sent": Flow(deciding("lose"), after=RELEASED),
    "bank gives back what was sent": Flow(deciding("win"), after=RELEASED),
    "bank keeps what was settled": Flow(deciding("lose"), after=("deal settled", None)),
    "bank keeps what was spent": Flow(
        kept_from_the_next, after=RELEASED, prepare=spent_and_at_work
    ),
    "bank keeps what is written off": Flow(written_off, after=RELEASED, prepare=is_spent),
    "bank keeps what is going back": Flow(overtakes_a_refund("lose"), after=FUNDED),
    "bank gives back what is going back": Flow(overtakes_a_refund("win"), after=FUNDED),
    "bank takes before it is sent": Flow(blocked_meanwhile, after=DELIVERED),
    "bank warns": Flow(warned, after=FUNDED),
}
