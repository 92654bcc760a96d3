"""A brand gives a shopper money back, after the days to return, of its own share alone."""

import re
import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.db import unit_of_work
from marketplace.payments import ledger
from marketplace.payments.gateway.client import client as stripe_client
from marketplace.shop.rules.shares import kept
from marketplace.shop.service import late
from models import Money, Notice, Order, OrderStatus, PayoutAccount, Person, Refused, Transfer
from tests import builders
from tests.client import LookingClient
from tests.stripe_world import StripeWorld, run_jobs

from .conftest import Shop
from .test_money import BRAND, CREATOR, PLATFORM, PRICE, Till
from .test_money_back import decide, dispute, give_back
from .test_orders import mails


@pytest.fixture
def till(app: Flask, db: Session, stripe: StripeWorld, shop: Shop) -> Iterator[Till]:
    db.commit()
    made = Till(app, stripe, shop)
    yield made
    made.books_are_right()


def sold(till: Till, *, to_all: bool = True) -> uuid.UUID:
    """A sale whose days to return are over."""
    if to_all:
        till.onboard(till.brand, till.creator)
    order = till.buy()
    till.deliver(order)
    till.time_is_up(order)
    return order


def give(till: Till, order: uuid.UUID, minor: int, seen: str | None = None) -> None:
    with till.app.app_context(), unit_of_work() as db:
        row, amount = db.get_one(Order, order), Money(minor, "eur")
        late.refund_alone(db, row, amount, why="It broke.", by=row.brand.person, seen=seen)
    run_jobs(till.app)
    till.books_are_right()


def left(till: Till, order: uuid.UUID) -> tuple[int, int, int]:
    with till.app.app_context(), unit_of_work() as db:
        shares = kept(db.get_one(Order, order))
        return shares.brand.minor, shares.creator.minor, shares.platform.minor


def came_back(till: Till, person: uuid.UUID) -> int:
    """How much of what was sent to them came back from their account."""
    with till.app.app_context(), unit_of_work() as db:
        return sum(db.scalars(select(Transfer.reversed_minor).filter_by(payee_id=person)))


def test_it_is_taken_from_the_brand_and_from_nobody_else(till: Till) -> None:
    order = sold(till)
    for minor in (1, 4_999, BRAND - 5_000):
        give(till, order, minor)
    assert left(till, order) == (0, CREATOR, PLATFORM)
    assert (came_back(till, till.brand), came_back(till, till.creator)) == (BRAND, 0)
    assert till.balance(ledger.PLATFORM_FEE) == PLATFORM
    assert till.balance(ledger.OWED, till.brand) == till.balance(ledger.GOODWILL) == 0
    till.nothing_is_left()
    with pytest.raises(Refused, match="Less than that"):
        give(till, order, 1)


def test_what_an_admin_gives_back_besides_is_shared_until_the_brand_has_nothing_left(
    till: Till,
) -> None:
    order = sold(till)
    give_back(till, order, 1_490)
    shared = (1_237, 179, 74)
    assert left(till, order) == (BRAND - 1_237, CREATOR - 179, PLATFORM - 74)
    give(till, order, 10_000)
    assert left(till, order) == (BRAND - shared[0] - 10_000, CREATOR - 179, PLATFORM - 74)
    give_back(till, order, PRICE - 11_490)
    assert left(till, order) == (0, 0, 0)
    assert (came_back(till, till.brand), came_back(till, till.creator)) == (BRAND, CREATOR)
    assert till.balance(ledger.PLATFORM_FEE) == till.balance(ledger.GOODWILL) == 0
    till.nothing_is_left()


def test_a_bank_that_takes_the_rest_takes_what_each_still_has(till: Till) -> None:
    order = sold(till)
    give(till, order, 12_000)
    decide(till, dispute(till, order, amount=PRICE - 12_000), "lose")
    assert left(till, order) == (0, 0, 0)
    assert till.balance(ledger.PLATFORM_FEE) == till.balance(ledger.CHARGEBACK_LOSS) == 0
    till.nothing_is_left()


def test_a_share_that_waits_for_the_brands_account_gives_before_it_is_sent(till: Till) -> None:
    order = sold(till, to_all=False)
    assert till.status(order) == OrderStatus.MATURED
    give(till, order, 2_367)
    assert till.balance(ledger.PAYABLE, till.brand) == 10_000
    assert till.balance(ledger.OWED, till.brand) == 0
    till.onboard(till.brand, till.creator)
    assert till.status(order) == OrderStatus.SETTLED
    till.nothing_is_left()


def test_nothing_goes_back_while_it_is_held_nor_while_a_bank_decides(till: Till) -> None:
    till.onboard(till.brand, till.creator)
    order = till.buy()
    with pytest.raises(Refused, match="Less than that"):
        give(till, order, 1)
    till.deliver(order)
    till.time_is_up(order)
    made = dispute(till, order)
    with pytest.raises(Refused, match="bank"):
        give(till, order, 1)
    decide(till, made, "win")
    give(till, order, 1)
    for wrong in (0, BRAND):
        with pytest.raises(Refused, match="Less than that"):
            give(till, order, wrong)


