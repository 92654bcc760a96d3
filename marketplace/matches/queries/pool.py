"""From the market to a ranking: who is compared for an ask, and how each is seen."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any

from matching import TRUST, Cells, Match, Population, Profile, Ranking, aged_n, rank
from matching.exposure import CANDIDATES, fitting
from matching.population import Scale
from matching.profiles import GROUP_OF
from matching.receipt import published

from .asks import Ask
from .market import Market
from .reading import Account, Listed


@dataclass(frozen=True, slots=True)
class Ranked:
    """Everyone who meets an ask's conditions, best first, and by slug.

    `said` keeps the words of a match, which change only with the market or the ask.
    """

    market: Market
    ranking: Ranking
    by_slug: Mapping[str, Match]
    said: dict[Any, Any] = field(default_factory=dict)

    @property
    def fitting(self) -> list[uuid.UUID]:
        """Those who are due a share of being seen."""
        best = list(islice(self.by_slug.values(), CANDIDATES))
        count = fitting([published(match.score) for match in best])
        return [self.market.creators[str(match.id)].id for match in best[:count]]


@dataclass(frozen=True, slots=True)
class Seen:
    """The market as one kind of work on some platforms sees it."""

    profiles: Mapping[str, Profile]
    population: Population


def ranked(market: Market, ask: Ask) -> Ranked:
    known = market.memory.get(ask.key)
    if known is not None:
        return known
    everyone = seen(market, ask)
    pool = [
        everyone.profiles[slug]
        for slug, creator in market.creators.items()
        if not ask.lacks(creator)
    ]
    ranking = rank(ask.brief, pool, everyone.population)
    by_slug = {str(match.id): match for match in ranking.matches}
    return market.remember(ask.key, Ranked(market, ranking, by_slug))


def seen(market: Market, ask: Ask) -> Seen:
    known = market.memory.get(ask.market_key)
    if known is not None:
        return known
    profiles = {
        slug: profile_of(creator, account, ask, market.day)
        for slug, creator in market.creators.items()
        if (account := ask.account(creator))
    }
    population = _unbiased(Population.of(profiles.values()))
    return market.remember(ask.market_key, Seen(profiles, population))


def profile_of(creator: Listed, account: Account, ask: Ask, day: date) -> Profile:
    """A creator by one of their accounts. Its followers are not asked for here, or anywhere.

    Sales stay unknown: our orders say how many a creator made, but nothing says yet how many
    an average creator would have made from the same posts, and without that they'd be a size.
    """
    price = ask.price(creator)
    return Profile(
        id=creator.slug,
        platform=account.platform,
        audience=cells_of(account, day),
        topics=dict.fromkeys(creator.topics, 1.0),
        language_codes=creator.languages,
        engagements_per_post=_per_post(account),
        credibility=_part(account.real_followers, account.sampled_followers),
        authenticity=_part(account.genuine_comments, account.sampled_comments),
        completed=creator.completed,
        deals=creator.deals,
        price_minor=price.minor if price else None,
    )


def cells_of(account: Account, day: date) -> dict[str, Cells]:
    """The account's audience, each sample worth what it still is on that day."""
    if account.taken_on is None:
        return {}
    days, trust = (day - account.taken_on).days, TRUST[account.provenance or "self_declared"]
    return {
        name: _cells(measured, days, trust)
        for name, measured in account.dimensions.items()
        if name in GROUP_OF and measured["n"] > 0
    }


def _cells(measured: Mapping[str, Any], days: int, trust: float) -> Cells:
    shares: Mapping[str, float] = measured["cells"]
    # Interests overlap in most exports, so that their shares add up to more than everyone.
    whole = sum(shares.values())
    if whole > 1:
        shares = {code: share / whole for code, share in shares.items()}
    return Cells(shares, aged_n(measured["n"], days), trust)


def _per_post(account: Account) -> float | None:
    return account.engagements / account.posts_counted if account.posts_counted else None


def _part(good: int, sampled: int) -> tuple[float, float] | None:
    return (good, sampled) if sampled else None


def _unbiased(population: Population) -> Population:
    """Put whoever names no price at the middle of those who do.

    Engagement would take the place of value for them, but a rate needs the reach of a post,
    which nobody gives us (followers are not it); an unknown rate would stand at one half,
    which is more than most who name a price get.
    """
    middle = {platform: Scale(0.0, scale.usual) for platform, scale in population.value.items()}
    return replace(population, engagement=middle)
