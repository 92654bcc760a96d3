"""What a bank takes back: opened, won and lost, before and after the money was released."""

from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.deals import service as deals
from marketplace.deals.service import late
from marketplace.kit.clock import in_hours
from marketplace.kit.db import unit_of_work
from marketplace.payments import ledger, postings
from marketplace.payments import service as payments
from models import (
    Chargeback,
    ChargebackStatus,
    Checkout,
    Deal,
    DealStatus,
    Money,
    Person,
    Refund,
    RefundStatus,
    Refused,
    Transfer,
)
from tests.marketplace.payments.paths import Walk
from tests.stripe_world import StripeWorld, run_jobs

FEE = 1_500  # what the sandbox takes for a dispute


@pytest.fixture
def walk(app: Flask, stripe: StripeWorld) -> Iterator[Walk]:
    one = Walk(app, stripe)
    yield one
    one.proved()


def test_a_dispute_freezes_a_deal_and_tells_everybody(walk: Walk) -> None:
    walk.fund()
    walk.dispute()
    assert walk.deal().frozen_at is not None
    assert walk.balance(ledger.DISPUTED) == 48_000
    assert walk.balance(ledger.DISPUTE_FEES) == FEE
    assert walk.balance(ledger.ESCROW, walk.id) == 48_000
    assert "payment_disputed" in walk.told(walk.brand_id)
    assert "payment_disputed" in walk.told(walk.creator_id)
    assert "payment_disputed_for_admin" in walk.told(walk.admin_id)
    walk.deliver()
    for verb in ("approve", "cancel"):
        with pytest.raises(Refused, match="bank disputes"):
            walk.do(verb, "brand")


def test_a_dispute_that_is_won_lets_the_deal_go_on_where_it_stood(walk: Walk) -> None:
    account = walk.onboard()
    walk.fund()
    before = walk.deal().due_at
    dispute = walk.dispute()
    walk.decide(dispute, "win")
    deal = walk.deal()
    assert deal.frozen_at is None
    assert before is not None
    assert deal.due_at is not None
    assert deal.due_at >= before
    assert walk.balance(ledger.DISPUTED) == 0
    assert walk.balance(ledger.DISPUTE_FEES) == FEE
    walk.deliver()
    walk.do("approve")
    assert account
    assert walk.state() == DealStatus.RELEASED


def test_a_dispute_that_is_lost_before_release_is_paid_by_what_is_held(walk: Walk) -> None:
    walk.fund()
    walk.decide(walk.dispute(), "lose")
    assert walk.state() == DealStatus.REFUNDED
    assert walk.balance(ledger.ESCROW, walk.id) == 0
    assert walk.balance(ledger.DISPUTED) == 0
    assert walk.balance(ledger.CHARGEBACK_LOSS) == 0
    assert "payment_dispute_lost" in walk.told(walk.creator_id)


def test_what_is_left_after_a_part_was_lost_is_paid_back_by_hand(walk: Walk) -> None:
    walk.fund()
    walk.decide(walk.dispute(amount=18_000), "lose")
    assert walk.state() == DealStatus.REFUNDED
    assert walk.balance(ledger.ESCROW, walk.id) == 0
    # Stripe refunds nothing of a payment that was charged back.
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 30_000
    assert "refund_failed" in walk.told(walk.admin_id)
    with walk.app.app_context(), unit_of_work() as db:
        by, refund = db.get_one(Person, walk.admin_id), db.query(Refund).one()
        payments.pay_by_hand(db, refund, why="transfer of 4 May", by=by)
    walk.agree()
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 0
    assert walk.balance(ledger.BANK) == -30_000
    assert "money_refunded" in walk.told(walk.brand_id)


def test_two_disputes_of_one_payment_are_decided_one_by_one(walk: Walk) -> None:
    walk.fund()
    first, second = walk.dispute(amount=24_000), walk.dispute(amount=24_000)
    walk.decide(first, "lose")
    assert walk.deal().frozen_at is not None
    assert walk.balance(ledger.ESCROW, walk.id) == 24_000
    walk.decide(second, "win")
    assert walk.state() == DealStatus.REFUNDED
    assert walk.balance(ledger.ESCROW, walk.id) == 0
    assert walk.deal().frozen_at is None


