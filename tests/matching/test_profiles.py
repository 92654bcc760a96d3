from __future__ import annotations

from collections.abc import Callable

import pytest

from matching import Brief, Cells, Profile, Target, aged_n, people, rank


def test_a_measurement_is_worth_less_as_it_ages() -> None:
    assert aged_n(400, 0) == aged_n(400, 90) == 400
    assert aged_n(400, 180) == pytest.approx(200)
    assert aged_n(400, 270) == pytest.approx(100)
    assert aged_n(50_000, 180) == pytest.approx(500)
    assert aged_n(400, -1) == 400


def test_counts_become_shares() -> None:
    cells = Cells.from_counts({"SE": 30, "NO": 10}, days_old=180)
    assert cells.shares == {"SE": 0.75, "NO": 0.25}
    assert cells.n == pytest.approx(20)
    assert Cells.from_counts({}) == Cells({}, 0)


def test_people_of_an_age_and_gender_are_one_target() -> None:
    both = people({"25-34": 1, "35-44": 0.5}, {"female": 1}, weight=2)
    assert both == Target("age_gender", {"25-34:female": 1, "35-44:female": 0.5}, weight=2)
    assert people({"25-34": 1}, {}) == Target("age", {"25-34": 1})
    assert people({}, {"male": 1}) == Target("gender", {"male": 1})


def test_the_main_topic_is_the_heaviest_and_then_the_first_by_name() -> None:
    def main(**topics: float) -> str | None:
        return Profile(id=1, platform="tiktok", topics=topics).main_topic

    assert main(food=0.2, hiking=0.8) == "hiking"
    assert main(hiking=0.5, food=0.5) == "food"
    assert main() is main(food=0) is None


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Cells({"SE": -0.1}, 10), "0 or more"),
        (lambda: Cells({"SE": float("nan")}, 10), "0 or more"),
        (lambda: Cells({"SE": 0.7, "NO": 0.7}, 10), "sum to 1"),
        (lambda: Cells({}, float("inf")), "n must be"),
        (lambda: Target("planet", {"Mars": 1}), "planet is not one of"),
        (lambda: Target("country", {}), "at least one country"),
        (lambda: Target("country", {"SE": 1, "NO": 0}), "above 0"),
        (lambda: Target("country", {"SE": 2}), "1 or less"),
        (lambda: Target("country", {"SE": 0.4}, kind="distribution"), "sum to 1"),
        (lambda: Target("country", {"SE": 1}, kind="some"), "set or distribution"),  # type: ignore[arg-type]
        (lambda: Target("country", {"SE": 1}, weight=-1), "target weight"),
        (lambda: Target("age_gender", {"25-34": 1}), "look like"),
        (lambda: Brief([Target("city", {"Umeå": 1})] * 2), "one target"),
        (lambda: Brief(mode="best"), "value or fit"),  # type: ignore[arg-type]
        (lambda: Brief(topics={"food": -1}), "topic weight"),
        (lambda: Profile(id=1, platform="x", price_minor=0), "price_minor"),
        (lambda: Profile(id=1, platform="x", credibility=(11, 10)), "more than all"),
        (lambda: Profile(id=1, platform="x", completed=2, deals=1), "more than all"),
        (lambda: Profile(id=1, platform="x", engagement_rate=-1), "engagement_rate"),
        (lambda: Profile(id=1, platform="x", audience={"planet": Cells({}, 0)}), "planet"),
        (lambda: rank(Brief(component_weights={"followers": 1}), []), "followers is not one of"),
        (
            lambda: rank(
                Brief(component_weights=dict.fromkeys(["auth", "perf", "rel", "value"], 0)), []
            ),
            "at least one",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_words(make: Callable[[], object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make()
