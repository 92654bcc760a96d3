"""A deal's own ways: paid, released, given back, settled, late, and held too long."""

import uuid
from collections.abc import Callable

from sqlalchemy.orm import Session

from marketplace.deals import service as deals
from marketplace.disputes import service as disputes
from marketplace.kit.clock import in_days
from marketplace.payments import service as payments
from models import (
    Checkout,
    CheckoutStatus,
    Deal,
    DealStatus,
    Dispute,
    DisputeReason,
    Money,
    Refund,
    RefundStatus,
)
from tests import builders
from tests.money.flows.kinds import Flow, Step, checkout_of, fund, quiet, ready
from tests.money.world import BAD_IBAN, World

OVER = (DealStatus.RELEASED, DealStatus.REFUNDED, DealStatus.SETTLED)


def a_deal(world: World) -> uuid.UUID:
    with world.work() as db:
        builders.admin(db)
        deal = builders.deal(db, status=DealStatus.ACCEPTED, surcharge_minor=757)
        ready(db, deal.creator.person, world.accounts[0])
        return deal.id


def a_deal_without_an_account(world: World) -> uuid.UUID:
    with world.work() as db:
        builders.admin(db)
        return builders.deal(db, status=DealStatus.ACCEPTED, surcharge_minor=757).id


def with_late_fees(world: World) -> uuid.UUID:
    world.switch("settings", fees_after_seconds=3_600)
    return a_deal(world)


def held_too_long(world: World, id: uuid.UUID) -> uuid.UUID:
    with world.work() as db:
        db.get_one(Deal, id).hold_until = in_days(-1)
    return id


def stepping(after: Callable[[Session, Deal], None]) -> Step:
    """Paid first; then `after` until it is over."""

    def step(world: World, id: uuid.UUID) -> bool:
        with world.work() as db:
            deal = db.get_one(Deal, id)
            status = deal.status
            if status in OVER:
                return True
            if status != DealStatus.ACCEPTED:
                after(db, deal)
        if status == DealStatus.ACCEPTED:
            fund(world, "deal", id, lambda db: start_funding(db, id))
        return False

    return step


def start_funding(db: Session, id: uuid.UUID) -> None:
    deal = db.get_one(Deal, id)
    deals.start_funding(db, deal, by=deal.brand.person)


def release(db: Session, deal: Deal) -> None:
    if deal.status == DealStatus.FUNDED:
        links = ["https://example.org/reel"]
        deals.deliver(db, deal, links=links, by=deal.creator.person)
    elif deal.status == DealStatus.DELIVERED:
        deals.approve(db, deal, by=deal.brand.person)


def change(db: Session, deal: Deal) -> None:
    """Delivered, changed, delivered again, and approved by silence."""
    links = ["https://example.org/reel"]
    if deal.status in (DealStatus.FUNDED, DealStatus.REVISING):
        deals.deliver(db, deal, links=links, by=deal.creator.person)
    elif deal.status == DealStatus.DELIVERED and not deal.revisions_used:
        deals.ask_change(db, deal, what="Shorter.", by=deal.brand.person)
    elif deal.status == DealStatus.DELIVERED:
        deal.due_at = in_days(-1)
        db.flush()
        deals.tick(db)


def cancel(db: Session, deal: Deal) -> None:
    if deal.status == DealStatus.FUNDED:
        deals.cancel(db, deal, by=deal.creator.person)


def dispute(db: Session, deal: Deal) -> None:
    if deal.status == DealStatus.FUNDED:
        disputes.open_dispute(
            db,
            deal,
            reason=next(iter(DisputeReason)),
            statement="It is not what we agreed.",
            asks=Money(30_000, "eur"),
            by=deal.brand.person,
        )
    elif deal.status == DealStatus.DISPUTED:
        made = db.query(Dispute).filter_by(deal_id=deal.id).one()
        disputes.agree(db, made, by=deal.creator.person)


def tick(db: Session, _deal: Deal) -> None:
    deals.tick(db)


def paid_after_the_end(world: World, id: uuid.UUID) -> bool:
    """Somebody pays while the deal is being cancelled: it goes straight back."""
    checkout = checkout_of(world, id)
    with world.work() as db:
        deal = db.get_one(Deal, id)
        if db.query(Refund).filter_by(status=RefundStatus.SUCCEEDED).count():
            return True
        if checkout is None:
            start_funding(db, id)
            return False
        if deal.status == DealStatus.ACCEPTED and checkout.status == CheckoutStatus.OPEN:
            world.pay(checkout)
            deals.cancel(db, deal, by=deal.brand.person)
            return False
    if checkout.status == CheckoutStatus.OPEN:
        world.tell("checkout.session.completed", checkout.session_id or "")
    return False


