"""Whoever has more codes than a row has room for loses no place by it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching import Brief, Cells, Population, Target
from matching.engine import Entry, Query, Snapshot, slow
from matching.score import columns
from tests.matching.engine.market import COUNTRIES, TOPICS, entry, priced, shares, target, truth

CITIES = tuple(f"city {number}" for number in range(200))
WORK = {"reel": 1}
#: What half a step of a slot's share, and half a byte of a small one, are of it.
NEAR = 0.16


def crowded(rng: random.Random) -> Entry:
    """Twenty-five cities, twelve topics, and interests as far as the market goes."""
    one = entry(rng)
    n = rng.choice((0, 60, 1000, 1000))
    audience = {
        **one.profile.audience,
        "city": Cells(shares(rng, CITIES, 25), n),
        "country": Cells(shares(rng, COUNTRIES, 12), n),
        "interest": Cells(shares(rng, TOPICS, 30), 1000),
    }
    topics = dict.fromkeys(rng.sample(TOPICS, 12), 1.0)
    return replace(one, profile=replace(one.profile, audience=audience, topics=topics))


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    rng = random.Random(11)
    return [crowded(rng) for _ in range(2_000)]


@pytest.fixture(scope="module")
def population(entries: Sequence[Entry]) -> Population:
    return Population.of(one.profile for one in entries)


@pytest.fixture(scope="module")
def snapshot(
    entries: list[Entry], population: Population, tmp_path_factory: pytest.TempPathFactory
) -> Snapshot:
    path: Path = tmp_path_factory.mktemp("overflow") / "creators.snap"
    Snapshot.write(path, entries, population)
    return Snapshot.open(path)


def asked(seed: int) -> Query:
    rng = random.Random(seed)
    targets = [target(rng, "city", CITIES, 3), target(rng, "interest", TOPICS, 4)]
    if rng.random() < 0.5:
        targets.append(Target("country", {rng.choice(COUNTRIES): 1.0}))
    topics = dict.fromkeys(rng.sample(TOPICS, rng.randint(1, 3)), 1.0)
    return Query(Brief(targets, topics), work=WORK, currency="sek")


@pytest.mark.parametrize("seed", range(25))
def test_none_of_the_best_is_lost(
    seed: int, snapshot: Snapshot, entries: list[Entry], population: Population
) -> None:
    query = asked(seed)
    query = replace(query, value=snapshot.value_scales(WORK, "sek"))
    wanted = {match.id for match in truth(entries, query, population).matches[:100]}
    found = snapshot.scan(query)
    assert found.sure
    assert wanted <= {str(id) for id in found.ids}


@pytest.mark.parametrize("seed", range(25))
def test_nobody_is_underrated(
    seed: int, snapshot: Snapshot, entries: list[Entry], population: Population
) -> None:
    """Each component is at least the formula's, but for how finely a byte tells shares apart."""
    query = asked(seed)
    by_id = {one.id: one for one in entries}
    inside = [by_id[id] for id in snapshot.ids_of(np.arange(snapshot.rows))]
    exact = columns(query.brief, [priced(one, query) for one in inside], population)
    rows = snapshot.stored.blocks.take(range(snapshot.rows))
    found = slow.components(snapshot.plan(query), rows)
    for column in exact:
        if column.key in ("city", "interest", "country", "topic"):
            below = np.log2(column.values) - found[column.key]
            assert below.max() < (1e-6 if column.key == "topic" else NEAR)
