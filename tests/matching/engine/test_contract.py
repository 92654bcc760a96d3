"""The engine finds whom the formula ranks first, and nobody whom a condition rules out."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from matching import Population
from matching.engine import Conditions, Entry, Query, Snapshot
from tests.matching.engine.market import COUNTRIES, LANGUAGES, brief, market, meets, truth

WORK = {"reel": 2, "post": 1}


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return market(2_000)


@pytest.fixture(scope="module")
def population(entries: list[Entry]) -> Population:
    return Population.of(one.profile for one in entries)


@pytest.fixture(scope="module")
def snapshot(
    entries: list[Entry], population: Population, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    path: Path = tmp_path_factory.mktemp("engine") / "creators.snap"
    Snapshot.write(path, entries, population)
    return Snapshot.open(path)


def conditions(rng: random.Random, entries: list[Entry]) -> Conditions:
    return Conditions(
        countries=rng.sample(COUNTRIES, 4) if rng.random() < 0.3 else (),
        languages=rng.sample(LANGUAGES, 4) if rng.random() < 0.3 else (),
        platforms=rng.choice(((), ("tiktok",), ("tiktok", "youtube"))),
        price_min=rng.choice((None, None, 50_000)),
        price_max=rng.choice((None, 100_000, 150_000)),
        most_followers=rng.choice((None, 5_000, 10_000)),
        avoid=rng.choice(((), ("alcohol", "politics"))),
        without=[one.id for one in rng.sample(entries, 20)],
    )


@pytest.mark.parametrize("seed", range(25))
def test_the_best_are_found_and_the_conditions_hold(
    seed: int, snapshot: Snapshot, entries: list[Entry], population: Population
) -> None:
    rng = random.Random(seed)
    asked = conditions(rng, entries)
    scales = snapshot.value_scales(WORK, "sek")
    query = Query(brief(rng), asked, WORK, "sek", value=scales)
    found, best = snapshot.scan(query), truth(entries, query, population)
    by_id = {one.id: one for one in entries}
    assert all(meets(by_id[id], query) for id in found.ids)
    assert found.pool == best.pool
    wanted = {match.id for match in best.matches[:100]}
    assert wanted <= {str(id) for id in found.ids}
    assert sorted(found.scores, reverse=True) == list(found.scores)
