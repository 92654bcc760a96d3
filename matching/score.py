"""The formula: each component of every creator's score, as columns over the pool.

    Score = 100 * product over k of C_k ^ (w_k / sum of w),   every C_k in [FLOOR, 1]

A product and not a sum, because a perfect audience in the wrong country buys nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .population import KAPPA, Population, unit
from .profiles import GROUP_OF, Brief, Cells, Mode, Profile, Target

#: Changes whenever the same input could give another score.
FORMULA_VERSION = "2026-11"
#: No component may end a score: what is 0 in a sample is seldom 0 in the world.
FLOOR = 0.01
TOPIC_FLOOR = 0.05
PERSUASION_PRIOR, PERSUASION_TOP = 4.0, 2.5
DONE_PRIOR, DEALS_PRIOR = 9.0, 10.0

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

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Column:
    """One component over all creators of a pool; arrays have one entry a creator.

    values  in [FLOOR, 1].
    share   posterior share (or, for a distribution, likeness) before the floor, and
    n       the sample size behind it; both None for what is not about the audience.
    keys    the component's name a creator, where creators differ in it; else `key` holds.
    """

    key: str
    weight: float
    values: Floats
    share: Floats | None = None
    n: Floats | None = None
    keys: Sequence[str] | None = None


def columns(brief: Brief, profiles: Sequence[Profile], population: Population) -> list[Column]:
    """Every component the brief asks for, with weights that sum to 1."""
    weights = _weights(brief)
    found = [
        _audience(target, weight, profiles, population)
        for target, weight in _target_weights(brief, weights)
    ]
    if wanted := unit(brief.topics):
        found.append(Column("topic", weights["topic"], _topic(wanted, profiles, population)))
    found.append(Column("auth", weights["auth"], _each(p.genuine for p in profiles)))
    found.append(Column("perf", weights["perf"], _each(map(_persuasion, profiles))))
    found.append(Column("rel", weights["rel"], _each(map(_reliability, profiles))))
    found.append(_money(brief.mode, weights, profiles, population))
    used = [column for column in found if column.weight > 0]
    total = sum(column.weight for column in used)
    if not total:
        raise ValueError("at least one component needs a weight above 0")
    return [_floored(column, column.weight / total) for column in used]


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
    sharing = Counter(GROUP_OF[target.dimension] for target in brief.targets)
    return [
        (target, target.weight * weights[group] / sharing[group])
        for target in brief.targets
        for group in (GROUP_OF[target.dimension],)
    ]


def _audience(
    target: Target, weight: float, profiles: Sequence[Profile], population: Population
) -> Column:
    """How much of each audience is wanted, small samples drawn towards the topic's usual."""
    nothing = Cells({}, 0)
    seen = [population.observed(profile, target.dimension) or nothing for profile in profiles]
    n = _each(cells.n for cells in seen)
    topics = {topic: place for place, topic in enumerate({p.main_topic for p in profiles})}
    priors = [population.prior(topic, target.dimension) for topic in topics]
    topic_of = np.array([topics[p.main_topic] for p in profiles], dtype=np.intp)
    whole = max(target.wanted.values()) if target.kind == "set" else sum(target.wanted.values())
    share = np.zeros(len(profiles))
    for code, wanted in target.wanted.items():
        observed = _each(cells.shares.get(code, 0.0) for cells in seen)
        usual = _each(prior.get(code, 0.0) for prior in priors)[topic_of]
        shrunk = (n * observed + KAPPA * usual) / (n + KAPPA)
        share += (
            wanted / whole * shrunk if target.kind == "set" else np.sqrt(wanted / whole * shrunk)
        )
    if target.kind == "distribution":
        share = share**2  # Bhattacharyya, squared so that it is on the scale of a share.
    share = np.minimum(share, 1.0)
    return Column(target.dimension, weight, share, share, n)


def _topic(
    wanted: Mapping[str, float], profiles: Sequence[Profile], population: Population
) -> Floats:
    def cosine(profile: Profile) -> float:
        own = unit(profile.topics) or population.mean_topics
        return sum(weight * own.get(topic, 0.0) for topic, weight in wanted.items())

    return TOPIC_FLOOR + (1 - TOPIC_FLOOR) * _each(map(cosine, profiles))


def _persuasion(profile: Profile) -> float:
    sold = profile.conversions + PERSUASION_PRIOR
    expected = profile.expected_conversions + PERSUASION_PRIOR
    return sold / expected / PERSUASION_TOP


def _reliability(profile: Profile) -> float:
    return (profile.completed + DONE_PRIOR) / (profile.deals + DEALS_PRIOR)


def _money(
    mode: Mode,
    weights: Mapping[str, float],
    profiles: Sequence[Profile],
    population: Population,
) -> Column:
    """Engagement per price; without a price, engagement alone takes its place."""
    slot = "value" if mode == "value" else "eng"
    keys = ["eng" if slot == "eng" or p.price_minor is None else "value" for p in profiles]
    values = _each(
        population.value_scale(profile.platform).at(profile.value)
        if key == "value"
        else population.engagement_scale(profile.platform).at(profile.genuine_rate)
        for key, profile in zip(keys, profiles, strict=True)
    )
    return Column(slot, weights[slot], values, keys=keys)


def _floored(column: Column, weight: float) -> Column:
    values = np.clip(column.values, FLOOR, 1.0)
    return Column(column.key, weight, values, column.share, column.n, column.keys)


def _each(numbers: Iterable[float]) -> Floats:
    return np.fromiter(numbers, dtype=np.float64)
