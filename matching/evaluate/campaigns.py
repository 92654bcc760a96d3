"""What brands ask for in a simulated market, and what would truly come of each creator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.profiles import AGES, GENDERS, Brief, Target

from .market import (
    CITIES,
    CODES,
    COUNTRIES,
    LANDS,
    LANGUAGES,
    PEOPLE,
    TOPICS,
    TOWNS,
    Floats,
    Market,
)

#: The least a wrong topic does: some buy boots from whoever shows them.
TOPIC_FLOOR = 0.05
#: Sales a dollar of an average creator for a campaign anyone would buy from.
RATE = 0.02


@dataclass(frozen=True, slots=True)
class Campaign:
    """A brief and its truth, an entry a creator: `sales` a dollar, and `fit` without money."""

    brief: Brief
    sales: Floats
    fit: Floats


def campaigns(market: Market, count: int) -> list[Campaign]:
    return [_campaign(market) for _ in range(count)]


def target_shares(market: Market, target: Target, shares: Mapping[str, Floats]) -> Floats:
    """How much of each audience a target wants; of a distribution, how much of it overlaps."""
    wanted = np.array([target.wanted.get(code, 0.0) for code in CODES[target.dimension]])
    of = shares[target.dimension]
    if target.kind == "set":
        return of @ (wanted / wanted.max())
    return np.minimum(of, wanted / wanted.sum()).sum(axis=1)


def topic_weights(brief: Brief) -> Floats:
    return np.array([brief.topics.get(topic, 0.0) for topic in TOPICS])


def _campaign(market: Market) -> Campaign:
    random = market.random
    main = int(random.choice(len(TOPICS), p=market.topics.mean(axis=0)))
    topics = {TOPICS[main]: 1.0}
    for other in random.choice(len(TOPICS), random.integers(0, 3), replace=False):
        topics.setdefault(TOPICS[other], round(random.uniform(0.2, 0.7), 1))
    land = int(random.choice(len(COUNTRIES), p=market.shares["country"].mean(axis=0)))
    asks = market.world.asks
    targets = []
    if random.random() < 0.85:
        targets.append(_people(market, main, asks))
    if random.random() < (0.5 if asks == "city" else 0.9):
        targets.append(_countries(market, land, asks))
    if asks == "city" or random.random() < 0.1:
        targets.append(_cities(market, land))
    if asks == "language" or random.random() < 0.2:
        targets.append(_languages(market, land))
    if random.random() < 0.2:
        targets.append(Target("interest", dict.fromkeys(topics, 1.0)))
    brief = Brief(targets, topics)
    return Campaign(brief, *_truth(market, brief))


def _people(market: Market, topic: int, asks: str) -> Target:
    random = market.random
    buyers = market.shares["age_gender"].T @ market.topics[:, topic]
    buyers = buyers * random.lognormal(0, 0.5, len(buyers))
    if asks == "distribution":
        wanted = np.where(buyers >= np.sort(buyers)[-8], buyers, 0)
        return Target("age_gender", _shares(PEOPLE, wanted), "distribution")
    best = PEOPLE[int(buyers.argmax())].split(":")
    beside = int(AGES.index(best[0]) + random.integers(-1, 2))
    ages = {best[0], AGES[min(max(0, beside), len(AGES) - 1)]}
    genders = {best[1]} if random.random() < 0.6 else set(GENDERS[:2])
    return Target("age_gender", {f"{a}:{g}": 1.0 for a in sorted(ages) for g in sorted(genders)})


def _countries(market: Market, land: int, asks: str) -> Target:
    random = market.random
    codes = [COUNTRIES[land]]
    same = [c for c in COUNTRIES if LANDS[c][1] == LANDS[codes[0]][1] and c != codes[0]]
    if asks == "distribution":
        codes += [c for c in random.permutation(COUNTRIES)[:3].tolist() if c != codes[0]]
        return Target(
            "country", _shares(codes, random.dirichlet(np.full(len(codes), 4))), "distribution"
        )
    wanted = {codes[0]: 1.0}
    if same and random.random() < 0.5:
        wanted[str(random.choice(same))] = 0.5
    return Target("country", wanted)


def _cities(market: Market, land: int) -> Target:
    count = market.random.integers(1, 3)
    return Target("city", dict.fromkeys(CITIES[land * TOWNS : land * TOWNS + count], 1.0))


def _languages(market: Market, land: int) -> Target:
    language = LANDS[COUNTRIES[land]][1]
    return Target("language", {language if market.random.random() < 0.7 else LANGUAGES[0]: 1.0})


def _shares(codes: tuple[str, ...] | list[str], wanted: Floats) -> dict[str, float]:
    wanted = wanted / wanted.sum()
    return {code: float(part) for code, part in zip(codes, wanted, strict=True) if part > 0}


def _truth(market: Market, brief: Brief) -> tuple[Floats, Floats]:
    parts = {one.dimension: target_shares(market, one, market.shares) for one in brief.targets}
    if "city" in parts:
        # Who lives in the town lives in its country.
        parts.pop("country", None)
    topic = TOPIC_FLOOR + (1 - TOPIC_FLOOR) * _moved(market, brief)
    if market.world.truth == "substitutes":
        fit = np.mean([topic, *parts.values()], axis=0)
    else:
        fit = topic * _joint(market, parts)
    works = market.engaged * market.persuasion * market.keeps
    return RATE * works * fit / market.price, fit


def _moved(market: Market, brief: Brief) -> Floats:
    """How much each creator's topics move buyers of these."""
    wanted = topic_weights(brief)
    own = market.topics
    length = np.linalg.norm(wanted) * np.linalg.norm(own, axis=1)
    return np.minimum(1, own @ (market.alike @ wanted) / length)


def _joint(market: Market, parts: dict[str, Floats]) -> Floats:
    """People who are all that is wanted; in a mixed audience, age goes with country."""
    joint = np.prod(list(parts.values()), axis=0) if parts else np.ones(market.size)
    place = parts.get("country", parts.get("city"))
    people = parts.get("age_gender")
    if not market.world.mixed or place is None or people is None:
        return joint
    spread = np.sqrt(people * (1 - people) * place * (1 - place))
    both = (
        people * place + market.world.mixed * market.random.uniform(-0.4, 0.4, market.size) * spread
    )
    low, high = np.maximum(0.02 * people * place, people + place - 1), np.minimum(people, place)
    return joint / (people * place) * np.clip(both, low, high)
