"""Who bears Stripe's fee, how long money is held, and what can't be charged at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.deals import service as deals
from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.payments import ledger
from models import Deal, DealStatus, Dispute, Money, Refused, terms_digest
from tests.marketplace.payments.paths import Walk
from tests.stripe_world import StripeWorld

FEE = 745  # what the sandbox keeps of €480


@pytest.fixture
def walk(app: Flask, stripe: StripeWorld) -> Iterator[Walk]:
    one = Walk(app, stripe)
    yield one
    one.proved()


def bears(walk: Walk) -> None:
    """The terms both agreed to let the creator bear Stripe's fee."""
    with walk.app.app_context(), unit_of_work() as db:
        deal = db.get_one(Deal, walk.id)
        deal.terms = deal.terms | {"stripe_fee_by": "creator"}
        deal.terms_hash = terms_digest(deal.terms)
        deal.offer.terms = deal.terms


def test_a_creator_who_bears_stripes_fee_receives_so_much_less(walk: Walk) -> None:
    bears(walk)
    walk.release()
    assert walk.deal().stripe_fee == Money(FEE, "eur")
    assert walk.deal().creator_receives == Money(43_200 - FEE, "eur")
    assert walk.balance(ledger.STRIPE_FEES) == 0
    assert walk.balance(ledger.PLATFORM_FEE) == 4_800
    # Nothing but our own fee is left at Stripe.
    assert walk.balance(ledger.STRIPE) == 4_800


def test_a_ruling_takes_stripes_fee_off_the_creators_part(walk: Walk) -> None:
    bears(walk)
    walk.onboard()
    walk.fund()
    walk.do("dispute", answer_by=walk.deal().due_at)
    walk.do("rule", to_creator=Money(500, "eur"))
    # The part is too small for the whole fee: the rest of it is ours.
    assert walk.deal().stripe_fee == Money(450, "eur")
    assert walk.balance(ledger.STRIPE_FEES) == FEE - 450


def test_a_fee_named_after_the_money_was_divided_is_ours(walk: Walk) -> None:
    bears(walk)
    walk.stripe.settings(fees_after_seconds=3_600)
    try:
        walk.onboard()
        walk.fund()
        walk.deliver()
        walk.do("approve")
        assert walk.state() == DealStatus.APPROVED
        walk.stripe.advance(1)
        walk.hear("charge.updated", walk.checkout().charge_id or "")
    finally:
        walk.stripe.settings(fees_after_seconds=0)
    assert walk.state() == DealStatus.RELEASED
    assert walk.deal().stripe_fee == Money(0, "eur")
    assert walk.balance(ledger.STRIPE_FEES) == FEE


def test_a_cancelled_deal_goes_back_whole_whoever_bears_the_fee(walk: Walk) -> None:
    bears(walk)
    walk.fund()
    walk.do("cancel", "creator")
    assert walk.state() == DealStatus.REFUNDED
    assert walk.balance(ledger.STRIPE_FEES) == FEE


def held_until(walk: Walk, days: float) -> None:
    with walk.app.app_context(), unit_of_work() as db:
        deal = db.get_one(Deal, walk.id)
        deal.hold_until, deal.hold_warned_at = now() + timedelta(days=days), None


def tick(walk: Walk) -> None:
    with walk.app.app_context(), unit_of_work() as db:
        deals.tick(db)
    walk.agree()


def test_money_is_held_for_so_long_and_no_longer(walk: Walk) -> None:
    walk.fund()
    until = walk.deal().hold_until
    assert until is not None
    assert timedelta(days=86) < until - now() < timedelta(days=88)
    held_until(walk, 13)
    tick(walk)
    tick(walk)
    assert walk.told(walk.creator_id).count("hold_ends_soon") == 1
    assert walk.told(walk.admin_id) == ["hold_ends_soon"]
    held_until(walk, -0.1)
    tick(walk)
    assert walk.state() == DealStatus.REFUNDED
    assert walk.balance(ledger.ESCROW, walk.id) == 0
    assert "hold_ended" in walk.told(walk.brand_id)