def nobody_claims(world: World, id: uuid.UUID) -> bool:
    """Approved, and the creator hasn't said where to send it."""
    with world.work() as db:
        if db.get_one(Deal, id).status == DealStatus.APPROVED and quiet(db):
            return True
    return stepping(release)(world, id)


def account_comes_last(world: World, id: uuid.UUID) -> bool:
    """Approved before the creator has said where to send it."""
    with world.work() as db:
        deal = db.get_one(Deal, id)
        person = deal.creator.person
        account = payments.account_of(db, person.id)
        if deal.status == DealStatus.RELEASED:
            return True
        if deal.status != DealStatus.APPROVED:
            release(db, deal)
            return False
        if account is None:
            payments.set_up_payouts(db, person, "SE")
            return False
    if not account.link_url:
        with world.work() as db:
            payments.set_up_payouts(db, person, "SE")
        return False
    world.type(account.link_url, {"outcome": "complete"})
    world.tell("account.updated", account.stripe_id or "", account.stripe_id or "")
    return False


def fee_comes_last(world: World, id: uuid.UUID) -> bool:
    """Approved before Stripe has put the payment into its books."""
    with world.work() as db:
        deal = db.get_one(Deal, id)
        status = deal.status
        if status == DealStatus.RELEASED:
            return True
        release(db, deal)
    checkout = checkout_of(world, id)
    if status == DealStatus.ACCEPTED:
        fund(world, "deal", id, lambda db: start_funding(db, id))
    elif status == DealStatus.APPROVED and checkout and checkout.charge_id:
        if not world.ask(f"/v1/charges/{checkout.charge_id}")["balance_transaction"]:
            world.advance(1)
        world.tell("charge.updated", checkout.charge_id)
    return False


def _by_bank(account: str | None) -> Step:
    """Paid by bank: the word comes days later. If it is no, a card pays in the end."""

    def step(world: World, id: uuid.UUID) -> bool:
        checkout = checkout_of(world, id)
        with world.work() as db:
            tries = db.query(Checkout).filter_by(purpose="deal", subject_id=id).count()
            if db.get_one(Deal, id).status == DealStatus.FUNDED:
                return True
        if checkout is None or tries > 1:
            fund(world, "deal", id, lambda db: start_funding(db, id))
            return False
        session = checkout.session_id or ""
        if checkout.status == CheckoutStatus.OPEN:
            world.pay_by_bank(checkout, *([account] if account else []))
            world.tell("checkout.session.completed", session)
        elif checkout.status == CheckoutStatus.PROCESSING:
            if _waits_for_a_bank(world, session):
                world.advance(6)
            word = "failed" if account else "succeeded"
            world.tell(f"checkout.session.async_payment_{word}", session)
        return False

    return step


def _waits_for_a_bank(world: World, session: str) -> bool:
    intent = world.ask(f"/v1/checkout/sessions/{session}")["payment_intent"]
    return world.ask(f"/v1/payment_intents/{intent}")["status"] == "processing"


FUNDED = ("deal released", DealStatus.FUNDED)
FLOWS = {
    "deal released": Flow(stepping(release), a_deal),
    "deal changed and approved by silence": Flow(stepping(change), after=FUNDED),
    "deal cancelled": Flow(stepping(cancel), after=FUNDED),
    "deal settled": Flow(stepping(dispute), after=FUNDED),
    "deal paid after its end": Flow(paid_after_the_end, a_deal),
    "deal whose payee's account comes last": Flow(
        account_comes_last, after=("deal nobody claims", DealStatus.DELIVERED)
    ),
    "deal whose fee comes last": Flow(fee_comes_last, with_late_fees),
    "deal paid by bank": Flow(_by_bank(None), a_deal),
    "deal a bank refuses": Flow(_by_bank(BAD_IBAN), a_deal),
    "deal held too long": Flow(stepping(tick), after=FUNDED, prepare=held_too_long),
    "deal nobody claims": Flow(nobody_claims, a_deal_without_an_account),
    "deal nobody claims in time": Flow(
        stepping(tick), after=("deal nobody claims", DealStatus.APPROVED), prepare=held_too_long
    ),
}
