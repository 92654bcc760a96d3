"""A scan from end to end: what is read, in which order, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import count as counts
from . import scan, slow
from .layout import BLOCK
from .plan import Plan
from .stored import Stored, blocks_of

Array = NDArray[Any]

#: Medians are taken of so many, or of everyone when they are fewer.
SAMPLE = 512
#: Of k asked for a quarter must be sure to be there, and at most so many.
SURE, PART = 100, 4
#: So much more than asked for is looked for at once: mostly, whoever must be there then is.
SPARE = 8
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
    asked, raw = planned.asked, stored.raw
    locks = stored.locks.ctypes.data
    bound, count, known = scan.survey(raw, stored.summary, asked, locks, blocks_of(stored.rows))
    each, blocks, left_out = counts.sample(raw, asked, count, SAMPLE, without)
    order = _order(planned, bound[:, blocks], each)
    wide, most, sure = max(k + k // SPARE, 1), min(SURE, k // PART), False
    for _ in range(_TIMES + 1):
        octaves, rows, read, unread, _seen = scan.best(
            raw, asked, locks, bound, count, known, order, without, wide, scan.LOWEST
        )
        best = np.argsort(-octaves, kind="stable")
        best = best[rows[best] >= 0]
        least = _surely(stored, planned, rows[best[: 2 * most]], most)
        sure = len(best) < wide or octaves[best[-1]] <= least
        if sure or not most:
            break
        wide *= 2
    best = best[: max(k, int((octaves[best] > least).sum()) if most else k)]
    return Best(
        rows=rows[best],
        octaves=octaves[best],
        pool=int(np.maximum(count, 0).sum()) - left_out,
        medians=medians(planned, each),
        sampled=each.shape[1],
        unread=max(unread, BLOCK * int((count < 0).sum())),
        read=read,
        sure=sure,
    )


def _order(planned: Plan, bound: Array, each: Array) -> Array:
    """Those first that take the most from a row's bound in their time, by a sample of rows."""
    asked = planned.asked
    drop = (bound - asked.step_weight[:, None] * each).sum(axis=1)
    return np.argsort(-(drop + 1e-6) / asked.step_cost)


def _surely(stored: Stored, planned: Plan, rows: Array, most: int) -> float:
    """What the best `most` of these reach at least, if nothing is taken to be larger than it may.

    Whoever may reach that is a candidate, too. Where all that is asked has a byte, everyone is.
    """
    if not most or len(rows) < most or not len(planned.asked.slots):
        return float("inf")
    some = stored.blocks.take(rows)
    least = slow.octaves(planned, some._replace(beyond=np.zeros_like(some.beyond)))
    return float(np.partition(least, -most)[-most])


def medians(planned: Plan, each: Array) -> dict[str, float]:
    if not each.shape[1]:
        return {}
    return dict(zip(planned.keys, np.exp2(np.median(each, axis=1)).tolist(), strict=True))


def higher(stored: Stored, planned: Plan, without: Array, octaves: float) -> int:
    asked, raw = planned.asked, stored.raw
    locks = stored.locks.ctypes.data
    bound, count, known = scan.survey(raw, stored.summary, asked, locks, blocks_of(stored.rows))
    each, blocks, _ = counts.sample(raw, asked, count, SAMPLE, without)
    order, least = _order(planned, bound[:, blocks], each), np.float32(octaves)
    *_rest, found = scan.best(raw, asked, locks, bound, count, known, order, without, 0, least)
    return int(found)
