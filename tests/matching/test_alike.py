"""Audiences that are alike, and nothing but audiences."""

from dataclasses import replace

import pytest

from matching import Cells, Population, Profile, alike, rank


def profile(id: str, women: float, sweden: float, n: float = 500, **values: object) -> Profile:
    audience = {
        "age_gender": Cells({"25-34:female": women, "25-34:male": 1 - women}, n),
        "country": Cells({"SE": sweden, "NO": 1 - sweden}, n),
    }
    return Profile(id=id, platform="instagram", audience=audience, **values)  # type: ignore[arg-type]


MARKET = [
    profile("ida", 0.8, 0.7),
    profile("twin", 0.8, 0.7),
    profile("near", 0.7, 0.6),
    profile("half", 0.8, 0.1),
    profile("far", 0.1, 0.05),
]


def order(market: list[Profile]) -> list[tuple[str, float]]:
    population = Population.of(market)
    ranking = rank(alike(market[0], population), market[1:], population)
    return [(str(match.id), match.score) for match in ranking.matches]


def test_the_likest_audience_comes_first_and_a_twin_is_almost_the_same() -> None:
    found = order(MARKET)
    assert [name for name, _ in found] == ["twin", "near", "half", "far"]
    assert found[0][1] == pytest.approx(100, abs=0.5)
    assert found[-1][1] < 60 < found[1][1]


def test_nothing_but_the_audience_counts() -> None:
    rich = [
        replace(
            one,
            engagements_per_post=9e6,
            price_minor=1,
            deals=9,
            completed=1,
            credibility=(1.0, 100.0),
            topics={"tea": 1.0},
        )
        if one.id == "far"
        else one
        for one in MARKET
    ]
    priced = dict(order(rich))
    assert priced["far"] == pytest.approx(dict(order(MARKET))["far"], abs=2)
    assert min(priced, key=priced.__getitem__) == "far"


def test_only_what_was_measured_on_enough_people_is_asked_for() -> None:
    population = Population.of(MARKET)
    few = replace(MARKET[0], audience={**MARKET[0].audience, "country": Cells({"SE": 1.0}, 12)})
    assert [one.dimension for one in alike(few, population).targets] == ["age_gender"]
    nothing = replace(few, audience={})
    assert not alike(nothing, population).targets


def test_an_export_that_leaves_a_part_out_can_be_compared() -> None:
    part = {"country": Cells({"SE": 0.5, "NO": 0.2}, 500)}
    market = [replace(one, audience=part) for one in MARKET[:2]]
    assert order(market)[0][1] > 60


def test_likeness_is_the_same_both_ways() -> None:
    population = Population.of(MARKET)

    def score(one: Profile, other: Profile) -> float:
        return rank(alike(one, population), [other], population).matches[0].score

    assert score(MARKET[0], MARKET[2]) == pytest.approx(score(MARKET[2], MARKET[0]))
