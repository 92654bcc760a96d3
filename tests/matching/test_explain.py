from __future__ import annotations

from dataclasses import replace
from math import comb

import numpy as np
import pytest

from matching import Brief, Cells, Match, Profile, Target, expected, interval, people, rank
from matching.explain import beta_interval

AUDIENCE = {
    "age_gender": Cells({"25-34:female": 0.5}, 1000),
    "country": Cells({"SE": 0.4}, 1000),
    "city": Cells({"Umeå": 0.1}, 1000),
}
IDA = Profile(
    id="ida", platform="instagram", audience=AUDIENCE, engagements_per_post=1000, price_minor=16_200
)
WOMEN = people({"25-34": 1}, {"female": 1})
SWEDEN, UMEA = Target("country", {"SE": 1}), Target("city", {"Umeå": 1})


def only_match(brief: Brief, creator: Profile = IDA) -> Match:
    (match,) = rank(brief, [creator]).matches
    return match


def below(x: float, yes: int, no: int) -> float:
    """P(Beta(yes, no) <= x), as the chance of at least `yes` in yes + no - 1 draws."""
    draws = yes + no - 1
    return sum(comb(draws, k) * x**k * (1 - x) ** (draws - k) for k in range(yes, draws + 1))


@pytest.mark.parametrize(("yes", "no"), [(1, 15), (2, 30), (8, 8), (15, 1), (1, 300), (100, 200)])
def test_the_interval_holds_ninety_per_cent(yes: int, no: int) -> None:
    low, high = beta_interval(np.array([yes / (yes + no)]), np.array([float(yes + no)]))
    assert below(low[0], yes, no) == pytest.approx(0.05, abs=0.005)
    assert below(high[0], yes, no) == pytest.approx(0.95, abs=0.005)


def test_a_share_of_nothing_or_all_is_still_uncertain() -> None:
    low, high = beta_interval(np.array([0.0, 1.0]), np.array([30.0, 30.0]))
    assert low[0] == 0
    assert 0.01 < high[0] < 0.15
    assert 0.85 < low[1] < 0.99
    assert high[1] == 1


def test_who_found_nobody_does_not_know_that_there_is_anybody() -> None:
    low, high = beta_interval(np.array([0.01, 0.99]), np.array([30.0, 30.0]))
    assert low[0] == 0 < high[0] < 0.15
    assert 0.85 < low[1] < high[1] == 1


def test_no_sample_says_more_of_today_than_a_hundred_people_would() -> None:
    share = np.full(3, 0.3)
    low, high = interval(share, np.array([50.0, 1_000.0, 1e9]))
    assert list(high - low) == sorted(high - low, reverse=True)
    hundred = beta_interval(share[:1], np.array([100.0]))
    assert (low[2], high[2]) == pytest.approx((hundred[0][0], hundred[1][0]), abs=1e-6)


def test_more_people_sampled_narrow_the_interval() -> None:
    low, high = beta_interval(np.full(3, 0.3), np.array([20.0, 200.0, 1000.0]))
    assert list(high - low) == sorted(high - low, reverse=True)


def test_what_is_expected_multiplies_engagement_by_the_shares_wanted() -> None:
    brief = Brief([WOMEN, SWEDEN])
    what = expected(brief, IDA, only_match(brief))
    assert what is not None
    assert what.engagements == pytest.approx(1000 * 0.81 * 0.5 * 0.4)
    assert what.cost_minor == pytest.approx(100)


def test_a_city_is_not_counted_inside_its_country_again() -> None:
    brief = Brief([SWEDEN, UMEA])
    what = expected(brief, IDA, only_match(brief))
    assert what is not None
    assert what.engagements == pytest.approx(1000 * 0.81 * 0.1)


def test_nothing_is_expected_where_nothing_was_measured() -> None:
    unknown = replace(IDA, engagements_per_post=None)
    assert expected(Brief(), unknown, only_match(Brief(), unknown)) is None
    free = replace(IDA, price_minor=None)
    what = expected(Brief(), free, only_match(Brief(), free))
    assert what is not None
    assert what.cost_minor is None


def test_a_creator_at_the_median_has_no_points() -> None:
    match = only_match(Brief([SWEDEN]))
    assert [component.points for component in match.components] == [0.0] * 5
    assert match.component("geo") is None