def test_approved_money_waits_while_a_bank_decides_and_pays_if_it_is_lost(walk: Walk) -> None:
    walk.fund()
    walk.deliver()
    walk.do("approve")
    assert walk.state() == DealStatus.APPROVED
    dispute = walk.dispute()
    walk.onboard()
    assert walk.state() == DealStatus.APPROVED
    assert walk.balance(ledger.PAYABLE, walk.creator_id) == 43_200
    walk.decide(dispute, "lose")
    assert walk.state() == DealStatus.REFUNDED
    assert walk.balance(ledger.PAYABLE, walk.creator_id) == 0
    assert walk.balance(ledger.PLATFORM_FEE) == 0
    assert walk.balance(ledger.OWED, walk.creator_id) == 0


def test_approved_money_follows_once_the_bank_decided_for_us(walk: Walk) -> None:
    walk.fund()
    walk.deliver()
    walk.do("approve")
    dispute = walk.dispute()
    walk.onboard()
    walk.decide(dispute, "win")
    assert walk.state() == DealStatus.RELEASED
    assert walk.balance(ledger.PAYABLE, walk.creator_id) == 0


def test_a_dispute_lost_after_release_takes_the_money_back_where_it_still_is(walk: Walk) -> None:
    walk.release()
    walk.decide(walk.dispute(), "lose")
    assert walk.balance(ledger.OWED, walk.creator_id) == 0
    assert walk.balance(ledger.PLATFORM_FEE) == 0
    assert walk.balance(ledger.CHARGEBACK_LOSS) == 0
    with walk.app.app_context(), unit_of_work() as db:
        assert db.query(Transfer).one().reversed_minor == 43_200


def spend(walk: Walk, account: str) -> None:
    """Stripe pays the creator's bank whatever is there."""
    from marketplace.payments.gateway.client import client

    walk.stripe.advance(4)
    with walk.app.app_context():
        there = client().v1.balance.retrieve(None, {"stripe_account": account})
        assert sum(part.amount for part in there.available) == 0


def test_what_a_creator_has_spent_is_owed_and_kept_from_the_next_pay(walk: Walk) -> None:
    spend(walk, walk.release())
    walk.decide(walk.dispute(), "lose")
    assert walk.balance(ledger.OWED, walk.creator_id) == 43_200
    assert "money_owed_back" in walk.told(walk.creator_id)
    first = walk.id
    with walk.app.app_context(), unit_of_work() as db:
        from models import Creator
        from tests import builders

        creator = db.query(Creator).filter_by(person_id=walk.creator_id).one()
        deal = builders.deal(
            db, to=creator, status=DealStatus.ACCEPTED, price_minor=30_000, fee_minor=3_000
        )
        walk.id = deal.id
    walk.fund()
    walk.deliver()
    walk.do("approve")
    assert walk.id != first
    assert walk.state() == DealStatus.RELEASED
    assert walk.balance(ledger.OWED, walk.creator_id) == 16_200
    assert walk.balance(ledger.PAYABLE, walk.creator_id) == 0


def test_an_admin_writes_off_what_will_never_come_back_and_says_why(walk: Walk) -> None:
    spend(walk, walk.release())
    walk.decide(walk.dispute(), "lose")
    with walk.app.app_context(), unit_of_work() as db:
        person, by = db.get_one(Person, walk.creator_id), db.get_one(Person, walk.admin_id)
        assert payments.owed(db, person.id, "eur") == Money(43_200, "eur")
        with pytest.raises(Refused, match="owe less"):
            payments.write_off(db, person, Money(43_201, "eur"), why="gone", by=by)
        payments.write_off(db, person, Money(43_200, "eur"), why="gone", by=by)
    walk.agree()
    assert walk.balance(ledger.OWED, walk.creator_id) == 0
    assert walk.balance(ledger.CHARGEBACK_LOSS) == 43_200


