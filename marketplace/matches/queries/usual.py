"""What is usual on the market: priors of audiences, and what engagement costs, for any work."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matching import Population
from matching.population import Scale, scales_of

from .asks import Ask
from .pool import per_post, real_part, unpriced
from .reading import Account, Listed

#: More creators than this make nothing more exact; they are an even part of all there are.
SAMPLE = 20_000


@dataclass(frozen=True, slots=True)
class Priced:
    """One account: real engagements of a post, and what its creator asks for each work."""

    platform: str
    engagements: float
    prices: Mapping[str, tuple[int, str]]


class Usual:
    """Made of an even sample of creators with all their accounts, whether they take work or not."""

    def __init__(self, shares: Population, priced: Sequence[Priced]) -> None:
        self.shares = shares
        self.priced = priced
        self._known: dict[Any, Population] = {}

    @classmethod
    def of(cls, creators: Iterable[Listed]) -> "Usual":
        """Everyone, or the first so many by their ids, which are drawn at random."""
        sample = sorted(creators, key=lambda one: one.id)[:SAMPLE]
        accounts = [(who, account) for who in sample for account in who.accounts]
        shares = Population.of(unpriced(who, account) for who, account in accounts)
        priced = [one for who, account in accounts if (one := _priced(who, account))]
        return cls(shares, priced)

    def population(self, ask: Ask) -> Population:
        """The market as the formula needs it for this work.

        Whoever names no price is put at the middle of those who do. Engagement would take the
        place of value for them, but a rate needs the reach of a post, which nobody gives us
        (followers are not it); an unknown rate would stand at one half, which is more than
        most who name a price get.
        """
        key = (ask.work, ask.currency)
        if key not in self._known:
            if len(self._known) >= 256:
                self._known.clear()
            value = scales_of(self._values(ask))
            middle = {platform: Scale(0.0, scale.usual) for platform, scale in value.items()}
            self._known[key] = replace(self.shares, value=value, engagement=middle)
        return self._known[key]

    def _values(self, ask: Ask) -> dict[str, list[float]]:
        """Engagements per price of whoever names all of it, by platform."""
        found: dict[str, list[float]] = {}
        for one in self.priced:
            minor = 0
            for kind, count in ask.work:
                price, currency = one.prices.get(kind, (0, ""))
                if not price or currency != ask.currency:
                    break
                minor += count * price
            else:
                if minor:
                    found.setdefault(one.platform, []).append(one.engagements / minor)
        return found

    def as_list(self) -> list[Any]:
        """What the snapshot of the engine doesn't hold itself, for JSON."""
        return [[one.platform, one.engagements, one.prices] for one in self.priced]

    @classmethod
    def from_list(cls, shares: Population, plain: Iterable[Any]) -> "Usual":
        return cls(shares, [Priced(*values) for values in plain])


def _priced(creator: Listed, account: Account) -> Priced | None:
    engagements = per_post(account)
    if engagements is None or not creator.rates:
        return None
    prices = {kind: (rate.minor, rate.currency) for kind, rate in creator.rates.items()}
    return Priced(account.platform, engagements * real_part(account), prices)
