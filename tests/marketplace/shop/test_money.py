"""An order's money, from the card to its three owners, against the sandbox and the ledger."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.books.verify import verify
from marketplace.kit.db import unit_of_work
from marketplace.payments import gateway, ledger
from marketplace.payments import service as payments
from marketplace.shop import service
from models import (
    Checkout,
    CheckoutStatus,
    Order,
    OrderStatus,
    Person,
    Refund,
    Refused,
    Return,
    ReturnStatus,
    ShelfItem,
    TransferStatus,
    Variant,
)
from models.clock import now
from models.payment import Transfer
from tests.stripe_world import DECLINED, GOOD, StripeWorld, run_jobs

from .conftest import FEE_BPS, Shop

PRICE, BRAND, CREATOR, PLATFORM = 14_900, 12_367, 1_788, 745


class Till:
    """One shop before a real till: each step is committed, and the worker runs after it."""

    def __init__(self, app: Flask, stripe: StripeWorld, shop: Shop) -> None:
        self.app, self.stripe = app, stripe
        self.item, self.variant = shop.item.id, shop.variant.id
        self.brand, self.creator = shop.brand.person_id, shop.creator.person_id

    def order(self, quantity: int = 1) -> uuid.UUID:
        with self.app.app_context(), unit_of_work() as db:
            item = db.get_one(ShelfItem, self.item)
            variant = db.get_one(Variant, self.variant)
            made = service.start_order(db, item, variant, quantity, fee_bps=FEE_BPS).subject_id
        run_jobs(self.app)
        return made

    def pay(self, order: uuid.UUID, card: str = GOOD) -> int:
        """Type a card at Stripe; no event comes, so we look for ourselves."""
        with self.app.app_context(), unit_of_work() as db:
            checkout = db.query(Checkout).filter_by(subject_id=order).one()
            status = self.stripe.pay(checkout, card)
            payments.refresh_checkout(db, checkout)
        run_jobs(self.app)
        return status

    def buy(self, quantity: int = 1) -> uuid.UUID:
        made = self.order(quantity)
        assert self.pay(made) == 303
        return made

    def deliver(self, order: uuid.UUID) -> None:
        with self.app.app_context(), unit_of_work() as db:
            row = db.get_one(Order, order)
            service.send(db, row, tracking="", by=row.brand.person)
            service.deliver(db, row, by=row.brand.person)
        run_jobs(self.app)

    def ask_return(self, order: uuid.UUID, quantity: int) -> uuid.UUID:
        with self.app.app_context(), unit_of_work() as db:
            row = db.get_one(Order, order)
            wanted = {str(row.lines[0].id): quantity}
            return service.ask_return(db, row, quantity=wanted, reason="size").id

    def receive(self, made: uuid.UUID) -> None:
        with self.app.app_context(), unit_of_work() as db:
            row = db.get_one(Return, made)
            service.receive(db, row, by=row.order.brand.person)
        run_jobs(self.app)

    def time_is_up(self, order: uuid.UUID) -> None:
        """The order's clock runs out, and the worker looks at the clocks."""
        with self.app.app_context(), unit_of_work() as db:
            db.get_one(Order, order).due_at = now() - timedelta(seconds=1)
        with self.app.app_context(), unit_of_work() as db:
            service.tick(db)
        run_jobs(self.app)

    def onboard(self, *people: uuid.UUID) -> None:
        for person in people:
            with self.app.app_context(), unit_of_work() as db:
                payments.set_up_payouts(db, db.get_one(Person, person), "SE")
            run_jobs(self.app)
            with self.app.app_context(), unit_of_work() as db:
                account = payments.account_of(db, person)
                assert account
                self.stripe.onboard(account)
                payments.refresh_account(db, account)
            run_jobs(self.app)

    def status(self, order: uuid.UUID) -> OrderStatus:
        with self.app.app_context(), unit_of_work() as db:
            return db.get_one(Order, order).status

    def stock(self) -> int | None:
        with self.app.app_context(), unit_of_work() as db:
            return db.get_one(Variant, self.variant).stock

    def balance(self, kind: str, owner: uuid.UUID | None = None) -> int:
        with self.app.app_context(), unit_of_work() as db:
            return ledger.balance(db, kind, owner, "eur").minor

    def nothing_is_left(self) -> None:
        """Nobody's money is with us any more, but what we earned."""
        for kind in (ledger.ORDER, ledger.HELD, ledger.DEFERRED_FEE, ledger.PAYABLE, ledger.REFUND):
            with self.app.app_context(), unit_of_work() as db:
                left = db.execute(
                    text("SELECT coalesce(sum(balance), 0) FROM ledger.balance WHERE kind = :kind"),
                    {"kind": kind},
                ).scalar()
            assert left == 0, kind

    def books_are_right(self) -> None:
        """Every check, that of our account against Stripe's balance too."""
        with self.app.app_context(), unit_of_work() as db:
            failed = [check for check in verify(db) if not check.passed]
        assert failed == []


