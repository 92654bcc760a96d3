"""The brand bears Stripe's fee: a surcharge on top of the price, on every path of the money."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.deals import service as deals
from marketplace.deals.service import late, offers
from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.kit.settings import settings
from marketplace.payments import ledger
from models import Deal, DealStatus, Money, Person, terms_digest
from models.currency import grain
from tests import builders
from tests.client import LookingClient
from tests.marketplace.payments.paths import Walk
from tests.stripe_world import StripeWorld

# On a price of €480; and 1.5 % of €487.57 and 25 cents, what Stripe keeps.
ON_TOP, FEE = 757, 756
TERMS = {"stripe_fee_by": "brand"}


@pytest.fixture
def walk(app: Flask, stripe: StripeWorld, monkeypatch: pytest.MonkeyPatch) -> Iterator[Walk]:
    by_brand = replace(app.extensions["config"], stripe_fee_borne_by="brand")
    monkeypatch.setitem(app.extensions, "config", by_brand)
    one = Walk(app, stripe)
    with app.app_context(), unit_of_work() as db:
        agreed(db.get_one(Deal, one.id))
    yield one
    one.proved()


def agreed(deal: Deal) -> None:
    """Both agree to it once more, now that the brand bears Stripe's fee."""
    deal.surcharge = offers.surcharge(deal.price, TERMS)
    deal.terms = deal.terms | TERMS | {"surcharge_minor": deal.surcharge_minor}
    deal.terms_hash = terms_digest(deal.terms)
    deal.offer.terms = deal.terms


def surcharge(walk: Walk) -> tuple[int, int]:
    """What is held of it, and what has become ours."""
    return walk.balance(ledger.SURCHARGE, walk.id), walk.balance(ledger.SURCHARGE_KEPT)


def test_a_surcharge_is_held_with_the_price_and_ours_once_work_is_paid_for(walk: Walk) -> None:
    walk.onboard()
    walk.fund()
    assert walk.checkout().amount == Money(48_000 + ON_TOP, "eur")
    assert walk.balance(ledger.ESCROW, walk.id) == 48_000
    assert surcharge(walk) == (ON_TOP, 0)
    walk.deliver()
    walk.do("approve")
    assert walk.state() == DealStatus.RELEASED
    assert surcharge(walk) == (0, ON_TOP)
    assert walk.deal().creator_receives == Money(43_200, "eur")
    # Stripe's fee is paid by it, to the cent or so, and our own is left whole.
    assert walk.balance(ledger.STRIPE_FEES) == FEE
    assert walk.balance(ledger.STRIPE) == 4_800 + ON_TOP - FEE


def test_a_surcharge_goes_back_with_all_of_the_price(walk: Walk) -> None:
    walk.fund()
    walk.do("cancel", "creator")
    assert walk.state() == DealStatus.REFUNDED
    assert surcharge(walk) == (0, 0)
    assert walk.balance(ledger.STRIPE) == -FEE
    assert "money_refunded" in walk.told(walk.brand_id)


@pytest.mark.parametrize(("to_creator", "kept"), [(20_000, ON_TOP), (0, 0)])
def test_a_ruling_keeps_a_surcharge_only_where_work_is_paid_for(
    walk: Walk, to_creator: int, kept: int
) -> None:
    walk.onboard()
    walk.fund()
    walk.do("dispute", answer_by=walk.deal().due_at)
    walk.do("rule", to_creator=Money(to_creator, "eur"))
    assert walk.state() == DealStatus.SETTLED
    assert surcharge(walk) == (0, kept)
    assert walk.balance(ledger.STRIPE) == to_creator // 10 + kept - FEE


def test_a_stray_payment_goes_back_with_its_surcharge(walk: Walk) -> None:
    with walk.app.app_context(), unit_of_work() as db:
        row = db.get_one(Deal, walk.id)
        deals.start_funding(db, row, by=row.brand.person)
    walk.agree()
    page = walk.checkout()
    with walk.app.app_context(), unit_of_work() as db:
        db.get_one(Deal, walk.id).move("cancel", by=None, also={"ended_at": now(), "due_at": None})
    assert walk.stripe.pay(page) == 303
    walk.look()
    assert surcharge(walk) == (0, 0)
    assert walk.balance(ledger.STRIPE) == -FEE


def test_a_bank_takes_the_surcharge_with_the_price(walk: Walk) -> None:
    walk.fund()
    walk.decide(walk.dispute(), "lose")
    assert walk.state() == DealStatus.REFUNDED
    assert (surcharge(walk), walk.balance(ledger.CHARGEBACK_LOSS)) == ((0, 0), 0)


def test_a_surcharge_that_a_bank_left_goes_back(walk: Walk) -> None:
    walk.fund()
    walk.decide(walk.dispute(amount=48_000), "lose")
    assert walk.state() == DealStatus.REFUNDED
    assert surcharge(walk) == (0, 0)


