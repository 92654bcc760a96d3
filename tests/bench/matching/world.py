"""A large market drawn from what public profile lists look like, in arrays and in chunks.

log10 of followers has mean 4.26 and standard deviation 0.76; an audience sits around its
creator's home country, topic, age and gender; a third of the samples are small; prices
follow followers, are round, and are named for some types of work only. Any chunk can be
made again from its number, so ten millions never stand in memory at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching import AGES, GENDERS
from matching.engine.layout import SAMPLED
from matching.topics import GROUPS

Array = NDArray[Any]
CHUNK = 1 << 16

COUNTRIES = (
    *("US", "BR", "IN", "GB", "DE", "FR", "IT", "ES", "MX", "ID", "SE", "PL", "NL", "TR", "CA"),
    *("AU", "JP", "KR", "AR", "NO", "DK", "FI", "PT", "BE", "AT", "CH", "IE", "CZ", "GR", "ZA"),
)
LANGUAGE_OF = (
    *("en", "pt", "hi", "en", "de", "fr", "it", "es", "es", "id", "sv", "pl", "nl", "tr", "en"),
    *("en", "ja", "ko", "es", "no", "da", "fi", "pt", "nl", "de", "de", "en", "cs", "el", "en"),
)
LANGUAGES = tuple(dict.fromkeys(LANGUAGE_OF))
CITIES_EACH = 20
CITIES = tuple(f"{country} city {n}" for country in COUNTRIES for n in range(CITIES_EACH))
TOPICS = tuple(sorted(topic for group in GROUPS.values() for topic in group))
CELLS = tuple(f"{age}:{gender}" for age in AGES for gender in GENDERS)
CODES: Mapping[str, tuple[str, ...]] = {
    "age_gender": CELLS,
    "country": COUNTRIES,
    "language": LANGUAGES,
    "interest": TOPICS,
    "city": CITIES,
}
CURRENCY = "eur"
MARKS = ("alcohol", "gambling", "politics")


@dataclass(slots=True)
class World:
    """Accounts as arrays; a dimension is codes (rows, m) and their shares, -1 for no code."""

    ids: Array
    codes: dict[str, Array]
    shares: dict[str, Array]
    n: Array
    topics: Array
    languages: Array
    platform: Array
    country: Array
    chosen: Array
    followers: Array
    per_post: Array
    credibility: Array
    authenticity: Array
    sales: Array
    deals: Array
    prices: Array
    is_local: Array
    marks: Array

    def __len__(self) -> int:
        return len(self.country)

    def take(self, rows: Any) -> World:
        made: dict[str, Any] = {}
        for one in fields(self):
            part = getattr(self, one.name)
            made[one.name] = (
                {key: some[rows] for key, some in part.items()}
                if isinstance(part, dict)
                else part[rows]
            )
        return World(**made)

    @classmethod
    def joined(cls, parts: list[World]) -> World:
        made: dict[str, Any] = {}
        for one in fields(cls):
            each = [getattr(part, one.name) for part in parts]
            made[one.name] = (
                {key: np.concatenate([some[key] for some in each]) for key in each[0]}
                if isinstance(each[0], dict)
                else np.concatenate(each)
            )
        return cls(**made)


def zipf(size: int, power: float) -> Array:
    weights = np.arange(1, size + 1) ** -power
    return weights / weights.sum()


def spread(rng: np.random.Generator, rows: int, few: int, first: Array, fall: float) -> Array:
    """(rows, few) shares: `first` for the first, the others falling, all summing below 1."""
    rest = rng.gamma(1.0, 1.0, (rows, few - 1)) * fall ** np.arange(few - 1)
    rest *= ((1 - first) * rng.uniform(0.6, 0.98, rows) / rest.sum(axis=1))[:, None]
    return np.concatenate([first[:, None], rest], axis=1)


def others(rng: np.random.Generator, rows: int, few: int, weights: Array, first: Array) -> Array:
    """(rows, few) codes, the first given and no code twice (-1 in place of a second one)."""
    drawn = rng.choice(len(weights), (rows, few - 1), p=weights)
    codes = np.concatenate([first[:, None], drawn], axis=1).astype(np.int16)
    for place in range(1, few):
        twice = (codes[:, :place] == codes[:, place : place + 1]).any(axis=1)
        codes[twice, place] = -1
    return codes


def chunk(number: int, rows: int = CHUNK, seed: int = 1) -> World:
    rng = np.random.default_rng((seed, number))
    home = rng.choice(len(COUNTRIES), rows, p=zipf(len(COUNTRIES), 0.9))
    topics = others(
        rng,
        rows,
        3,
        zipf(len(TOPICS), 0.6),
        rng.choice(len(TOPICS), rows, p=zipf(len(TOPICS), 0.6)),
    )
    topics[rng.random(rows) < 0.4, 2] = -1
    topics[rng.random(rows) < 0.03] = -1
    codes, shares = _audience(rng, rows, home, topics[:, 0])
    n = np.where(rng.random(rows) < 0.33, rng.uniform(10, 150, rows), rng.uniform(200, 6e3, rows))
    n = np.minimum(n, 1_000)[:, None] * np.ones((1, len(SAMPLED)))
    n[rng.random(rows) < 0.08] = 0
    n[rng.random(rows) < 0.4, SAMPLED.index("city")] = 0
    n[rng.random(rows) < 0.3, SAMPLED.index("interest")] = 0
    followers = 10 ** rng.normal(4.26, 0.76, rows)
    rate = rng.lognormal(-3.3, 0.6, rows) * (followers / 2e4) ** -0.15
    base = followers**0.8 * rng.lognormal(1.6, 0.6, rows)
    prices = base[:, None] * rng.lognormal(0, 0.3, (rows, 8)) * (0.4 + 0.2 * np.arange(8))
    size = 10 ** np.floor(np.log10(np.maximum(prices, 100)) - 1)
    prices = (np.rint(prices / size) * size).astype(np.int64)
    prices[rng.random((rows, 8)) < [0.2, 0.3, 0.25, 0.5, 0.5, 0.8, 0.7, 0.9]] = 0
    sales = rng.poisson(1.2, (rows, 2)) * (rng.random(rows) < 0.4)[:, None]
    done = rng.poisson(1.5, rows)
    languages = np.stack([LANGUAGE_INDEX[home], np.full(rows, LANGUAGES.index("en"))], axis=1)
    languages[(rng.random(rows) < 0.6) | (languages[:, 0] == languages[:, 1]), 1] = -1
    return World(
        ids=rng.integers(0, 1 << 63, (rows, 2), dtype=np.uint64) * np.uint64(2) + np.uint64(1),
        codes=codes,
        shares=shares,
        n=n,
        topics=topics,
        languages=languages.astype(np.int8),
        platform=rng.choice(3, rows, p=(0.45, 0.35, 0.2)).astype(np.uint8),
        country=home.astype(np.uint8),
        chosen=rng.choice((127, 0b1010101, 0b0101010, 0), rows, p=(0.8, 0.08, 0.08, 0.04)).astype(
            np.uint8
        ),
        followers=followers.astype(np.int64),
        per_post=np.where(rng.random(rows) < 0.05, np.nan, followers * rate),
        credibility=_part(rng, rows, 14, 4),
        authenticity=_part(rng, rows, 12, 3),
        sales=sales,
        deals=np.stack([done, done + rng.binomial(2, 0.1, rows)], axis=1),
        prices=prices,
        is_local=rng.random(rows) < 0.9,
        marks=np.where(rng.random(rows) < 0.1, rng.integers(1, 4, rows), 0).astype(np.uint8),
    )


LANGUAGE_INDEX = np.array([LANGUAGES.index(one) for one in LANGUAGE_OF])


def _part(rng: np.random.Generator, rows: int, good: float, bad: float) -> Array:
    """(rows, 2): how many of how many are real; nobody was looked at in one of four."""
    sampled = np.where(rng.random(rows) < 0.25, 0, rng.integers(20, 200, rows))
    return np.stack([rng.binomial(sampled, rng.beta(good, bad, rows)), sampled], axis=1)


def _audience(
    rng: np.random.Generator, rows: int, home: Array, main: Array
) -> tuple[dict[str, Array], dict[str, Array]]:
    main = np.where(main < 0, rng.integers(0, len(TOPICS), rows), main)
    at_home = rng.beta(6, 3, rows)
    country = others(rng, rows, 7, zipf(len(COUNTRIES), 0.9), home)
    country_share = spread(rng, rows, 7, at_home, 0.75)
    language = np.stack(
        [
            LANGUAGE_INDEX[home],
            np.full(rows, LANGUAGES.index("en")),
            rng.integers(0, len(LANGUAGES), rows),
        ],
        axis=1,
    ).astype(np.int16)
    language[language[:, 1] == language[:, 0], 1] = -1
    language[(language[:, :2] == language[:, 2:]).any(axis=1), 2] = -1
    language_share = spread(rng, rows, 3, np.minimum(at_home * 1.1, 0.97), 0.5)
    interest = others(rng, rows, 10, zipf(len(TOPICS), 0.6), main)
    city = (
        home[:, None] * CITIES_EACH
        + np.argsort(rng.exponential(1, (rows, CITIES_EACH)) / zipf(CITIES_EACH, 1.0), axis=1)[
            :, :6
        ]
    )
    codes = {
        "age_gender": np.broadcast_to(np.arange(21, dtype=np.int16), (rows, 21)),
        "country": country,
        "language": language,
        "interest": interest,
        "city": city.astype(np.int16),
    }
    shares = {
        "age_gender": _age_gender(rng, rows, main),
        "country": country_share,
        "language": language_share,
        "interest": spread(rng, rows, 10, rng.beta(3, 6, rows), 0.85),
        "city": at_home[:, None] * spread(rng, rows, 6, rng.beta(2, 6, rows), 0.7),
    }
    return codes, {name: some.astype(np.float32) for name, some in shares.items()}


def _age_gender(rng: np.random.Generator, rows: int, main: Array) -> Array:
    middle = 1.2 + 2.2 * ((main * 7) % len(TOPICS)) / len(TOPICS) + rng.normal(0, 0.5, rows)
    ages = np.exp(-((np.arange(7) - middle[:, None]) ** 2) / (2 * 1.1**2))
    ages *= rng.gamma(8, 1 / 8, (rows, 7))
    women = np.clip(
        ((main * 13) % len(TOPICS)) / len(TOPICS) + rng.normal(0, 0.18, rows), 0.03, 0.96
    )
    neither = rng.beta(1, 60, rows)
    sides = np.stack([women * (1 - neither), (1 - women) * (1 - neither), neither], axis=1)
    return (ages / ages.sum(axis=1, keepdims=True))[:, :, None].repeat(3, axis=2).reshape(
        rows, 21
    ) * np.tile(sides, (1, 7))


def chunks(rows: int, seed: int = 1) -> Iterator[World]:
    for number, first in enumerate(range(0, rows, CHUNK)):
        yield chunk(number, min(CHUNK, rows - first), seed)
