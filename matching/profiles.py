"""What is known of a creator's audience, and what a brand is looking for.

Plain values without behaviour beyond small questions about themselves. Nothing here
holds a follower count: the formula must not be able to see one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Literal

AGE_GENDER, AGE, GENDER = "age_gender", "age", "gender"
COUNTRY, CITY, LANGUAGE, INTEREST = "country", "city", "language", "interest"

#: Each audience dimension and the default weight it draws on.
GROUP_OF: Mapping[str, str] = {
    AGE_GENDER: "age",
    AGE: "age",
    GENDER: "age",
    COUNTRY: "geo",
    CITY: "geo",
    LANGUAGE: "interest",
    INTEREST: "interest",
}
AGES = ("13-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65+")
GENDERS = ("female", "male", "other")

Mode = Literal["value", "fit"]
Kind = Literal["set", "distribution"]
Source = Literal["api", "file", "self_declared"]
Id = int | str

#: How far a report is believed by where it comes from, however many people it counts: fetched
#: from the platform, read from a file its owner handed over, or only told.
TRUST: Mapping[str, float] = {"api": 1.0, "file": 0.97, "self_declared": 0.75}

FRESH_DAYS = 90
MOST_N = 1_000.0
#: Exports round each share, so a whole table may sum to a little more than one.
ROUNDING = 0.005
#: Out of 20 followers (or comments) looked at by nobody yet, 18 are taken to be real.
REAL_PRIOR, FALSE_PRIOR = 18.0, 2.0


def aged_n(n: float, days_old: float) -> float:
    """The sample size a measurement is still worth: full for 90 days, then halving every 90.

    Counts beyond 1,000 add nothing. How platforms count and how audiences drift
    outweighs sampling error by then, and the size of an account must not become an
    advantage through the size of its export.
    """
    _need(n, "n")
    worth = min(n, MOST_N)
    if days_old <= FRESH_DAYS:
        return worth
    return float(worth * 0.5 ** ((days_old - FRESH_DAYS) / FRESH_DAYS))


@dataclass(frozen=True, slots=True)
class Cells:
    """One observed distribution, e.g. the countries an audience lives in.

    shares  code -> part of the audience, each in [0, 1], summing to at most 1. What is
            missing from 1 is unknown or elsewhere and counts as not wanted.
    n       how many people it was measured on, after `aged_n`; 0 means not measured.
    trust   how far it is believed, in [0, 1]: see `TRUST`.
    """

    shares: Mapping[str, float]
    n: float
    trust: float = 1.0

    def __post_init__(self) -> None:
        _need(self.n, "n")
        _need(self.trust, "trust", most=1)
        _need_each(self.shares, "share", most=1 + ROUNDING)
        if sum(self.shares.values()) > 1 + ROUNDING:
            raise ValueError("shares must sum to 1 or less")

    @classmethod
    def from_counts(
        cls, counts: Mapping[str, float], *, days_old: float = 0, source: Source = "api"
    ) -> Cells:
        """A distribution from people counted per code, as platform exports give them."""
        _need_each(counts, "count")
        total = sum(counts.values())
        shares = {code: count / total for code, count in counts.items()} if total else {}
        return cls(shares, aged_n(total, days_old), TRUST[source])


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One creator on one platform, as the formula sees them.

    audience              dimension -> Cells. Dimensions: "age_gender" (codes like
                          "25-34:female"), or "age" and "gender" apart when there is no
                          joint table; "country" (ISO 3166 alpha-2), "city", "language"
                          (ISO 639-1), "interest". Source: platform exports.
    topics                topic -> weight >= 0; only the proportions matter.
    language_codes        languages the creator posts in: for the caller's filters, not scored.
    engagement_rate       engagements per person reached, >= 0. Source: the platform.
    engagements_per_post  measured engagements of a typical post, >= 0; never a rate times a size.
    credibility           (real, sampled) accounts in a check of who follows.
    authenticity          (genuine, sampled) comments in a check of who answers.
    conversions           sales so far, and `expected_conversions`, how many an average
                          creator would have made from the same posts. Source: our orders.
    completed             deals finished, of `deals` accepted. Source: our deals.
    price_minor           the usual price of one post in minor units, all profiles of a
                          ranking in one currency; None when the creator names none.
    """

    id: Id
    platform: str
    audience: Mapping[str, Cells] = field(default_factory=dict)
    topics: Mapping[str, float] = field(default_factory=dict)
    language_codes: tuple[str, ...] = ()
    engagement_rate: float | None = None
    engagements_per_post: float | None = None
    credibility: tuple[float, float] | None = None
    authenticity: tuple[float, float] | None = None
    conversions: float = 0
    expected_conversions: float = 0
    completed: int = 0
    deals: int = 0
    price_minor: int | None = None

    def __post_init__(self) -> None:
        for dimension, cells in self.audience.items():
            _need_codes(dimension, cells.shares)
        _need_each(self.topics, "topic weight")
        for name in ("engagement_rate", "engagements_per_post"):
            if (known := getattr(self, name)) is not None:
                _need(known, name)
        _need(self.conversions, "conversions")
        _need(self.expected_conversions, "expected_conversions")
        _need_part((self.completed, self.deals), "deals")
        _need_part(self.credibility, "credibility")
        _need_part(self.authenticity, "authenticity")
        if self.price_minor is not None and self.price_minor <= 0:
            raise ValueError("price_minor must be above 0, or None when there is no price")

    @property
    def main_topic(self) -> str | None:
        """The heaviest topic; the first by name where two weigh the same."""
        known = [topic for topic, weight in self.topics.items() if weight > 0]
        return min(known, key=lambda topic: (-self.topics[topic], topic), default=None)

    @property
    def main_country(self) -> str | None:
        """Where most of the audience was found to live; the first by name of two alike."""
        cells = self._own(COUNTRY)
        shares = cells.shares if cells else {}
        return min(shares, key=lambda code: (-shares[code], code), default=None)

    @property
    def genuine(self) -> float:
        """How much of this audience and its comments is real, in (0, 1]."""
        return _shrunk(self.credibility) * _shrunk(self.authenticity)

    @property
    def genuine_rate(self) -> float | None:
        """Engagement rate, counting real people only."""
        return None if self.engagement_rate is None else self.engagement_rate * self.genuine

    @property
    def value(self) -> float | None:
        """Real engagements bought per minor unit of the price."""
        if self.engagements_per_post is None or self.price_minor is None:
            return None
        return self.engagements_per_post * self.genuine / self.price_minor

    def measured(self, dimension: str) -> Cells | None:
        """What was observed of a dimension, from the joint table or the margins."""
        if cells := self._own(dimension):
            return cells
        if dimension in (AGE, GENDER) and (joint := self._own(AGE_GENDER)):
            return margin(joint, dimension)
        if dimension == AGE_GENDER:
            ages, genders = self._own(AGE), self._own(GENDER)
            if ages and genders:
                return Cells(
                    crossed(ages.shares, genders.shares),
                    min(ages.n, genders.n),
                    min(ages.trust, genders.trust),
                )
        return None

    def _own(self, dimension: str) -> Cells | None:
        cells = self.audience.get(dimension)
        return cells if cells is not None and cells.n > 0 else None


