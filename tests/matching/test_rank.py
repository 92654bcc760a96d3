from __future__ import annotations

import doctest
import json
from dataclasses import replace
from pathlib import Path

import pytest

from matching import FORMULA_VERSION, Brief, Cells, Population, Profile, Target, rank

BRIEF = Brief([Target("country", {"SE": 1})])


def creator(key: int | str, sweden: float = 0.5) -> Profile:
    return Profile(id=key, platform="tiktok", audience={"country": Cells({"SE": sweden}, 100)})


def test_an_empty_pool_has_an_empty_ranking() -> None:
    ranking = rank(BRIEF, [])
    assert ranking.matches == ()
    assert ranking.pool == 0
    assert ranking.version == FORMULA_VERSION


def test_creators_alike_are_ordered_by_id() -> None:
    pool = [creator(number) for number in (10, 9, 2, 30, 1, 7, 8)]
    assert [m.id for m in rank(BRIEF, pool).matches] == [1, 2, 7, 8, 9, 10, 30]
    named = [creator(name) for name in ("lea", "ida", "jonas")]
    assert [m.id for m in rank(BRIEF, named).matches] == ["ida", "jonas", "lea"]


def test_the_top_is_the_start_of_the_whole_ranking() -> None:
    pool = [creator(number, number / 20) for number in range(20)]
    whole = rank(BRIEF, pool)
    assert rank(BRIEF, pool, top=5).matches == whole.matches[:5]
    assert [match.place for match in whole.matches] == list(range(1, 21))
    assert rank(BRIEF, pool, top=0).matches == ()


def test_one_creator_can_be_asked_for_in_their_place_in_the_pool() -> None:
    pool = [creator(number, number / 20) for number in range(20)]
    whole = rank(BRIEF, pool)
    (alone,) = rank(BRIEF, pool, only={13}).matches
    assert alone == whole.matches[6]
    assert alone.place == 7
    assert rank(BRIEF, pool, only={99}).matches == ()


def test_a_population_serves_many_briefs_and_pools() -> None:
    market = Population.of([creator(number, 0.1) for number in range(9)])
    stranger = replace(creator(77), audience={}, platform="youtube")
    (match,) = rank(BRIEF, [stranger], market).matches
    assert match.components[0].share == pytest.approx(0.1)
    assert rank(Brief(topics={"food": 1}), [stranger], market).matches


def test_a_market_without_anyone_still_ranks() -> None:
    pool = [creator(1, 0.9), creator(2, 0.1)]
    assert [match.id for match in rank(BRIEF, pool, Population.of([])).matches] == [1, 2]


def test_a_ranking_is_plain_json() -> None:
    told = json.loads(json.dumps(rank(BRIEF, [creator(1)]).as_dict()))
    assert told["version"] == FORMULA_VERSION
    (match,) = told["matches"]
    assert match["id"] == 1
    assert match["place"] == 1
    assert match["components"][0]["key"] == "country"
    assert match["components"][0]["too_few"] is False
    assert match["components"][-1]["share"] is None


def test_the_example_in_the_documentation_is_true() -> None:
    page = Path(__file__).parents[2] / "docs" / "matching.md"
    failed, tried = doctest.testfile(str(page), module_relative=False)
    assert tried > 5
    assert not failed
