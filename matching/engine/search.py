"""A scan from end to end: what is read, in which order, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import count as counts
from . import scan
from .plan import Plan
from .stored import Stored, blocks_of

Array = NDArray[Any]

#: Medians are taken of so many, or of everyone when they are fewer.
SAMPLE = 512


@dataclass(frozen=True, slots=True)
class Best:
    rows: Array
    octaves: Array
    pool: int
    medians: dict[str, float]
    sampled: int
    unread: int
    read: int


def search(stored: Stored, planned: Plan, without: Array, k: int) -> Best:
    asked, columns = planned.asked, stored.columns
    locks = stored.locks.ctypes.data
    bound, count = scan.survey(columns, stored.summary, asked, locks, blocks_of(stored.rows))
    found = scan.best(columns, asked, locks, bound, count, without, max(k, 1))
    octaves, rows, read, unread = found
    order = np.argsort(-octaves, kind="stable")
    order = order[rows[order] >= 0][:k]
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
    )


def medians(planned: Plan, each: Array) -> dict[str, float]:
    if not each.shape[1]:
        return {}
    return dict(zip(planned.keys, np.exp2(np.median(each, axis=1)).tolist(), strict=True))


def higher(stored: Stored, planned: Plan, without: Array, octaves: float) -> int:
    asked, columns = planned.asked, stored.columns
    locks = stored.locks.ctypes.data
    bound, count = scan.survey(columns, stored.summary, asked, locks, blocks_of(stored.rows))
    return int(counts.higher(columns, asked, locks, bound, count, without, np.float32(octaves)))
