"""Before posting: who fits a brief as it stands, what they ask, and what a budget may bring.

Read only. The brief may be one that is kept nowhere, such as a form that is being filled in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import median, quantiles
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.campaigns.queries import eligible
from marketplace.kit.charts import even, round_up
from matching import Match, expected, rank
from models import Campaign, Money

from .asks import Ask
from .fits import Fit, best_of
from .pool import profile_of

#: From this score on a creator counts as fitting. Stated wherever it is used.
FITS_FROM = 40
#: Of the best so many we know the price and the audience; more than fit any budget.
_BEST = 400
#: Fewer prices than this are somebody's, not a range.
ENOUGH = 5
#: A pool smaller than this is hardly a choice, and we say what makes it small.
FEW_LEFT = 30
_MOST_COUNTED = 1_000
#: A curve is drawn in so many rows of its table, and so many steps for each of them.
ROWS = 4
_EACH_ROW = 12
# 90 of 100 lie within so many deviations.
_WIDTH = 1.645
# One post in ten does more than double, or less than half, of what the creator's posts usually do.
_POST_SPREAD = 0.44


@dataclass(frozen=True, slots=True)
class Costed:
    """One who fits and names a price: what all of the work costs and may bring."""

    minor: int
    engagements: float
    # Of `engagements`, relative, squared.
    variance: float


@dataclass(frozen=True, slots=True)
class Reached:
    """What a budget brings at best: from how many, how much, and between what and what."""

    budget: int
    creators: int
    minor: int
    engagements: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Dropped:
    """A condition (or "all" of them), and how many more creators there were without it."""

    name: str
    codes: tuple[str, ...]
    more: int

    @property
    def is_more(self) -> bool:
        return self.more >= _MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Outlook:
    """`fitting` are those of the pool whose score is FITS_FROM or more, at most _BEST; where the
    brief names no audience yet (`is_ranked` is false), those of the pool.
    """

    is_ranked: bool
    pool: int
    fitting: int
    best: float | None
    priced: int
    low: Money | None
    middle: Money | None
    high: Money | None
    # Of those who fit and name a price, how many ask for no more than the brief pays.
    payable: int
    budget: Money | None
    is_budget_named: bool
    # Of budgets that grow, up to the last one that is drawn; empty where nobody can be paid.
    steps: Sequence[Reached]
    dropped: Sequence[Dropped]

    @property
    def is_capped(self) -> bool:
        return self.fitting >= _BEST

    def reached(self, minor: int) -> Reached | None:
        """What this budget brings, if it is one of those drawn."""
        return next((step for step in self.steps if step.budget == minor), None)


def outlook(db: Session, campaign: Campaign) -> Outlook:
    """What a brief would find today."""
    ranking, fits = best_of(db, campaign, top=_BEST)
    brief = Ask.of(campaign).brief
    is_ranked = bool(brief.targets or brief.topics)
    fitting = [fit for fit in fits if not is_ranked or _score(fit) >= FITS_FROM]
    prices = sorted(fit.price.minor for fit in fitting if fit.price)
    most = campaign.price_max_minor
    payable = [fit for fit in fitting if fit.price and (not most or fit.price.minor <= most)]
    budget = campaign.budget or _ten_of(prices, campaign.currency)
    costed = _costed(payable)
    low, middle, high = _band(prices, campaign.currency)
    return Outlook(
        is_ranked=is_ranked,
        pool=ranking.pool,
        fitting=len(fitting),
        best=_score(fits[0]) if fits else None,
        priced=len(prices),
        low=low,
        middle=middle,
        high=high,
        payable=len(payable),
        budget=budget,
        is_budget_named=campaign.budget_minor is not None,
        steps=_steps(costed, budget.minor) if costed and budget else (),
        dropped=_dropped(db, campaign.required, ranking.pool),
    )


def _score(fit: Fit) -> float:
    return fit.score or 0.0


def _costed(fits: Sequence[Fit]) -> list[Costed]:
    """What each costs and may bring, without those whose posts nobody counted.

    They are scored once more together: a list explains one at a time, which takes longer.
    """
    if not fits:
        return []
    first = fits[0]
    prices = {fit.creator.slug: fit.price.minor for fit in fits if fit.price}
    profiles = [
        profile_of(fit.creator, fit.account, fit.ask, first.among.day)
        for fit in fits
        if fit.account
    ]
    known = {profile.id: profile for profile in profiles}
    pieces = sum(count for _kind, count in first.ask.work)
    found = []
    for match in rank(first.ask.brief, profiles, first.among.population).matches:
        one_post = expected(first.ask.brief, known[match.id], match)
        if one_post is not None and one_post.engagements and pieces:
            variance = _unsure(match) + _POST_SPREAD**2 / pieces
            minor = prices[str(match.id)]
            found.append(Costed(minor, one_post.engagements * pieces, variance))
    return found


def _unsure(match: Match) -> float:
    """How unsure the shares of an audience are together: relative variances add up."""
    known = [one for one in match.components if one.share and one.low is not None]
    spreads = [
        ((one.high or 0) - (one.low or 0)) / (2 * _WIDTH * (one.share or 1)) for one in known
    ]
    return sum(spread**2 for spread in spreads)


def _steps(costed: Sequence[Costed], budget: int) -> list[Reached]:
    """What growing budgets bring, to twice the one named or as far as there are creators to pay.

    A larger budget may always be spent as a smaller one was.
    """
    ordered = sorted(costed, key=lambda one: (one.minor / one.engagements, one.minor))
    least, whole = min(one.minor for one in costed), sum(one.minor for one in costed)
    to = int(round_up(max(least, min(2 * budget, max(whole, budget)))))
    steps: list[Reached] = []
    for limit in sorted({*even(to, ROWS * _EACH_ROW), budget}):
        found = _spent(ordered, limit)
        if steps and steps[-1].engagements > found.engagements:
            found = replace(steps[-1], budget=limit)
        steps.append(found)
    return steps


def _spent(ordered: Iterable[Costed], budget: int) -> Reached:
    """The cheapest for each engagement first, passing over who costs more than is left."""
    creators, spent, brought, spread = 0, 0, 0.0, 0.0
    for one in ordered:
        if spent + one.minor <= budget:
            creators, spent = creators + 1, spent + one.minor
            brought += one.engagements
            spread += one.engagements**2 * one.variance
    either_way = _WIDTH * sqrt(spread)
    low = max(0.0, brought - either_way)
    return Reached(budget, creators, spent, brought, low, brought + either_way)


def _band(
    prices: Sequence[int], currency: str
) -> tuple[Money, Money, Money] | tuple[None, None, None]:
    """The middle half of them, and their middle."""
    if len(prices) < ENOUGH:
        return None, None, None
    low, middle, high = quantiles(prices, n=4, method="inclusive")
    return _rounded(low, currency), _rounded(middle, currency), _rounded(high, currency)


def _rounded(minor: float, currency: str) -> Money:
    """To ten major units: a range is no offer."""
    return Money(max(1, round(minor / 1_000)) * 1_000, currency)


def _ten_of(prices: Sequence[int], currency: str) -> Money | None:
    """What to draw before a budget is named: ten creators at the middle price."""
    return _rounded(10 * median(prices), currency) if prices else None


def _dropped(db: Session, required: Mapping[str, Any], pool: int) -> list[Dropped]:
    """What each condition keeps away where hardly anybody is left, the most first."""
    named = {name: asked for name, asked in required.items() if asked}
    if pool >= FEW_LEFT or not named:
        return []
    here = _count(db, named)
    found = [
        Dropped(name, _codes(asked), _count(db, {**named, name: None}) - here)
        for name, asked in named.items()
    ]
    gains = sorted((one for one in found if one.more), key=lambda one: -one.more)
    if gains or len(named) < 2:
        return gains
    # No single one is to blame.
    everyone = Dropped("all", (), _count(db, {}) - here)
    return [everyone] if everyone.more else []


def _codes(asked: Any) -> tuple[str, ...]:
    return tuple(asked) if isinstance(asked, list) else (str(asked),)


def _count(db: Session, required: Mapping[str, Any]) -> int:
    some = eligible(required).limit(FEW_LEFT + _MOST_COUNTED).subquery()
    return db.scalar(select(func.count()).select_from(some)) or 0
