"""From a creator as listed to one as the formula sees them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from marketplace.kit.clock import today
from matching import TRUST, Cells, Profile, aged_n
from matching.profiles import GROUP_OF

from .asks import Ask
from .reading import Account, Listed


def profile_of(creator: Listed, account: Account, ask: Ask, day: date) -> Profile:
    """A creator by one of their accounts, at what they ask for the work of a campaign."""
    price = ask.price(creator)
    return _profile(creator, account, day, price.minor if price else None)


def unpriced(creator: Listed, account: Account) -> Profile:
    """The same, whatever the work."""
    return _profile(creator, account, today(), None)


def _profile(creator: Listed, account: Account, day: date, price: int | None) -> Profile:
    """Its followers are not asked for here, or anywhere.

    Sales stay unknown: our orders say how many a creator made, but nothing says yet how many
    an average creator would have made from the same posts, and without that they'd be a size.
    """
    return Profile(
        id=creator.slug,
        platform=account.platform,
        audience=cells_of(account, day),
        topics=dict.fromkeys(creator.topics, 1.0),
        language_codes=creator.languages,
        engagements_per_post=per_post(account),
        credibility=_part(account.real_followers, account.sampled_followers),
        authenticity=_part(account.genuine_comments, account.sampled_comments),
        completed=creator.completed,
        deals=creator.deals,
        price_minor=price,
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


def per_post(account: Account) -> float | None:
    return account.engagements / account.posts_counted if account.posts_counted else None


def real_part(account: Account) -> float:
    """How much of an account's audience and comments is real, as the formula puts it."""
    return Profile(
        id="",
        platform=account.platform,
        credibility=_part(account.real_followers, account.sampled_followers),
        authenticity=_part(account.genuine_comments, account.sampled_comments),
    ).genuine


def _part(good: int, sampled: int) -> tuple[float, float] | None:
    return (good, sampled) if sampled else None
