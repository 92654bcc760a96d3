"""An order's money that a bank takes, or that goes back late: each share gives its part."""

import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.kit.clock import in_hours
from marketplace.kit.db import unit_of_work
from marketplace.payments import absorb, gateway, ledger
from marketplace.shop import service
from marketplace.shop.service import late
from marketplace.worker.routes import route
from models import Checkout, Money, Order, OrderStatus, Refused, Return, ReturnStatus
from tests import builders
from tests.stripe_world import StripeWorld, run_jobs

from .conftest import Shop
from .test_money import CREATOR, PRICE, Till


@pytest.fixture
def till(app: Flask, db: Session, stripe: StripeWorld, shop: Shop) -> Iterator[Till]:
    db.commit()
    made = Till(app, stripe, shop)
    yield made
    made.books_are_right()


def hear(till: Till, kind: str, thing: str) -> None:
    with till.app.app_context():
        assert absorb.work(kind, {"id": thing}, "", route)
    run_jobs(till.app)


def dispute(till: Till, order: uuid.UUID, **given: object) -> str:
    with till.app.app_context(), unit_of_work() as db:
        charge = db.query(Checkout).filter_by(subject_id=order).one().charge_id or ""
    till.stripe.happen(charge, "dispute", **given)
    with till.app.app_context():
        made = gateway.disputes_of(charge)[0]
    hear(till, "charge.dispute.created", made)
    return made


def decide(till: Till, made: str, what: str) -> None:
    till.stripe.happen(made, what)
    hear(till, "charge.dispute.closed", made)
    till.books_are_right()


def is_frozen(till: Till, order: uuid.UUID) -> bool:
    with till.app.app_context(), unit_of_work() as db:
        return db.get_one(Order, order).frozen_at is not None


def test_no_clock_runs_while_a_bank_decides_about_an_order(till: Till) -> None:
    order = till.buy()
    made = dispute(till, order)
    till.time_is_up(order)
    assert till.status(order) == OrderStatus.PAID
    with till.app.app_context(), unit_of_work() as db, pytest.raises(Refused, match="bank"):
        service.cancel(db, db.get_one(Order, order))
    decide(till, made, "win")
    assert not is_frozen(till, order)
    till.time_is_up(order)
    assert till.status(order) == OrderStatus.RETURNED


def test_a_dispute_lost_while_all_is_held_takes_every_share(till: Till) -> None:
    order = till.buy()
    decide(till, dispute(till, order), "lose")
    assert till.status(order) == OrderStatus.RETURNED
    assert till.balance(ledger.CHARGEBACK_LOSS) == 0
    till.nothing_is_left()


def test_a_part_lost_while_all_is_held_leaves_the_rest_to_be_shared(till: Till) -> None:
    till.onboard(till.brand, till.creator)
    order = till.buy()
    decide(till, dispute(till, order, amount=4_900), "lose")
    assert till.status(order) == OrderStatus.PAID
    assert not is_frozen(till, order)
    till.deliver(order)
    till.time_is_up(order)
    assert till.status(order) == OrderStatus.SETTLED
    till.nothing_is_left()


def test_a_dispute_lost_after_the_shares_were_sent_takes_them_back(till: Till) -> None:
    till.onboard(till.brand, till.creator)
    order = till.buy()
    till.deliver(order)
    till.time_is_up(order)
    decide(till, dispute(till, order), "lose")
    assert till.status(order) == OrderStatus.SETTLED
    assert till.balance(ledger.OWED, till.brand) == 0
    assert till.balance(ledger.OWED, till.creator) == 0
    assert till.balance(ledger.PLATFORM_FEE) == 0
    till.nothing_is_left()


def test_a_share_that_waits_for_its_owner_is_taken_before_it_is_sent(till: Till) -> None:
    till.onboard(till.brand)
    order = till.buy()
    till.deliver(order)
    till.time_is_up(order)
    assert till.status(order) == OrderStatus.MATURED
    assert till.balance(ledger.PAYABLE, till.creator) == CREATOR
    decide(till, dispute(till, order), "lose")
    assert till.balance(ledger.PAYABLE, till.creator) == 0
    assert till.balance(ledger.OWED, till.creator) == 0


def give_back(till: Till, order: uuid.UUID, minor: int) -> None:
    with till.app.app_context(), unit_of_work() as db:
        row = db.get_one(Order, order)
        late.refund(db, row, Money(minor, "eur"), why="broke", by=builders.admin(db))
    run_jobs(till.app)
    till.books_are_right()


def test_late_refunds_take_each_share_in_proportion_and_never_drift(till: Till) -> None:
    till.onboard(till.brand, till.creator)
    order = till.buy()
    till.deliver(order)
    till.time_is_up(order)
    for minor in (1, 4_999, 3_333, PRICE - 8_333):
        give_back(till, order, minor)
    assert till.balance(ledger.PLATFORM_FEE) == 0
    assert till.balance(ledger.GOODWILL) == 0
    till.nothing_is_left()
    with pytest.raises(Refused, match="Less than that"):
        give_back(till, order, 1)


def test_nothing_goes_back_late_before_it_was_sent(till: Till) -> None:
    order = till.buy()
    with pytest.raises(Refused, match="Less than that"):
        give_back(till, order, 1)


def test_a_return_gives_back_only_what_the_bank_has_not(till: Till) -> None:
    order = till.buy(3)
    till.deliver(order)
    first, second = till.ask_return(order, 2), till.ask_return(order, 1)
    decide(till, dispute(till, order, amount=2 * PRICE), "lose")
    till.receive(first)
    assert till.status(order) == OrderStatus.RETURNED
    till.receive(second)
    with till.app.app_context(), unit_of_work() as db:
        assert db.get_one(Order, order).refunded == Money(3 * PRICE, "eur")
        assert db.get_one(Return, first).amount == Money(PRICE, "eur")
        assert db.get_one(Return, second).status == ReturnStatus.REFUNDED
    assert till.balance(ledger.HELD, till.brand) == till.balance(ledger.HELD, till.creator) == 0


def test_a_parcel_on_its_way_ends_with_the_order_that_a_bank_gave_back(till: Till) -> None:
    order = till.buy()
    till.deliver(order)
    made = till.ask_return(order, 1)
    decide(till, dispute(till, order), "lose")
    assert till.status(order) == OrderStatus.RETURNED
    with till.app.app_context(), unit_of_work() as db:
        db.get_one(Return, made).due_at = in_hours(-1)
    with till.app.app_context(), unit_of_work() as db:
        service.tick(db)
        assert db.info.get("stuck", []) == []
    with till.app.app_context(), unit_of_work() as db:
        assert db.get_one(Return, made).status == ReturnStatus.REFUNDED
