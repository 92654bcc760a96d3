"""The formula: each component of every creator's score, as columns over the pool.

    Score = 100 * product over k of C_k ^ (w_k / sum of w),   every C_k in [FLOOR, 1]

A product and not a sum, because a perfect audience in the wrong country buys nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .pool import Floats, Pool
from .population import Population, unit
from .profiles import CITY, COUNTRY, GROUP_OF, Brief, Mode, Profile, Target
from .topics import widened

#: Changes whenever the same input could give another score.
FORMULA_VERSION = "2026-12b"
#: No component may end a score: what is 0 in a sample is seldom 0 in the world.
FLOOR = 0.01
TOPIC_FLOOR = 0.05

WEIGHTS: Mapping[Mode, Mapping[str, float]] = {
    "value": {
        "age": 0.16,
        "geo": 0.18,
        "interest": 0.16,
        "topic": 0.12,
        "auth": 0.04,
        "perf": 0.14,
        "rel": 0.04,
        "value": 0.16,
    },
    # Authenticity is inside `eng` here, so it has no weight of its own.
    "fit": {
        "age": 0.19,
        "geo": 0.21,
        "interest": 0.19,
        "topic": 0.14,
        "auth": 0.0,
        "eng": 0.08,
        "perf": 0.15,
        "rel": 0.04,
    },
}


@dataclass(frozen=True, slots=True)
class Column:
    """One component over all creators of a pool; arrays have one entry a creator.

    values  in [FLOOR, 1].
    share   posterior share (or, for a distribution, likeness) before the floor, and
    n       people it was measured on; both None for what is not about the audience.
    sure    people the posterior share is as sure as, the prior's among them.
    keys    the component's name a creator, where creators differ in it; else `key` holds.
    """

    key: str
    weight: float
    values: Floats
    share: Floats | None = None
    n: Floats | None = None
    sure: Floats | None = None
    keys: Sequence[str] | None = None


def columns(
    brief: Brief, profiles: Iterable[Profile] | Pool, population: Population | None = None
) -> list[Column]:
    """Every component the brief asks for, with weights that sum to 1."""
    pool = Pool.of(profiles, population)
    weights = _weights(brief)
    found = [_audience(target, weight, pool) for target, weight in _target_weights(brief, weights)]
    if wanted := wanted_topics(brief, pool.population):
        found.append(Column("topic", weights["topic"], topic_fit(pool.topic(wanted))))
    found.append(Column("auth", weights["auth"], pool.genuine()))
    found.append(Column("perf", weights["perf"], pool.persuasion()))
    found.append(Column("rel", weights["rel"], pool.reliability()))
    found.append(_money(brief.mode, weights, pool))
    used = [column for column in found if column.weight > 0]
    total = sum(column.weight for column in used)
    if not total:
        raise ValueError("at least one component needs a weight above 0")
    return [_floored(column, column.weight / total) for column in used]


def wanted_topics(brief: Brief, population: Population) -> dict[str, float]:
    """The brief's topics, scaled to length 1, with what is near to each in this market."""
    return widened(unit(brief.topics), population.near)


def topic_fit(product: Floats) -> Floats:
    """The topic component from the inner product of `wanted_topics` and a creator's, unit long."""
    return TOPIC_FLOOR + (1 - TOPIC_FLOOR) * np.minimum(product, 1.0)


def scores(found: Sequence[Column], size: int) -> Floats:
    """The score of each of `size` creators, in (0, 100]."""
    # Column by column: a matrix product may round equal rows differently and break ties.
    logs = np.zeros(size)
    for column in found:
        logs += column.weight * np.log(column.values)
    return np.minimum(100.0 * np.exp(logs), 100.0)


def _weights(brief: Brief) -> dict[str, float]:
    defaults = WEIGHTS[brief.mode]
    overrides = brief.component_weights or {}
    if unknown := sorted(overrides.keys() - defaults.keys()):
        raise ValueError(f"{unknown[0]} is not one of {', '.join(defaults)}")
    return {**defaults, **overrides}


def _target_weights(brief: Brief, weights: Mapping[str, float]) -> list[tuple[Target, float]]:
    """Each dimension has its row's weight. A city lies in a country: they share one."""
    dimensions = {target.dimension for target in brief.targets}
    nested = {CITY, COUNTRY} if {CITY, COUNTRY} <= dimensions else set()
    return [
        (
            target,
            target.weight
            * weights[GROUP_OF[target.dimension]]
            / (2 if target.dimension in nested else 1),
        )
        for target in brief.targets
    ]


def _audience(target: Target, weight: float, pool: Pool) -> Column:
    """How much of each audience is wanted, small samples drawn towards what is usual."""
    dimension = target.dimension
    whole = max(target.wanted.values()) if target.kind == "set" else sum(target.wanted.values())
    share = np.zeros(len(pool))
    for code, wanted in target.wanted.items():
        cell = pool.share(dimension, code)
        share += wanted / whole * cell if target.kind == "set" else np.sqrt(wanted / whole * cell)
    if target.kind == "distribution":
        share = share**2  # Bhattacharyya, squared so that it is on the scale of a share.
    share = np.minimum(share, 1.0)
    # What is not believed is the prior, so the prior's weight grows by as much.
    sure = pool.population.strength(dimension) / np.maximum(1 - pool.believed(dimension), 1e-9)
    return Column(dimension, weight, share, share, pool.measured(dimension), sure)


def _money(mode: Mode, weights: Mapping[str, float], pool: Pool) -> Column:
    """Engagement per price; without a price, engagement alone takes its place."""
    if mode == "fit":
        return Column("eng", weights["eng"], pool.engagement())
    keys = ["value" if priced else "eng" for priced in pool.priced]
    return Column("value", weights["value"], pool.value(), keys=keys)


def _floored(column: Column, weight: float) -> Column:
    return replace(column, weight=weight, values=np.clip(column.values, FLOOR, 1.0))
