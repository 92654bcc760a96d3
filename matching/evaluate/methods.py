"""What a ranking is held against: each takes a market and gives scores for a campaign.

All see what a marketplace knows, except `oracle`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from matching.profiles import FRESH_DAYS, MOST_N, Brief, Target

from .campaigns import Campaign, target_shares, topic_weights
from .market import CODES, COUNTRIES, LANDS, LANGUAGES, PLATFORMS, TOPICS, Floats, Market

Bools = NDArray[np.bool_]
Method = Callable[[Campaign], Floats]
#: Creators hired in a past campaign, and the shape of what collaborative filtering learns.
CHOSEN, FACTORS, ROUNDS = 40, 16, 4


def baselines(market: Market, past: list[Campaign]) -> dict[str, Method]:
    """Every method by name, but the formula as it is. `past` are campaigns that ended before."""
    noise = np.random.default_rng(market.size)
    shares, genuine = posterior(market), _genuine(market)
    return {
        "random": lambda _: noise.random(market.size),
        "followers": lambda _: market.followers,
        "engagement_rate": lambda _: market.engagements / market.followers,
        "bm25": _bm25(market),
        "embedding": _embedding(market),
        "expected_reach": lambda one: market.engagements * genuine * _shares(market, shares, one),
        "audience_only": lambda one: _shares(market, shares, one),
        "als": _als(market, past),
        "published": published(market, shares),
        "oracle": lambda one: one.sales,
    }


def _genuine(market: Market) -> Floats:
    real, genuine = ((one[:, 0] + 18) / (one[:, 1] + 20) for one in _checks(market))
    return real * genuine


def _checks(market: Market) -> tuple[Floats, Floats]:
    return market.credibility.astype(float), market.authenticity.astype(float)


def posterior(market: Market) -> dict[str, Floats]:
    """Shares drawn towards the main topic's usual, by the first published default."""
    main = np.where(market.declared.any(axis=1), market.declared.argmax(axis=1), len(TOPICS))
    age = 0.5 ** np.maximum(0, (market.days - FRESH_DAYS) / FRESH_DAYS)
    found = {}
    for dimension, seen in market.seen.items():
        n = np.minimum(market.n[dimension], MOST_N) * age
        trust = n / (n + 15)
        usual = np.empty_like(seen)
        for topic in np.unique(main):
            alike = main == topic
            same = alike if alike.sum() >= 5 and topic < len(TOPICS) else np.full(len(n), True)
            usual[alike] = (trust[same] @ seen[same]) / trust[same].sum()
        found[dimension] = trust[:, None] * seen + (1 - trust[:, None]) * usual
    return found


def _shares(market: Market, shares: Mapping[str, Floats], campaign: Campaign) -> Floats:
    """The product of the shares wanted."""
    product = np.ones(market.size)
    for target in campaign.brief.targets:
        product = product * np.maximum(target_shares(market, target, shares), 0.01)
    return product


def published(market: Market, shares: Mapping[str, Floats]) -> Method:
    """The first published default (2026-11), kept as it was, so that changes show."""
    weights = {"age_gender": 0.16, "country": 0.18, "city": 0.18, "language": 0.16}
    genuine = _genuine(market)
    bought = market.engagements * genuine / (market.price * 100)
    value = np.empty(market.size)
    for platform in range(len(PLATFORMS)):
        here = market.platform == platform
        known = bought[here & market.named]
        top = np.percentile(known, 95)
        value[here] = np.where(market.named[here], bought[here], np.median(known)) / top
    always = (
        0.04 * np.log(genuine)
        + 0.14 * _log((market.sold + 4) / (market.expected + 4) / 2.5)
        + 0.04 * np.log((market.completed + 9) / (market.deals + 10))
        + 0.16 * _log(value)
    )
    row_of = {"country": "geo", "city": "geo", "language": "interest", "interest": "interest"}

    def scored(campaign: Campaign) -> Floats:
        brief = campaign.brief
        rows = [row_of.get(one.dimension) for one in brief.targets]
        score = always + 0.12 * _log(0.05 + 0.95 * _cosine(market.declared, brief))
        for target, row in zip(brief.targets, rows, strict=True):
            weight = weights.get(target.dimension, 0.16) / rows.count(row)
            score = score + weight * _log(_likeness(market, target, shares))
        return score

    return scored