def test_a_bank_that_only_asks_moves_nothing_until_it_takes_the_money(walk: Walk) -> None:
    walk.fund()
    walk.stripe.happen(walk.checkout().charge_id or "", "inquiry")
    (dispute,) = walk.disputes()
    assert walk.hear("charge.dispute.created", dispute)
    assert walk.deal().frozen_at is None
    assert walk.balance(ledger.DISPUTED) == 0
    assert walk.told(walk.admin_id) == ["payment_questioned"]
    walk.stripe.happen(dispute, "escalate")
    walk.hear("charge.dispute.updated", dispute)
    assert walk.deal().frozen_at is not None
    assert walk.balance(ledger.DISPUTED) == 48_000


def test_a_question_that_is_answered_closes_without_a_trace_in_the_books(walk: Walk) -> None:
    walk.fund()
    walk.stripe.happen(walk.checkout().charge_id or "", "inquiry")
    (dispute,) = walk.disputes()
    walk.decide(dispute, "win")
    with walk.app.app_context(), unit_of_work() as db:
        assert db.query(Chargeback).one().status == ChargebackStatus.CLOSED
    assert walk.balance(ledger.DISPUTE_FEES) == 0


def test_an_early_warning_of_fraud_is_told_to_admins_once(walk: Walk) -> None:
    walk.fund()
    from marketplace.payments.gateway.client import client

    charge = walk.checkout().charge_id or ""
    walk.stripe.happen(charge, "warn")
    with walk.app.app_context():
        (warning,) = client().v1.radar.early_fraud_warnings.list({"charge": charge}).data
    assert walk.hear("radar.early_fraud_warning.created", warning.id)
    assert walk.told(walk.admin_id) == ["payment_fraud_warning"]
    assert walk.deal().frozen_at is None


def test_the_fee_for_countering_comes_back_when_it_is_won(walk: Walk) -> None:
    walk.stripe.settings(countered_fee=1_000)
    try:
        walk.fund()
        dispute = walk.dispute()
        from marketplace.payments.gateway.client import client

        with walk.app.app_context():
            client().v1.disputes.update(
                dispute, {"evidence": {"uncategorized_text": "winning_evidence"}, "submit": True}
            )
        walk.hear("charge.dispute.closed", dispute)
    finally:
        walk.stripe.settings(countered_fee=0)
    assert walk.balance(ledger.DISPUTED) == 0
    assert walk.balance(ledger.DISPUTE_FEES) == FEE


def test_a_dispute_heard_of_before_the_payment_still_counts(walk: Walk) -> None:
    with walk.app.app_context(), unit_of_work() as db:
        from marketplace.deals import service as deals
        from models import Deal

        row = db.get_one(Deal, walk.id)
        deals.start_funding(db, row, by=row.brand.person)
    run_jobs(walk.app)
    assert walk.stripe.pay(walk.checkout(), "4000 0000 0000 0259") == 303
    from marketplace.payments.gateway.client import client

    with walk.app.app_context():
        newest = client().v1.disputes.list({"limit": 1}).data[0]
    assert walk.hear("charge.dispute.created", newest.id)
    assert walk.state() == DealStatus.FUNDED
    assert walk.deal().frozen_at is not None


def test_a_dispute_of_somebody_elses_payment_is_not_ours(walk: Walk) -> None:
    from marketplace.payments.gateway.client import client

    with walk.app.app_context():
        made = client().v1.payment_intents.create(
            {
                "amount": 5_000,
                "currency": "eur",
                "payment_method": "pm_card_createDispute",
                "confirm": True,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            }
        )
        (dispute,) = client().v1.disputes.list({"payment_intent": made.id}).data
        from marketplace.payments import absorb
        from marketplace.worker.routes import route

        assert not absorb.work("charge.dispute.created", {"id": dispute.id}, "", route)


def refund_late(walk: Walk, minor: int) -> None:
    with walk.app.app_context(), unit_of_work() as db:
        deal, by = db.get_one(Deal, walk.id), db.get_one(Person, walk.admin_id)
        late.refund(db, deal, Money(minor, "eur"), why="never shown", by=by)
    walk.agree()


def test_a_refund_after_release_takes_the_creators_part_and_our_fee(walk: Walk) -> None:
    walk.release()
    for minor in (1, 15_999, 32_000):
        refund_late(walk, minor)
    assert walk.balance(ledger.OWED, walk.creator_id) == 0
    assert walk.balance(ledger.PLATFORM_FEE) == 0
    assert walk.balance(ledger.GOODWILL) == 0
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 0
    with pytest.raises(Refused, match="Less than that"):
        refund_late(walk, 1)


