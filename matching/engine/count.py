"""What is asked of a whole pool: a place in it, its medians, and who of some belongs to it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .bare import bare_columns, bare_plan
from .judge import Desk, a_desk, eligible, step_logs
from .layout import BLOCK, Columns
from .machine import bare, fence, seen_u32
from .plan import Asked
from .scan import STRETCH, _among, _climb, _start

Array = NDArray[Any]

_TRIES = 64
#: So many rows of a stretch go into a sample.
_EACH = 4


@njit(cache=True, nogil=True)
def members(c: Columns, a: Asked, rows: Array) -> int:
    """How many of these rows meet the conditions."""
    floats, words = np.empty((5, 1), np.float32), np.empty((1, 1), np.uint16)
    flags = np.empty((2, 1), np.uint8)
    desk = a_desk(floats, words, flags)
    c, a, found = bare_columns(c), bare_plan(a), 0
    for row in rows:
        found += eligible(desk, c, a, row, 1)
    floats[0, 0], words[0, 0], flags[0, 0] = 0, 0, 0  # they live until here
    return found


@njit(cache=True, nogil=True)
def higher(
    c: Columns, a: Asked, locks_at: int, bound: Array, count: Array, without: Array, least: Any
) -> int:
    """How many rows that meet the conditions score higher than this."""
    floats, words = np.empty((5, BLOCK), np.float32), np.empty((1, BLOCK), np.uint16)
    flags = np.empty((2, BLOCK), np.uint8)
    desk = a_desk(floats, words, flags)
    c, a = bare_columns(c), bare_plan(a)
    bounds, whole = bare(bound), bound.sum(axis=0)
    order, drop = np.argsort(a.step_cost), np.zeros(a.steps.shape[0], np.float32)
    found = 0
    for block in range(count.shape[0]):
        if not count[block] or whole[block] <= least:
            continue
        at, first = np.uint64(locks_at + 4 * block), block * BLOCK
        for _ in range(_TRIES):
            before, here = seen_u32(at), 0
            fence()
            if eligible(desk, c, a, first, BLOCK):
                _start(desk, whole[block])
                _climb(desk, c, a, bounds[:, block], order, drop, least, first)
                here = _above(desk.total, without, least, first)
            fence()
            if before % 2 == 0 and seen_u32(at) == before:
                found += here
                break
    floats[0, 0], words[0, 0], flags[0, 0] = 0, 0, 0  # they live until here
    return found


@njit(nogil=True, forceinline=True)
def _above(total: Array, without: Array, least: Any, first: int) -> int:
    found = 0
    for i in range(total.shape[0]):
        if total[i] > least and not _among(without, first + i):
            found += 1
    return found


@njit(cache=True, nogil=True)
def sample(c: Columns, a: Asked, count: Array, most: int) -> Any:
    """Components (log2) of about `most` rows that meet the conditions, evenly spread.

    From places evenly among all who do, a few rows each.
    """
    c, a, pool = bare_columns(c), bare_plan(a), 0
    for block in range(count.shape[0]):
        pool += max(count[block], 0)
    found = np.empty((a.steps.shape[0], most), np.float32)
    floats, words = np.empty((5, BLOCK), np.float32), np.empty((1, BLOCK), np.uint16)
    flags = np.empty((2, BLOCK), np.uint8)
    desk = a_desk(floats, words, flags)
    step = max(_EACH * pool / most, 1.0 if pool <= most else _EACH)
    size, passed, due = 0, 0, step / 2
    for block in range(count.shape[0]):
        here = max(count[block], 0)
        if passed + here > due:
            eligible(desk, c, a, block * BLOCK, BLOCK)
            seen, i = passed, 0
            while i < BLOCK and size < most:
                seen += desk.fine[i]
                if desk.fine[i] and seen > due:
                    each = 1 if pool <= most else _EACH
                    size = _take(found, size, desk, c, a, block * BLOCK, i, each)
                    due += step
                i += 1
        passed += here
    floats[0, 0], words[0, 0], flags[0, 0] = 0, 0, 0  # they live until here
    return found[:, :size]


@njit(nogil=True, forceinline=True)
def _take(
    found: Array,
    size: int,
    desk: Desk,
    c: Columns,
    a: Asked,
    first: int,
    at: int,
    few: int,
) -> int:
    """From this row on the next few who meet the conditions, within their stretch."""
    start = at // STRETCH * STRETCH
    logs = np.empty((a.steps.shape[0], STRETCH), np.float32)
    for step in range(a.steps.shape[0]):
        step_logs(logs[step], desk, c, a, step, first + start)
    for i in range(at, start + STRETCH):
        if desk.fine[i] and few > 0 and size < found.shape[1]:
            found[:, size] = logs[:, i - start]
            size, few = size + 1, few - 1
    return size
