"""From entries to columns: first plain numbers (`Facts`), then the bytes they are kept as."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.population import BY_COUNTRY, Population
from matching.profiles import Brief, Profile
from matching.score import columns

from . import coding
from .entry import PLATFORMS, WORK, Entry
from .layout import (
    AUTH,
    CHOSEN,
    COUNTRY_OF,
    CURRENCY,
    DENSE,
    FLAGS,
    LEVEL_BITS,
    MAIN_COUNTRY,
    MARK_SHIFT,
    NO_PLATFORM,
    NO_TOPIC,
    PER_POST,
    PERF,
    PRICE,
    PRIOR,
    RATE,
    REL,
    SAMPLED,
    SIZE,
    SLOT,
    SLOTS,
    TOPIC_BITS,
    Columns,
)
from .numbers import mark_of
from .tables import Tables, priors

Array = NDArray[Any]

#: Components that no brief changes, as the formula itself works them out.
PARTS = ("auth", "perf", "rel")
_PARTS = Brief(component_weights=dict.fromkeys(PARTS, 1.0))


@dataclass(slots=True)
class Facts:
    """What is known of some accounts, as arrays with a row each.

    ids (rows, 2). seen (rows, DENSE) and slot_share (rows, SLOTS): shares observed times how
    much of the posterior they make up; the posterior itself in `seen` of what goes by country.
    beyond: cells of codes that found no slot. prior (rows, 5): what the prior makes up, by
    `SAMPLED`. per_post and rate count genuine engagements, nan where
    not known. prices (rows, 8), 0 not known.
    """

    ids: Array
    seen: Array
    slot_code: Array
    slot_share: Array
    beyond: Array
    prior: Array
    topics: Array
    auth: Array
    perf: Array
    rel: Array
    per_post: Array
    rate: Array
    prices: Array
    currency: Array
    country: Array
    main_country: Array
    languages: Array
    chosen: Array
    platform: Array
    marks: Array
    followers: Array

    @classmethod
    def empty(cls, rows: int) -> Facts:
        wide = {
            "ids": (2, np.uint64),
            "seen": (DENSE, np.float32),
            "slot_code": (SLOTS, np.uint16),
            "slot_share": (SLOTS, np.float32),
            "prior": (len(SAMPLED), np.float32),
            "prices": (len(WORK), np.int64),
        }
        whole = {
            **dict.fromkeys(("topics", "beyond"), np.uint64),
            **dict.fromkeys(("auth", "perf", "rel", "per_post", "rate"), np.float64),
            "followers": np.int64,
            "languages": np.uint32,
        }
        made: dict[str, Array] = {}
        for one in fields(cls):
            if one.name in wide:
                width, kind = wide[one.name]
                made[one.name] = np.zeros((rows, width), kind)
            else:
                made[one.name] = np.zeros(rows, whole.get(one.name, np.uint8))
        return cls(**made)

    def __len__(self) -> int:
        return len(self.chosen)

    def take(self, rows: Any) -> Facts:
        return Facts(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})


def facts_of(entries: Sequence[Entry], tables: Tables, population: Population) -> Facts:
    facts = Facts.empty(len(entries))
    for row, entry in enumerate(entries):
        _account(facts, row, entry, tables)
        _audience(facts, row, entry.profile, tables, population)
    for column in columns(_PARTS, [entry.profile for entry in entries], population):
        if column.key in PARTS:
            getattr(facts, column.key)[:] = column.values
    return facts


def _account(facts: Facts, row: int, entry: Entry, tables: Tables) -> None:
    profile = entry.profile
    number = entry.id.int
    facts.ids[row, :] = (number >> 64, number & (1 << 64) - 1)
    facts.topics[row] = topics_of(profile.topics, tables)
    per_post = profile.engagements_per_post
    facts.per_post[row] = np.nan if per_post is None else per_post * profile.genuine
    rate = profile.genuine_rate
    facts.rate[row] = np.nan if rate is None else rate
    facts.prices[row] = [entry.prices.get(work, 0) for work in WORK]
    facts.currency[row] = tables.currencies.at(entry.currency)
    facts.country[row] = tables.countries.at(entry.country)
    facts.main_country[row] = tables.countries.at(profile.main_country or "")
    facts.languages[row] = tables.languages.bits(profile.language_codes)
    facts.chosen[row] = entry.chosen
    known = profile.platform in PLATFORMS
    facts.platform[row] = PLATFORMS.index(profile.platform) if known else NO_PLATFORM
    facts.marks[row] = tables.marks.bits(entry.marks)
    facts.followers[row] = entry.followers


def topics_of(topics: Mapping[str, float], tables: Tables) -> int:
    """A bit for each, above the number of the main one; `NO_TOPIC` where there is none."""
    known = [topic for topic, weight in topics.items() if weight > 0]
    if not known:
        return NO_TOPIC
    main = tables.topics.at(min(known, key=lambda topic: (-topics[topic], topic)))
    return tables.topics.bits(known) << TOPIC_BITS | main


def _audience(
    facts: Facts, row: int, profile: Profile, tables: Tables, population: Population
) -> None:
    loose: dict[int, float] = {}
    column_of = tables.column_of
    for place, dimension in enumerate(SAMPLED):
        shares, facts.prior[row, place] = _parts(profile, dimension, population)
        for code, share in shares.items():
            if share > 0 and (dimension, code) not in column_of:
                number = tables.number(dimension, code)
                loose[number] = loose.get(number, 0.0) + share
        whole = population.posterior(profile, dimension) if dimension in BY_COUNTRY else shares
        for code, share in whole.items():
            if (column := column_of.get((dimension, code))) is not None:
                facts.seen[row, column] += share
    largest = sorted(loose.items(), key=lambda one: (-one[1], one[0]))
    for slot, (number, share) in enumerate(largest[:SLOTS]):
        facts.slot_code[row, slot] = number
        facts.slot_share[row, slot] = share
    facts.beyond[row] = sum(1 << bit for bit in {mark_of(code) for code, _ in largest[SLOTS:]})


def _parts(
    profile: Profile, dimension: str, population: Population
) -> tuple[Mapping[str, float], float]:
    """Shares, each as much as it makes up of the posterior, and the part left to the prior."""
    cells = population.observed(profile, dimension)
    if cells is None:
        return {}, 1.0
    believed = population.believed(cells, dimension)
    return {code: believed * share for code, share in cells.shares.items()}, 1 - believed


class Encoder:
    """Facts to columns, with the market's priors mixed in."""

    def __init__(self, tables: Tables, population: Population) -> None:
        # (main topics, dense codes) and where each code's sample size stands.
        self.usual = priors(population, tables, tables.dense).T.astype(np.float32)
        self.sample = np.array([SAMPLED.index(dim) for dim, _ in tables.dense], dtype=np.intp)
        self.dense = len(tables.dense)
        # Of what goes by country the prior is mixed in already.
        self.usual[:, [dim in BY_COUNTRY for dim, _ in tables.dense]] = 0.0

    def columns(self, facts: Facts) -> Columns:
        made = Columns.empty(len(facts))
        posterior = (
            facts.seen[:, : self.dense]
            + facts.prior[:, self.sample] * self.usual[facts.topics & np.uint64(NO_TOPIC)]
        )
        made.bytes[: self.dense] = coding.share_codes(posterior).T
        made.bytes[PRIOR : PRIOR + len(SAMPLED)] = coding.prior_codes(facts.prior).T
        for column, part in ((AUTH, facts.auth), (PERF, facts.perf), (REL, facts.rel)):
            made.bytes[column] = coding.PART.code(part)
        made.bytes[PER_POST] = coding.PER_POST.code(facts.per_post)
        made.bytes[RATE] = coding.RATE.code(facts.rate)
        made.bytes[CHOSEN] = facts.chosen
        made.bytes[FLAGS] = facts.platform | facts.marks << MARK_SHIFT
        made.bytes[SIZE] = coding.size_codes(facts.followers)
        made.bytes[CURRENCY] = facts.currency
        made.bytes[COUNTRY_OF] = facts.country
        made.bytes[MAIN_COUNTRY] = facts.main_country
        made.words[PRICE : PRICE + len(WORK)] = coding.price_codes(facts.prices).T
        levels = coding.level_codes(facts.slot_share)
        made.words[SLOT : SLOT + SLOTS] = (facts.slot_code << LEVEL_BITS | levels).T
        made.languages[:] = facts.languages
        made.topics[:] = facts.topics
        made.beyond[:] = facts.beyond
        made.ids[:] = facts.ids.T
        return made


def batches(entries: Iterable[Entry], size: int = 8192) -> Iterable[list[Entry]]:
    batch: list[Entry] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