def test_a_refund_after_the_creator_spent_it_is_owed_by_them(walk: Walk) -> None:
    walk.others_pay(100_000)
    spend(walk, walk.release())
    refund_late(walk, 48_000)
    assert walk.balance(ledger.OWED, walk.creator_id) == 43_200
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 0


def test_tips_are_owed_and_sent_like_any_other(walk: Walk) -> None:
    with walk.app.app_context(), unit_of_work() as db:
        tip = Checkout(purpose="tip", subject_id=walk.creator_id, currency="eur", status="paid")
        tip.amount_minor, tip.charge_id, tip.fee_minor = 1_000, "ch_tip", 40
        postings.tip_paid(db, tip, creator_id=walk.creator_id, fee=Money(50, "eur"))
        assert ledger.balance(db, ledger.PAYABLE, walk.creator_id, "eur") == Money(950, "eur")
        assert ledger.balance(db, ledger.PLATFORM_FEE, None, "eur") == Money(50, "eur")
        assert ledger.balance(db, ledger.STRIPE, None, "eur") == Money(960, "eur")
        db.rollback()


def refused_refund(walk: Walk, **given: object) -> str:
    """Cancelled in the moment in which the bank took it: Stripe refuses to give it back again."""
    walk.fund()
    walk.stripe.happen(walk.checkout().charge_id or "", "dispute", **given)
    with walk.app.app_context(), unit_of_work() as db:
        deal = db.get_one(Deal, walk.id)
        deals.cancel(db, deal, by=deal.creator.person)
    run_jobs(walk.app)
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 48_000
    (made,) = walk.disputes()
    walk.hear("charge.dispute.created", made)
    return made


def test_what_the_bank_gave_back_is_not_owed_to_the_payer_a_second_time(walk: Walk) -> None:
    walk.decide(refused_refund(walk), "lose")
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 0
    assert walk.balance(ledger.CHARGEBACK_LOSS) == 0
    assert walk.state() == DealStatus.REFUNDED
    with walk.app.app_context(), unit_of_work() as db:
        assert db.query(Refund).one().status == RefundStatus.CANCELLED


def test_of_a_refund_the_bank_gave_a_part_of_only_the_rest_is_owed(walk: Walk) -> None:
    walk.decide(refused_refund(walk, amount=18_000), "lose")
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 30_000
    assert walk.balance(ledger.CHARGEBACK_LOSS) == 0


def test_what_the_bank_gave_back_is_not_given_back_late_again(walk: Walk) -> None:
    walk.release()
    walk.decide(walk.dispute(amount=18_000), "lose")
    with walk.app.app_context(), unit_of_work() as db:
        assert late.most(db, db.get_one(Deal, walk.id)) == Money(30_000, "eur")
    with pytest.raises(Refused, match="Less than that"):
        refund_late(walk, 30_001)


def unclaimed(walk: Walk) -> None:
    """The day comes by which the money must be on its way, and nobody said where to."""
    with walk.app.app_context(), unit_of_work() as db:
        db.get_one(Deal, walk.id).hold_until = in_hours(-1)
        db.flush()
        deals.tick(db)
    walk.agree()


def test_nobody_gets_more_back_than_was_paid_when_the_bank_had_taken_a_part(walk: Walk) -> None:
    walk.fund()
    walk.deliver()
    walk.do("approve")
    walk.decide(walk.dispute(amount=10_000), "lose")
    assert walk.state() == DealStatus.APPROVED
    unclaimed(walk)
    assert walk.balance(ledger.REFUND, walk.checkout().id) == 38_000
    assert walk.balance(ledger.PLATFORM_FEE) == 0


def test_who_never_claimed_their_money_owes_nothing_of_it(walk: Walk) -> None:
    walk.fund()
    walk.deliver()
    walk.do("approve")
    unclaimed(walk)
    assert walk.state() == DealStatus.REFUNDED
    walk.decide(walk.dispute(), "lose")
    assert walk.balance(ledger.OWED, walk.creator_id) == 0
    assert walk.balance(ledger.CHARGEBACK_LOSS) == 48_000
