"""A deal's money, from the card to the creator, against the sandbox and the ledger."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.deals import service
from marketplace.kit.db import unit_of_work
from marketplace.payments import ledger
from marketplace.payments import service as payments
from models import Deal, DealStatus, Money, PayoutAccount, Person
from tests import builders
from tests.stripe_world import DECLINED, GOOD, StripeWorld, run_jobs, stripe_total


def eur(minor: int) -> Money:
    return Money(minor, "eur")


@pytest.fixture
def deal(app: Flask, db: Session) -> Deal:
    made = builders.deal(db, status=DealStatus.ACCEPTED)
    db.commit()
    return made


def fund(app: Flask, stripe: StripeWorld, deal: Deal, card: str = GOOD) -> int:
    """Pay a deal as its brand does; the worker notices."""
    with app.app_context(), unit_of_work() as db:
        row = db.get_one(Deal, deal.id)
        service.start_funding(db, row, by=row.brand.person)
    run_jobs(app)
    with app.app_context(), unit_of_work() as db:
        checkout = payments.live_checkout(db, "deal", deal.id)
        assert checkout
        status = stripe.pay(checkout, card)
        payments.refresh_checkout(db, checkout)
    run_jobs(app)
    return status


def onboard(app: Flask, stripe: StripeWorld, person: Person, outcome: str = "complete") -> None:
    with app.app_context(), unit_of_work() as db:
        payments.set_up_payouts(db, db.get_one(Person, person.id), "SE")
    run_jobs(app)
    with app.app_context(), unit_of_work() as db:
        account = payments.account_of(db, person.id)
        assert account
        stripe.onboard(account, outcome)
        payments.refresh_account(db, account)
    run_jobs(app)


def do(app: Flask, deal: Deal, verb: str, side: str, **values: object) -> None:
    """One verb of the service, by the brand's or the creator's person."""
    with app.app_context(), unit_of_work() as db:
        row = db.get_one(Deal, deal.id)
        by = row.brand.person if side == "brand" else row.creator.person
        getattr(service, verb)(db, row, by=by, **values)
    run_jobs(app)


def state(app: Flask, deal: Deal) -> DealStatus:
    with app.app_context(), unit_of_work() as db:
        return db.get_one(Deal, deal.id).status


def balance(app: Flask, kind: str, owner: object = None) -> int:
    with app.app_context(), unit_of_work() as db:
        return ledger.balance(db, kind, owner, "eur").minor  # type: ignore[arg-type]


def test_a_paid_deal_is_held_and_released_to_the_creator(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    before = stripe_total(app)
    onboard(app, stripe, deal.creator.person)
    assert fund(app, stripe, deal) == 303
    assert state(app, deal) == DealStatus.FUNDED
    assert balance(app, ledger.ESCROW, deal.id) == 48_000
    do(app, deal, "deliver", "creator", links=["https://example.org/reel"])
    do(app, deal, "approve", "brand")
    assert state(app, deal) == DealStatus.RELEASED
    assert balance(app, ledger.ESCROW, deal.id) == 0
    assert balance(app, ledger.PAYABLE, deal.creator.person_id) == 0
    assert balance(app, ledger.PLATFORM_FEE) == 4_800
    assert balance(app, ledger.STRIPE) == (stripe_total(app) - before).minor


def test_a_declined_card_changes_nothing_and_a_good_one_still_pays(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    assert fund(app, stripe, deal, DECLINED) == 402
    assert state(app, deal) == DealStatus.ACCEPTED
    assert fund(app, stripe, deal) == 303
    assert state(app, deal) == DealStatus.FUNDED


def test_money_waits_for_an_account_that_is_not_ready_and_follows_when_it_is(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    fund(app, stripe, deal)
    do(app, deal, "deliver", "creator", links=["https://example.org/reel"])
    do(app, deal, "approve", "brand")
    assert state(app, deal) == DealStatus.APPROVED
    assert balance(app, ledger.PAYABLE, deal.creator.person_id) == 43_200
    onboard(app, stripe, deal.creator.person)
    assert state(app, deal) == DealStatus.RELEASED
    assert balance(app, ledger.PAYABLE, deal.creator.person_id) == 0


def test_a_creator_who_cancels_gives_everything_back(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    before = stripe_total(app)
    fund(app, stripe, deal)
    do(app, deal, "cancel", "creator")
    assert state(app, deal) == DealStatus.REFUNDED
    assert balance(app, ledger.ESCROW, deal.id) == 0
    assert balance(app, ledger.STRIPE) == (stripe_total(app) - before).minor


def test_an_answer_that_was_lost_does_not_send_twice(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    onboard(app, stripe, deal.creator.person)
    fund(app, stripe, deal)
    do(app, deal, "deliver", "creator", links=["https://example.org/reel"])
    before = stripe_total(app)
    stripe.fault("post /v1/transfers", when="after", times=1)
    do(app, deal, "approve", "brand")
    assert state(app, deal) == DealStatus.RELEASED
    assert (stripe_total(app) - before).minor == -43_200


def test_a_ruling_splits_the_money_and_takes_the_fee_on_the_creators_part_only(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    before = stripe_total(app)
    onboard(app, stripe, deal.creator.person)
    fund(app, stripe, deal)
    do(app, deal, "dispute", "brand", answer_by=deal.due_at)
    do(app, deal, "rule", "brand", to_creator=eur(30_000))
    assert state(app, deal) == DealStatus.SETTLED
    assert balance(app, ledger.PLATFORM_FEE) == 3_000
    assert balance(app, ledger.ESCROW, deal.id) == 0
    assert balance(app, ledger.STRIPE) == (stripe_total(app) - before).minor


def test_a_payment_after_the_deal_ended_goes_straight_back(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    with app.app_context(), unit_of_work() as db:
        row = db.get_one(Deal, deal.id)
        service.start_funding(db, row, by=row.brand.person)
    run_jobs(app)
    with app.app_context(), unit_of_work() as db:
        checkout = payments.live_checkout(db, "deal", deal.id)
        assert checkout
        assert stripe.pay(checkout) == 303
    do(app, deal, "cancel", "creator")
    assert state(app, deal) == DealStatus.CANCELLED
    assert balance(app, ledger.ESCROW, deal.id) == 0
    with app.app_context(), unit_of_work() as db:
        checkout = payments.paid_checkout(db, "deal", deal.id)
        assert ledger.balance(db, ledger.REFUND, checkout.id, "eur") == eur(0)


def test_an_account_left_unfinished_can_not_be_paid_yet(
    app: Flask, stripe: StripeWorld, deal: Deal
) -> None:
    onboard(app, stripe, deal.creator.person, "missing")
    with app.app_context(), unit_of_work() as db:
        account = db.query(PayoutAccount).one()
        assert not account.transfers_active
        assert account.currently_due
