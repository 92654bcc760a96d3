"""A query worked out into arrays: what the scan reads of each row, and what that is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.population import MIDDLE, Population, Scale
from matching.profiles import AGE, AGE_GENDER, AGES, GENDER, GENDERS, GROUP_OF, Profile, Target
from matching.score import FLOOR, TOPIC_FLOOR, columns, wanted_topics

from . import coding
from .entry import PLATFORMS, WORK, Query, bits_of
from .layout import AUTH, MARK_SHIFT, PERF, PRIOR, REL, SAMPLE_OF
from .tables import Tables, priors, slot_code

Array = NDArray[Any]

SET, DISTRIBUTION = 0, 1
_PART_COLUMNS = {"auth": AUTH, "perf": PERF, "rel": REL}
LOG_FLOOR = float(np.log2(FLOOR))


class Asked(NamedTuple):
    """Everything in octaves: a score is 100 * 2 ** (sum of weight * log2 of each component).

    An audience term is some groups of cells. A group is worth its root (distribution) or
    itself (set) times its weight; a cell is a dense column or a slot's code.

        terms    (t, 5)  kind, first and last group, place in `keys`, unused
        weights  (t,)    weight of each
        groups   (g, 4)  first and last dense cell, first and last slot cell
        group_weight     (g,)
        dense    (c,)    column, with dense_weight
        slots    (s, 2)  hashed code, column of its prior's part; slot_weight; slot_prior (s, 64)

    parts are linear in a byte: (column, place in keys) with what one step and code 0 are worth.
    money: by platform (four), log2 of the two scales' tops and where the usual stands.
    filters: an empty or full mask where nothing is asked.
    """

    terms: Array
    weights: Array
    groups: Array
    group_weight: Array
    dense: Array
    dense_weight: Array
    slots: Array
    slot_weight: Array
    slot_prior: Array
    parts: Array
    part_weight: Array
    topic_weight: float
    topic_bits: Array
    topic_cosine: Array
    topic_unknown: float
    money_weight: float
    value_top: Array
    value_usual: Array
    rate_top: Array
    rate_usual: Array
    by_value: bool
    work: Array
    work_count: Array
    currency: int
    chosen_bit: int
    countries: Array
    any_country: bool
    languages: int
    most_size: int
    avoid: int
    price_min: float
    price_max: float
    by_price: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """`keys` are the components, in the order of the formula; `asked` is for the scan."""

    keys: tuple[str, ...]
    asked: Asked


def plan(query: Query, tables: Tables, population: Population) -> Plan:
    """Weights and components are those `matching.rank` would use for this brief."""
    found = columns(query.brief, [Profile(id=0, platform=PLATFORMS[0])], population)
    weight_of = {column.key: column.weight for column in found}
    audience = [target for target in query.brief.targets if target.dimension in weight_of]
    money = next((key for key in ("value", "eng") if key in weight_of), "")
    known = {*_PART_COLUMNS, *GROUP_OF, "topic", "value", "eng"}
    if strange := weight_of.keys() - known:
        raise ValueError(f"the engine has no column for {min(strange)}")
    keys = tuple(weight_of)
    asked = Asked(
        **_audience(audience, weight_of, keys, tables, population),
        **_parts(weight_of, keys),
        **_topic(query, weight_of.get("topic", 0.0), tables, population),
        **_money(query, weight_of.get(money, 0.0), money != "eng", tables, population),
        **_filters(query, tables),
    )
    return Plan(keys, asked)


def _audience(
    targets: list[Target],
    weight_of: Mapping[str, float],
    keys: tuple[str, ...],
    tables: Tables,
    population: Population,
) -> dict[str, Any]:
    terms: list[tuple[int, ...]] = []
    groups: list[tuple[int, ...]] = []
    group_weight: list[float] = []
    dense: list[tuple[int, float]] = []
    slots: list[tuple[int, int, float]] = []
    loose: list[tuple[str, str]] = []
    for target in targets:
        first = len(groups)
        for weight, cells in _groups(target):
            starts = len(dense), len(slots)
            for (dimension, code), part in cells:
                column = tables.column_of.get((dimension, code))
                if column is not None:
                    dense.append((column, part / coding.TOP**2))
                else:
                    slots.append((slot_code(dimension, code), PRIOR + SAMPLE_OF[dimension], part))
                    loose.append((dimension, code))
            groups.append((starts[0], len(dense), starts[1], len(slots)))
            group_weight.append(weight)
        kind = DISTRIBUTION if target.kind == "distribution" else SET
        terms.append((kind, first, len(groups), keys.index(target.dimension), 0))
    return {
        "terms": np.array(terms, np.int64).reshape(-1, 5),
        "weights": np.array([weight_of[t.dimension] for t in targets], np.float32),
        "groups": np.array(groups, np.int64).reshape(-1, 4),
        "group_weight": np.array(group_weight, np.float32),
        "dense": np.array([column for column, _ in dense], np.int64),
        "dense_weight": np.array([weight for _, weight in dense], np.float32),
        "slots": np.array([one[:2] for one in slots], np.int64).reshape(-1, 2),
        "slot_weight": np.array([one[2] for one in slots], np.float32),
        "slot_prior": priors(population, tables, loose).astype(np.float32),
    }


def _groups(target: Target) -> list[tuple[float, list[tuple[tuple[str, str], float]]]]:
    """(weight, [(cell, part)]): for a set one group of weighted cells; else one a code."""
    if target.kind == "set":
        whole = max(target.wanted.values())
        return [
            (
                1.0,
                [
                    (cell, wanted / whole)
                    for code, wanted in target.wanted.items()
                    for cell in _cells(target.dimension, code)
                ],
            )
        ]
    whole = sum(target.wanted.values())
    return [
        (float(np.sqrt(wanted / whole)), [(cell, 1.0) for cell in _cells(target.dimension, code)])
        for code, wanted in target.wanted.items()
        if wanted > 0
    ]


def _cells(dimension: str, code: str) -> list[tuple[str, str]]:
    """An age or a gender alone is the margin of the joint table."""
    if dimension == AGE:
        return [(AGE_GENDER, f"{code}:{gender}") for gender in GENDERS]
    if dimension == GENDER:
        return [(AGE_GENDER, f"{age}:{code}") for age in AGES]
    return [(dimension, code)]


def _parts(weight_of: Mapping[str, float], keys: tuple[str, ...]) -> dict[str, Any]:
    used = [key for key in _PART_COLUMNS if key in weight_of]
    return {
        "parts": np.array(
            [(_PART_COLUMNS[key], keys.index(key)) for key in used], np.int64
        ).reshape(-1, 2),
        "part_weight": np.array([weight_of[key] for key in used], np.float32),
    }


def _topic(query: Query, weight: float, tables: Tables, population: Population) -> dict[str, Any]:
    wanted = wanted_topics(query.brief)
    known = {
        tables.topics.places[topic]: w
        for topic, w in wanted.items()
        if topic in tables.topics.places
    }
    unknown = sum(w * population.mean_topics.get(topic, 0.0) for topic, w in wanted.items())
    return {
        "topic_weight": float(weight),
        "topic_bits": np.array(list(known), np.int64),
        "topic_cosine": np.array(list(known.values()), np.float32),
        "topic_unknown": float(unknown),
    }


def _money(
    query: Query, weight: float, by_value: bool, tables: Tables, population: Population
) -> dict[str, Any]:
    value = population.value if query.value is None else query.value
    engagement = population.engagement if query.engagement is None else query.engagement
    value_top, value_usual = _scales(value)
    rate_top, rate_usual = _scales(engagement)
    work = {kind: count for kind, count in query.work.items() if count > 0}
    return {
        "money_weight": float(weight),
        "value_top": value_top,
        "value_usual": value_usual,
        "rate_top": rate_top,
        "rate_usual": rate_usual,
        "by_value": by_value,
        "work": np.array([WORK.index(kind) for kind in work], np.int64),
        "work_count": np.array(list(work.values()), np.float64),
        "currency": tables.currencies.at(query.currency),
    }


def _scales(of: Mapping[str | None, Scale]) -> tuple[Array, Array]:
    """log2 of the top (inf where nobody was measured) and of the usual place, by platform."""
    everyone = of.get(None) or Scale(0.0, MIDDLE)
    each = [of.get(platform) or everyone for platform in (*PLATFORMS, None)]
    tops = [np.log2(scale.top) if scale.top else np.inf for scale in each]
    usual = [np.log2(min(max(scale.usual, FLOOR), 1.0)) for scale in each]
    return np.array(tops, np.float32), np.array(usual, np.float32)


def _filters(query: Query, tables: Tables) -> dict[str, Any]:
    asked = query.conditions
    countries = np.zeros(256, np.uint8)
    for country in asked.countries:
        countries[tables.countries.at(country)] = 1
    most = len(coding.SIZES)
    if asked.most_followers is not None:
        most = int(np.searchsorted(coding.SIZES, asked.most_followers, side="left"))
    return {
        "chosen_bit": bits_of(asked.platforms) - 1,
        "countries": countries,
        "any_country": not asked.countries,
        "languages": tables.languages.bits(set(asked.languages)),
        "most_size": most,
        "avoid": tables.marks.bits(set(asked.avoid)) << MARK_SHIFT,
        "price_min": float(asked.price_min or 0),
        "price_max": float("inf") if asked.price_max is None else float(asked.price_max),
        "by_price": asked.price_min is not None or asked.price_max is not None,
    }


TOPIC_PARTS = (TOPIC_FLOOR, 1 - TOPIC_FLOOR)