@dataclass(frozen=True, slots=True)
class Target:
    """The audience a brand wants in one dimension.

    For a set, `wanted` maps code -> importance in (0, 1], 1 being fully wanted. For a
    distribution, code -> share, summing to 1. `weight` multiplies the dimension's default.
    """

    dimension: str
    wanted: Mapping[str, float]
    kind: Kind = "set"
    weight: float = 1.0

    def __post_init__(self) -> None:
        _need_codes(self.dimension, self.wanted)
        if self.kind not in ("set", "distribution"):
            raise ValueError(f"kind must be set or distribution, not {self.kind}")
        _need(self.weight, "target weight")
        _need_each(self.wanted, "wanted", most=1)
        if not any(self.wanted.values()):
            raise ValueError(f"name at least one {self.dimension} that is wanted")
        if self.kind == "set" and min(self.wanted.values()) <= 0:
            raise ValueError("importance must be above 0; leave out what is not wanted")
        if self.kind == "distribution" and abs(sum(self.wanted.values()) - 1) > ROUNDING:
            raise ValueError("a wanted distribution must sum to 1")


def people(ages: Mapping[str, float], genders: Mapping[str, float], weight: float = 1.0) -> Target:
    """The set target for people of these ages and genders; an empty side means any."""
    if not genders:
        return Target(AGE, ages, weight=weight)
    if not ages:
        return Target(GENDER, genders, weight=weight)
    return Target(AGE_GENDER, crossed(ages, genders), weight=weight)


@dataclass(frozen=True, slots=True)
class Brief:
    """What a campaign looks for.

    targets            at most one a dimension; a dimension left out does not enter.
    topics             topic -> weight; none given, topics do not enter.
    mode               "value" counts engagement per price, "fit" leaves money out.
    component_weights  overrides of the mode's default weights (see `score.WEIGHTS`).
    """

    targets: Sequence[Target] = ()
    topics: Mapping[str, float] = field(default_factory=dict)
    mode: Mode = "value"
    component_weights: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        dimensions = [target.dimension for target in self.targets]
        if len(set(dimensions)) < len(dimensions):
            raise ValueError("give each dimension one target")
        if self.mode not in ("value", "fit"):
            raise ValueError(f"mode must be value or fit, not {self.mode}")
        _need_each(self.topics, "topic weight")
        _need_each(self.component_weights or {}, "component weight")


def crossed(ages: Mapping[str, float], genders: Mapping[str, float]) -> dict[str, float]:
    """The joint table of two margins taken as independent."""
    return {f"{a}:{g}": ages[a] * genders[g] for a in ages for g in genders}


def margin(joint: Cells, dimension: str) -> Cells:
    """One side of an age and gender table, summed over the other."""
    side = 0 if dimension == AGE else 1
    shares: dict[str, float] = {}
    for code, share in joint.shares.items():
        name = code.split(":")[side] if ":" in code else code
        shares[name] = shares.get(name, 0.0) + share
    return Cells(shares, joint.n, joint.trust)


def _shrunk(part: tuple[float, float] | None) -> float:
    good, seen = part or (0.0, 0.0)
    return (good + REAL_PRIOR) / (seen + REAL_PRIOR + FALSE_PRIOR)


def _need(number: float, name: str, most: float | None = None) -> None:
    if not isfinite(number) or number < 0:
        raise ValueError(f"{name} must be 0 or more, not {number}")
    if most is not None and number > most:
        raise ValueError(f"{name} must be {most:g} or less, not {number}")


def _need_each(numbers: Mapping[str, float], name: str, most: float | None = None) -> None:
    for number in numbers.values():
        _need(number, name, most)


def _need_part(part: tuple[float, float] | None, name: str) -> None:
    if part is None:
        return
    _need(part[0], name)
    _need(part[1], name)
    if part[0] > part[1]:
        raise ValueError(f"{name}: {part[0]} of {part[1]} is more than all")


def _need_codes(dimension: str, codes: Iterable[str]) -> None:
    if dimension not in GROUP_OF:
        raise ValueError(f"{dimension} is not one of {', '.join(GROUP_OF)}")
    if dimension == AGE_GENDER and not all(code.count(":") == 1 for code in codes):
        raise ValueError("age_gender codes look like 25-34:female")
