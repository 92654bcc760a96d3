"""Small markets of made-up accounts, and what the formula itself says of them."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import replace

from matching import AGES, GENDERS, Brief, Cells, Population, Profile, Ranking, Target, rank
from matching.engine import Entry, Query
from matching.engine.entry import PLATFORMS, WORK, bits_of

COUNTRIES = ("SE", "NO", "DE", "FR", "US", "IT", "FI", "DK", "PL", "BR", "IN", "JP")
LANGUAGES = ("sv", "no", "de", "fr", "en", "it", "fi", "da", "pl", "pt")
CITIES = tuple(f"city {number}" for number in range(40))
TOPICS = tuple(f"topic{number:02}" for number in range(44))


def shares(rng: random.Random, codes: Sequence[str], few: int) -> dict[str, float]:
    some = rng.sample(codes, min(few, len(codes)))
    parts = [rng.expovariate(1) * (3 if place == 0 else 1) for place, _ in enumerate(some)]
    whole = sum(parts) / rng.uniform(0.7, 1)
    return {code: part / whole for code, part in zip(some, parts, strict=True)}


def entry(rng: random.Random) -> Entry:
    n = rng.choice([0, 12, 90, 600, 1000])
    audience = {
        "age_gender": Cells(shares(rng, [f"{a}:{g}" for a in AGES for g in GENDERS], 12), n),
        "country": Cells(shares(rng, COUNTRIES, 6), n),
        "language": Cells(shares(rng, LANGUAGES, 3), n),
        "interest": Cells(shares(rng, TOPICS, 8), n),
        "city": Cells(shares(rng, CITIES, 4), n),
    }
    kept = {name: cells for name, cells in audience.items() if rng.random() < 0.9}
    if rng.random() < 0.2:
        kept.pop("age_gender", None)
        kept["age"] = Cells(shares(rng, AGES, 5), n)
    engagements = rng.lognormvariate(5, 1.2)
    profile = Profile(
        id=0,
        platform=rng.choice(PLATFORMS),
        audience=kept,
        topics=dict.fromkeys(rng.sample(TOPICS, rng.randint(0, 4)), 1.0),
        language_codes=tuple(rng.sample(LANGUAGES, rng.randint(1, 2))),
        engagement_rate=rng.lognormvariate(-3, 0.5) if rng.random() < 0.5 else None,
        engagements_per_post=engagements if rng.random() < 0.9 else None,
        credibility=(rng.randint(50, 100), 100) if rng.random() < 0.7 else None,
        authenticity=(rng.randint(50, 100), 100) if rng.random() < 0.7 else None,
        conversions=rng.randint(0, 20),
        expected_conversions=rng.randint(0, 15),
        completed=(done := rng.randint(0, 8)),
        deals=done + rng.randint(0, 2),
    )
    prices = {
        work: rng.randint(10, 900) * 100 for work in rng.sample(WORK, rng.randint(0, len(WORK)))
    }
    return Entry(
        id=uuid.UUID(int=rng.getrandbits(128)),
        profile=profile,
        country=rng.choice(COUNTRIES),
        prices=prices,
        currency=rng.choice(("sek", "sek", "eur")),
        followers=int(rng.lognormvariate(9, 1.5)),
        marks=rng.sample(("alcohol", "gambling", "politics"), rng.choice([0, 0, 1])),
        chosen=rng.choice([127, 127, 127, 0b0010101, 0]),
    )


def market(size: int, seed: int = 1) -> list[Entry]:
    rng = random.Random(seed)
    return [entry(rng) for _ in range(size)]


def priced(one: Entry, query: Query) -> Profile:
    """The profile as the formula sees it for this work."""
    prices = [one.prices.get(kind) for kind in query.work]
    price = None
    if prices and None not in prices and one.currency == query.currency:
        price = sum(p * query.work[kind] for kind, p in zip(query.work, prices, strict=True))
    return replace(one.profile, id=str(one.id), price_minor=price)


def meets(one: Entry, query: Query) -> bool:
    asked = query.conditions
    price = priced(one, query).price_minor
    ranged = asked.price_min is not None or asked.price_max is not None
    return bool(
        one.chosen >> (bits_of(asked.platforms) - 1) & 1
        and (not asked.countries or one.country in asked.countries)
        and (not asked.languages or set(asked.languages) & set(one.profile.language_codes))
        and (asked.most_followers is None or one.followers <= asked.most_followers)
        and not set(asked.avoid) & set(one.marks)
        and one.id not in asked.without
        and (not ranged or price is not None)
        and (asked.price_min is None or (price or 0) >= asked.price_min)
        and (asked.price_max is None or (price or 0) <= asked.price_max)
    )


def truth(entries: Sequence[Entry], query: Query, population: Population) -> Ranking:
    """What `matching.rank` says, the conditions tried one by one."""
    if query.value is not None:
        population = replace(population, value=query.value)
    pool = [priced(one, query) for one in entries if meets(one, query)]
    return rank(query.brief, pool, population)


def brief(rng: random.Random) -> Brief:
    targets = []
    if rng.random() < 0.7:
        cells = [f"{a}:{g}" for a in AGES for g in GENDERS]
        targets.append(target(rng, "age_gender", cells, 4))
    for name, codes in (
        ("country", COUNTRIES),
        ("language", LANGUAGES),
        ("interest", TOPICS),
        ("city", CITIES),
    ):
        if rng.random() < 0.5:
            targets.append(target(rng, name, codes, 3))
    topics = dict.fromkeys(rng.sample(TOPICS, rng.randint(0, 3)), 1.0)
    return Brief(targets, topics, mode=rng.choice(("value", "value", "fit")))


def target(rng: random.Random, name: str, codes: Sequence[str], few: int) -> Target:
    if rng.random() < 0.3:
        parts = shares(rng, codes, few)
        whole = sum(parts.values())
        spread = {code: part / whole for code, part in parts.items()}
        return Target(name, spread, kind="distribution")
    some = rng.sample(codes, rng.randint(1, few))
    return Target(name, {code: rng.choice((0.5, 1.0)) for code in some})
