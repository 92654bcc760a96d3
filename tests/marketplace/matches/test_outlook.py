"""What a brief would find is held against the ranking itself, and against sums done by hand."""

from itertools import pairwise

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.matches import queries
from marketplace.matches.queries.outlook import FITS_FROM, outlook
from marketplace.matches.words import outlook as outlook_words
from models import Brand, Campaign, Creator, Event, Money, Rate
from tests import builders
from tests.marketplace.campaigns.forms import AUDIENCE

EVERYBODY = {"country": ["SE"]}


@pytest.fixture
def brand(db: Session) -> Brand:
    return builders.brand(db)


def somebody(
    db: Session, share: float = 0.9, price: int | None = 20_000, **values: object
) -> Creator:
    made = builders.creator(db, **values)
    account = builders.account(db, made, engagements=1_200, posts_counted=12)
    builders.audience(db, account, dimensions={"country": {"n": 1000, "cells": {"SE": share}}})
    if price:
        builders.add(db, Rate(creator=made, type="reel", price_minor=price, currency="eur"))
    return made


def draft(db: Session, brand: Brand, **values: object) -> Campaign:
    values = {
        "sought": EVERYBODY,
        "deliverables": [{"type": "reel", "count": 1, "note": ""}],
        "budget_minor": 100_000,
        "price_min_minor": None,
        "price_max_minor": 500_000,
    } | values
    return builders.campaign(db, brand, status="draft", **values)


def test_those_who_fit_are_those_the_ranking_puts_at_that_score(db: Session, brand: Brand) -> None:
    for place in range(12):
        somebody(db, share=0.08 * place)
    campaign = draft(db, brand)
    ranking, fits = queries.ranking_of(db, campaign, top=400)
    found = outlook(db, campaign)
    assert found.pool == ranking.pool == 12
    assert found.fitting == sum(fit.match.score >= FITS_FROM for fit in fits if fit.match)
    assert 0 < found.fitting < 12


def test_a_price_band_is_the_middle_half_and_needs_five(db: Session, brand: Brand) -> None:
    for price in (10_000, 20_000, 30_000, 40_000):
        somebody(db, price=price)
    campaign = draft(db, brand)
    assert outlook(db, campaign).low is None
    assert outlook(db, campaign).priced == 4
    somebody(db, price=50_000)
    found = outlook(db, campaign)
    assert (found.low, found.middle, found.high) == tuple(
        Money(minor, "eur") for minor in (20_000, 30_000, 40_000)
    )


def test_what_one_creator_brings_is_their_posts_times_the_share_wanted(
    db: Session, brand: Brand
) -> None:
    somebody(db, share=0.8, price=20_000)
    work = [{"type": "reel", "count": 3, "note": ""}]
    campaign = draft(db, brand, deliverables=work, budget_minor=60_000)
    found = outlook(db, campaign)
    at = found.reached(60_000)
    assert at is not None
    _ranking, [fit] = queries.ranking_of(db, campaign, top=1)
    assert fit.match is not None
    [place] = [one for one in fit.match.components if one.key == "country"]
    real = (18 / 20) ** 2
    assert at.engagements == pytest.approx(100 * real * (place.share or 0) * 3)
    assert at.low < at.engagements < at.high
    assert (at.creators, at.minor) == (1, 60_000)
    assert at.engagements == pytest.approx(100 * real * 0.8 * 3, rel=0.05)


def test_a_budget_buys_the_cheapest_engagement_first_and_never_more_than_it_holds(
    db: Session, brand: Brand
) -> None:
    for price in (90_000, 20_000, 30_000, 60_000):
        somebody(db, price=price)
    found = outlook(db, draft(db, brand, budget_minor=55_000))
    at = found.reached(55_000)
    assert at is not None
    assert (at.creators, at.minor) == (2, 50_000)
    assert all(one.minor <= one.budget for one in found.steps)
    brought = [one.engagements for one in found.steps]
    assert all(less <= more for less, more in pairwise(brought))


def test_who_asks_for_more_than_is_paid_is_counted_and_not_spent_on(
    db: Session, brand: Brand
) -> None:
    for price in (20_000, 30_000, 80_000):
        somebody(db, price=price)
    found = outlook(db, draft(db, brand, price_max_minor=40_000))
    assert (found.priced, found.payable) == (3, 2)
    assert found.steps[-1].creators == 2


def test_a_condition_that_leaves_nobody_is_named_with_what_it_costs(
    db: Session, brand: Brand
) -> None:
    for _ in range(3):
        somebody(db, languages=["sv"])
    campaign = draft(db, brand, required={"languages": ["no"], "platforms": ["instagram"]})
    found = outlook(db, campaign)
    assert found.pool == 0
    assert [(one.name, one.codes, one.more) for one in found.dropped] == [("languages", ("no",), 3)]
    assert not outlook(db, draft(db, brand)).dropped


