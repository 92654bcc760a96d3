"""An admin gives money back after it was paid out: shown first, done once, told to both sides."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from marketplace.books import verify
from marketplace.kit.db import unit_of_work
from marketplace.payments import ledger
from models import Person, Refund
from tests.client import LookingClient
from tests.marketplace.payments.paths import Walk
from tests.marketplace.payments.test_chargebacks import spend
from tests.stripe_world import StripeWorld


@pytest.fixture
def walk(app: Flask, stripe: StripeWorld) -> Iterator[Walk]:
    one = Walk(app, stripe)
    yield one
    one.agree()
    one.proved()


def sign_in(walk: Walk, client: LookingClient, person: object) -> LookingClient:
    with walk.app.app_context(), unit_of_work() as db:
        return client.sign_in(db.get_one(Person, person))


def path(walk: Walk) -> str:
    return f"/admin/money/back/deal/{walk.id}"


GIVEN = {"amount": "100", "why": "Never shown."}


def test_who_bears_it_is_shown_before_anything_moves(walk: Walk, client: LookingClient) -> None:
    walk.release()
    sign_in(walk, client, walk.admin_id)
    assert path(walk) in client.get(f"/deals/{walk.id}").text
    form = client.get(path(walk)).text
    assert "Up to €480.00" in form
    assert '<span class="before" aria-hidden="true">€</span>' in form
    text = re.sub(r"<[^>]+>|\s+", " ", client.post(path(walk), data=GIVEN).text)
    for part in ("gives back €90.00", "Our fee €10.00", "€100.00", "Never shown."):
        assert part in re.sub(r" +", " ", text)
    assert walk.balance(ledger.PLATFORM_FEE) == 4_800


def test_it_is_given_back_and_both_sides_read_why(walk: Walk, client: LookingClient) -> None:
    walk.release()
    sign_in(walk, client, walk.admin_id)
    assert client.post(path(walk), data=GIVEN | {"sure": "1"}).status_code == 303
    walk.agree()
    assert walk.balance(ledger.PLATFORM_FEE) == 3_800
    assert walk.balance(ledger.OWED, walk.creator_id) == 0
    for side in (walk.brand_id, walk.creator_id):
        text = sign_in(walk, client, side).get(f"/deals/{walk.id}").text
        assert "€100.00 back after it was sent" in text
        assert "Never shown." in text
        assert "Later back to" in text
    assert "€100.00" in client.get(f"/deals/{walk.id}/receipt").text
    assert client.get(path(walk)).status_code == 404
    assert "money_refunded" in walk.told(walk.brand_id)


WRONG = [
    ({}, "Enter how much goes back"),
    ({"amount": "480.01", "why": "x"}, "Enter €480.00 or less"),
    ({"amount": "0", "why": "x"}, "or more"),
    ({"amount": "-5", "why": "x"}, "or more"),
    ({"amount": "lots", "why": "x"}, "Enter an amount"),
    ({"amount": "5"}, "Say why"),
]


def test_bad_input_is_answered_in_words(walk: Walk, client: LookingClient) -> None:
    walk.release()
    sign_in(walk, client, walk.admin_id)
    for given, said in WRONG:
        answer = client.post(path(walk), data=given | {"sure": "1"})
        assert answer.status_code == 422
        assert said in answer.text
    assert walk.balance(ledger.PLATFORM_FEE) == 4_800


def test_a_refund_given_late_is_a_finding_only_once_it_is_stuck(
    walk: Walk, client: LookingClient
) -> None:
    walk.release()
    sign_in(walk, client, walk.admin_id).post(path(walk), data=GIVEN | {"sure": "1"})
    assert found(walk) == []
    with walk.app.app_context(), unit_of_work() as db:
        refund = db.query(Refund).one()
        refund.created_at -= timedelta(minutes=16)
    assert "What an ended deal owed has left" in found(walk)
    walk.agree()
    assert found(walk) == []


def found(walk: Walk) -> list[str]:
    with walk.app.app_context(), unit_of_work() as db:
        return [one.name for one in verify.verify(db) if not one.passed]


def test_nothing_goes_back_here_before_it_was_paid_out(walk: Walk, client: LookingClient) -> None:
    walk.fund()
    sign_in(walk, client, walk.admin_id)
    assert "Nothing can be given back here" in client.get(path(walk)).text
    assert "Nothing can be" in client.post(path(walk), data=GIVEN | {"sure": "1"}).text
    assert walk.balance(ledger.ESCROW, walk.id) == 48_000
    assert client.get(f"/admin/money/back/order/{walk.id}").status_code == 404


def test_what_the_creator_has_spent_is_owed_and_kept_from_their_next_pay(
    walk: Walk, client: LookingClient
) -> None:
    walk.others_pay(100_000)
    spend(walk, walk.release())
    sign_in(walk, client, walk.admin_id)
    whole = {"amount": "480", "why": "Taken down.", "sure": "1"}
    assert client.post(path(walk), data=whole).status_code == 303
    walk.agree()
    assert walk.balance(ledger.OWED, walk.creator_id) == 43_200
    assert "money_owed_back" in walk.told(walk.creator_id)
    assert walk.state().value == "released"
    walk.another(price=100_000)
    walk.fund()
    walk.deliver()
    walk.do("approve")
    assert walk.balance(ledger.OWED, walk.creator_id) == 0
    assert walk.balance(ledger.PAYABLE, walk.creator_id) == 0
    with walk.app.app_context(), unit_of_work() as db:
        assert {one.status.value for one in db.query(Refund)} == {"succeeded"}
