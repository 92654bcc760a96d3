"""Ranking a pool of creators for a brief."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .explain import Component, Match, explained
from .pool import Pool
from .population import Population
from .profiles import Brief, Id, Profile
from .score import FORMULA_VERSION, Column, columns, scores

#: Scores closer than this are equal, and the id decides.
TIE_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Ranking:
    """A ranked pool, best first.

    version  of the formula.
    weights  component -> its part of all weights, summing to 1.
    pool     how many creators were compared; `matches` may hold fewer.
    """

    version: str
    weights: Mapping[str, float]
    pool: int
    matches: tuple[Match, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as plain values that `json.dumps` takes."""
        return {
            "version": self.version,
            "weights": dict(self.weights),
            "pool": self.pool,
            "matches": [match.as_dict() for match in self.matches],
        }


@dataclass(frozen=True, slots=True)
class Among:
    """A pool as a whole: how many it holds, and the median of each component in it."""

    size: int
    medians: Mapping[str, float]


def rank(
    brief: Brief,
    profiles: Iterable[Profile] | Pool,
    population: Population | None = None,
    top: int | None = None,
    only: Collection[Id] | None = None,
    *,
    among: Among | None = None,
    explain: bool = True,
) -> Ranking:
    """Rank the pool for the brief.

    profiles    the eligible pool: hard filters are the caller's. Medians are taken over it.
                A `Pool` keeps its columns, for many briefs, and has its own population.
    population  the market behind priors, scales and what is near to a topic; the pool itself
                when left out.
    top         return the best so many.
    only        return these creators alone, in their place among the pool.
    among       the pool these profiles are the best of, where it is too large to hand over.
    explain     False leaves the matches without their components.
    """
    pool = Pool.of(profiles, population)
    found = columns(brief, pool)
    reached = scores(found, len(pool))
    ids = [profile.id for profile in pool.profiles]
    ties = np.round(reached, TIE_DIGITS).tolist()
    order = sorted(range(len(pool)), key=lambda row: (-ties[row], _in_order(ids[row])))
    kept = [(place, row) for place, row in enumerate(order, 1) if only is None or ids[row] in only][
        :top
    ]
    whys = _whys(found, [row for _, row in kept], among) if explain else [()] * len(kept)
    return Ranking(
        version=FORMULA_VERSION,
        weights={column.key: column.weight for column in found},
        pool=among.size if among else len(pool),
        matches=tuple(
            Match(ids[row], float(reached[row]), place, why)
            for (place, row), why in zip(kept, whys, strict=True)
        ),
    )


def _whys(
    found: Sequence[Column], rows: Sequence[int], among: Among | None
) -> Sequence[tuple[Component, ...]]:
    if not rows:
        return []
    return explained(found, np.array(rows, dtype=np.intp), among.medians if among else None)


def _in_order(key: Id) -> tuple[int, str]:
    """Numbers by size before names by letter, so that any mix of ids has one order."""
    return (key, "") if isinstance(key, int) else (2**63, key)