@pytest.mark.parametrize(
    ("required", "words"),
    [
        ({"most_followers": 500}, "has at most 500 followers"),
        ({"avoid": ["alcohol"]}, "does not publish about Alcohol"),
    ],
)
def test_every_condition_that_leaves_nobody_has_its_words(
    db: Session, brand: Brand, required: dict[str, object], words: str
) -> None:
    somebody(db, also_about=["alcohol"])
    [dropped] = outlook(db, draft(db, brand, required=required)).dropped
    assert dropped.more == 1
    assert words in outlook_words.dropped(dropped)


def test_conditions_that_only_together_leave_nobody_are_named_together(
    db: Session, brand: Brand
) -> None:
    somebody(db, languages=["sv"], country="SE")
    campaign = draft(db, brand, required={"languages": ["no"], "countries": ["NO"]})
    [dropped] = outlook(db, campaign).dropped
    assert (dropped.name, dropped.more) == ("all", 1)


def test_a_brief_that_names_nobody_says_who_is_here(db: Session, client, brand: Brand) -> None:
    somebody(db)
    db.commit()
    client.sign_in(brand.person)
    page = client.get("/campaigns/new").text
    assert "creator could do it" in page
    assert "of 100" not in page


def test_looking_shows_what_is_typed_and_keeps_nothing(client, db: Session, brand: Brand) -> None:
    somebody(db, languages=["sv"])
    campaign = builders.campaign(db, brand, status="draft", sought=EVERYBODY)
    db.commit()
    client.sign_in(brand.person)
    path = f"/campaigns/{campaign.slug}/edit/audience"
    before = db.scalar(select(func.count()).select_from(Event))
    typed = AUDIENCE | {"required_languages": ["no"], "do": "look"}
    answer = client.post(path, data=typed)
    assert answer.status_code == 200
    assert "Without “publishes in Norwegian”: 1 more" in answer.text
    db.expire_all()
    assert db.scalar(select(func.count()).select_from(Event)) == before
    assert campaign.sought == EVERYBODY
    assert "Norwegian”" not in client.get(path).text


def test_looking_at_a_first_step_makes_no_draft(client, db: Session, brand: Brand) -> None:
    db.commit()
    client.sign_in(brand.person)
    answer = client.post("/campaigns/new", data={"title": "Boots", "do": "look"})
    assert answer.status_code == 200
    assert db.scalar(select(func.count()).select_from(Campaign)) == 0


def test_looking_with_something_wrong_says_what(client, db: Session, brand: Brand) -> None:
    campaign = builders.campaign(db, brand, status="draft")
    db.commit()
    client.sign_in(brand.person)
    path = f"/campaigns/{campaign.slug}/edit/price"
    answer = client.post(path, data={"budget": "lots", "do": "look"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_a_draft_shows_its_brand_the_curve_with_its_table(
    client, db: Session, brand: Brand
) -> None:
    for price in (10_000, 20_000, 30_000, 40_000, 50_000):
        somebody(db, price=price)
    campaign = draft(db, brand)
    db.commit()
    client.sign_in(brand.person)
    for path in (f"/campaigns/{campaign.slug}", f"/campaigns/{campaign.slug}/edit/publish"):
        page = client.get(path).text
        assert "€1,000 may bring" in page
        assert "What a budget may bring" in page
        assert 'class="line"' in page


def test_why_there_is_no_curve_is_said(client, db: Session, brand: Brand) -> None:
    somebody(db, price=80_000)
    somebody(db, price=90_000)
    campaign = draft(db, brand, price_max_minor=40_000)
    db.commit()
    client.sign_in(brand.person)
    page = client.get(f"/campaigns/{campaign.slug}").text
    assert "2 creators who fit name a price, and each is more than €400." in page


def test_as_somebody_types_only_what_stands_beside_is_sent(
    client, db: Session, brand: Brand
) -> None:
    somebody(db)
    campaign = draft(db, brand)
    db.commit()
    client.sign_in(brand.person)
    path = f"/campaigns/{campaign.slug}/edit/price"
    script = {"HX-Request": "true"}
    part = client.post(path, data={"budget": "900", "do": "look"}, headers=script)
    assert part.status_code == 200
    assert "<html" not in part.text
    assert "for €900" in part.text
    half = client.post(path, data={"budget": "9 00x", "do": "look"}, headers=script)
    assert (half.status_code, half.text) == (204, "")
