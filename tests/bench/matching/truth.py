"""The formula in float64 over the world's own arrays: what every engine is compared with.

`tests/matching/engine/test_world.py` holds it against `matching.rank`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching import Population, Profile
from matching.engine import Query
from matching.engine.entry import PLATFORMS, WORK, bits_of
from matching.population import MIDDLE, Scale
from matching.score import FLOOR, columns, topic_fit, wanted_topics
from tests.bench.matching.told import believed, kinds, shrunk, usual
from tests.bench.matching.world import CODES, COUNTRIES, CURRENCY, LANGUAGES, MARKS, TOPICS, World

Array = NDArray[Any]


def prices(world: World, query: Query) -> Array:
    """Of the work asked for; 0 where not known."""
    known = world.is_local if query.currency == CURRENCY else ~world.is_local
    total = np.zeros(len(world))
    for kind, count in query.work.items():
        one = world.prices[:, WORK.index(kind)]
        known = known & (one > 0)
        total += count * one
    return np.where(known, total, 0.0)


def meets(world: World, query: Query) -> Array:
    asked = query.conditions
    fine = (world.chosen >> (bits_of(asked.platforms) - 1) & 1).astype(bool)
    if asked.countries:
        fine &= np.isin(world.country, [COUNTRIES.index(one) for one in asked.countries])
    if asked.languages:
        fine &= np.isin(world.languages, [LANGUAGES.index(one) for one in asked.languages]).any(1)
    if asked.most_followers is not None:
        fine &= world.followers <= asked.most_followers
    if asked.avoid:
        fine &= ~np.isin(world.marks, [MARKS.index(one) + 1 for one in asked.avoid])
    if asked.price_min is not None or asked.price_max is not None:
        price = prices(world, query)
        fine &= (price > 0) & (price >= (asked.price_min or 0))
        fine &= price <= (np.inf if asked.price_max is None else asked.price_max)
    return fine


def scores(world: World, query: Query, population: Population) -> Array:
    """Of every row, whether or not it meets the conditions."""
    total = np.zeros(len(world))
    for column in columns(query.brief, [Profile(id=0, platform="tiktok")], population):
        total += column.weight * np.log(component(world, query, population, column.key))
    return np.minimum(100 * np.exp(total), 100)


def component(world: World, query: Query, population: Population, key: str) -> Array:
    genuine = shrunk(world.credibility) * shrunk(world.authenticity)
    if key == "auth":
        made = genuine
    elif key == "perf":
        made = (world.sales[:, 0] + 4) / (world.sales[:, 1] + 4) / 2.5
    elif key == "rel":
        made = (world.deals[:, 0] + 9) / (world.deals[:, 1] + 10)
    elif key == "topic":
        made = _topic(world, query, population)
    elif key in ("value", "eng"):
        made = _money(world, query, population, genuine, by_value=key == "value")
    else:
        made = _audience(world, query, population, key)
    return np.clip(made, FLOOR, 1.0)


def _audience(world: World, query: Query, population: Population, key: str) -> Array:
    (target,) = (one for one in query.brief.targets if one.dimension == key)
    part, (place, _) = believed(world, key, population), kinds(world, key)
    prior = usual(world, key, population)
    whole = max(target.wanted.values()) if target.kind == "set" else sum(target.wanted.values())
    share = np.zeros(len(world))
    for code, wanted in target.wanted.items():
        at = CODES[key].index(code)
        seen = np.where(world.codes[key] == at, world.shares[key].astype(np.float64), 0.0)
        cell = part * seen.sum(axis=1) + (1 - part) * prior[place, at]
        share += wanted / whole * cell if target.kind == "set" else np.sqrt(wanted / whole * cell)
    return share if target.kind == "set" else share**2


def _topic(world: World, query: Query, population: Population) -> Array:
    wanted = wanted_topics(query.brief, population)
    count = (world.topics >= 0).sum(axis=1)
    product = np.zeros(len(world))
    for topic, weight in wanted.items():
        product += weight * (world.topics == TOPICS.index(topic)).any(axis=1)
    unknown = sum(w * population.mean_topics.get(topic, 0.0) for topic, w in wanted.items())
    return topic_fit(np.where(count > 0, product / np.sqrt(np.maximum(count, 1)), unknown))


def _money(
    world: World, query: Query, population: Population, genuine: Array, *, by_value: bool
) -> Array:
    made = _on_scale(np.full(len(world), np.nan), world, population.engagement)
    if by_value and query.work:
        price = prices(world, query)
        scales = population.value if query.value is None else query.value
        value = world.per_post * genuine / np.maximum(price, 1)
        made = np.where(price > 0, _on_scale(value, world, scales), made)
    return made


def _on_scale(measured: Array, world: World, scales: Mapping[str | None, Scale]) -> Array:
    everyone = scales.get(None) or Scale(0.0, MIDDLE)
    each = [scales.get(platform) or everyone for platform in PLATFORMS]
    top = np.array([scale.top for scale in each])[world.platform]
    usual = np.array([scale.usual for scale in each])[world.platform]
    known = ~np.isnan(measured) & (top > 0)
    return np.where(known, np.minimum(1, measured / np.where(top > 0, top, 1)), usual)


def top(world: World, query: Query, population: Population, k: int = 100) -> tuple[Array, Array]:
    """The rows of the best k, and who meets the conditions."""
    fine = meets(world, query)
    rows = np.flatnonzero(fine)
    reached = scores(world, query, population)[rows]
    return rows[np.argsort(-reached, kind="stable")[:k]], fine
