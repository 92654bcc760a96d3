"""What is usual in the market: the priors and scales every creator is measured against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from .profiles import AGE, AGE_GENDER, GENDER, GROUP_OF, Cells, Profile, crossed

#: The prior weighs as much as this many people sampled.
KAPPA = 15.0
#: A topic or platform with fewer measured creators than this borrows everyone's figures.
ENOUGH = 5
#: Where an unmeasured creator stands on a scale nobody was measured on.
MIDDLE = 0.5

Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scale:
    """One platform's yardstick: `top` is its 95th percentile, `usual` its median, in tops."""

    top: float
    usual: float

    def at(self, measured: float | None) -> float:
        """Where a measurement stands, in [0, 1]; the usual place when there is none."""
        if measured is None or not self.top:
            return self.usual
        return min(1.0, measured / self.top)


@dataclass(frozen=True, slots=True)
class Population:
    """Reusable across briefs; holds no profile. Build it with `Population.of`.

    shares       (topic, dimension) -> the mean distribution of creators with that main
                 topic; topic None is everyone.
    mean_topics  mean of the creators' topic vectors, each scaled to length 1.
    value        platform -> Scale of engagements per price; platform None is everyone.
    engagement   the same for the engagement rate.
    """

    shares: Mapping[tuple[str | None, str], Shares]
    mean_topics: Shares
    value: Mapping[str | None, Scale]
    engagement: Mapping[str | None, Scale]

    @classmethod
    def of(cls, profiles: Iterable[Profile]) -> Population:
        """The market these profiles make up."""
        market = list(profiles)
        return cls(
            shares=_shares(market),
            mean_topics=_mean_topics(market),
            value=_scales([(p.platform, p.value) for p in market]),
            engagement=_scales([(p.platform, p.genuine_rate) for p in market]),
        )

    def prior(self, topic: str | None, dimension: str) -> Shares:
        """The distribution to expect of a creator of whom only the main topic is known."""
        own = self.shares.get((topic, dimension))
        return self.shares.get((None, dimension), {}) if own is None else own

    def observed(self, profile: Profile, dimension: str) -> Cells | None:
        """What was measured; of an age and gender table one side may be the topic's."""
        cells = profile.measured(dimension)
        if cells is None and dimension == AGE_GENDER:
            topic = profile.main_topic
            if ages := profile.measured(AGE):
                return Cells(crossed(ages.shares, self.prior(topic, GENDER)), ages.n)
            if genders := profile.measured(GENDER):
                return Cells(crossed(self.prior(topic, AGE), genders.shares), genders.n)
        return cells

    def value_scale(self, platform: str) -> Scale:
        return _scale_for(self.value, platform)

    def engagement_scale(self, platform: str) -> Scale:
        return _scale_for(self.engagement, platform)


def unit(topics: Shares) -> dict[str, float]:
    """A topic vector scaled to length 1; empty when nothing is in it."""
    length = sqrt(sum(weight * weight for weight in topics.values()))
    return {topic: weight / length for topic, weight in topics.items()} if length else {}


@dataclass(slots=True)
class _Mean:
    """A running mean of distributions; a small sample counts for less, a large one for one."""

    total: dict[str, float] = field(default_factory=dict)
    weight: float = 0.0
    count: int = 0

    def add(self, cells: Cells) -> None:
        trust = cells.n / (cells.n + KAPPA)
        self.weight += trust
        self.count += 1
        total = self.total
        for code, share in cells.shares.items():
            total[code] = total.get(code, 0.0) + trust * share

    def result(self) -> dict[str, float]:
        if not self.weight:
            return {}
        return {code: total / self.weight for code, total in self.total.items()}


def _shares(market: Sequence[Profile]) -> dict[tuple[str | None, str], Shares]:
    means: dict[tuple[str | None, str], _Mean] = {}
    for profile in market:
        topic = profile.main_topic
        for dimension in GROUP_OF:
            if cells := profile.measured(dimension):
                means.setdefault((None, dimension), _Mean()).add(cells)
                if topic is not None:
                    means.setdefault((topic, dimension), _Mean()).add(cells)
    return {
        key: mean.result() for key, mean in means.items() if key[0] is None or mean.count >= ENOUGH
    }


def _mean_topics(market: Sequence[Profile]) -> dict[str, float]:
    units = [vector for profile in market if (vector := unit(profile.topics))]
    total: dict[str, float] = {}
    for vector in units:
        for topic, weight in vector.items():
            total[topic] = total.get(topic, 0.0) + weight / len(units)
    return total


def _scales(measured: Sequence[tuple[str, float | None]]) -> dict[str | None, Scale]:
    by_platform: dict[str | None, list[float]] = {None: []}
    for platform, number in measured:
        if number is not None:
            by_platform[None].append(number)
            by_platform.setdefault(platform, []).append(number)
    return {
        platform: scale
        for platform, numbers in by_platform.items()
        if (platform is None or len(numbers) >= ENOUGH) and (scale := scale_of(numbers))
    }


def scale_of(numbers: Sequence[float] | NDArray[np.float64]) -> Scale | None:
    """The yardstick of these measurements; None when nothing was measured above 0."""
    if not len(numbers) or (top := float(np.percentile(numbers, 95))) <= 0:
        return None
    return Scale(top, min(1.0, float(np.median(numbers)) / top))


def _scale_for(scales: Mapping[str | None, Scale], platform: str) -> Scale:
    return scales.get(platform) or scales.get(None) or Scale(0.0, MIDDLE)
