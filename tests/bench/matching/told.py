"""The bench's world as the engine takes it, and as the formula does."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching import Cells, Population, Profile
from matching.engine import Entry
from matching.engine.encode import Facts
from matching.engine.entry import PLATFORMS, WORK
from matching.engine.layout import COMMON, MARKED, NO_TOPIC, SAMPLED, SHARED, SLOTS, TOPIC_BITS
from matching.engine.tables import Tables
from matching.population import BY_COUNTRY
from tests.bench.matching.world import (
    CODES,
    COUNTRIES,
    CURRENCY,
    LANGUAGES,
    MARKS,
    TOPICS,
    World,
    chunk,
)

Array = NDArray[Any]


def entries(world: World) -> list[Entry]:
    return [_entry(world, row) for row in range(len(world))]


def _entry(world: World, row: int) -> Entry:
    audience = {}
    for place, name in enumerate(SAMPLED):
        if world.n[row, place] > 0:
            pairs = zip(world.codes[name][row], world.shares[name][row], strict=True)
            shares = {CODES[name][code]: float(share) for code, share in pairs if code >= 0}
            audience[name] = Cells(shares, float(world.n[row, place]))
    per_post = float(world.per_post[row])
    profile = Profile(
        id=row,
        platform=PLATFORMS[world.platform[row]],
        audience=audience,
        topics={TOPICS[topic]: 1.0 for topic in world.topics[row] if topic >= 0},
        language_codes=tuple(LANGUAGES[one] for one in world.languages[row] if one >= 0),
        engagements_per_post=None if np.isnan(per_post) else per_post,
        credibility=_pair(world.credibility[row]),
        authenticity=_pair(world.authenticity[row]),
        conversions=int(world.sales[row, 0]),
        expected_conversions=int(world.sales[row, 1]),
        completed=int(world.deals[row, 0]),
        deals=int(world.deals[row, 1]),
    )
    high, low = world.ids[row].tolist()
    return Entry(
        id=uuid.UUID(int=high << 64 | low),
        profile=profile,
        chosen=int(world.chosen[row]),
        country=COUNTRIES[world.country[row]],
        prices={kind: int(p) for kind, p in zip(WORK, world.prices[row], strict=True) if p},
        currency=CURRENCY if world.is_local[row] else "usd",
        followers=int(world.followers[row]),
        marks=MARKS[world.marks[row] - 1 : world.marks[row]] if world.marks[row] else (),
    )


def _pair(counts: Array) -> tuple[int, int] | None:
    return (int(counts[0]), int(counts[1])) if counts[1] else None


def market(seed: int = 1, rows: int = 8_000) -> tuple[Population, Tables]:
    """Priors and scales from some thousands of accounts, and tables with room for all."""
    some = entries(chunk(1 << 20, rows, seed))
    population = Population.of(one.profile for one in some)
    tables = Tables.of(population)
    tables.countries.add(COUNTRIES)
    tables.currencies.add((CURRENCY, "usd"))
    tables.languages.add(LANGUAGES)
    tables.marks.add(MARKS)
    tables.topics.add(TOPICS)
    return population, tables


def shrunk(part: Array) -> Array:
    return (part[:, 0] + 18.0) / (part[:, 1] + 20.0)


def facts(world: World, tables: Tables, population: Population) -> Facts:
    """As `matching.engine.encode.facts_of`, for all rows at once."""
    made = Facts.empty(len(world))
    made.ids[:] = world.ids
    made.prior[:] = 1.0
    genuine = shrunk(world.credibility) * shrunk(world.authenticity)
    made.auth[:] = np.clip(genuine, 0.01, 1)
    made.perf[:] = np.clip((world.sales[:, 0] + 4) / (world.sales[:, 1] + 4) / 2.5, 0.01, 1)
    made.rel[:] = (world.deals[:, 0] + 9) / (world.deals[:, 1] + 10)
    made.per_post[:] = world.per_post * genuine
    made.rate[:] = np.nan
    made.prices[:] = world.prices
    made.followers[:] = world.followers
    made.chosen[:] = world.chosen
    made.platform[:] = world.platform
    made.marks[:] = np.where(world.marks, 1 << np.maximum(world.marks, 1) - 1, 0)
    numbers = _numbers(tables.countries.places, COUNTRIES)
    made.country[:] = numbers[world.country]
    place = kinds(world, BY_COUNTRY[0])[0] - len(TOPICS) - 1
    made.main_country[:] = np.where(
        place < 0, tables.countries.at(""), numbers[np.maximum(place, 0)]
    )
    eur, usd = tables.currencies.at(CURRENCY), tables.currencies.at("usd")
    made.currency[:] = np.where(world.is_local, eur, usd)
    bits = 1 << _numbers(tables.languages.places, LANGUAGES)
    made.languages[:] = np.where(world.languages >= 0, bits[world.languages], 0).sum(axis=1)
    topic = _numbers(tables.topics.places, TOPICS)
    # The main topic is the first by name, as all weigh the same.
    main = np.sort(np.where(world.topics >= 0, world.topics, len(TOPICS)), axis=1)[:, 0]
    bits = np.uint64(1) << (topic + TOPIC_BITS).astype(np.uint64)
    each = np.where(world.topics >= 0, bits[world.topics], np.uint64(0))
    made.topics[:] = np.append(topic, NO_TOPIC)[main]
    made.topics |= np.bitwise_or.reduce(each, axis=1)
    _shares(made, world, tables, population)
    return made


def _numbers(places: Mapping[str, int], words: tuple[str, ...]) -> Array:
    return np.array([places[word] for word in words])


def kinds(world: World, name: str) -> tuple[Array, list[tuple[str | None, str | None]]]:
    """Which prior each row has, and what each of them is of: a main topic, or a country."""
    main = np.sort(np.where(world.topics >= 0, world.topics, len(TOPICS)), axis=1)[:, 0]
    topics: list[tuple[str | None, str | None]] = [(topic, None) for topic in (*TOPICS, None)]
    if name not in BY_COUNTRY:
        return main.astype(np.intp), topics
    shares = np.where(world.codes["country"] >= 0, world.shares["country"], -1)
    where = np.take_along_axis(world.codes["country"], shares.argmax(axis=1)[:, None], axis=1)[:, 0]
    known = world.n[:, SAMPLED.index("country")] > 0
    place = np.where(known, len(topics) + where, main)
    return place.astype(np.intp), [*topics, *((None, country) for country in COUNTRIES)]


def usual(world: World, name: str, population: Population) -> Array:
    """(kinds, codes): every prior there is."""
    _, of = kinds(world, name)
    each = [population.prior(topic, name, country) for topic, country in of]
    return np.array([[prior.get(code, 0.0) for code in CODES[name]] for prior in each])


def believed(world: World, name: str, population: Population) -> Array:
    n = world.n[:, SAMPLED.index(name)]
    return n / (n + population.strength(name))


def _shares(made: Facts, world: World, tables: Tables, population: Population) -> None:
    rows = np.arange(len(world))
    loose_codes, loose_shares = [], []
    for place, name in enumerate(SAMPLED):
        part = believed(world, name, population)
        column = np.array([tables.column_of.get((name, code), -1) for code in CODES[name]])
        hashed = np.array([tables.number(name, code) for code in CODES[name]])
        if name in BY_COUNTRY:
            whole = posterior(world, name, population)
            made.seen[:, column[column >= 0]] += whole[:, column >= 0]
        made.prior[:, place] = 1 - part
        codes = world.codes[name]
        share = np.where(codes >= 0, part[:, None] * world.shares[name], 0)
        here = column[codes] >= 0
        for at in range(0 if name in BY_COUNTRY else codes.shape[1]):
            some = here[:, at]
            made.seen[rows[some], column[codes[some, at]]] += share[some, at]
        loose_codes.append(np.where(here, 0, hashed[codes]))
        loose_shares.append(np.where(here, 0, share))
    codes, shares = np.concatenate(loose_codes, axis=1), np.concatenate(loose_shares, axis=1)
    order = np.argsort(codes, axis=1, kind="stable")
    codes = np.take_along_axis(codes, order, axis=1)
    shares = np.take_along_axis(shares, order, axis=1)
    for at in range(1, codes.shape[1]):
        same = codes[:, at] == codes[:, at - 1]
        shares[:, at] += np.where(same, shares[:, at - 1], 0)
        shares[same, at - 1] = 0
    order = np.argsort(-shares, axis=1, kind="stable")
    codes = np.take_along_axis(codes, order, axis=1)
    shares = np.take_along_axis(shares, order, axis=1)
    made.slot_share[:] = shares[:, :SLOTS]
    made.slot_code[:] = np.where(made.slot_share > 0, codes[:, :SLOTS], 0)
    marks = np.where(codes < COMMON, codes % MARKED, MARKED + codes % SHARED)
    bits = np.where(shares > 0, np.uint64(1) << marks.astype(np.uint64), np.uint64(0))
    made.beyond[:] = np.bitwise_or.reduce(bits[:, SLOTS:], axis=1)


def posterior(world: World, name: str, population: Population) -> Array:
    """(rows, codes)."""
    part = believed(world, name, population)
    place, _ = kinds(world, name)
    whole = ((1 - part)[:, None] * usual(world, name, population)[place]).astype(np.float32)
    rows = np.arange(len(world))
    for at in range(world.codes[name].shape[1]):
        code = world.codes[name][:, at]
        some = code >= 0
        whole[rows[some], code[some]] += part[some] * world.shares[name][some, at]
    return whole
