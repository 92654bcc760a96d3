"""What the formula does with the cases people argue about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching import Brief, Cells, Population, Profile, Target, people, rank

WOMEN = people({"25-34": 1}, {"female": 1})
SWEDEN = Target("country", {"SE": 1})


def creator(number: int, **known: object) -> Profile:
    return Profile(id=number, platform="instagram", **known)  # type: ignore[arg-type]


def living(number: int, women: float, sweden: float, n: float = 500) -> Profile:
    return creator(
        number,
        audience={
            "age_gender": Cells({"25-34:female": women}, n),
            "country": Cells({"SE": sweden, "BR": 1 - sweden}, n),
        },
    )


def test_a_perfect_audience_in_the_wrong_country_loses_to_a_fair_one_in_the_right_one() -> None:
    ranking = rank(Brief([WOMEN, SWEDEN]), [living(1, 1.0, 0.0), living(2, 0.4, 0.4)])
    assert [match.id for match in ranking.matches] == [2, 1]
    wrong = ranking.matches[1].component("country")
    assert wrong is not None
    assert wrong.share_of_score > 0.5


def test_a_small_sample_is_drawn_towards_what_is_usual() -> None:
    usual = [living(number, 0.1, 0.1) for number in range(2, 12)]
    few, many = living(0, 0.1, 0.9, n=3), living(1, 0.1, 0.9, n=900)
    ranking = rank(Brief([SWEDEN]), [few, many, *usual])
    shares = {match.id: match.component("country") for match in ranking.matches}
    small, large = shares[0], shares[1]
    assert small is not None
    assert small.share is not None
    assert 0.1 < small.share < 0.4
    assert large is not None
    assert large.share is not None
    assert large.share > 0.85
    assert small.too_few
    assert not large.too_few


def test_an_unmeasured_audience_gets_what_is_usual_for_its_topic() -> None:
    hikers = [replace(living(n, 0.2, 0.8), topics={"hiking": 1}) for n in range(5)]
    gamers = [replace(living(n, 0.2, 0.1), topics={"gaming": 1}) for n in range(5, 10)]
    unknown = creator(99, topics={"hiking": 1})
    (match,) = rank(Brief([SWEDEN]), [*hikers, *gamers, unknown], only={99}).matches
    country = match.component("country")
    assert country is not None
    assert country.n == 0
    assert country.too_few
    assert country.share == pytest.approx(0.8)


def test_a_topic_with_few_creators_borrows_from_everyone() -> None:
    others = [replace(living(n, 0.2, 0.3), topics={"gaming": 1}) for n in range(6)]
    alone = replace(living(7, 0.2, 0.9), topics={"bees": 1})
    market = Population.of([*others, alone])
    assert market.prior("bees", "country") == market.prior(None, "country")
    assert market.prior("gaming", "country")["SE"] == pytest.approx(0.3)


def test_a_dimension_nobody_asked_for_does_not_enter() -> None:
    ranking = rank(Brief([SWEDEN]), [living(1, 0.2, 0.5)])
    assert set(ranking.weights) == {"country", "auth", "perf", "rel", "value"}
    assert ranking.weights["country"] == pytest.approx(0.18 / 0.56)


def test_an_audience_like_the_one_wanted_is_a_whole_fit() -> None:
    wanted = {"SE": 0.5, "DE": 0.3, "FR": 0.2}
    brief = Brief([Target("country", wanted, kind="distribution")])
    (match,) = rank(brief, [creator(1, audience={"country": Cells(wanted, 400)})]).matches
    assert match.components[0].value == pytest.approx(1)


def test_dimensions_of_one_group_split_its_weight_evenly() -> None:
    both = Brief([Target("language", {"sv": 1}), Target("interest", {"outdoors": 1})])
    weights = rank(both, [creator(1)]).weights
    assert weights["language"] == weights["interest"] == pytest.approx(0.08 / 0.54)


def test_a_target_can_weigh_more_and_a_component_can_be_left_out() -> None:
    heavy = replace(SWEDEN, weight=2)
    brief = Brief([heavy], component_weights={"perf": 0, "rel": 0.1})
    assert rank(brief, [creator(1)]).weights == pytest.approx(
        {"country": 0.36 / 0.66, "auth": 0.04 / 0.66, "rel": 0.1 / 0.66, "value": 0.16 / 0.66}
    )


def test_half_wanted_interests_count_half() -> None:
    brief = Brief([Target("interest", {"outdoors": 1, "travel": 0.5})])
    seen = {"interest": Cells({"outdoors": 0.2, "travel": 0.4}, 300)}
    (match,) = rank(brief, [creator(1, audience=seen)]).matches
    assert match.components[0].share == pytest.approx(0.2 + 0.5 * 0.4)


def test_age_and_gender_apart_stand_in_for_the_joint_table() -> None:
    apart = {"age": Cells({"25-34": 0.5}, 200), "gender": Cells({"female": 0.6}, 100)}
    (match,) = rank(Brief([WOMEN]), [creator(1, audience=apart)]).matches
    assert match.components[0].share == pytest.approx(0.3)
    assert match.components[0].n == 100


def test_a_joint_table_answers_for_age_alone() -> None:
    joint = {"age_gender": Cells({"25-34:female": 0.3, "25-34:male": 0.2}, 200)}
    brief = Brief([Target("age", {"25-34": 1})])
    (match,) = rank(brief, [creator(1, audience=joint)]).matches
    assert match.components[0].share == pytest.approx(0.5)


@pytest.mark.parametrize("known", ["age", "gender"])
def test_a_missing_side_of_age_and_gender_is_the_usual_one(known: str) -> None:
    table = {"25-34:female": 0.5, "18-24:male": 0.5}
    usual = [creator(n, audience={"age_gender": Cells(table, 500)}) for n in range(6)]
    shares = {"25-34": 0.8} if known == "age" else {"female": 0.8}
    one = creator(9, audience={known: Cells(shares, 1000)})
    pool = [*usual, one]
    (match,) = rank(Brief([WOMEN]), pool, Population.of(usual), only={9}).matches
    assert match.components[0].share == pytest.approx((1000 * 0.4 + 15 * 0.5) / 1015)


def test_without_a_price_engagement_takes_the_place_of_value() -> None:
    priced = creator(1, engagement_rate=0.05, engagements_per_post=400, price_minor=20_000)
    unpriced = replace(priced, id=2, price_minor=None)
    ranking = rank(Brief(), [priced, unpriced])
    keys = {match.id: match.components[-1].key for match in ranking.matches}
    assert keys == {1: "value", 2: "eng"}
    fit = rank(Brief(mode="fit"), [priced, unpriced])
    assert {match.components[-1].key for match in fit.matches} == {"eng"}
    assert fit.matches[0].score == fit.matches[1].score


def test_bought_followers_and_pods_cost_a_creator_points() -> None:
    honest = creator(1, engagements_per_post=400, price_minor=20_000, credibility=(95, 100))
    bought = replace(honest, id=2, credibility=(40, 100))
    pods = replace(honest, id=3, authenticity=(10, 60))
    ranking = rank(Brief(), [pods, bought, honest])
    assert ranking.matches[0].id == 1
    assert all(match.score < ranking.matches[0].score for match in ranking.matches[1:])


def test_one_finished_deal_barely_moves_a_newcomer() -> None:
    newcomer, failed = creator(1), creator(2, completed=0, deals=1)
    ranking = rank(Brief(), [newcomer, failed])
    assert ranking.matches[0].id == 1
    assert ranking.matches[1].score > 0.99 * ranking.matches[0].score


def test_a_zero_everywhere_still_has_a_score() -> None:
    nothing = creator(
        1,
        audience={"country": Cells({"BR": 1}, 1000)},
        engagements_per_post=0,
        price_minor=100,
        expected_conversions=1000,
    )
    (match,) = rank(Brief([SWEDEN], topics={"bees": 1}), [nothing]).matches
    assert 0 < match.score < 20
