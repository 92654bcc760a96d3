"""Advice is what a score would really become, so it is checked against the real thing."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from marketplace.kit.clock import now, today
from marketplace.matches import queries
from marketplace.matches.queries.advice import what_would_raise
from models import Brand, Creator, Platform, Rate
from tests import builders


@pytest.fixture
def brand(db: Session) -> Brand:
    return builders.brand(db)


def measured(db: Session, share: float, **values: object) -> Creator:
    made = builders.creator(db, **values)
    dimensions = {"country": {"n": 900, "cells": {"SE": share}}}
    builders.audience(db, builders.account(db, made), dimensions=dimensions)
    builders.add(db, Rate(creator=made, type="reel", price_minor=15_000, currency="eur"))
    db.refresh(made, ["rates"])
    return made


def market_of(db: Session) -> None:
    for place, share in enumerate((0.1, 0.3, 0.5, 0.7, 0.9, 0.95)):
        measured(db, share).rates[0].price_minor = 10_000 + 4_000 * place
    db.flush()


def score(db: Session, creator: Creator) -> float:
    db.flush()
    first = queries.for_creator(db, creator)[0]
    assert first.match is not None
    return first.match.score


def test_without_an_open_campaign_there_is_nothing_to_gain(db: Session) -> None:
    ida = measured(db, 0.5)
    db.flush()
    assert what_would_raise(queries.for_creator(db, ida)) == []


def test_importing_an_audience_gains_what_it_gained_others_like_them(
    db: Session, brand: Brand
) -> None:
    market_of(db)
    builders.campaign(db, brand, sought={"country": ["SE"]})
    ida = builders.creator(db)
    account = builders.account(db, ida, platform=Platform.TIKTOK)
    before = score(db, ida)
    [advice, prices] = what_would_raise(queries.for_creator(db, ida))
    if "Import" not in advice.label:
        advice, prices = prices, advice
    assert advice.label == "Import your TikTok audience"
    assert advice.path == f"/profile/accounts/{account.id}/import"
    assert advice.low < advice.high
    best = {"country": {"n": 900, "cells": {"SE": 0.95}}}
    builders.audience(db, account, dimensions=best)
    assert score(db, ida) - before > advice.high - 0.5


def test_a_second_account_is_advised_only_where_a_campaign_asks_for_it(
    db: Session, brand: Brand
) -> None:
    market_of(db)
    ida = measured(db, 0.2)
    builders.account(db, ida, platform=Platform.TIKTOK)
    builders.campaign(db, brand, sought={"country": ["SE"]})
    db.flush()
    assert not [
        one for one in what_would_raise(queries.for_creator(db, ida)) if "TikTok" in one.label
    ]
    builders.campaign(db, brand, sought={"country": ["SE"]}, required={"platforms": ["tiktok"]})
    db.flush()
    [tiktok] = [
        one for one in what_would_raise(queries.for_creator(db, ida)) if "TikTok" in one.label
    ]
    assert tiktok.note.startswith("1 open deal would read it")


def test_naming_a_price_gains_between_the_two_ends_of_the_range(db: Session, brand: Brand) -> None:
    market_of(db)
    builders.campaign(db, brand, sought={"country": ["SE"]})
    ida = measured(db, 0.5)
    db.delete(ida.rates[0])
    db.flush()
    db.expire(ida, ["rates"])
    before = score(db, ida)
    [advice] = what_would_raise(queries.for_creator(db, ida))
    assert advice.label == "Say what you ask for: Reel"
    assert advice.path == "/profile/prices"
    builders.add(db, Rate(creator=ida, type="reel", price_minor=10_000, currency="eur"))
    assert round(score(db, ida) - before) == pytest.approx(advice.high, abs=1)


def test_an_old_file_is_advised_to_be_renewed(db: Session, brand: Brand) -> None:
    market_of(db)
    builders.campaign(db, brand, sought={"country": ["SE"]})
    ida = measured(db, 0.95)
    old = ida.accounts[0].audiences[0]
    old.taken_on = today() - timedelta(days=720)
    before = score(db, ida)
    [advice] = what_would_raise(queries.for_creator(db, ida))
    assert advice.label == "Import a newer file of your Instagram audience"
    assert advice.low == advice.high > 0
    old.taken_on = today()
    assert round(score(db, ida) - before) == advice.low


def test_the_gain_is_said_with_its_signs(db: Session, brand: Brand) -> None:
    from marketplace.matches.queries.advice import Advice

    assert Advice("", "", 4, 7, "").gain == "+4 to +7"
    assert Advice("", "", -2, 3, "").gain == "−2 to +3"
    assert Advice("", "", 3, 3, "").gain == "+3"


def test_nobody_is_advised_to_have_more_followers(db: Session, brand: Brand) -> None:
    market_of(db)
    builders.campaign(db, brand)
    bare = builders.creator(db)
    builders.account(db, bare)
    db.flush()
    assert not [
        one
        for one in what_would_raise(queries.for_creator(db, bare))
        if "follower" in one.label.lower()
    ]


def test_somebody_suspended_gets_no_advice(db: Session, brand: Brand) -> None:
    builders.campaign(db, brand)
    ida = measured(db, 0.5)
    ida.person.suspended_at = now()
    db.flush()
    assert what_would_raise(queries.for_creator(db, ida)) == []
    assert queries.for_creator(db, ida) == []


def test_the_start_page_is_offered_only_what_is_new(db: Session, brand: Brand) -> None:
    ida = measured(db, 0.5)
    campaigns = [builders.campaign(db, brand, title=f"Campaign {n}") for n in range(5)]
    from models import DealStatus

    builders.deal(db, brand, ida, DealStatus.FUNDED, campaign=campaigns[0])
    db.flush()
    found = queries.new_ones(queries.for_creator(db, ida))
    assert len(found) == 4
    assert campaigns[0] not in [fit.campaign for fit in found]
