"""A ranking at hand: those of a pool we look at, how each stands, and what is said of them."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any, Protocol

from sqlalchemy.orm import Session

from matching import Match, Population, Ranking
from matching.exposure import CANDIDATES, fitting
from matching.receipt import published
from models import Creator

from .asks import Ask
from .narrow import Narrow
from .reading import Listed

#: A list of matches goes no further: whoever wants others narrows it.
MOST = 400


#: Some others with a measured audience, of the same main topic where there are enough.
Peers = Callable[[Listed, int], Sequence[Listed]]


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """Some of a pool, each as they stand in it.

    `said` keeps the words of a match, which change only with the market or the ask.
    """

    ask: Ask
    day: date
    population: Population
    peers: Peers
    said: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def ranking(self) -> Ranking:
        raise NotImplementedError

    @cached_property
    def by_slug(self) -> Mapping[str, Match]:
        """Best first; `match` says why."""
        return {str(match.id): match for match in self.ranking.matches}

    def match(self, slug: str) -> Match | None:
        return self.by_slug.get(slug)

    @property
    def fitting(self) -> list[uuid.UUID]:
        """Those who are due a share of being seen."""
        return []

    def score(self, slug: str) -> float | None:
        match = self.by_slug.get(slug)
        return match.score if match else None


@dataclass(frozen=True, kw_only=True)
class Best(Ranked):
    """The best of a pool, or all of it; `more` candidates come after them. Where it is much to
    explain all of them, `why` does it for some.
    """

    found: Ranking
    creators: Mapping[str, Listed]
    more: int = 0
    why: Callable[[Sequence[Match]], Iterable[Match]] | None = None
    explained: dict[str, Match] = field(default_factory=dict)

    @cached_property
    def ranking(self) -> Ranking:
        return self.found

    def match(self, slug: str) -> Match | None:
        self.explain([slug])
        return self.explained.get(slug, self.by_slug.get(slug))

    def explain(self, slugs: Iterable[str]) -> None:
        """These at once, which costs little more than one."""
        if self.why is None:
            return
        wanted = [one for one in slugs if one in self.by_slug and one not in self.explained]
        if wanted:
            found = self.why([self.by_slug[one] for one in wanted])
            self.explained.update((str(match.id), match) for match in found)

    @property
    def fitting(self) -> list[uuid.UUID]:
        best = list(islice(self.by_slug.values(), CANDIDATES))
        count = fitting([published(match.score) for match in best])
        return [self.creators[str(match.id)].id for match in best[:count]]


@dataclass(frozen=True, kw_only=True)
class Single(Ranked):
    """One creator's score, known at once, and their place in the pool, found when asked for."""

    slug: str
    reached: float | None
    find: Callable[[], Ranking]

    @cached_property
    def ranking(self) -> Ranking:
        return self.find()

    def score(self, slug: str) -> float | None:
        return self.reached if slug == self.slug else None


@dataclass(frozen=True, slots=True)
class Wish:
    """How much of a ranking a page needs: so many of the best, of those that `narrow` leaves.

    `dealt` are the creators something lies between already.
    """

    first: int = MOST
    narrow: Narrow = field(default_factory=Narrow)
    dealt: Sequence[Any] = ()


class Backend(Protocol):
    """Two ways to the same ranking."""

    name: str

    def warm(self) -> None:
        """Make ready what the first question would wait for."""

    def listing(self, db: Session, ask: Ask, wish: Wish) -> Best:
        """Who meets an ask's conditions, the best first."""

    def single(self, db: Session, ask: Ask, creator: Listed) -> Ranked:
        """One creator in an ask's pool, if they meet its conditions."""

    def listed(self, db: Session, creators: Sequence[Creator]) -> Mapping[str, Listed]:
        """Creators as the market knows them, by slug, without those not in it (suspended)."""
