"""One plain sentence for every shape of a match."""

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from marketplace.matches import words
from marketplace.matches.queries import Dealing, Fit
from marketplace.matches.queries.asks import Ask
from marketplace.matches.queries.market import Market
from marketplace.matches.queries.reading import Account, Listed
from marketplace.matches.queries.sql import ranked
from models import Campaign, Money

DAY = date(2026, 11, 23)


def listed(name: str, dimensions: dict[str, Any] | None = None, **values: Any) -> Listed:
    account = Account(
        id=uuid.uuid4(),
        creator_id=uuid.uuid4(),
        platform="instagram",
        handle=name.lower(),
        followers=8_240,
        engagements=4_800,
        posts_counted=12,
        sampled_followers=0,
        real_followers=0,
        sampled_comments=0,
        genuine_comments=0,
        taken_on=DAY if dimensions else None,
        dimensions=dimensions or {},
        provenance="api",
    )
    given: dict[str, Any] = {
        "id": uuid.uuid4(),
        "slug": name.lower(),
        "name": name,
        "city": "Umeå",
        "country": "SE",
        "languages": ("sv",),
        "topics": ("hiking", "family"),
        "is_available": True,
        "rates": {"reel": Money(15_000, "eur")},
        "deals": 0,
        "completed": 0,
        "accounts": (account,),
    }
    return Listed(**given | values)


def fit(sought: dict[str, Any], *creators: Listed) -> Fit:
    """The first of these creators, compared with all of them."""
    campaign = Campaign(
        sought=sought,
        required={},
        deliverables=[{"type": "reel", "count": 3}],
        currency="eur",
        price_min_minor=30_000,
        price_max_minor=60_000,
    )
    ask, around = Ask.of(campaign), Market({one.slug: one for one in creators}, DAY)
    found, first = ranked(around, ask), creators[0]
    return Fit(
        campaign=campaign,
        ask=ask,
        creator=first,
        account=ask.account(first),
        among=found,
        price=ask.price(first),
    )


def country(share: float, n: int = 5_000) -> dict[str, Any]:
    return {"country": {"n": n, "cells": {"SE": share}}}


@pytest.fixture(autouse=True)
def _speaking(app: Flask) -> Any:
    with app.test_request_context():
        yield


def test_the_strongest_share_is_said_beside_what_is_usual() -> None:
    one = fit(
        {"country": ["SE"]},
        listed("Ida", country(0.72)),
        *(listed(f"C{n}", country(0.2)) for n in range(9)),
    )
    assert words.sentence(one) == (
        "71% of Ida’s audience lives in Sweden (half of all creators here have 20% or more)."
    )
    assert words.sentence(one, is_own=True).startswith("71% of your audience lives in Sweden (")


def test_alone_nobody_is_compared() -> None:
    one = fit({"country": ["SE", "NO", "FI"]}, listed("Ida", country(0.72)))
    assert words.sentence(one) == "72% of Ida’s audience lives in Sweden, Norway or Finland."


def test_age_and_gender_are_people_again() -> None:
    cells = {"25-34:female": 0.4, "35-44:female": 0.2}
    ida = listed("Ida", {"age_gender": {"n": 900, "cells": cells}})
    one = fit({"age_gender": ["35-44:female", "25-34:female"]}, ida)
    assert words.sentence(one) == "60% of Ida’s audience are women 25–44."


def test_languages_and_interests_have_their_own_words() -> None:
    ida = listed("Ida", {"language": {"n": 900, "cells": {"sv": 0.8}}})
    assert words.sentence(fit({"language": ["sv"]}, ida)) == "80% of Ida’s audience speaks Swedish."
    ida = listed("Ida", {"interest": {"n": 900, "cells": {"hiking": 0.5, "camping": 0.5}}})
    weighed = fit({"interest": {"hiking": 8, "camping": 4}}, ida)
    assert words.sentence(weighed) == (
        "75% of the interest of Ida’s audience is in hiking or camping, each counted by its weight."
    )


