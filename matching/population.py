"""What is usual in the market: the priors and scales every creator is measured against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from .profiles import (
    AGE,
    AGE_GENDER,
    CITY,
    GENDER,
    GROUP_OF,
    INTEREST,
    LANGUAGE,
    Cells,
    Profile,
    crossed,
)
from .topics import NEAR, Near, near_by

#: Until a market says otherwise, the prior weighs as much as this many people sampled.
KAPPA = 15.0
#: What a market says of it stays between these, and counts for nothing at first: the usual
#: figure stands for this many creators measured.
FEWEST, MOST = 2.0, 60.0
KAPPA_WEIGHT = 30.0
#: A topic's or country's own figures weigh as much as everyone's from this many creators on.
FEW = 3.0
#: The same for a platform's scale, which is the far end of a spread and harder to know.
FEW_ON_PLATFORM = 20.0
#: The percentile of what people measure that counts as the top of a scale.
TOP = 97.5
#: Where an unmeasured creator stands on a scale nobody was measured on.
MIDDLE = 0.5
#: What goes by the country most of an audience lives in, more than by topic.
BY_COUNTRY = (CITY, LANGUAGE)

Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scale:
    """One platform's yardstick: `top` is its 97.5th percentile, `usual` its median, in tops."""

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
    by_country   (country, dimension) -> the same for audiences mostly in that country, of
                 what goes by country: cities and languages.
    kappa        dimension -> how many people sampled the prior weighs as much as: the less
                 audiences differ, the more.
    mean_topics  mean of the creators' topic vectors, each scaled to length 1.
    near         topic -> other topics, and how far they stand for it (`topics.near_by`).
    value        platform -> Scale of engagements per price; platform None is everyone.
    engagement   the same for the engagement rate.
    """

    shares: Mapping[tuple[str | None, str], Shares]
    mean_topics: Shares
    value: Mapping[str | None, Scale]
    engagement: Mapping[str | None, Scale]
    by_country: Mapping[tuple[str, str], Shares] = field(default_factory=dict)
    kappa: Mapping[str, float] = field(default_factory=dict)
    near: Near = field(default_factory=lambda: NEAR)

    @classmethod
    def of(cls, profiles: Iterable[Profile]) -> Population:
        """The market these profiles make up."""
        market = list(profiles)
        audiences = _Audiences(market)
        known = cls(
            shares=audiences.shares,
            mean_topics=_mean_topics(market),
            value=_scales([(p.platform, p.value) for p in market]),
            engagement=_scales([(p.platform, p.genuine_rate) for p in market]),
            by_country=audiences.by_country,
            near=audiences.near,
        )
        object.__setattr__(known, "kappa", {d: _kappa(known, market, d) for d in GROUP_OF})
        return known

    def strength(self, dimension: str) -> float:
        """How many people sampled the prior of a dimension weighs as much as."""
        return self.kappa.get(dimension, KAPPA)

    def prior(self, topic: str | None, dimension: str, country: str | None = None) -> Shares:
        """What to expect of a creator of whom only the main topic and country are known.

        `country` is where most of the audience lives (`Profile.main_country`).
        """
        if country is not None and dimension in BY_COUNTRY:
            there = self.by_country.get((country, dimension))
            if there is not None:
                return there
        own = self.shares.get((topic, dimension))
        return self.shares.get((None, dimension), {}) if own is None else own

    def usual(self, profile: Profile, dimension: str) -> Shares:
        """The prior of one creator."""
        return self.prior(profile.main_topic, dimension, profile.main_country)

    def posterior(self, profile: Profile, dimension: str) -> dict[str, float]:
        """The audience as the formula takes it: what was seen, drawn towards the prior."""
        cells, prior = self.observed(profile, dimension), self.usual(profile, dimension)
        seen, part = ({}, 0.0) if cells is None else (cells.shares, self.believed(cells, dimension))
        return {
            code: part * seen.get(code, 0.0) + (1 - part) * prior.get(code, 0.0)
            for code in {**prior, **seen}
        }

    def believed(self, cells: Cells, dimension: str) -> float:
        """The part of the posterior that is what was seen; the rest is the prior."""
        return cells.trust * cells.n / (cells.n + self.strength(dimension))

    def observed(self, profile: Profile, dimension: str) -> Cells | None:
        """What was measured; of an age and gender table one side may be the usual."""
        cells = profile.measured(dimension)
        if cells is None and dimension == AGE_GENDER:
            if ages := profile.measured(AGE):
                genders = self.usual(profile, GENDER)
                return Cells(crossed(ages.shares, genders), ages.n, ages.trust)
            if side := profile.measured(GENDER):
                usual = self.usual(profile, AGE)
                return Cells(crossed(usual, side.shares), side.n, side.trust)
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
    """A running mean of distributions."""

    total: dict[str, float] = field(default_factory=dict)
    weight: float = 0.0

    def add(self, shares: Shares, weight: float) -> None:
        self.weight += weight
        total = self.total
        for code, share in shares.items():
            total[code] = total.get(code, 0.0) + weight * share

    def beside(self, everyone: Shares) -> dict[str, float]:
        """The mean, with everyone's standing in for so `FEW` creators."""
        found = {code: FEW * share for code, share in everyone.items()}
        for code, total in self.total.items():
            found[code] = found.get(code, 0.0) + total
        return {code: share / (self.weight + FEW) for code, share in found.items()}

    def result(self) -> dict[str, float]:
        return {code: total / self.weight for code, total in self.total.items()}


