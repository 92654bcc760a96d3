"""Advice is what a score would really become, so it is checked against the real thing."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from marketplace.kit.clock import now, today
from marketplace.matches import queries
from marketplace.matches.queries.advice import Advice, what_would_raise
from models import Brand, Creator, Platform, Provenance, Rate
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


def advised(db: Session, creator: Creator, words: str) -> list[Advice]:
    db.flush()
    found = what_would_raise(queries.for_creator(db, creator))
    return [one for one in found if words in one.label]


def test_a_file_instead_of_what_was_typed_gains_what_it_then_gains(
    db: Session, brand: Brand
) -> None:
    market_of(db)
    builders.campaign(db, brand, sought={"country": ["SE"]})
    ida = measured(db, 0.95)
    typed = ida.accounts[0].audiences[0]
    typed.provenance = Provenance.SELF_DECLARED
    typed.dimensions = {"country": {"n": 30, "cells": {"SE": 0.95}}}
    before = score(db, ida)
    [advice] = advised(db, ida, "Import a file of your Instagram audience")
    assert advice.low == advice.high > 0
    assert "for 1 open deal." in advice.note
    typed.provenance = Provenance.FILE
    typed.dimensions = {"country": {"n": 1000, "cells": {"SE": 0.95}}}
    assert round(score(db, ida) - before) == advice.low
    assert advised(db, ida, "Import") == []


def test_a_language_opens_the_deals_that_ask_for_it_and_nothing_else(
    db: Session, brand: Brand
) -> None:
    market_of(db)
    ida = measured(db, 0.9, languages=["sv"])
    wanted = {"sought": {"country": ["SE"]}}
    for _ in range(2):
        builders.campaign(db, brand, required={"languages": ["no"]}, **wanted)
    builders.campaign(db, brand, required={"languages": ["da"], "countries": ["DK"]}, **wanted)
    [advice] = advised(db, ida, "Do you publish in")
    assert (advice.label, advice.gain) == ("Do you publish in Norwegian? Say so", "2 deals more")
    ida.languages = ["sv", "no"]
    assert f"your best fit would be {round(score(db, ida))}." in advice.note
    assert advised(db, ida, "Do you publish in") == []


def test_who_is_away_learns_how_many_would_count_them_in(db: Session, brand: Brand) -> None:
    market_of(db)
    builders.campaign(db, brand, sought={"country": ["SE"]})
    ida = measured(db, 0.9, is_available=False)
    [advice] = advised(db, ida, "")
    assert (advice.label, advice.path) == ("Say that you take new work", "/profile")
    assert advice.gain == "1 deal more"
    ida.is_available = True
    assert f"your fit would be {round(score(db, ida))}." in advice.note


def test_an_account_elsewhere_is_advised_without_a_promise(db: Session, brand: Brand) -> None:
    market_of(db)
    ida = measured(db, 0.9)
    builders.campaign(db, brand, required={"platforms": ["youtube"]})
    [advice] = advised(db, ida, "Add the account")
    assert advice.label == "On YouTube too? Add the account"
    assert "your fit" not in advice.note


def test_where_somebody_lives_and_how_many_follow_them_is_no_advice(
    db: Session, brand: Brand
) -> None:
    market_of(db)
    ida = measured(db, 0.9)
    builders.campaign(db, brand, required={"countries": ["DE"]})
    builders.campaign(db, brand, required={"most_followers": 100})
    assert advised(db, ida, "") == []
