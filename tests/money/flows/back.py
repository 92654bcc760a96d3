"""Money that goes back late, refunds and payouts that fail, and what is booked by itself."""

import uuid
from typing import Any

from marketplace.deals.service import late as deals_late
from marketplace.payments import ledger, postings
from marketplace.payments import service as payments
from marketplace.shop.service import late as shop_late
from models import (
    Checkout,
    CheckoutStatus,
    Deal,
    Money,
    Payout,
    PayoutAccount,
    PayoutStatus,
    Person,
    Refund,
    RefundStatus,
)
from tests import builders
from tests.money.flows.banks import RELEASED, is_spent
from tests.money.flows.deals import a_deal
from tests.money.flows.kinds import Flow, Step, order_of, quiet
from tests.money.scenes import an_admin
from tests.money.world import World

TIP = uuid.UUID(int=7)


def late_for_a_deal(world: World, id: uuid.UUID) -> bool:
    with world.work() as db:
        if db.query(Refund).count():
            return quiet(db)
        deal, amount = db.get_one(Deal, id), Money(20_001, "eur")
        deals_late.refund(db, deal, amount, why="Never shown.", by=an_admin(db))
    return False


def late_for_an_order(world: World, item: uuid.UUID) -> bool:
    with world.work() as db:
        if db.query(Refund).count():
            return quiet(db)
        order, amount = order_of(db, item), Money(7_001, "eur")
        assert order
        shop_late.refund(db, order, amount, why="Never arrived.", by=an_admin(db))
    return False


def late_by_the_brand(world: World, item: uuid.UUID) -> bool:
    with world.work() as db:
        if db.query(Refund).count():
            return quiet(db)
        order, amount = order_of(db, item), Money(7_001, "eur")
        assert order
        by = order.brand.person
        shop_late.refund_alone(db, order, amount, why="It tore.", by=by)
    return False


def coming_back(by_hand: bool) -> Step:
    """Weeks later the refund is back with us; an admin finds another way."""

    def step(world: World, id: uuid.UUID) -> bool:
        with world.work() as db:
            found = db.query(Refund).order_by(Refund.created_at).all()
            first = found[0]
            if first.status in (RefundStatus.REPLACED, RefundStatus.BY_HAND):
                return quiet(db)
            if first.status == RefundStatus.FAILED and by_hand:
                payments.pay_by_hand(db, first, why="By bank.", by=an_admin(db))
                return False
            if first.status == RefundStatus.FAILED:
                payments.refund_again(db, first, by=an_admin(db))
                return False
        stripe_id = first.stripe_id or ""
        if world.ask(f"/v1/refunds/{stripe_id}")["status"] != "failed":
            world.happen(stripe_id, "fail")
        world.tell("refund.failed", stripe_id)
        return False

    return step


def our_payout(world: World, _id: uuid.UUID) -> bool:
    """Ours leaves, shows as paid, and comes back all the same."""
    there = world.ask("/v1/payouts")["data"]
    if not there:
        world.do("/v1/payouts", amount=10_000, currency="eur")
        return False
    return _payout(world, there[0], "")


def their_payout(world: World, id: uuid.UUID) -> bool:
    """A payee's own leaves, and their bank sends it back."""
    account = world.accounts[0]
    there = world.ask("/v1/payouts", account)["data"]
    if not there:
        world.do("/v1/payouts", account, amount=10_000, currency="eur")
        return False
    return _payout(world, there[0], account)


def _payout(world: World, seen: Any, account: str) -> bool:
    with world.work() as db:
        ours = db.query(Payout).filter_by(stripe_id=seen["id"]).first()
    if ours is None:
        world.tell("payout.created", seen["id"], account)
    elif ours.status == PayoutStatus.FAILED:
        return True
    elif ours.status != PayoutStatus.PAID:
        if seen["status"] not in ("paid", "failed"):
            world.advance(3)
        world.tell("payout.paid", seen["id"], account)
    else:
        if seen["status"] != "failed":
            world.happen(seen["id"], "fail")
        world.tell("payout.failed", seen["id"], account)
    return False


def free_to_pay_out(world: World, id: uuid.UUID) -> uuid.UUID:
    world.advance(5)
    return id


def a_tip(world: World) -> uuid.UUID:
    with world.work() as db:
        return builders.creator(db).person_id


def tipped(world: World, person: uuid.UUID) -> bool:
    """A payment straight to a creator: its posting, once, whose fee comes later."""
    with world.work() as db:
        tip = Checkout(id=TIP, purpose="tip", subject_id=person, currency="eur")
        tip.status, tip.amount_minor, tip.charge_id = CheckoutStatus.PAID, 1_000, "ch_tip"
        if not ledger.is_posted(db, f"checkout:{TIP}:paid"):
            postings.tip_paid(db, tip, creator_id=person, fee=Money(50, "eur"))
            return False
        if not ledger.is_posted(db, f"checkout:{TIP}:fee"):
            postings.late_fee(db, tip, Money(40, "eur"))
            return False
    return True


def onboarded(world: World, _id: uuid.UUID) -> bool:
    """Somebody new says where to send their money."""
    with world.work() as db:
        person = db.query(Person).first()
        assert person
        account = payments.account_of(db, person.id)
        if account is None or not account.link_url:
            payments.set_up_payouts(db, person, "SE")
            return False
        if account.transfers_active:
            return bool(db.query(PayoutAccount).one())
    world.type(account.link_url, {"outcome": "complete"})
    world.tell("account.updated", account.stripe_id or "", account.stripe_id or "")
    return False


REFUNDED = ("deal cancelled", None)
SETTLED = ("order settled", None)
FLOWS = {
    "deal refunded late": Flow(late_for_a_deal, after=RELEASED),
    "deal refunded late, and spent": Flow(late_for_a_deal, after=RELEASED, prepare=is_spent),
    "order refunded late": Flow(late_for_an_order, after=SETTLED),
    "order refunded late, and spent": Flow(late_for_an_order, after=SETTLED, prepare=is_spent),
    "order refunded late by its brand": Flow(late_by_the_brand, after=SETTLED),
    "refund comes back and is tried again": Flow(coming_back(False), after=REFUNDED),
    "refund comes back and is paid by hand": Flow(coming_back(True), after=REFUNDED),
    "our payout arrives and comes back": Flow(our_payout, a_deal),
    "a payee's payout comes back": Flow(their_payout, after=RELEASED, prepare=free_to_pay_out),
    "tip": Flow(tipped, a_tip),
    "payee's account": Flow(onboarded, a_tip),
}
