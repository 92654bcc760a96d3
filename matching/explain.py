"""Why a creator scored as they did: points against the pool's median, and what is unsure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .pool import Floats
from .profiles import Brief, Id, Profile
from .score import Column

#: With fewer people sampled a page says "too few to say".
TOO_FEW = 30
#: The interval holds the middle 90 % of what the share could be.
TAIL = 0.05
#: However many were counted, an interval says no more than this many people would: audiences
#: move on after they are measured, and a report is of the day it was made.
LASTING = 100.0
#: Enough for a tenth of a percentage point.
_GRID = 128


@dataclass(frozen=True, slots=True)
class Component:
    """One factor of a score; label-free, so that a page can say it in any language.

    key             "age_gender", "age", "gender", "country", "city", "language",
                    "interest", "topic", "auth", "perf", "rel", "value" or "eng".
    value           the factor itself, in (0, 1]; the length of its bar.
    weight          its part of all weights; they sum to 1.
    points          100 * weight * ln(value / pool_median): about the percentage by which
                    this factor moves the score from where the median factor would put it.
    share_of_score  the part of ln(score / 100) this factor accounts for, in [0, 1]: of all
                    that is missing from 100, how much is missing here.
    pool_median     the median of `value` over the pool ranked.
    share, low, high  posterior share of the audience wanted and its 90 % interval,
                    0 <= low <= share <= high <= 1; None for what is not about the audience.
    n               people it was measured on (effective, see `aged_n`); None likewise.
    """

    key: str
    value: float
    weight: float
    points: float
    share_of_score: float
    pool_median: float
    share: float | None = None
    low: float | None = None
    high: float | None = None
    n: float | None = None

    @property
    def too_few(self) -> bool:
        """Whether too few people were measured to say."""
        return self.n is not None and self.n < TOO_FEW

    def as_dict(self) -> dict[str, Any]:
        names = ("key", "value", "weight", "points", "share_of_score", "pool_median")
        audience = ("share", "low", "high", "n", "too_few")
        return {name: getattr(self, name) for name in names + audience}


@dataclass(frozen=True, slots=True)
class Match:
    """One creator against one brief: `score` in (0, 100], `place` in the pool from 1."""

    id: Id
    score: float
    place: int
    components: tuple[Component, ...]

    def component(self, key: str) -> Component | None:
        return next((component for component in self.components if component.key == key), None)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values that `json.dumps` takes."""
        return {
            "id": self.id,
            "score": self.score,
            "place": self.place,
            "components": [component.as_dict() for component in self.components],
        }


@dataclass(frozen=True, slots=True)
class Expected:
    """For a page, never for a rank: what one post may bring from the audience wanted."""

    engagements: float
    cost_minor: float | None


def expected(brief: Brief, profile: Profile, match: Match) -> Expected | None:
    """Target engagements of one post, and the price of each; None when none were measured.

    Shares multiply as if dimensions were independent. A city lies inside a country, so
    only the city counts where both are wanted; a distribution is a likeness and not a
    share, so it does not count.
    """
    if profile.engagements_per_post is None:
        return None
    sets = {target.dimension for target in brief.targets if target.kind == "set"}
    covered = {"city": {"country"}, "age_gender": {"age", "gender"}}
    inside = {outer for inner in sets for outer in covered.get(inner, ())}
    engagements = profile.engagements_per_post * profile.genuine
    for component in match.components:
        if component.key in sets - inside and component.share is not None:
            engagements *= component.share
    cost = profile.price_minor / engagements if profile.price_minor and engagements else None
    return Expected(engagements, cost)


def beta_interval(share: Floats, n: Floats) -> tuple[Floats, Floats]:
    """The middle 90 % of Beta(share * n, (1 - share) * n).

    Of fewer than half a person nobody knows that there is anyone at all: an interval then begins
    at 0 (or ends at 1), and its other end is that of half a person.

    Read off a grid in log odds, where the density is smooth and has one peak however
    small the counts are.
    """
    nobody, everybody = share * n < 0.5, (1 - share) * n < 0.5
    yes, no = (
        np.maximum(share * n, 0.5)[:, None],
        np.maximum((1 - share) * n, 0.5)[:, None],
    )
    spread = np.sqrt(1 / yes + 1 / no)
    left, right = np.maximum(6 * spread, 12 / yes), np.maximum(6 * spread, 12 / no)
    odds = np.log(yes / no) - left + (left + right) * np.linspace(0, 1, _GRID)
    height = yes * odds - (yes + no) * np.logaddexp(0, odds)
    density = np.exp(height - height.max(axis=1, keepdims=True))
    mass = np.cumsum((density[:, 1:] + density[:, :-1]) / 2, axis=1)
    mass = np.concatenate([np.zeros_like(yes), mass], axis=1) / mass[:, -1:]
    ends = np.array(
        [np.interp((TAIL, 1 - TAIL), row, at) for row, at in zip(mass, odds, strict=True)]
    ).reshape(-1, 2)
    bounds = 1 / (1 + np.exp(-ends))
    low = np.where(nobody, 0.0, np.minimum(bounds[:, 0], share))
    return low, np.where(everybody, 1.0, np.maximum(bounds[:, 1], share))


def interval(share: Floats, sure: Floats) -> tuple[Floats, Floats]:
    """Where a share is today, nine times in ten, by a posterior as sure as so many people."""
    return beta_interval(share, sure * LASTING / (sure + LASTING))


def explained(
    found: Sequence[Column],
    rows: NDArray[np.intp],
    medians: Mapping[str, float] | None = None,
) -> list[tuple[Component, ...]]:
    """The components of the creators in `rows`.

    `medians` are those of the pool, by the column's key; without them, `found` is the pool.
    """
    if medians is None:
        medians = medians_of(found)
    missing = np.zeros(len(rows))
    for column in found:
        missing += column.weight * np.log(column.values[rows])
    by_column = [_components(column, rows, missing, medians[column.key]) for column in found]
    return list(zip(*by_column, strict=True))


def medians_of(found: Sequence[Column]) -> dict[str, float]:
    """What half of the pool has at least, a column."""
    return {column.key: float(np.median(column.values)) for column in found}


def _components(
    column: Column, rows: NDArray[np.intp], missing: Floats, median: float
) -> list[Component]:
    values = column.values[rows]
    parts = column.weight * np.log(values)
    points = 100 * (parts - column.weight * np.log(median))
    of_score = np.divide(parts, missing, out=np.zeros(len(rows)), where=missing < 0)
    keys = [column.keys[row] for row in rows] if column.keys else [column.key] * len(rows)
    plain = zip(keys, values.tolist(), points.tolist(), of_score.tolist(), strict=True)
    audience = _uncertain(column, rows)
    return [
        Component(key, value, column.weight, point, part, median, *unsure)
        for (key, value, point, part), unsure in zip(plain, audience, strict=True)
    ]


def _uncertain(column: Column, rows: NDArray[np.intp]) -> list[tuple[float | None, ...]]:
    if column.share is None or column.n is None or column.sure is None:
        return [(None, None, None, None)] * len(rows)
    share, n = column.share[rows], column.n[rows]
    low, high = interval(share, column.sure[rows])
    return list(zip(share.tolist(), low.tolist(), high.tolist(), n.tolist(), strict=True))
