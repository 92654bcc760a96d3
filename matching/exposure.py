"""Who is seen: the order of a ranking among near-equals, so that everyone who fits gets a share.

The score decides. Within a few points of it, whoever was shown less than their share goes
first, and every fifth place is drawn among those who fit. Nothing here knows a size: scores,
credits and a seed come in, places go out. The same three give the same order, always.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate, pairwise
from math import isfinite, log2
from typing import Any, Literal

#: Credit moves somebody up by at most so many points of score …
LIFT = 3.0
#: … and nobody, drawn or lifted, ever stands above somebody who is more points better.
BOUND = 6.0
#: Who fits: at most `LIFT` points below the creator in this place of the ranking.
LEADERS = 9
#: As many of the best of a ranking are looked at; whoever stands further down is not lifted.
CANDIDATES = 400
#: Every so many places, one is drawn.
EVERY = 5
#: A whole showing in the first place. With so much credit the lift is whole.
FULL = 1.0
#: No more credit than this is kept, so that nobody comes back to months of it.
MOST = 3.0
#: What somebody without credit weighs in a draw. With credit its square comes on top, so that
#: who has waited longest is far the likeliest.
LEAST = 0.1

RULES: Mapping[str, float] = {
    "lift": LIFT,
    "bound": BOUND,
    "leaders": float(LEADERS),
    "candidates": float(CANDIDATES),
    "every": float(EVERY),
    "full": FULL,
    "most": MOST,
    "least": LEAST,
}

Kind = Literal["score", "lifted", "drawn", "sorted"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One position of a list, from 1, and who stands there.

    place       their place by score alone, from 1.
    kind        "score": nobody left was better; "lifted": credit put them before a better
                one; "drawn": chance did, among all who fit and were in reach; "sorted": the
                list has an order of its own, and none of this applies.
    lift        the points their credit was worth.
    propensity  how likely it was that they stand here, given who stands above: 1 unless drawn.
    """

    position: int
    place: int
    kind: Kind
    lift: float
    propensity: float

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def fitting(scores: Sequence[float]) -> int:
    """How many of a ranking, best first, fit: these are due a share of being seen."""
    if not scores:
        return 0
    floor = scores[min(LEADERS, len(scores)) - 1] - LIFT
    return min(CANDIDATES, bisect_right(scores, -floor, key=lambda score: -score))


def worth(position: int) -> float:
    """How much of being seen a position gives: 1 for the first, 0.63 for the second, 0.27 …"""
    return 1 / log2(1 + position)


def credit(carried: float, due: float, shown: float) -> float:
    """What somebody is owed, in showings in the first place; being shown more is no debt later."""
    return min(MOST, max(0.0, carried + due - shown))


def lift(owed: float) -> float:
    """The points that credit is worth."""
    return LIFT * min(1.0, owed / FULL)


def chance(seed: str, position: int) -> float:
    """The number in [0, 1) that decides a draw: anybody can work it out from the seed."""
    digest = sha256(f"{seed}/{position}".encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / 2**53


def arranged(
    scores: Sequence[float], credits: Sequence[float], seed: str, *, upto: int | None = None
) -> list[Slot]:
    """The order to show a ranking in: its first `upto` positions, or all of them.

    scores   of the ranking, best first.
    credits  what each is owed, in the same order; of those who don't fit it isn't looked at.
    seed     says whose list of which day it is.

    Every position depends on those above it only, so that pages of one list agree.
    """
    _check(scores, credits)
    size = len(scores) if upto is None else min(upto, len(scores))
    return list(_placed(scores, credits, seed, size))


def _placed(
    scores: Sequence[float], credits: Sequence[float], seed: str, size: int
) -> Iterator[Slot]:
    fits = fitting(scores)
    lifts = [lift(owed) for owed in credits[:fits]]
    left = list(range(fits))
    for position in range(1, min(size, fits) + 1):
        best = left[0]
        if position % EVERY == 0 and len(left) > 1:
            row, likely = _drawn(scores, credits, left, chance(seed, position))
            kind: Kind = "drawn"
        else:
            near = _near(scores, left, LIFT)
            # Of equals the first by score, and then by the ranking's own order.
            row, likely = min(near, key=lambda one: (-scores[one] - lifts[one], one)), 1.0
            kind = "score" if row == best else "lifted"
        left.remove(row)
        yield Slot(position, row + 1, kind, lifts[row] if kind == "lifted" else 0.0, likely)
    for position in range(fits + 1, size + 1):
        yield Slot(position, position, "score", 0.0, 1.0)


def _near(scores: Sequence[float], left: Sequence[int], within: float) -> list[int]:
    """Those left who are at most so much worse than the best left."""
    floor = scores[left[0]] - within
    return [row for row in left if scores[row] >= floor]


def _drawn(
    scores: Sequence[float], credits: Sequence[float], left: Sequence[int], number: float
) -> tuple[int, float]:
    """Whom a number picks of those in reach, and how likely that was."""
    near = _near(scores, left, BOUND)
    weights = [LEAST + min(MOST, credits[row]) ** 2 for row in near]
    sums = list(accumulate(weights))
    picked = next(
        (place for place, top in enumerate(sums) if number * sums[-1] < top), len(near) - 1
    )
    return near[picked], weights[picked] / sums[-1]


def _check(scores: Sequence[float], credits: Sequence[float]) -> None:
    if len(scores) != len(credits):
        raise ValueError("give every score a credit")
    if not all(map(isfinite, scores)) or not all(map(isfinite, credits)):
        raise ValueError("scores and credits must be numbers")
    if any(after > before for before, after in pairwise(scores)):
        raise ValueError("scores must come best first")
    if any(owed < 0 for owed in credits):
        raise ValueError("credit must be 0 or more")


def due(positions: Iterable[int], fits: int) -> float:
    """The share of each who fits in what these positions, shown to one of them each, gave."""
    return sum(map(worth, positions)) / fits if fits else 0.0


def loss(scores: Sequence[float], slots: Sequence[Slot]) -> float:
    """The points a list gives away on average against the order by score, positions weighed."""
    weights = [worth(slot.position) for slot in slots]
    lost = sum(
        weight * (scores[slot.position - 1] - scores[slot.place - 1])
        for weight, slot in zip(weights, slots, strict=True)
    )
    return lost / sum(weights) if slots else 0.0