@pytest.fixture
def till(app: Flask, db: Session, stripe: StripeWorld, shop: Shop) -> Iterator[Till]:
    db.commit()
    made = Till(app, stripe, shop)
    yield made
    made.books_are_right()


def test_a_sale_is_shared_out_when_nothing_can_come_back(till: Till) -> None:
    till.onboard(till.brand, till.creator)
    order = till.buy()
    assert till.status(order) == OrderStatus.PAID
    assert till.balance(ledger.HELD, till.brand) == BRAND
    assert till.balance(ledger.HELD, till.creator) == CREATOR
    assert till.balance(ledger.DEFERRED_FEE) == PLATFORM
    till.books_are_right()
    till.deliver(order)
    till.time_is_up(order)
    assert till.status(order) == OrderStatus.SETTLED
    assert till.balance(ledger.PLATFORM_FEE) == PLATFORM
    till.nothing_is_left()


def test_a_declined_card_changes_nothing_and_a_good_one_still_pays(till: Till) -> None:
    order = till.order()
    assert till.pay(order, DECLINED) == 402
    assert till.status(order) == OrderStatus.CREATED
    till.nothing_is_left()
    assert till.pay(order) == 303
    assert till.status(order) == OrderStatus.PAID


def test_what_nobody_pays_can_be_sold_again_within_the_hour(till: Till, app: Flask) -> None:
    order = till.order(2)
    assert till.stock() == 3
    till.time_is_up(order)
    assert till.status(order) == OrderStatus.EXPIRED
    assert till.stock() == 5
    with app.app_context(), unit_of_work() as db:
        checkout = db.query(Checkout).one()
        assert checkout.status == CheckoutStatus.EXPIRED
        assert till.stripe.pay(checkout) not in (200, 303)


def test_a_page_that_closed_without_our_being_told_gives_the_stock_back(
    till: Till, app: Flask
) -> None:
    order = till.order()
    with app.app_context(), unit_of_work() as db:
        checkout = db.query(Checkout).one()
        assert checkout.session_id
        gateway.close_checkout(checkout.session_id)
        checkout.expires_at = now() - timedelta(seconds=1)
    with app.app_context(), unit_of_work() as db:
        payments.tick(db)
    run_jobs(app)
    assert till.status(order) == OrderStatus.EXPIRED
    assert till.stock() == 5


def test_a_payment_nobody_told_us_of_is_found_before_the_order_is_given_up(
    till: Till, app: Flask
) -> None:
    order = till.order()
    with app.app_context(), unit_of_work() as db:
        assert till.stripe.pay(db.query(Checkout).one()) == 303
    till.time_is_up(order)
    assert till.status(order) == OrderStatus.PAID
    assert till.stock() == 4


