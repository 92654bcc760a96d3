"""An even sample of a pool: for its medians, and for the order of components in a scan."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .bare import bare_plan
from .block import block_of
from .judge import Desk, a_desk, eligible, step_logs
from .layout import BLOCK, Columns
from .machine import window
from .plan import Asked

Array = NDArray[Any]

#: So many rows of a block go into a sample.
_EACH = 4


@njit(cache=True, nogil=True)
def sample(raw: Array, a: Asked, count: Array, most: int, without: Array) -> Any:
    """(components, blocks, left out): log2 of the components of about `most` rows that meet the
    conditions, evenly spread, and which block each is in; how many of `without` meet them.

    From places evenly among all who do, a few rows each.
    """
    a, pool = bare_plan(a), 0
    for block in range(count.shape[0]):
        pool += max(count[block], 0)
    found, where = np.empty((a.steps.shape[0], most), np.float32), np.empty(most, np.int64)
    floats, words = np.empty((4, BLOCK), np.float32), np.empty((1, BLOCK), np.uint16)
    flags = np.empty((2, BLOCK), np.uint8)
    logs = np.empty((a.steps.shape[0], BLOCK), np.float32)
    desk = a_desk(floats, words, flags)
    step = max(_EACH * pool / most, 1.0 if pool <= most else _EACH)
    each = 1 if pool <= most else _EACH
    size, passed, due, left_out = 0, 0, step / 2, 0
    for block in range(count.shape[0]):
        here = max(count[block], 0)
        if passed + here > due:
            c = block_of(raw, block)
            eligible(desk, c, a)
            _components(logs, desk, c, a)
            place = found, where, size, block
            size, due = _take(place, logs, desk.fine, passed, due, step, each)
        passed += here
    for row in without:
        eligible(desk, block_of(raw, row // BLOCK), a)
        left_out += desk.fine[row % BLOCK]
    floats[0, 0], words[0, 0], flags[0, 0] = 0, 0, 0  # they live until here
    return found[:, :size], where[:size], left_out


@njit(nogil=True, forceinline=True)
def _take(
    place: Any, logs: Array, fine: Array, seen: int, due: float, step: float, each: int
) -> Any:
    """From each row of a block at which some are due, a few: (how many there are now, due)."""
    found, where, size, block = place
    few = 0
    for i in range(BLOCK):
        seen += fine[i]
        if fine[i] and seen > due:
            few, due = each, due + step
        if fine[i] and few > 0 and size < found.shape[1]:
            found[:, size], where[size] = logs[:, i], block
            size, few = size + 1, few - 1
    return size, due


@njit(nogil=True, forceinline=True)
def _components(logs: Array, desk: Desk, c: Columns, a: Asked) -> None:
    for step in range(a.steps.shape[0]):
        step_logs(window(logs[step], 0), desk, c, a, step)