def _likeness(market: Market, target: Target, shares: Mapping[str, Floats]) -> Floats:
    if target.kind == "set":
        return target_shares(market, target, shares)
    wanted = np.array([target.wanted.get(code, 0.0) for code in CODES[target.dimension]])
    return np.sqrt(shares[target.dimension] * wanted).sum(axis=1) ** 2


def _log(values: Floats) -> Floats:
    return np.log(np.clip(values, 0.01, 1))


def _cosine(declared: Bools, brief: Brief) -> Floats:
    wanted = topic_weights(brief)
    length = np.sqrt(np.maximum(declared.sum(axis=1), 1)) * np.linalg.norm(wanted)
    cosine = declared @ wanted / length
    return np.where(declared.any(axis=1), cosine, cosine.mean())


def _words(market: Market) -> Floats:
    """How often each word stands in a creator's own text: topics, country, language."""
    random = np.random.default_rng(market.size)
    said = random.poisson(1.5 * market.declared + 3 * market.topics)
    lands = np.zeros((market.size, len(COUNTRIES)))
    lands[np.arange(market.size), market.home] = random.integers(0, 3, market.size)
    spoken = np.array([LANGUAGES.index(land[1]) for land in LANDS.values()])[market.home]
    tongue = np.zeros((market.size, len(LANGUAGES)))
    tongue[np.arange(market.size), spoken] = random.integers(0, 2, market.size)
    return np.hstack([said, lands, tongue]).astype(float)


def _asked(brief: Brief) -> Floats:
    targets = {one.dimension: one.wanted for one in brief.targets}
    lands = [targets.get("country", {}).get(code, 0.0) for code in COUNTRIES]
    tongue = [targets.get("language", {}).get(code, 0.0) for code in LANGUAGES]
    return np.concatenate([topic_weights(brief), lands, tongue])


def _bm25(market: Market) -> Method:
    words = _words(market)
    length = words.sum(axis=1, keepdims=True) + 12
    known = (words > 0).sum(axis=0)
    rarity = np.log(1 + (market.size - known + 0.5) / (known + 0.5))
    weight = rarity * words * 2.2 / (words + 1.2 * (0.25 + 0.75 * length / length.mean()))
    return lambda one: weight @ _asked(one.brief)


def _embedding(market: Market) -> Method:
    """Cosine of texts in a space where topics that are alike lie close."""
    words = _words(market)
    near = np.eye(words.shape[1])
    topics = len(TOPICS)
    near[:topics, :topics] = market.alike
    placed = words @ near
    placed /= np.linalg.norm(placed, axis=1, keepdims=True) + 1e-9

    def scored(campaign: Campaign) -> Floats:
        wanted = near @ _asked(campaign.brief)
        return placed @ (wanted / np.linalg.norm(wanted))

    return scored


def _als(market: Market, past: list[Campaign]) -> Method:
    """Implicit alternating least squares on who was hired before and sold, by brief features.

    A new brief has no history: it stands where past briefs like it stood.
    """
    random = np.random.default_rng(market.size)
    hired = np.zeros((len(past), market.size))
    for row, one in enumerate(past):
        odds = market.followers**0.5 * one.fit
        chosen = random.choice(market.size, CHOSEN, replace=False, p=odds / odds.sum())
        hired[row, chosen] = random.poisson(np.minimum(50, 200 * one.sales[chosen])) > 0
    brands = random.normal(0, 0.1, (len(past), FACTORS))
    creators = random.normal(0, 0.1, (market.size, FACTORS))
    for _ in range(ROUNDS):
        brands = _half(hired, creators)
        creators = _half(hired.T, brands)
    asked = np.array([_asked(one.brief) for one in past])
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)

    def scored(campaign: Campaign) -> Floats:
        wanted = _asked(campaign.brief)
        near = np.maximum(0, asked @ (wanted / np.linalg.norm(wanted))) ** 4
        return creators @ (near @ brands / (near.sum() + 1e-9))

    return scored


def _half(hired: Floats, fixed: Floats, sure: float = 20.0, ridge: float = 0.1) -> Floats:
    """Each row's factors, given the others': (F'F + sure F'HF + ridge) x = (1 + sure) F'h."""
    gram = fixed.T @ fixed + ridge * np.eye(FACTORS)
    found = np.zeros((len(hired), FACTORS))
    for row in np.flatnonzero(hired.any(axis=1)):
        of = fixed[hired[row] > 0]
        found[row] = np.linalg.solve(gram + sure * of.T @ of, (1 + sure) * of.sum(axis=0))
    return found