def test_who_pressed_twice_gives_once(till: Till) -> None:
    order = sold(till)
    give(till, order, 100, seen=str(BRAND))
    with pytest.raises(Refused, match="since you opened"):
        give(till, order, 100, seen=str(BRAND))
    assert left(till, order)[0] == BRAND - 100


def test_who_has_spent_it_gives_no_more_until_it_came_back(till: Till) -> None:
    first, second = sold(till), sold(till, to_all=False)
    spend(till)
    give(till, first, 5_000)
    assert till.balance(ledger.OWED, till.brand) == 5_000
    for order in (first, second):
        with pytest.raises(Refused, match=r"€50\.00 that went back before"):
            give(till, order, 1)
    assert till.balance(ledger.OWED, till.brand) == 5_000
    # The next sale pays for it.
    sold(till, to_all=False)
    assert till.balance(ledger.OWED, till.brand) == 0
    give(till, second, 1)


def spend(till: Till) -> None:
    """Stripe pays the brand's bank whatever is there."""
    till.stripe.advance(4)
    with till.app.app_context(), unit_of_work() as db:
        account = db.scalars(select(PayoutAccount).filter_by(person_id=till.brand)).one().stripe_id
        there = stripe_client().v1.balance.retrieve(None, {"stripe_account": account or ""})
    assert sum(part.amount for part in there.available) == 0


GIVEN = {"amount": "20", "why": "The sole came off."}


def sign_in(till: Till, client: LookingClient, person: uuid.UUID) -> None:
    with till.app.app_context(), unit_of_work() as db:
        client.sign_in(db.get_one(Person, person))


def test_the_brand_sees_what_happens_before_it_does(till: Till, client: LookingClient) -> None:
    order = sold(till)
    sign_in(till, client, till.brand)
    path = f"/sales/{order}/back"
    assert path in client.get(f"/sales/{order}").text
    assert "up to €123.67" in client.get(path).text
    shown = client.post(path, data=GIVEN).text
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))
    for part in ("gives back €20.00", "Back to the shopper €20.00", "You keep €103.67 of this"):
        assert part in text
    assert "Our fee" not in text
    assert left(till, order)[0] == BRAND
    (seen,) = re.findall(r'name="sure" value="(\d+)"', shown)
    sure = GIVEN | {"sure": seen}
    assert client.post(path, data=sure).status_code == 303
    assert client.post(path, data=sure).status_code == 409
    run_jobs(till.app)
    assert left(till, order) == (BRAND - 2_000, CREATOR, PLATFORM)
    page = client.get(f"/sales/{order}").text
    for part in ("gave the shopper €20.00 back", "The sole came off.", "€103.67"):
        assert part in page


WRONG = [
    ({}, "Enter how much goes back"),
    ({"amount": "123.68", "why": "x"}, "Enter €123.67 or less"),
    ({"amount": "0", "why": "x"}, "or more"),
    ({"amount": "5"}, "Say why"),
    ({"amount": "5", "sure": "12367"}, "Say why"),
]


def test_bad_input_is_answered_in_words(till: Till, client: LookingClient) -> None:
    order = sold(till)
    sign_in(till, client, till.brand)
    for typed, says in WRONG:
        answer = client.post(f"/sales/{order}/back", data=typed)
        assert (answer.status_code, says in answer.text) == (422, True)
    assert left(till, order)[0] == BRAND


def test_nobody_but_the_orders_brand_may(till: Till, client: LookingClient) -> None:
    order = sold(till)
    with till.app.app_context(), unit_of_work() as db:
        others = [builders.brand(db).person_id, builders.admin(db).id, till.creator]
    for person in others:
        sign_in(till, client, person)
        sure = GIVEN | {"sure": str(BRAND)}
        assert client.post(f"/sales/{order}/back", data=sure).status_code == 404
    assert left(till, order)[0] == BRAND


def test_the_page_says_why_nothing_can_go_back(till: Till, client: LookingClient) -> None:
    till.onboard(till.brand, till.creator)
    order = till.buy()
    sign_in(till, client, till.brand)
    path = f"/sales/{order}/back"
    assert "can still return" in client.get(path).text
    assert path not in client.get(f"/sales/{order}").text
    till.deliver(order)
    till.time_is_up(order)
    made = dispute(till, order)
    assert "bank disputes the payment" in client.get(path).text
    assert path not in client.get(f"/sales/{order}").text
    sure = GIVEN | {"sure": str(BRAND)}
    assert "bank disputes the payment" in client.post(path, data=sure).text
    decide(till, made, "win")


def test_the_shopper_reads_who_gives_and_why(till: Till) -> None:
    order = sold(till)
    with till.app.app_context(), unit_of_work() as db:
        row = db.get_one(Order, order)
        brand, by = row.brand.name, row.brand.person
        late.refund_alone(db, row, Money(2_000, "eur"), why="It broke.", by=by)
        texts = [one["text"] for one in mails(db)]
        told = db.scalars(select(Notice.kind).filter_by(person_id=till.creator)).all()
    run_jobs(till.app)
    (letter,) = [one for one in texts if "gives you" in one]
    assert f"{brand} gives you €20.00 back" in letter
    assert "It broke." in letter
    assert "money_owed_back" not in told
