"""A rank receipt: all that went into the rows of one ranking shown, and what came out.

`made` works the rows out and `written` gives them as plain values; `read` takes such values
apart again and refuses what is not whole. `python -m matching.recompute` goes the same way.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import numpy as np

from . import exposure
from .explain import Component, explained
from .plain import Malformed, built, plain, read_json
from .population import BY_COUNTRY, Population, Scale
from .profiles import COUNTRY, Brief, Cells, Profile
from .rank import TIE_DIGITS
from .score import FORMULA_VERSION, columns, scores, wanted_topics
from .topics import Near

FORMAT = "alongside rank receipt 1"
#: A ranking by fit never saw these.
NEVER_USED = ("followers", "reach", "badges", "engagements other than for their price")

_SCALE = 10.0**TIE_DIGITS
# Whole numbers below this are exact.
_EXACT = 2.0**53

Placed = Sequence[tuple[int, Profile]]


@dataclass(frozen=True, slots=True)
class Row:
    """One creator: their place by score in the pool, what is known of them, and what came out."""

    place: int
    profile: Profile
    score: float
    terms: Sequence[Component]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How near-equals were put in order: scores and credits of those on the list, best first.

    `places` are theirs in the pool: not every number stands there when the list was narrowed.
    The rows shown stand from position `first` on; `slots` are all positions up to the last row.
    """

    rules: Mapping[str, float]
    seed: str
    first: int
    places: Sequence[int]
    scores: Sequence[float]
    credits: Sequence[float]
    fitting: int
    slots: Sequence[exposure.Slot]

    @classmethod
    def of(
        cls,
        scores: Sequence[float],
        credits: Sequence[float],
        seed: str,
        *,
        first: int,
        last: int,
        places: Sequence[int],
    ) -> Arrangement:
        """No further down than whatever decided the positions up to `last`."""
        exact = [published(score) for score in scores]
        fits = exposure.fitting(exact)
        slots = exposure.arranged(exact, credits, seed, upto=last)
        size = max(fits + 1, last)
        return cls(
            rules=exposure.RULES,
            seed=seed,
            first=first,
            places=places[:size],
            scores=exact[:size],
            credits=credits[:size],
            fitting=fits,
            slots=slots,
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """Rows in the order shown. `about` says what of, in words that nothing can be worked out from.

    `arrangement` is None where the order shown is another than the ranking's own: then only
    scores and places are held to account.
    """

    format: str
    about: Mapping[str, Any]
    formula: str
    never_used: Sequence[str]
    brief: Brief
    population: Population
    weights: Mapping[str, float]
    pool: int
    medians: Mapping[str, float]
    rows: Sequence[Row]
    arrangement: Arrangement | None
    digest: str


class OtherFormula(Malformed):
    """A receipt of before or after: what this program works out would be something else."""


def published(number: float) -> float:
    """A figure as it is published, nine decimals: what is equal to the last of them is equal.

    Rounded as `rank` rounds to find who is equal, so that the two never differ.
    """
    scaled = number * _SCALE
    return round(scaled) / _SCALE + 0.0 if abs(scaled) < _EXACT else number


def made(
    brief: Brief,
    population: Population,
    placed: Placed,
    *,
    pool: int,
    medians: Mapping[str, float],
    about: Mapping[str, Any],
    arrangement: Arrangement | None = None,
) -> Receipt:
    """The receipt of these creators, each with their place in the pool, in the order shown."""
    profiles = [_needed(profile, brief, population) for _, profile in placed]
    usual = _used(population, brief, profiles)
    weights, rows = worked_out(
        brief,
        usual,
        [(place, one) for (place, _), one in zip(placed, profiles, strict=True)],
        medians,
    )
    receipt = Receipt(
        format=FORMAT,
        about=about,
        formula=FORMULA_VERSION,
        never_used=NEVER_USED,
        brief=brief,
        population=usual,
        weights=weights,
        pool=pool,
        medians={key: medians[key] for key in weights},
        rows=rows,
        arrangement=arrangement,
        digest="",
    )
    return replace(receipt, digest=digest(plain(receipt)))


def worked_out(
    brief: Brief, population: Population, placed: Placed, medians: Mapping[str, float]
) -> tuple[dict[str, float], list[Row]]:
    """The weights, and each row's score and terms, by the one formula there is."""
    profiles = [profile for _, profile in placed]
    found = columns(brief, profiles, population)
    reached = scores(found, len(profiles)).tolist()
    whys = explained(found, np.arange(len(profiles), dtype=np.intp), medians) if profiles else []
    rows = [
        Row(place, profile, published(score), [_term(component) for component in why])
        for (place, profile), score, why in zip(placed, reached, whys, strict=True)
    ]
    return {column.key: published(column.weight) for column in found}, rows


def written(receipt: Receipt) -> str:
    """As the text of a file. Names stay in their order, which sums depend on."""
    return json.dumps(plain(receipt), indent=1, ensure_ascii=False)


def read(text: str) -> Receipt:
    """Raises Malformed when it is not whole, was changed since it was written, or is not ours."""
    values = read_json(text)
    formula = values.get("formula") if isinstance(values, dict) else None
    if isinstance(formula, str) and formula != FORMULA_VERSION:
        raise OtherFormula(f"was made by formula {formula}, and this program has {FORMULA_VERSION}")
    receipt = built(Receipt, values, "")
    if receipt.format != FORMAT:
        raise Malformed(f"format must be “{FORMAT}”")
    if receipt.digest != digest(values):
        raise Malformed("digest doesn’t fit the rest: something was changed after it was made")
    return receipt


def digest(values: Mapping[str, Any]) -> str:
    """SHA-256 of all but itself, as JSON in one fixed form."""
    rest = {name: value for name, value in values.items() if name != "digest"}
    line = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return sha256(line.encode()).hexdigest()


def _term(component: Component) -> Component:
    exact: dict[str, Any] = {
        name: published(number)
        for name in component.__slots__
        if isinstance(number := getattr(component, name), float)
    }
    return replace(component, **exact)


def _needed(profile: Profile, brief: Brief, population: Population) -> Profile:
    """Nothing more of a creator than this brief looks at."""
    audience = {}
    wanted = {target.dimension: dict.fromkeys(target.wanted) for target in brief.targets}
    if (country := profile.main_country) is not None and (wanted.keys() & set(BY_COUNTRY)):
        wanted.setdefault(COUNTRY, {})[country] = None
    for dimension, codes in wanted.items():
        cells = population.observed(profile, dimension)
        if cells is not None:
            shares = {code: cells.shares[code] for code in codes if code in cells.shares}
            audience[dimension] = Cells(shares, cells.n, cells.trust)
    return replace(profile, audience=audience, language_codes=())


def _used(population: Population, brief: Brief, profiles: Sequence[Profile]) -> Population:
    """Nothing more of the market than these creators were held against."""
    shares, by_country = {}, {}
    for target in brief.targets:
        for profile in profiles:
            country = (profile.main_country or "", target.dimension)
            known = population.usual(profile, target.dimension)
            usual = {code: known[code] for code in target.wanted if code in known}
            if country in population.by_country and target.dimension in BY_COUNTRY:
                by_country[country] = usual
                continue
            key = (profile.main_topic, target.dimension)
            key = key if key in population.shares else (None, target.dimension)
            shares[key] = usual
    wanted = wanted_topics(brief, population)
    strangers = any(profile.main_topic is None for profile in profiles)
    mean = population.mean_topics if strangers else {}
    return replace(
        population,
        shares=shares,
        by_country=by_country,
        kappa={one.dimension: population.strength(one.dimension) for one in brief.targets},
        mean_topics={topic: mean[topic] for topic in wanted if topic in mean},
        near=_near(population.near, brief, {*mean, *(t for p in profiles for t in p.topics)}),
        value=_scales(population.value, profiles),
        engagement=_scales(population.engagement, profiles),
    )


def _near(near: Near, brief: Brief, topics: Collection[str]) -> dict[str, dict[str, float]]:
    """What is near to the brief's topics, of the topics there are."""
    found = {
        topic: {other: part for other, part in near.get(topic, {}).items() if other in topics}
        for topic in brief.topics
    }
    return {topic: others for topic, others in found.items() if others}


def _scales(
    scales: Mapping[str | None, Scale], profiles: Sequence[Profile]
) -> dict[str | None, Scale]:
    """Of each platform its own scale, or everyone's where it has none."""
    used = {one.platform if one.platform in scales else None: None for one in profiles}
    return {platform: scales[platform] for platform in used if platform in scales}