def test_a_bank_that_takes_it_after_work_was_paid_for_leaves_the_surcharge_to_us(
    walk: Walk,
) -> None:
    walk.release()
    walk.decide(walk.dispute(), "lose")
    assert surcharge(walk) == (0, ON_TOP)
    assert walk.balance(ledger.CHARGEBACK_LOSS) == ON_TOP


def test_late_refunds_may_give_the_surcharge_back_as_ours(walk: Walk) -> None:
    walk.release()
    with walk.app.app_context(), unit_of_work() as db:
        deal, admin = db.get_one(Deal, walk.id), db.get_one(Person, walk.admin_id)
        most = late.most(db, deal)
        assert most == deal.to_pay
        late.refund(db, deal, most, why="Sent by mistake.", by=admin)
    walk.agree()
    assert walk.balance(ledger.GOODWILL) == ON_TOP


def test_what_nobody_claimed_goes_back_with_the_surcharge(walk: Walk) -> None:
    walk.fund()
    walk.deliver()
    walk.do("approve")
    assert surcharge(walk) == (0, ON_TOP)
    with walk.app.app_context(), unit_of_work() as db:
        deal = db.get_one(Deal, walk.id)
        deal.hold_until, deal.hold_warned_at = now() - timedelta(hours=2), None
    with walk.app.app_context(), unit_of_work() as db:
        deals.tick(db)
    walk.agree()
    assert walk.state() == DealStatus.REFUNDED
    assert surcharge(walk) == (0, 0)
    assert walk.balance(ledger.STRIPE) == -FEE


def test_each_offer_says_the_surcharge_of_its_own_price(
    db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_brand = replace(settings(), stripe_fee_borne_by="brand")
    monkeypatch.setitem(current_app.extensions, "config", by_brand)
    campaign = builders.campaign(db, builders.brand(db))
    creator, brand = builders.creator(db), campaign.brand
    later = now().date() + timedelta(days=20)
    about = {"deliver_by": later, "fee_bps": 1_000, "by": brand.person}
    deal = deals.offer(db, campaign, creator, price=Money(48_000, "eur"), **about)
    assert deal.offer.terms["surcharge_minor"] == deal.surcharge_minor == ON_TOP
    price = Money(96_000, "eur")
    deals.counter(db, deal, price=price, deliver_by=later, by=creator.person)
    # What is agreed on is who bears the fee; a setting changed meanwhile changes nothing of it.
    by_us = replace(settings(), stripe_fee_borne_by="platform")
    monkeypatch.setitem(current_app.extensions, "config", by_us)
    deals.accept(db, deal, by=brand.person)
    assert deal.terms["surcharge_minor"] == deal.surcharge_minor == 1_488
    assert deal.to_pay == Money(97_488, "eur")


def test_whoever_agrees_reads_of_the_surcharge_first(
    app: Flask, client: FlaskClient, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(client, LookingClient)
    by_brand = replace(app.extensions["config"], stripe_fee_borne_by="brand")
    monkeypatch.setitem(app.extensions, "config", by_brand)
    campaign, creator = builders.campaign(db, builders.brand(db)), builders.creator(db)
    brand, to = campaign.brand.person, creator.person
    db.commit()
    path = f"/campaigns/{campaign.slug}/offer/{creator.slug}"
    assert "a surcharge for Stripe’s fee comes on top" in client.sign_in(brand).get(path).text
    typed = {"price": "480", "deliver_by": (now().date() + timedelta(days=20)).isoformat()}
    assert "€487.57" in client.post(path, data=typed, follow_redirects=True).text
    page = f"/deals/{db.scalars(select(Deal)).one().id}"
    assert "Surcharge for Stripe’s fee" in client.sign_in(to).get(page).text
    assert client.post(f"{page}/accept", data={"offer": "1"}).status_code == 303
    assert "Pay €487.57" in client.sign_in(brand).get(page).text


@given(
    st.integers(1, 10**9),
    st.integers(0, 5_000),
    st.integers(0, 10_000),
    st.sampled_from(["eur", "isk", "jpy", "kwd"]),
)
def test_a_surcharge_is_the_least_that_leaves_the_price(
    price: int, bps: int, fixed: int, currency: str
) -> None:
    amount, step = Money(price * grain(currency), currency), grain(currency)
    more = amount.on_top(bps, fixed)

    def left(minor: int) -> int:
        """Ten thousand times what is left of a payment with so much on top."""
        whole = amount.minor + minor
        return whole * (10_000 - bps) - fixed * 10_000

    assert more.minor % step == 0
    assert left(more.minor) >= amount.minor * 10_000
    assert not more or left(more.minor - step) < amount.minor * 10_000
