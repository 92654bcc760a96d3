"""Briefs of all kinds, under conditions that leave all, a tenth, a hundredth, a thousandth."""

from __future__ import annotations

import random
from collections.abc import Sequence

from matching import AGES, Brief, Target, people
from matching.engine import Conditions, Query
from tests.bench.matching.world import CITIES_EACH, COUNTRIES, CURRENCY, LANGUAGE_OF, TOPICS, zipf

SELECTIVITIES = (1.0, 0.1, 0.01, 0.001)


def pick(rng: random.Random, codes: Sequence[str], power: float, few: int) -> list[str]:
    found: list[str] = []
    while len(found) < few:
        (one,) = rng.choices(codes, zipf(len(codes), power))
        if one not in found:
            found.append(one)
    return found


def brief(rng: random.Random) -> tuple[Brief, str]:
    """A brief, and the country it is mostly about."""
    home = pick(rng, COUNTRIES, 0.9, 1)[0]
    targets = [_people(rng)]
    if rng.random() < 0.8:
        near = dict.fromkeys(pick(rng, COUNTRIES, 0.9, rng.randint(0, 2)), 0.5)
        targets.append(_spread(rng, "country", {**near, home: 1.0}))
    if rng.random() < 0.25:
        number = rng.choices(range(CITIES_EACH), zipf(CITIES_EACH, 1.0))[0]
        targets.append(Target("city", {f"{home} city {number}": 1.0}))
    if rng.random() < 0.5:
        wanted = {LANGUAGE_OF[COUNTRIES.index(home)]: 1.0}
        targets.append(
            _spread(rng, "language", wanted | ({"en": 0.5} if rng.random() < 0.4 else {}))
        )
    interests = pick(rng, TOPICS, 0.6, rng.randint(1, 4))
    if rng.random() < 0.7:
        targets.append(_spread(rng, "interest", dict.fromkeys(interests, 1.0)))
    topics = dict.fromkeys(interests[: rng.randint(0, 3)], 1.0)
    return Brief(targets, topics, mode="fit" if rng.random() < 0.2 else "value"), home


def _people(rng: random.Random) -> Target:
    first = rng.randint(0, 4)
    ages = dict.fromkeys(AGES[first : first + rng.randint(1, 3)], 1.0)
    genders = rng.choice(({"female": 1.0}, {"male": 1.0}, {"female": 1.0, "male": 1.0}))
    return people(ages, genders)


def _spread(rng: random.Random, dimension: str, wanted: dict[str, float]) -> Target:
    if len(wanted) > 1 and rng.random() < 0.3:
        whole = sum(wanted.values())
        parts = {code: part / whole for code, part in wanted.items()}
        return Target(dimension, parts, kind="distribution")
    return Target(dimension, wanted)


def work(rng: random.Random) -> dict[str, int]:
    kinds = rng.sample(("reel", "story", "post", "short"), rng.choice((1, 1, 2, 3)))
    return {kind: rng.randint(1, 3) for kind in kinds}


def conditions(rng: random.Random, selectivity: float, home: str) -> Conditions:
    """Roughly so many of the market; the share that comes out is reported."""
    if selectivity == 1.0:
        return Conditions()
    if selectivity == 0.1:
        return rng.choice(
            (
                Conditions(countries=pick(rng, COUNTRIES, 0.3, 3)),
                Conditions(platforms=("youtube",), most_followers=100_000, price_max=150_000),
                Conditions(languages=[LANGUAGE_OF[COUNTRIES.index(home)]], most_followers=25_000),
                Conditions(price_min=20_000, price_max=60_000, avoid=("alcohol",)),
            )
        )
    if selectivity == 0.01:
        return Conditions(
            countries=[home],
            most_followers=5_000,
            price_max=rng.choice((None, 100_000)),
            avoid=("gambling",),
        )
    return Conditions(
        countries=pick(rng, COUNTRIES[10:], 0.1, 1),
        platforms=(rng.choice(("instagram", "tiktok")),),
        most_followers=2_500,
        price_min=2_000,
        price_max=60_000,
    )


def queries(count: int, seed: int = 7) -> list[tuple[float, Query]]:
    """So many for each selectivity."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        wanted, home = brief(rng)
        asked = work(rng)
        found += [
            (share, Query(wanted, conditions(rng, share, home), asked, CURRENCY))
            for share in SELECTIVITIES
        ]
    return found
