"""A scan from end to end: what is read, in which order, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import count as counts
from . import scan, slow
from .plan import Plan
from .stored import Stored, blocks_of

Array = NDArray[Any]

#: Medians are taken of so many, or of everyone when they are fewer.
SAMPLE = 512
#: Of k asked for a quarter must be sure to be there, and at most so many.
SURE, PART = 100, 4
#: How often the search is made twice as wide for their sake.
_TIMES = 4


@dataclass(frozen=True, slots=True)
class Best:
    rows: Array
    octaves: Array
    pool: int
    medians: dict[str, float]
    sampled: int
    unread: int
    read: int
    sure: bool


def search(stored: Stored, planned: Plan, without: Array, k: int) -> Best:
    asked, columns = planned.asked, stored.columns
    locks = stored.locks.ctypes.data
    bound, count = scan.survey(columns, stored.summary, asked, locks, blocks_of(stored.rows))
    wide, most, sure = max(k, 1), min(SURE, k // PART), False
    for _ in range(_TIMES + 1):
        octaves, rows, read, unread = scan.best(columns, asked, locks, bound, count, without, wide)
        order = np.argsort(-octaves, kind="stable")
        order = order[rows[order] >= 0]
        least = _surely(stored, planned, rows[order], most)
        sure = len(order) < wide or octaves[order[-1]] <= least
        if sure or not most:
            break
        wide *= 2
    order = order[: max(k, int((octaves[order] > least).sum()) if most else k)]
    each = counts.sample(columns, asked, count, SAMPLE)
    pool = int(np.maximum(count, 0).sum()) - counts.members(columns, asked, without)
    return Best(
        rows=rows[order],
        octaves=octaves[order],
        pool=pool,
        medians=medians(planned, each),
        sampled=each.shape[1],
        unread=unread,
        read=read,
        sure=sure,
    )


def _surely(stored: Stored, planned: Plan, rows: Array, most: int) -> float:
    """What the best `most` of these reach, if nothing is taken to be larger than it may be.

    Whoever may reach that is a candidate, too. Where all that is asked has a byte, everyone is.
    """
    if not most or len(rows) < most or not len(planned.asked.slots):
        return float("inf")
    some = stored.columns.take(rows)
    least = slow.octaves(planned, some._replace(beyond=np.zeros_like(some.beyond)))
    return float(np.partition(least, -most)[-most])


def medians(planned: Plan, each: Array) -> dict[str, float]:
    if not each.shape[1]:
        return {}
    return dict(zip(planned.keys, np.exp2(np.median(each, axis=1)).tolist(), strict=True))


def higher(stored: Stored, planned: Plan, without: Array, octaves: float) -> int:
    asked, columns = planned.asked, stored.columns
    locks = stored.locks.ctypes.data
    bound, count = scan.survey(columns, stored.summary, asked, locks, blocks_of(stored.rows))
    return int(counts.higher(columns, asked, locks, bound, count, without, np.float32(octaves)))
