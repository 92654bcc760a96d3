"""A pool of creators as columns, each made when first asked for: one pool serves many briefs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from .population import Population, unit
from .profiles import Cells, Profile

Floats = NDArray[np.float64]
PERSUASION_PRIOR, PERSUASION_TOP = 4.0, 2.5
DONE_PRIOR, DEALS_PRIOR = 9.0, 10.0
_NOTHING = Cells({}, 0)


class Pool:
    """Creators to rank, and the market they are held against (their own when left out).

    Arrays have an entry a creator, in the order given.
    """

    def __init__(self, profiles: Iterable[Profile], population: Population | None = None) -> None:
        self.profiles: Sequence[Profile] = list(profiles)
        self.population = population or Population.of(self.profiles)
        self._kept: dict[tuple[str, ...], Floats] = {}
        self._seen: dict[str, list[Cells]] = {}
        self._topics = _Topics(self.profiles)
        self._kinds = [(p.main_topic, p.main_country) for p in self.profiles]

    @classmethod
    def of(cls, profiles: Iterable[Profile] | Pool, population: Population | None = None) -> Pool:
        """The pool itself, or one made of these."""
        return profiles if isinstance(profiles, Pool) else cls(profiles, population)

    def __len__(self) -> int:
        return len(self.profiles)

    def share(self, dimension: str, code: str) -> Floats:
        """Posterior share of the audience in one cell."""

        def made() -> Floats:
            part = self.believed(dimension)
            observed = each(cells.shares.get(code, 0.0) for cells in self._cells(dimension))
            return part * observed + (1 - part) * self._usual(dimension, code)

        return self._keep(("share", dimension, code), made)

    def measured(self, dimension: str) -> Floats:
        """How many people a dimension was measured on; 0 where it was not."""
        return self._keep(
            ("measured", dimension), lambda: each(cells.n for cells in self._cells(dimension))
        )

    def believed(self, dimension: str) -> Floats:
        """The part of a posterior that is what was seen."""
        return self._keep(
            ("believed", dimension),
            lambda: each(
                self.population.believed(cells, dimension) for cells in self._cells(dimension)
            ),
        )

    def topic(self, wanted: Mapping[str, float]) -> Floats:
        """Inner product of a topic vector and each creator's, that one scaled to length 1."""
        unknown = sum(
            weight * self.population.mean_topics.get(topic, 0.0) for topic, weight in wanted.items()
        )
        return self._topics.product(wanted, unknown)

    def genuine(self) -> Floats:
        return self._keep(("genuine",), lambda: each(p.genuine for p in self.profiles))

    def persuasion(self) -> Floats:
        """Sales over those expected, few of them drawn towards 1, on a scale that ends at 1."""
        return self._keep(("persuasion",), lambda: each(map(_persuasion, self.profiles)))

    def reliability(self) -> Floats:
        return self._keep(("reliability",), lambda: each(map(_reliability, self.profiles)))

    def value(self) -> Floats:
        """Engagement per price on the platform's scale; engagement alone without a price."""
        scale = self.population.value_scale
        return self._keep(
            ("value",),
            lambda: np.where(
                self.priced,
                each(scale(p.platform).at(p.value) for p in self.profiles),
                self.engagement(),
            ),
        )

    def engagement(self) -> Floats:
        scale = self.population.engagement_scale
        return self._keep(
            ("engagement",),
            lambda: each(scale(p.platform).at(p.genuine_rate) for p in self.profiles),
        )

    @property
    def priced(self) -> NDArray[np.bool_]:
        return np.array([p.price_minor is not None for p in self.profiles], dtype=bool)

    def _cells(self, dimension: str) -> list[Cells]:
        if dimension not in self._seen:
            observed = self.population.observed
            self._seen[dimension] = [observed(p, dimension) or _NOTHING for p in self.profiles]
        return self._seen[dimension]

    def _usual(self, dimension: str, code: str) -> Floats:
        """The prior of one cell: `Population.prior`, for everyone at once."""
        prior = self.population.prior
        usual = {
            (topic, country): prior(topic, dimension, country).get(code, 0.0)
            for topic, country in set(self._kinds)
        }
        return each(usual[kind] for kind in self._kinds)

    def _keep(self, key: tuple[str, ...], made: Callable[[], Floats]) -> Floats:
        if key not in self._kept:
            self._kept[key] = made()
        return self._kept[key]


class _Topics:
    """Creators' topics, each scaled to length 1, as columns: whose, which, and how much."""

    def __init__(self, profiles: Sequence[Profile]) -> None:
        names: dict[str, int] = {}
        rows: list[int] = []
        columns: list[int] = []
        parts: list[float] = []
        for row, profile in enumerate(profiles):
            for topic, part in unit(profile.topics).items():
                rows.append(row)
                columns.append(names.setdefault(topic, len(names)))
                parts.append(part)
        self.names = tuple(names)
        self._rows = np.array(rows, dtype=np.intp)
        self._columns = np.array(columns, dtype=np.intp)
        self._parts = np.array(parts, dtype=np.float64)
        self._none = np.ones(len(profiles), dtype=bool)
        self._none[self._rows] = False

    def product(self, of: Mapping[str, float], without: float) -> Floats:
        """Each creator's inner product with `of`; `without` for who has no topic."""
        values = np.array([of.get(topic, 0.0) for topic in self.names])
        weights = self._parts * values[self._columns] if self.names else self._parts
        found = np.bincount(self._rows, weights=weights, minlength=len(self._none))
        return np.where(self._none, without, found)


def each(numbers: Iterable[float]) -> Floats:
    return np.fromiter(numbers, dtype=np.float64)


def _persuasion(profile: Profile) -> float:
    sold = profile.conversions + PERSUASION_PRIOR
    expected = profile.expected_conversions + PERSUASION_PRIOR
    return sold / expected / PERSUASION_TOP


def _reliability(profile: Profile) -> float:
    return (profile.completed + DONE_PRIOR) / (profile.deals + DEALS_PRIOR)
