"""A deal in milestones whose money a bank takes back, or an admin gives back late."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.deals.service import holds, late
from marketplace.disputes import service as disputes
from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.payments import ledger
from marketplace.payments import service as payments
from models import (
    Deal,
    DealStatus,
    Dispute,
    DisputeReason,
    DisputeStatus,
    Money,
    Person,
    Refund,
    RefundStatus,
    Transfer,
)
from tests.marketplace.deals.test_milestones import agreed
from tests.marketplace.payments.paths import Walk
from tests.stripe_world import StripeWorld


@pytest.fixture
def walk(app: Flask, stripe: StripeWorld) -> Iterator[Walk]:
    """€480 in three: €100.01, €199.99 and €180."""
    one = Walk(app, stripe)
    with app.app_context(), unit_of_work() as db:
        deal = agreed(db)
        one.id, one.brand_id = deal.id, deal.brand.person_id
        one.creator_id = deal.creator.person_id
    yield one
    one.proved()


def first_approved(walk: Walk) -> None:
    walk.fund()
    walk.deliver()
    walk.do("approve")


def transfers(walk: Walk) -> list[tuple[str, int, int]]:
    """Of each milestone: how it is, what was sent, and how much of it came back."""
    with walk.app.app_context(), unit_of_work() as db:
        query = select(Transfer).filter_by(subject_id=walk.id).order_by(Transfer.part)
        return [(str(t.status), t.amount_minor, t.reversed_minor) for t in db.scalars(query)]


def test_a_bank_that_keeps_all_takes_what_is_held_and_then_the_milestone_that_was_paid(
    walk: Walk,
) -> None:
    walk.onboard()
    first_approved(walk)
    walk.decide(walk.dispute(), "lose")
    assert walk.state() == DealStatus.REFUNDED
    assert transfers(walk) == [("sent", 9_001, 9_001)]
    for kind in (ledger.ESCROW, ledger.OWED, ledger.PLATFORM_FEE, ledger.CHARGEBACK_LOSS):
        owner = {ledger.ESCROW: walk.id, ledger.OWED: walk.creator_id}.get(kind)
        assert walk.balance(kind, owner) == 0


def test_a_milestone_that_waits_for_an_account_pays_where_a_bank_keeps_all(walk: Walk) -> None:
    first_approved(walk)
    walk.decide(walk.dispute(), "lose")
    assert walk.state() == DealStatus.REFUNDED
    assert transfers(walk) == [("cancelled", 0, 0)]
    assert walk.balance(ledger.PAYABLE, walk.creator_id) == 0


@pytest.mark.parametrize("is_delivered", [False, True])
def test_a_deal_whose_bank_kept_a_part_ends_once_the_milestone_before_is_sent(
    walk: Walk, is_delivered: bool
) -> None:
    first_approved(walk)
    if is_delivered:
        walk.deliver()
    walk.decide(walk.dispute(amount=20_000), "lose")
    assert walk.state() == DealStatus.REFUNDING
    assert walk.balance(ledger.PAYABLE, walk.creator_id) == 9_001
    walk.proved()
    walk.onboard()
    assert transfers(walk) == [("sent", 9_001, 0)]
    # Stripe refunds nothing of a payment that was charged back.
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 17_999
    with walk.app.app_context(), unit_of_work() as db:
        by, refund = db.get_one(Person, walk.admin_id), db.query(Refund).one()
        assert (refund.status, refund.amount_minor) == (RefundStatus.FAILED, 17_999)
        payments.pay_by_hand(db, refund, why="transfer of 4 May", by=by)
    walk.agree()
    assert walk.state() == DealStatus.REFUNDED


def test_a_late_refund_is_taken_from_the_milestones_that_were_paid(walk: Walk) -> None:
    walk.onboard()
    walk.fund()
    for _milestone in range(3):
        walk.deliver()
        walk.do("approve")
    assert walk.state() == DealStatus.RELEASED
    give_late(walk, 20_000)
    sent = transfers(walk)
    assert [amount for _, amount, _ in sent] == [9_001, 17_999, 16_200]
    assert sum(back for *_, back in sent) == 18_000
    assert walk.balance(ledger.PLATFORM_FEE) == 2_800
    give_late(walk, 28_000)
    assert sum(back for *_, back in transfers(walk)) == 43_200
    assert walk.balance(ledger.PLATFORM_FEE) == 0


def give_late(walk: Walk, minor: int) -> None:
    with walk.app.app_context(), unit_of_work() as db:
        by, deal = db.get_one(Person, walk.admin_id), db.get_one(Deal, walk.id)
        late.refund(db, deal, Money(minor, "eur"), why="never shown", by=by)
    walk.agree()


def all_approved(walk: Walk) -> None:
    walk.fund()
    for _milestone in range(3):
        walk.deliver()
        walk.do("approve")


def time_is_up(walk: Walk) -> None:
    with walk.app.app_context(), unit_of_work() as db:
        deal = db.get_one(Deal, walk.id)
        deal.hold_until, deal.hold_warned_at = now() - timedelta(hours=1), None
        db.flush()
        assert holds.tick(db) == 1
    walk.agree()


def refunds(walk: Walk) -> list[tuple[str, int]]:
    with walk.app.app_context(), unit_of_work() as db:
        query = select(Refund).filter_by(subject_id=walk.id).order_by(Refund.created_at)
        return [(str(one.status), one.amount_minor) for one in db.scalars(query)]


def test_milestones_that_nobody_claimed_all_go_back_and_the_books_have_no_fault(
    walk: Walk,
) -> None:
    all_approved(walk)
    time_is_up(walk)
    assert walk.state() == DealStatus.REFUNDED
    assert sum(amount for _, amount in refunds(walk)) == 48_000
    walk.proved()


def test_what_a_bank_kept_of_the_last_milestone_leaves_our_fee_on_the_others_to_go_back(
    walk: Walk,
) -> None:
    all_approved(walk)
    walk.decide(walk.dispute(amount=18_000), "lose")
    assert [one[0] for one in transfers(walk)] == ["blocked", "blocked", "cancelled"]
    time_is_up(walk)
    assert refunds(walk) == [("failed", 10_001), ("failed", 19_999)]
    assert walk.balance(ledger.PLATFORM_FEE) == 0


def test_a_milestone_that_was_paid_gives_its_part_back_though_the_last_was_never_claimed(
    walk: Walk,
) -> None:
    walk.onboard()
    first_approved(walk)
    with walk.app.app_context(), unit_of_work() as db:
        payments.account_of(db, walk.creator_id).transfers_active = False  # type: ignore[union-attr]
    for _milestone in range(2):
        walk.deliver()
        walk.do("approve")
    time_is_up(walk)
    assert walk.state() == DealStatus.REFUNDED
    walk.decide(walk.dispute(amount=10_001), "lose")
    assert transfers(walk)[0] == ("sent", 9_001, 9_001)
    assert walk.balance(ledger.CHARGEBACK_LOSS) == 0


def test_a_dispute_between_the_two_ends_with_the_last_case_of_the_bank_also_if_that_is_won(
    walk: Walk,
) -> None:
    walk.fund()
    with walk.app.app_context(), unit_of_work() as db:
        deal = db.get_one(Deal, walk.id)
        says = {"reason": DisputeReason.OTHER, "statement": "Not so.", "asks": Money(0, "eur")}
        disputes.open_dispute(db, deal, by=deal.brand.person, **says)
    kept, given_back = walk.dispute(amount=20_000), walk.dispute(amount=10_000)
    walk.decide(kept, "lose")
    assert walk.state() == DealStatus.DISPUTED
    walk.decide(given_back, "win")
    assert walk.state() == DealStatus.REFUNDED
    with walk.app.app_context(), unit_of_work() as db:
        assert db.query(Dispute).one().status == DisputeStatus.RULED
