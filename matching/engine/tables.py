"""The codes of a market: which column, bit or number stands for which word."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from matching.population import BY_COUNTRY, Population, Scale
from matching.profiles import CITY

from .entry import Entry
from .layout import (
    CODE_BITS,
    DENSE,
    LANGUAGES,
    MAIN_TOPICS,
    MARKS,
    NUMBERED,
    ONE_BYTE,
    SAMPLED,
    TOPICS,
)


@dataclass(slots=True)
class Table:
    """Words in order of their numbers. It only grows; when full, the last number is shared."""

    words: list[str] = field(default_factory=list)
    most: int = ONE_BYTE
    places: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.places = {word: place for place, word in enumerate(self.words)}

    def add(self, words: Iterable[str]) -> bool:
        """Whether any of them was new and found room."""
        grew = False
        for word in words:
            if word not in self.places and len(self.words) < self.most:
                self.places[word] = len(self.words)
                self.words.append(word)
                grew = True
        return grew

    def at(self, word: str) -> int:
        """Its number; `most` for a word there was no room for."""
        return self.places.get(word, self.most)

    def bits(self, words: Collection[str]) -> int:
        return sum(1 << place for place in {self.at(word) for word in words})


@dataclass(slots=True)
class Tables:
    """All tables of a snapshot. Which codes are dense or have a number of their own, the
    commonest first, and the population never change within one."""

    dense: list[tuple[str, str]]
    numbered: list[tuple[str, str]]
    topics: Table
    countries: Table = field(default_factory=Table)
    currencies: Table = field(default_factory=Table)
    languages: Table = field(default_factory=lambda: Table(most=LANGUAGES))
    marks: Table = field(default_factory=lambda: Table(most=MARKS - 1))
    column_of: dict[tuple[str, str], int] = field(init=False)
    number_of: dict[tuple[str, str], int] = field(init=False)

    def __post_init__(self) -> None:
        self.column_of = {(dim, code): place for place, (dim, code) in enumerate(self.dense)}
        self.number_of = {(dim, code): place for place, (dim, code) in enumerate(self.numbered)}

    @classmethod
    def of(cls, population: Population) -> Tables:
        """Bytes of their own for the codes with the largest mean shares in the market."""
        means = {
            (dimension, code): share
            for dimension in SAMPLED
            for code, share in population.prior(None, dimension).items()
        }
        commonest = sorted(means, key=lambda key: (-means[key], key))
        # Cities are many, and each is asked for seldom.
        numbered = sorted(commonest[DENSE:], key=lambda key: key[0] == CITY)[:NUMBERED]
        topics = sorted(
            population.mean_topics, key=lambda topic: (-population.mean_topics[topic], topic)
        )
        return cls(sorted(commonest[:DENSE]), numbered, Table(topics[:TOPICS], TOPICS))

    def learn(self, entries: Iterable[Entry]) -> bool:
        """Make room for what these bring; whether anything was new."""
        grew = False
        for entry in entries:
            grew |= self.countries.add([entry.country, entry.profile.main_country or ""])
            grew |= self.currencies.add([entry.currency])
            grew |= self.languages.add(entry.profile.language_codes)
            grew |= self.marks.add(sorted(entry.marks))
            grew |= self.topics.add(sorted(entry.profile.topics))
        return grew

    def number(self, dimension: str, code: str) -> int:
        """What stands for a code in a slot. Where two share one the rerank tells them apart."""
        known = self.number_of.get((dimension, code))
        if known is not None:
            return known
        rest = (1 << CODE_BITS) - NUMBERED
        return NUMBERED + zlib.crc32(f"{dimension}\0{code}".encode()) % rest

    def as_dict(self) -> dict[str, Any]:
        names = ("topics", "countries", "currencies", "languages", "marks")
        codes = {"dense": self.dense, "numbered": self.numbered}
        return codes | {name: getattr(self, name).words for name in names}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Tables:
        return cls(
            [(dimension, code) for dimension, code in plain["dense"]],
            [(dimension, code) for dimension, code in plain["numbered"]],
            Table(list(plain["topics"]), TOPICS),
            Table(list(plain["countries"])),
            Table(list(plain["currencies"])),
            Table(list(plain["languages"]), LANGUAGES),
            Table(list(plain["marks"]), MARKS - 1),
        )


def population_as_dict(population: Population) -> dict[str, Any]:
    """For JSON, which has no keys of two parts and no key None."""

    def scales(of: Mapping[str | None, Scale]) -> list[Any]:
        return [[platform, scale.top, scale.usual] for platform, scale in of.items()]

    return {
        "shares": [[topic, dim, dict(s)] for (topic, dim), s in population.shares.items()],
        "mean_topics": dict(population.mean_topics),
        "by_country": [[c, dim, dict(s)] for (c, dim), s in population.by_country.items()],
        "kappa": dict(population.kappa),
        "near": {topic: dict(others) for topic, others in population.near.items()},
        "value": scales(population.value),
        "engagement": scales(population.engagement),
    }


def population_from_dict(plain: Mapping[str, Any]) -> Population:
    def scales(of: Iterable[Any]) -> dict[str | None, Scale]:
        return {platform: Scale(top, usual) for platform, top, usual in of}

    return Population(
        shares={(topic, dim): shares for topic, dim, shares in plain["shares"]},
        mean_topics=plain["mean_topics"],
        by_country={(country, dim): shares for country, dim, shares in plain["by_country"]},
        kappa=plain["kappa"],
        near=plain["near"],
        value=scales(plain["value"]),
        engagement=scales(plain["engagement"]),
    )


def priors(population: Population, tables: Tables, codes: Iterable[tuple[str, str]]) -> Any:
    """(codes, 64): what is usual of each code for each main topic, the last for none."""
    topics: list[str | None] = [*tables.topics.words]
    topics += [None] * (MAIN_TOPICS - len(topics))
    found = [
        [population.prior(topic, dim).get(code, 0.0) for topic in topics] for dim, code in codes
    ]
    return np.array(found, dtype=np.float64).reshape(-1, MAIN_TOPICS)


def country_priors(population: Population, tables: Tables, codes: Sequence[tuple[str, str]]) -> Any:
    """(codes, 256): what is usual of each where most of an audience lives; -1: go by the topic."""
    found = np.full((len(codes), ONE_BYTE + 1), -1.0)
    for at, (dimension, code) in enumerate(codes):
        if dimension not in BY_COUNTRY:
            continue
        for place, country in enumerate(tables.countries.words):
            there = population.by_country.get((country, dimension))
            if there is not None:
                found[at, place] = there.get(code, 0.0)
    return found