def test_who_imported_nothing_is_not_given_a_number() -> None:
    one = fit({"country": ["SE"]}, listed("Ida"), listed("Noah", country(0.4)))
    assert words.sentence(one) == ("Ida has imported no audience yet: it counts as what is usual.")
    assert words.sentence(one, is_own=True).startswith("No audience is imported for you yet")
    assert words.bars(one.match)[0]["note"] == "Too few to say, so counted as what is usual"


def test_too_few_people_are_too_few_to_say() -> None:
    one = fit({"country": ["SE"]}, listed("Ida", country(0.9, n=12)))
    assert words.sentence(one) == (
        "What is known of Ida’s audience counts as 12 people: too few to say."
    )
    assert words.bars(one.match)[0]["percent"] is None


def test_without_an_audience_sought_the_price_may_speak() -> None:
    dear = [listed(f"C{n}", rates={"reel": Money(90_000, "eur")}) for n in range(3)]
    one = fit({}, listed("Ida"), *dear)
    assert words.sentence(one) == "Ida brings more engagement for the price than most here."
    assert words.sentence(fit({}, dear[0], listed("Ida"), *dear[1:])) == (
        "C0 meets every condition; you name no audience to compare."
    )


def test_bars_say_points_sample_and_range() -> None:
    one = fit(
        {"country": ["SE"]},
        listed("Ida", country(0.72)),
        *(listed(f"C{n}", country(0.2)) for n in range(9)),
    )
    first, *rest = words.bars(one.match)
    assert first["label"] == "Place"
    assert first["text"] == "71%"
    assert first["low"] < 71 < first["high"]
    assert first["note"].startswith("+")
    assert first["note"].endswith("n 1,000, 63–79%")
    assert [str(row["label"]) for row in rest] == ["Value for the price"]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (["25-34:female"], "women 25–34"),
        (["25-34:female", "45-54:female"], "women 25–34 or 45–54"),
        (["25-34:male", "18-24:female"], "women 18–24 or men 25–34"),
        (["55-64:male", "65+:male"], "men 55+"),
        (["65+:female"], "women 65+"),
        (["18-24:female", "18-24:male", "18-24:other"], "18–24 years old"),
    ],
)
def test_bands_that_touch_become_one(codes: list[str], said: str) -> None:
    assert words.people(codes) == said


def test_a_long_list_of_places_is_cut_with_a_count() -> None:
    one = fit({"country": ["SE", "NO", "FI", "DK", "DE", "FR"]}, listed("Ida", country(0.5)))
    assert "Sweden, Norway, Finland or 3 more" in words.sentence(one)


def test_pay_is_a_range_a_commission_or_both() -> None:
    def pay(least: int | None, most: int | None, rate: int | None) -> str:
        return words.pay(
            Campaign(
                price_min_minor=least, price_max_minor=most, commission_bps=rate, currency="eur"
            )
        )

    assert pay(30_000, 60_000, None) == "€300 to €600"
    assert pay(None, 60_000, 1_250) == "€600 and 12.5% commission"
    assert pay(60_000, 60_000, None) == "€600"
    assert pay(None, None, 1_200) == "12% commission"


def test_what_lies_between_them_has_words_for_both() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    sent = Dealing("invitation", "sent", uuid.uuid4(), at)
    assert words.dealing(sent) == "Invited"
    assert words.dealing(sent, is_own=True) == "You are invited"
    assert words.dealing(Dealing("deal", "funded", uuid.uuid4(), at)) == "In a deal"


def test_the_points_lead_from_the_middle_to_the_fit() -> None:
    one = fit({"country": ["SE"]}, listed("Ida", country(0.9)), listed("Noah", country(0.2)))
    assert one.match is not None
    together = sum(round(component.points) for component in one.match.components)
    said = words.middle(one.match)
    assert f"{together:+} points".replace("-", "−") in said
    assert said.endswith(f"make it {round(one.match.score)}.")