class _Audiences:
    """Means by topic and by country. A small sample counts for less, a large one for one."""

    def __init__(self, market: Iterable[Profile]) -> None:
        self._topics: dict[tuple[str, str], _Mean] = {}
        self._countries: dict[tuple[str, str], _Mean] = {}
        everyone: dict[str, _Mean] = {}
        for profile in market:
            topic, country = profile.main_topic, profile.main_country
            for dimension in GROUP_OF:
                if not (cells := profile.measured(dimension)):
                    continue
                weight = cells.trust * cells.n / (cells.n + KAPPA)
                everyone.setdefault(dimension, _Mean()).add(cells.shares, weight)
                if topic is not None:
                    self._topics.setdefault((topic, dimension), _Mean()).add(cells.shares, weight)
                if country is not None and dimension in BY_COUNTRY:
                    there = self._countries.setdefault((country, dimension), _Mean())
                    there.add(cells.shares, weight)
        self._whole = {name: mean.result() for name, mean in everyone.items() if mean.weight}

    @property
    def shares(self) -> dict[tuple[str | None, str], Shares]:
        found: dict[tuple[str | None, str], Shares] = {}
        found.update(((None, dimension), mean) for dimension, mean in self._whole.items())
        found.update(self._beside(self._topics).items())
        return found

    @property
    def by_country(self) -> dict[tuple[str, str], Shares]:
        return self._beside(self._countries)

    @property
    def near(self) -> Near:
        interests = {
            topic: (mean.beside(self._whole[INTEREST]), mean.weight)
            for (topic, dimension), mean in self._topics.items()
            if dimension == INTEREST and INTEREST in self._whole
        }
        return near_by(interests, self._whole.get(INTEREST, {}))

    def _beside(self, means: Mapping[tuple[str, str], _Mean]) -> dict[tuple[str, str], Shares]:
        whole = self._whole
        return {key: mean.beside(whole[key[1]]) for key, mean in means.items() if key[1] in whole}


def _kappa(known: Population, market: Sequence[Profile], dimension: str) -> float:
    """How strong the prior is, from how far audiences lie from it beyond their sampling error.

    Of shares drawn around a prior p, sum (seen - p)^2 / sum p (1 - p) is on average
    r + (1 - r) / n, where r = 1 / (kappa + 1).
    """
    usual = 1 / (KAPPA + 1)
    apart, weight = KAPPA_WEIGHT * usual, KAPPA_WEIGHT
    for profile in market:
        cells = profile.measured(dimension)
        if cells is None or cells.n < FEWEST:
            continue
        prior = known.usual(profile, dimension)
        spread = sum(share * (1 - share) for share in prior.values())
        if spread < 0.01:
            continue
        off = sum((cells.shares.get(code, 0.0) - prior.get(code, 0.0)) ** 2 for code in prior)
        counts = cells.trust * cells.n / (cells.n + KAPPA)
        apart += counts * (off / spread - 1 / cells.n)
        weight += counts * (1 - 1 / cells.n)
    return min(MOST, max(FEWEST, weight / max(apart, weight / (MOST + 1)) - 1))


def _mean_topics(market: Sequence[Profile]) -> dict[str, float]:
    units = [vector for profile in market if (vector := unit(profile.topics))]
    total: dict[str, float] = {}
    for vector in units:
        for topic, weight in vector.items():
            total[topic] = total.get(topic, 0.0) + weight / len(units)
    return total


def _scales(measured: Sequence[tuple[str, float | None]]) -> dict[str | None, Scale]:
    """Each platform's scale, everyone's standing in for the creators it lacks."""
    by_platform: dict[str, list[float]] = {}
    for platform, number in measured:
        if number is not None:
            by_platform.setdefault(platform, []).append(number)
    return scales_of(by_platform)


def scales_of(
    by_platform: Mapping[str, Sequence[float] | NDArray[np.float64]],
) -> dict[str | None, Scale]:
    """The scales of measurements given by platform."""
    everyone = _scale([number for numbers in by_platform.values() for number in numbers])
    if everyone is None:
        return {}
    found: dict[str | None, Scale] = {None: everyone}
    for platform, numbers in by_platform.items():
        if own := _scale(numbers):
            part = len(numbers) / (len(numbers) + FEW_ON_PLATFORM)
            found[platform] = Scale(
                exp(part * log(own.top) + (1 - part) * log(everyone.top)),
                part * own.usual + (1 - part) * everyone.usual,
            )
    return found


def _scale(numbers: Sequence[float] | NDArray[np.float64]) -> Scale | None:
    if not len(numbers) or (top := float(np.percentile(numbers, TOP))) <= 0:
        return None
    return Scale(top, min(1.0, float(np.median(numbers)) / top))


def _scale_for(scales: Mapping[str | None, Scale], platform: str) -> Scale:
    return scales.get(platform) or scales.get(None) or Scale(0.0, MIDDLE)