def test_a_payment_after_the_order_ended_goes_straight_back(till: Till, app: Flask) -> None:
    order = till.order()
    with app.app_context(), unit_of_work() as db:
        service.expire_order(db, db.get_one(Order, order))
    assert till.pay(order) == 303
    assert till.status(order) == OrderStatus.EXPIRED
    assert till.stock() == 5
    with app.app_context(), unit_of_work() as db:
        assert db.query(Refund).one().amount.minor == PRICE
        letters = db.execute(text("SELECT count(*) FROM events WHERE verb = 'stray_payment'"))
        assert letters.scalar() == 1
    till.nothing_is_left()


def test_a_part_comes_back_and_the_rest_is_shared(till: Till) -> None:
    till.onboard(till.brand, till.creator)
    order = till.buy(3)
    till.deliver(order)
    till.receive(till.ask_return(order, 1))
    assert till.balance(ledger.HELD, till.creator) == 2 * CREATOR
    till.time_is_up(order)
    assert till.status(order) == OrderStatus.SETTLED
    assert till.balance(ledger.PLATFORM_FEE) == 2 * PLATFORM
    till.nothing_is_left()


def test_all_of_it_comes_back_and_nobody_earns(till: Till, app: Flask) -> None:
    till.onboard(till.brand, till.creator)
    order = till.buy(2)
    till.deliver(order)
    made = till.ask_return(order, 2)
    till.receive(made)
    assert till.status(order) == OrderStatus.RETURNED
    assert till.balance(ledger.PLATFORM_FEE) == 0
    with app.app_context(), unit_of_work() as db:
        assert db.get_one(Return, made).status == ReturnStatus.REFUNDED
        assert db.query(Transfer).count() == 0
    till.nothing_is_left()


def test_a_shopper_is_refunded_though_nobody_can_be_paid_yet(till: Till, app: Flask) -> None:
    order = till.buy()
    till.deliver(order)
    made = till.ask_return(order, 1)
    till.receive(made)
    with app.app_context(), unit_of_work() as db:
        assert db.get_one(Return, made).status == ReturnStatus.REFUNDED
    till.nothing_is_left()


def test_a_share_waits_for_its_owners_account_and_then_follows(till: Till, app: Flask) -> None:
    till.onboard(till.brand)
    order = till.buy()
    till.deliver(order)
    till.time_is_up(order)
    assert till.status(order) == OrderStatus.MATURED
    assert till.balance(ledger.PAYABLE, till.brand) == 0
    assert till.balance(ledger.PAYABLE, till.creator) == CREATOR
    with app.app_context(), unit_of_work() as db:
        waiting = db.query(Transfer).filter_by(payee_id=till.creator).one()
        assert waiting.status == TransferStatus.BLOCKED
    till.books_are_right()
    till.onboard(till.creator)
    assert till.status(order) == OrderStatus.SETTLED
    till.nothing_is_left()


def test_what_is_never_sent_pays_itself_back(till: Till) -> None:
    till.onboard(till.brand, till.creator)
    order = till.buy(2)
    till.time_is_up(order)
    assert till.status(order) == OrderStatus.RETURNED
    assert till.stock() == 5
    till.nothing_is_left()


def test_an_answer_that_was_lost_pays_no_share_twice(till: Till) -> None:
    till.onboard(till.brand, till.creator)
    order = till.buy()
    till.deliver(order)
    till.stripe.fault("post /v1/transfers", when="after", times=1)
    till.time_is_up(order)
    assert till.status(order) == OrderStatus.SETTLED
    till.nothing_is_left()


def test_the_last_one_is_sold_once_and_the_loser_pays_nothing(till: Till, app: Flask) -> None:
    with app.app_context(), unit_of_work() as db:
        db.get_one(Variant, till.variant).stock = 1
    order = till.order()
    with pytest.raises(Refused, match="sold out"):
        till.order()
    assert till.pay(order) == 303
    with app.app_context(), unit_of_work() as db:
        assert db.query(Checkout).count() == 1
    assert till.balance(ledger.HELD, till.brand) == BRAND
