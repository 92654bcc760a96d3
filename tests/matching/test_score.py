"""What the formula does with the cases people argue about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matching import Brief, Cells, Population, Profile, Target, people, rank
from matching.profiles import Source

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
    usual = [living(number, 0.1, 0.1) for number in range(2, 62)]
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
    hikers = [replace(living(n, 0.2, 0.8), topics={"hiking": 1}) for n in range(90)]
    gamers = [replace(living(n, 0.2, 0.1), topics={"gaming": 1}) for n in range(100, 190)]
    unknown = creator(99, topics={"hiking": 1})
    (match,) = rank(Brief([SWEDEN]), [*hikers, *gamers, unknown], only={99}).matches
    country = match.component("country")
    assert country is not None
    assert country.n == 0
    assert country.too_few
    assert country.share == pytest.approx(0.8, abs=0.02)


def test_a_topic_with_few_creators_borrows_from_everyone() -> None:
    others = [replace(living(n, 0.2, 0.3), topics={"gaming": 1}) for n in range(6)]
    alone = replace(living(7, 0.2, 0.9), topics={"bees": 1})
    market = Population.of([*others, alone])
    everyone, bees = market.prior(None, "country"), market.prior("bees", "country")
    assert everyone["SE"] < bees["SE"] < (everyone["SE"] + 0.9) / 2
    assert market.prior("knots", "country") == everyone


def test_a_dimension_nobody_asked_for_does_not_enter() -> None:
    ranking = rank(Brief([SWEDEN]), [living(1, 0.2, 0.5)])
    assert set(ranking.weights) == {"country", "auth", "perf", "rel", "value"}
    assert ranking.weights["country"] == pytest.approx(0.18 / 0.56)


def test_an_audience_like_the_one_wanted_is_a_whole_fit() -> None:
    wanted = {"SE": 0.5, "DE": 0.3, "FR": 0.2}
    brief = Brief([Target("country", wanted, kind="distribution")])
    (match,) = rank(brief, [creator(1, audience={"country": Cells(wanted, 400)})]).matches
    assert match.components[0].value == pytest.approx(1)


def test_each_dimension_has_its_whole_weight_but_a_city_lies_in_its_country() -> None:
    both = Brief([Target("language", {"sv": 1}), Target("interest", {"outdoors": 1})])
    weights = rank(both, [creator(1)]).weights
    assert weights["language"] == weights["interest"] == pytest.approx(0.16 / 0.7)
    weights = rank(Brief([SWEDEN, Target("city", {"Umeå": 1})]), [creator(1)]).weights
    assert weights["city"] == weights["country"] == pytest.approx(0.09 / 0.56)


def test_where_an_audience_lives_tells_what_it_speaks_before_the_topic_does() -> None:
    def at(number: int, country: str, language: str) -> Profile:
        seen = {"country": Cells({country: 0.9}, 500), "language": Cells({language: 1.0}, 500)}
        return creator(number, audience=seen, topics={"hiking": 1})

    pool = [at(n, *(("SE", "sv") if n % 4 == 0 else ("US", "en"))) for n in range(80)]
    one = creator(99, audience={"country": Cells({"SE": 0.9}, 500)}, topics={"hiking": 1})
    (match,) = rank(Brief([Target("language", {"sv": 1})]), [*pool, one], only={99}).matches
    assert match.components[0].share == pytest.approx(1, abs=0.15)


def test_what_is_only_told_is_believed_less_however_many_it_counts() -> None:
    usual = [living(n, 0.2, 0.1 + 0.1 * (n % 3)) for n in range(60)]

    def telling(number: int, source: Source) -> Profile:
        cells = Cells.from_counts({"SE": 900_000, "BR": 100_000}, source=source)
        return creator(number, audience={"country": cells})

    told = [telling(100, "api"), telling(101, "file"), telling(102, "self_declared")]
    ranking = rank(Brief([SWEDEN]), [*usual, *told])
    found = {m.id: m.components[0] for m in ranking.matches}
    shares = [found[key].share or 0 for key in (100, 101, 102)]
    assert shares[0] == pytest.approx(0.9, abs=0.02)
    assert shares == sorted(shares, reverse=True)
    assert shares[2] < 0.75
    width = [(found[key].high or 0) - (found[key].low or 0) for key in (100, 101, 102)]
    assert width == sorted(width)
    assert width[2] > 2.5 * width[0]


def test_a_market_of_audiences_alike_draws_small_samples_further() -> None:
    alike = Population.of([living(n, 0.2, 0.3) for n in range(90)])
    apart = Population.of([living(n, 0.2, float(n % 3 == 0)) for n in range(90)])
    assert 2 <= apart.strength("country") < 6
    assert 30 < alike.strength("country") <= 60
    few = living(1, 0.2, 0.9, n=10)
    assert alike.posterior(few, "country")["SE"] < 0.5 < apart.posterior(few, "country")["SE"]


def test_a_neighbouring_topic_counts_for_something_and_never_more_than_the_topic_itself() -> None:
    pool = [creator(n, topics={t: 1}) for n, t in enumerate(("hiking", "camping", "climbing"))]
    pool.append(creator(9, topics={"makeup": 1}))
    match = rank(Brief(topics={"hiking": 1}), pool).matches
    assert [one.id for one in match] == [0, 1, 2, 9]
    values = [one.components[0].value for one in match]
    assert values[0] == pytest.approx(1)
    assert values[1] > values[2] > values[3] == pytest.approx(0.05)


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
    market = Population.of(usual)
    prior = market.strength("age_gender")
    (match,) = rank(Brief([WOMEN]), [*usual, one], market, only={9}).matches
    assert match.components[0].share == pytest.approx((1000 * 0.4 + prior * 0.5) / (1000 + prior))


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
