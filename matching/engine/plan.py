"""A query worked out into arrays: what the scan reads of each row, and what that is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.population import MIDDLE, Population, Scale
from matching.profiles import AGE, AGE_GENDER, AGES, GENDER, GENDERS, GROUP_OF, Profile, Target
from matching.score import FLOOR, TOPIC_FLOOR, columns, wanted_topics

from . import coding
from .entry import PLATFORMS, WORK, Query, bits_of
from .layout import (
    AUTH,
    BEYOND_AT,
    BLOCK,
    CHOSEN,
    COUNTRY_OF,
    CURRENCY,
    FLAGS,
    LANGUAGES_AT,
    LINE,
    MAIN_COUNTRY,
    MARK_SHIFT,
    PER_POST,
    PERF,
    PRICE,
    PRIOR,
    RATE,
    REL,
    SAMPLE_OF,
    SIZE,
    SLOT,
    SLOTS,
    TOPICS_AT,
    WORDS_AT,
)
from .tables import Tables, country_priors, priors

Array = NDArray[Any]

SET, DISTRIBUTION = 0, 1
AUDIENCE, PART, TOPIC, MONEY = 0, 1, 2, 3
_PART_COLUMNS = {"auth": AUTH, "perf": PERF, "rel": REL}
#: In place of the log2 of a top, where nobody was measured.
NOBODY = 1e6
LOG_FLOOR = float(np.log2(FLOOR))


class Asked(NamedTuple):
    """Everything in octaves: a score is 100 * 2 ** (sum of weight * log2 of each component).

    An audience term is some groups of cells. A group is worth its root (distribution) or
    itself (set) times its weight; a cell is a dense column or a slot's code.

        terms    (t, 3)  kind, first and last group
        groups   (g, 4)  first and last dense cell, first and last slot cell
        group_weight     (g,)
        dense    (c,)    column, with dense_weight
        slots    (s, 2)  hashed code, column of its prior's part; slot_weight; what is usual
                         by topic: slot_prior (s, 64), by country: slot_there (s, 256),
                         the highest of both: slot_most

    steps: a component each, in the order of `keys`: what it is, and which term or column.
    lines: where in a block there is what a step reads, by the line of the cache;
        step_lines (steps + 1,) where each step's begin.
    money: by platform (four), log2 of the two scales' tops and of the usual place.
    filters: an empty or full mask where nothing is asked; filter_lines: what they read.
    """

    steps: Array
    step_weight: Array
    step_cost: Array
    step_lines: Array
    lines: Array
    terms: Array
    groups: Array
    group_weight: Array
    dense: Array
    dense_weight: Array
    slots: Array
    slot_weight: Array
    slot_prior: Array
    slot_there: Array
    slot_most: Array
    topic_bits: Array
    topic_cosine: Array
    topic_unknown: float
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
    country_list: Array
    languages: int
    most_size: int
    avoid: int
    price_min: float
    price_max: float
    by_price: bool
    filter_lines: Array


@dataclass(frozen=True, slots=True)
class Plan:
    """`keys` are the components, in the order of the formula; `asked` is for the scan."""

    keys: tuple[str, ...]
    asked: Asked


def plan(query: Query, tables: Tables, population: Population) -> Plan:
    """Weights and components are those `matching.rank` would use for this brief."""
    found = columns(query.brief, [Profile(id=0, platform=PLATFORMS[0])], population)
    keys = tuple(column.key for column in found)
    audience = [target for target in query.brief.targets if target.dimension in keys]
    work = {kind: count for kind, count in query.work.items() if count > 0}
    made = _audience(audience, tables, population)
    steps, costs = [], []
    for key in keys:
        step, cost = _step(key, audience, made, len(work) if "value" in keys else 0)
        steps.append(step)
        costs.append(cost)
    kinds = [WORK.index(kind) for kind in work] if "value" in keys else []
    begins, lines = _lines(steps, made, kinds)
    asked = Asked(
        steps=np.array(steps, np.int64),
        step_weight=np.array([column.weight for column in found], np.float32),
        step_cost=np.array(costs, np.float32),
        step_lines=begins,
        lines=lines,
        **made,
        **_topic(query, tables, population),
        **_money(query, work, "value" in keys, tables, population),
        **_filters(query, tables),
    )
    return Plan(keys, asked)


def _step(
    key: str, audience: Sequence[Target], made: Mapping[str, Array], works: int
) -> tuple[tuple[int, int], float]:
    """What a component is, and about how long a block of it takes, in steps of 10 ns."""
    if key in _PART_COLUMNS:
        return (PART, _PART_COLUMNS[key]), 3.0
    if key == "topic":
        return (TOPIC, 0), 10.0
    if key in ("value", "eng"):
        return (MONEY, 0), 5.0 + 5.0 * works
    if key not in GROUP_OF:
        raise ValueError(f"the engine has no column for {key}")
    place = next(at for at, target in enumerate(audience) if target.dimension == key)
    groups = made["groups"][made["terms"][place, 1] : made["terms"][place, 2]]
    dense, slots = groups[-1, 1] - groups[0, 0], groups[-1, 3] - groups[0, 2]
    return (AUDIENCE, place), 5.0 + dense + 8.0 * slots


def _lines(
    steps: Sequence[tuple[int, int]], made: Mapping[str, Array], work: Sequence[int]
) -> tuple[Array, Array]:
    """`step_lines` and `lines`."""
    found: list[int] = []
    begins = [0]
    for what, place in steps:
        columns, words, others = _read(what, place, made, work)
        found += [column * LINE for column in columns]
        for word in words:
            begin = WORDS_AT + 2 * word * BLOCK
            found += range(begin, begin + 2 * BLOCK, LINE)
        for begin in others:
            found += range(begin, begin + 8 * BLOCK, LINE)
        begins.append(len(found))
    return np.array(begins, np.int64), np.array(found, np.int64)


def _read(
    what: int, place: int, made: Mapping[str, Array], work: Sequence[int]
) -> tuple[list[int], list[int], list[int]]:
    """The columns of one byte and of two that a step reads, and where those of eight begin."""
    if what == PART:
        return [place], [], []
    if what == TOPIC:
        return [], [], [TOPICS_AT]
    if what == MONEY:
        columns = [FLAGS, RATE, CURRENCY, PER_POST] if work else [FLAGS, RATE]
        return columns, [PRICE + kind for kind in work], []
    groups = made["groups"][made["terms"][place, 1] : made["terms"][place, 2]]
    columns = [int(one) for one in made["dense"][groups[0, 0] : groups[-1, 1]]]
    slots = made["slots"][groups[0, 2] : groups[-1, 3], 1]
    if not len(slots):
        return columns, [], []
    columns += [MAIN_COUNTRY, *map(int, np.unique(slots))]
    return columns, [*range(SLOT, SLOT + SLOTS)], [BEYOND_AT, TOPICS_AT]


def _audience(targets: Sequence[Target], tables: Tables, population: Population) -> dict[str, Any]:
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
                    slots.append(
                        (tables.number(dimension, code), PRIOR + SAMPLE_OF[dimension], part)
                    )
                    loose.append((dimension, code))
            groups.append((starts[0], len(dense), starts[1], len(slots)))
            group_weight.append(weight)
        kind = DISTRIBUTION if target.kind == "distribution" else SET
        terms.append((kind, first, len(groups)))
    by_topic = priors(population, tables, loose).astype(np.float32)
    there = country_priors(population, tables, loose).astype(np.float32)
    return {
        "terms": np.array(terms, np.int64).reshape(-1, 3),
        "groups": np.array(groups, np.int64).reshape(-1, 4),
        "group_weight": np.array(group_weight, np.float32),
        "dense": np.array([column for column, _ in dense], np.int64),
        "dense_weight": np.array([weight for _, weight in dense], np.float32),
        "slots": np.array([one[:2] for one in slots], np.int64).reshape(-1, 2),
        "slot_weight": np.array([one[2] for one in slots], np.float32),
        "slot_prior": by_topic,
        "slot_there": there,
        "slot_most": np.maximum(by_topic.max(axis=1), there.max(axis=1)),
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


def _topic(query: Query, tables: Tables, population: Population) -> dict[str, Any]:
    wanted = wanted_topics(query.brief, population)
    known: dict[int, float] = {}
    for topic, weight in wanted.items():
        number = tables.topics.at(topic)
        known[number] = known.get(number, 0.0) + weight
    unknown = sum(w * population.mean_topics.get(topic, 0.0) for topic, w in wanted.items())
    return {
        "topic_bits": np.array(list(known), np.int64),
        "topic_cosine": np.array(list(known.values()), np.float32),
        "topic_unknown": float(unknown),
    }


def _money(
    query: Query,
    work: Mapping[str, int],
    by_value: bool,
    tables: Tables,
    population: Population,
) -> dict[str, Any]:
    value = population.value if query.value is None else query.value
    engagement = population.engagement if query.engagement is None else query.engagement
    value_top, value_usual = _scales(value)
    rate_top, rate_usual = _scales(engagement)
    return {
        "value_top": value_top,
        "value_usual": value_usual,
        "rate_top": rate_top,
        "rate_usual": rate_usual,
        "by_value": by_value,
        "work": np.array([WORK.index(kind) for kind in work], np.int64),
        "work_count": np.array(list(work.values()), np.float32),
        "currency": tables.currencies.at(query.currency),
    }


def _scales(of: Mapping[str | None, Scale]) -> tuple[Array, Array]:
    """log2 of the top (`NOBODY` where none was measured) and of the usual, by platform."""
    everyone = of.get(None) or Scale(0.0, MIDDLE)
    each = [of.get(platform) or everyone for platform in (*PLATFORMS, None)]
    tops = [np.log2(scale.top) if scale.top else NOBODY for scale in each]
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
        "country_list": np.flatnonzero(countries),
        "languages": tables.languages.bits(set(asked.languages)),
        "most_size": most,
        "avoid": tables.marks.bits(set(asked.avoid)) << MARK_SHIFT,
        "price_min": float(asked.price_min or 0),
        "price_max": float("inf") if asked.price_max is None else float(asked.price_max),
        "by_price": asked.price_min is not None or asked.price_max is not None,
        "filter_lines": np.array(_filter_lines(query), np.int64),
    }


def _filter_lines(query: Query) -> list[int]:
    asked, columns, found = query.conditions, [CHOSEN], list[int]()
    if asked.countries:
        columns.append(COUNTRY_OF)
    if asked.most_followers is not None:
        columns.append(SIZE)
    if asked.avoid:
        columns.append(FLAGS)
    if asked.languages:
        found += range(LANGUAGES_AT, TOPICS_AT, LINE)
    if asked.price_min is not None or asked.price_max is not None:
        columns.append(CURRENCY)
        for kind, count in query.work.items():
            begin = WORDS_AT + 2 * (PRICE + WORK.index(kind)) * BLOCK
            found += range(begin, begin + 2 * BLOCK, LINE) if count > 0 else ()
    return [column * LINE for column in columns] + found


TOPIC_PARTS = (TOPIC_FLOOR, 1 - TOPIC_FLOOR)
