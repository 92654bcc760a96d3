"""What narrows a list of matches for whoever looks at it. It never changes a score or a place."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

from matching import Match
from models import Money

from .asks import Ask
from .reading import Account, Listed

# "Small first" puts audiences in order of size only as long as fit is this close to the best.
SMALL_WITHIN = 10.0

Row = tuple[Listed, Match]


@dataclass(frozen=True)
class Narrow:
    """The filters of one page. Followers narrow and order a list; no score ever sees them."""

    platform: str | None = None
    least: Money | None = None
    most: Money | None = None
    followers: int | None = None
    country: str | None = None
    city: str = ""
    language: str | None = None
    topics: Sequence[str] = ()
    fit: int | None = None
    is_new: bool = False
    small_first: bool = False

    @cached_property
    def given(self) -> dict[str, Any]:
        """What was chosen, by name; the order of the list narrows nothing."""
        asked = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in asked.items() if value and name != "small_first"}

    def without(self, name: str) -> "Narrow":
        return replace(self, **{name: getattr(Narrow(), name)})

    def hides(self, ask: Ask, who: Listed, match: Match, *, is_dealt: bool) -> list[str]:
        """The filters that keep this creator off the list; none of them: they are on it."""
        if not self.given:
            return []
        account, price = ask.account(who), ask.price(who)
        is_met = {
            "platform": account is not None and account.platform == self.platform,
            "least": price is not None and self.least is not None and price >= self.least,
            "most": price is not None and self.most is not None and price <= self.most,
            "followers": account is not None and account.followers <= (self.followers or 0),
            "country": who.country == self.country,
            "city": who.city.casefold().startswith(self.city.casefold()),
            "language": self.language in who.languages,
            "topics": bool(set(self.topics) & set(who.topics)),
            "fit": match.score >= (self.fit or 0),
            "is_new": not is_dealt,
        }
        return [name for name in self.given if not is_met[name]]

    def in_order(self, ask: Ask, rows: Sequence[Row]) -> list[Row]:
        """Best first; or, among those nearly as good as the best, the smallest audience first."""
        if not self.small_first or not rows:
            return list(rows)
        floor = rows[0][1].score - SMALL_WITHIN
        near = [row for row in rows if row[1].score >= floor]
        return sorted(near, key=lambda row: _size(ask.account(row[0]))) + list(rows[len(near) :])


def _size(account: Account | None) -> int:
    return account.followers if account else 0