def test_what_a_creator_never_claimed_goes_back_with_the_fees(walk: Walk) -> None:
    bears(walk)
    walk.fund()
    walk.deliver()
    walk.do("approve")
    held_until(walk, -0.1)
    tick(walk)
    assert walk.state() == DealStatus.REFUNDED
    assert walk.balance(ledger.PAYABLE, walk.creator_id) == 0
    assert walk.balance(ledger.PLATFORM_FEE) == 0
    assert walk.balance(ledger.STRIPE) == -FEE


def test_a_dispute_that_nobody_ruled_in_time_is_brought_to_admins_each_day(walk: Walk) -> None:
    walk.fund()
    walk.do("dispute", answer_by=walk.deal().due_at)
    with walk.app.app_context(), unit_of_work() as db:
        about = {"reason": "late", "statement": "", "currency": "eur", "asks_minor": 1}
        db.add(Dispute(deal_id=walk.id, opened_by_id=walk.brand_id, rules=[], **about))
    held_until(walk, -0.1)
    tick(walk)
    tick(walk)
    assert walk.state() == DealStatus.DISPUTED
    assert walk.told(walk.admin_id) == ["hold_overdue"]


def test_a_ruled_part_that_nobody_claims_is_warned_of_and_then_goes_back(walk: Walk) -> None:
    walk.fund()
    walk.do("dispute", answer_by=walk.deal().due_at)
    walk.do("rule", to_creator=Money(20_000, "eur"))
    assert walk.state() == DealStatus.SETTLING
    assert walk.balance(ledger.PAYABLE, walk.creator_id) == 18_000
    held_until(walk, 13)
    tick(walk)
    assert walk.told(walk.creator_id).count("unsent_ends_soon") == 1
    assert "unsent_ends_soon" in walk.told(walk.admin_id)
    held_until(walk, -0.1)
    tick(walk)
    assert walk.state() == DealStatus.SETTLED
    assert walk.balance(ledger.PAYABLE, walk.creator_id) == 0
    assert walk.balance(ledger.PLATFORM_FEE) == 0
    assert walk.balance(ledger.STRIPE) == -FEE
    assert "hold_ended" in walk.told(walk.creator_id)
    tick(walk)
    assert "hold_overdue" not in walk.told(walk.admin_id)


def test_work_that_would_take_longer_is_not_paid_for(walk: Walk) -> None:
    with walk.app.app_context(), unit_of_work() as db:
        deal = db.get_one(Deal, walk.id)
        deal.deliver_by = now().date() + timedelta(days=80)
        with pytest.raises(Refused, match="87 days"):
            deals.start_funding(db, deal, by=deal.brand.person)


@pytest.mark.parametrize(
    ("currency", "minor", "said"),
    [("sek", 48_000, "Prices here are in EUR. This one is in SEK"), ("eur", 49, "too small")],
)
def test_what_can_not_be_charged_is_refused_in_words(
    walk: Walk, currency: str, minor: int, said: str
) -> None:
    with walk.app.app_context(), unit_of_work() as db:
        deal = db.get_one(Deal, walk.id)
        deal.currency, deal.price_minor, deal.fee_minor = currency, minor, 0
        db.flush()
        db.refresh(deal)
        with pytest.raises(Refused, match=said):
            deals.start_funding(db, deal, by=deal.brand.person)
        db.rollback()


def test_a_currency_with_whole_hundredths_takes_no_cents(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = walk.app.extensions["config"]
    monkeypatch.setitem(walk.app.extensions, "config", replace(config, currency="isk"))
    with walk.app.app_context(), unit_of_work() as db:
        deal = db.get_one(Deal, walk.id)
        deal.currency, deal.price_minor = "isk", 48_050
        db.flush()
        db.refresh(deal)
        with pytest.raises(Refused, match="ISK"):
            deals.start_funding(db, deal, by=deal.brand.person)
        db.rollback()
    monkeypatch.undo()
