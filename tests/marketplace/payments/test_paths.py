"""Refunds that come back, payouts that fail, fees named late, and payments that take days."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from marketplace.deals import service as deals
from marketplace.kit.db import unit_of_work
from marketplace.payments import ledger
from marketplace.payments import service as payments
from marketplace.payments.gateway.client import client
from models import (
    Checkout,
    CheckoutStatus,
    Deal,
    DealStatus,
    Payout,
    PayoutStatus,
    Person,
    Refund,
    RefundStatus,
)
from tests.marketplace.payments.paths import Walk
from tests.stripe_world import StripeWorld, run_jobs


@pytest.fixture
def walk(app: Flask, stripe: StripeWorld) -> Iterator[Walk]:
    one = Walk(app, stripe)
    yield one
    one.proved()


def refunds(walk: Walk) -> list[Refund]:
    with walk.app.app_context(), unit_of_work() as db:
        return db.query(Refund).order_by(Refund.created_at).all()


def failed_refund(walk: Walk) -> Refund:
    walk.fund()
    walk.do("cancel", "creator")
    assert walk.state() == DealStatus.REFUNDED
    (refund,) = refunds(walk)
    walk.stripe.happen(refund.stripe_id or "", "fail")
    walk.hear("refund.failed", refund.stripe_id or "")
    (refund,) = refunds(walk)
    assert refund.status == RefundStatus.FAILED
    return refund


def test_a_refund_that_fails_weeks_later_is_owed_again_and_admins_are_told(walk: Walk) -> None:
    failed_refund(walk)
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 48_000
    assert walk.told(walk.admin_id) == ["refund_failed"]


def test_a_failed_refund_is_tried_again_as_a_refund_of_its_own(walk: Walk) -> None:
    refund = failed_refund(walk)
    with walk.app.app_context(), unit_of_work() as db:
        by = db.get_one(Person, walk.admin_id)
        payments.refund_again(db, db.get_one(Refund, refund.id), by=by)
    walk.agree()
    first, second = refunds(walk)
    assert first.status == RefundStatus.REPLACED
    assert second.status == RefundStatus.SUCCEEDED
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 0


def test_a_failed_refund_is_paid_by_hand_once(walk: Walk) -> None:
    refund = failed_refund(walk)
    with walk.app.app_context(), unit_of_work() as db:
        by, row = db.get_one(Person, walk.admin_id), db.get_one(Refund, refund.id)
        payments.pay_by_hand(db, row, why="by bank transfer", by=by)
    walk.agree()
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 0
    assert walk.balance(ledger.BANK) == -48_000


def test_a_ruling_is_settled_though_its_refund_had_to_be_tried_twice(walk: Walk) -> None:
    walk.onboard()
    walk.fund()
    walk.do("dispute", answer_by=walk.deal().due_at)
    from models import Money

    walk.do("rule", to_creator=Money(30_000, "eur"))
    assert walk.state() == DealStatus.SETTLED
    (refund,) = refunds(walk)
    walk.stripe.happen(refund.stripe_id or "", "fail")
    walk.hear("refund.failed", refund.stripe_id or "")
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 18_000
    with walk.app.app_context(), unit_of_work() as db:
        by = db.get_one(Person, walk.admin_id)
        payments.refund_again(db, db.get_one(Refund, refund.id), by=by)
    walk.agree()
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 0


def pay_out(walk: Walk, amount: int) -> str:
    params: Any = {"amount": amount, "currency": "eur"}
    with walk.app.app_context():
        return client().v1.payouts.create(params).id


def paid_out(walk: Walk, account: str) -> str:
    """What Stripe paid out by itself."""
    with walk.app.app_context():
        return client().v1.payouts.list(None, {"stripe_account": account}).data[0].id


def test_our_own_payout_is_booked_from_stripe_to_the_bank(walk: Walk) -> None:
    walk.others_pay(1_000_000)
    walk.fund("4000 0000 0000 0077")
    payout = pay_out(walk, 10_000)
    walk.hear("payout.created", payout)
    assert walk.balance(ledger.IN_TRANSIT) == 10_000
    walk.stripe.advance(3)
    walk.hear("payout.paid", payout)
    assert walk.balance(ledger.IN_TRANSIT) == 0
    assert walk.balance(ledger.BANK) == 10_000


@pytest.mark.parametrize("days", [0, 3], ids=["on its way", "after it showed as paid"])
def test_our_own_payout_that_fails_is_back_where_it_was(walk: Walk, days: int) -> None:
    walk.others_pay(1_000_000)
    walk.fund("4000 0000 0000 0077")
    payout = pay_out(walk, 10_000)
    walk.hear("payout.created", payout)
    if days:
        walk.stripe.advance(days)
        walk.hear("payout.paid", payout)
    walk.stripe.happen(payout, "fail")
    walk.hear("payout.failed", payout)
    assert walk.balance(ledger.IN_TRANSIT) == 0
    assert walk.balance(ledger.BANK) == 0
    assert walk.told(walk.admin_id) == ["own_payout_failed"]


def test_a_failed_payout_we_only_hear_of_at_the_end_is_booked_all_the_same(walk: Walk) -> None:
    walk.others_pay(1_000_000)
    walk.fund("4000 0000 0000 0077")
    payout = pay_out(walk, 10_000)
    walk.stripe.happen(payout, "fail")
    walk.hear("payout.failed", payout)
    assert walk.balance(ledger.IN_TRANSIT) == walk.balance(ledger.BANK) == 0


def test_a_payout_of_a_creator_that_fails_is_told_to_them_and_moves_nothing(walk: Walk) -> None:
    account = walk.release()
    walk.stripe.advance(4)
    payout = paid_out(walk, account)
    assert walk.hear("payout.created", payout, account)
    walk.stripe.happen(payout, "fail")
    assert walk.hear("payout.failed", payout, account)
    assert "payout_failed" in walk.told(walk.creator_id)
    with walk.app.app_context(), unit_of_work() as db:
        row = db.query(Payout).one()
        assert row.status == PayoutStatus.FAILED
        assert row.failure_code
        assert row.account_id is not None


def test_an_account_made_by_version_2_is_onboarded_paid_and_paid_out(
    walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = walk.app.extensions["config"]
    monkeypatch.setitem(walk.app.extensions, "config", replace(config, stripe_accounts="v2"))
    account = walk.release()
    with walk.app.app_context():
        known: Any = client().v2.core.accounts.retrieve(
            account, {"include": ["configuration.recipient"]}
        )
    balance = known.configuration.recipient.capabilities.stripe_balance
    assert balance.stripe_transfers.status == "active"
    walk.proved()
    walk.stripe.advance(6)
    payout = paid_out(walk, account)
    assert walk.hear("payout.paid", payout, account)
    with walk.app.app_context(), unit_of_work() as db:
        row = db.query(Payout).one()
        assert (row.amount_minor, row.status) == (43_200, PayoutStatus.PAID)


def test_a_payout_of_an_account_that_is_not_ours_is_ignored(walk: Walk) -> None:
    assert not walk.hear("payout.paid", "po_1", "acct_nobody")


def test_until_stripe_names_its_fee_the_payment_is_not_on_our_balance(walk: Walk) -> None:
    walk.stripe.settings(fees_after_seconds=3_600)
    try:
        walk.fund()
        assert walk.balance(ledger.UNCLEARED) == 48_000
        assert walk.balance(ledger.STRIPE) == 0
        assert walk.balance(ledger.ESCROW, walk.id) == 48_000
        walk.proved()
        walk.stripe.advance(1)
        walk.hear("charge.updated", walk.checkout().charge_id or "")
    finally:
        walk.stripe.settings(fees_after_seconds=0)
    assert walk.balance(ledger.UNCLEARED) == 0
    assert walk.balance(ledger.STRIPE_FEES) == 745
    assert walk.balance(ledger.STRIPE) == 48_000 - 745


def by_bank(walk: Walk, account: str) -> None:
    with walk.app.app_context(), unit_of_work() as db:
        row = db.get_one(Deal, walk.id)
        deals.start_funding(db, row, by=row.brand.person)
    run_jobs(walk.app)
    assert walk.stripe.pay_by_bank(walk.checkout(), account) == 303
    walk.look()


def test_a_payment_by_bank_waits_for_its_word_and_then_funds_the_deal(walk: Walk) -> None:
    by_bank(walk, "AT611904300234573201")
    assert walk.checkout().status == CheckoutStatus.PROCESSING
    assert walk.told(walk.brand_id) == ["payment_processing"]
    assert walk.state() == DealStatus.ACCEPTED
    walk.stripe.advance(6)
    walk.hear("checkout.session.async_payment_succeeded", walk.checkout().session_id or "")
    assert walk.state() == DealStatus.FUNDED
    assert walk.balance(ledger.ESCROW, walk.id) == 48_000


def test_a_payment_that_the_bank_refuses_can_be_made_again(walk: Walk) -> None:
    by_bank(walk, "AT861904300235473202")
    session = walk.checkout().session_id or ""
    walk.stripe.advance(6)
    walk.hear("checkout.session.async_payment_failed", session)
    with walk.app.app_context(), unit_of_work() as db:
        assert db.query(Checkout).one().status == CheckoutStatus.FAILED
    assert walk.told(walk.brand_id) == ["payment_processing", "payment_failed"]
    walk.fund()
    assert walk.state() == DealStatus.FUNDED
