"""The scan: best blocks first, and of each only what may still reach the best k.

A row starts at what its block can reach at most; one component after the other takes the
place of its bound. When no row of a stretch can reach the current k-th best any more, the
rest of its components is not read.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .bare import bare_columns, bare_plan, bare_summary
from .bounds import ALL, SOME, block_bounds, decided
from .judge import Desk, a_desk, eligible, step_logs
from .layout import BLOCK, Columns
from .machine import bare, fence, seen_u32
from .plan import Asked
from .summary import Summary

Array = NDArray[Any]

#: Rows looked at together: as many as there are bytes in a line of the cache.
STRETCH = 64
_STRETCHES = BLOCK // STRETCH
_TRIES = 64
#: Blocks whose bounds are within an eighth of an octave are taken as they lie.
_STEPS, _FINE = 64, 8
#: Blocks worked out wholly to learn which components decide soonest.
_LEARN = 12
_LOWEST = np.float32(-1e9)


@njit(cache=True, nogil=True)
def survey(c: Columns, s: Summary, a: Asked, locks_at: int, blocks: int) -> Any:
    """Of each block: what its components may be at best, and how many rows meet the conditions.

    A block that changes meanwhile may hold anything; -1 are counted where nobody could.
    """
    c, s, a = bare_columns(c), bare_summary(s), bare_plan(a)
    bound, count = np.empty((a.steps.shape[0], blocks), np.float32), np.zeros(blocks, np.int32)
    state, before = np.empty(blocks, np.uint8), np.empty(blocks, np.uint32)
    for block in range(blocks):
        before[block] = seen_u32(np.uint64(locks_at + 4 * block))
    fence()
    for first in range(0, blocks, BLOCK):
        block_bounds(bound[:, first : min(first + BLOCK, blocks)], s, a, first)
    for block in range(blocks):
        state[block] = decided(s, a, block)
        if state[block] == ALL:
            count[block] = s.counts[a.chosen_bit, block]
    fence()
    for block in range(blocks):
        moved = seen_u32(np.uint64(locks_at + 4 * block)) != before[block]
        if moved or before[block] % 2:
            state[block] = SOME
            bound[:, block] = 0
    _count(count, state, c, a, locks_at)
    return bound, count


@njit(nogil=True, forceinline=True)
def _count(count: Array, state: Array, c: Columns, a: Asked, locks_at: int) -> None:
    floats, words = np.empty((5, BLOCK), np.float32), np.empty((1, BLOCK), np.uint16)
    flags = np.empty((2, BLOCK), np.uint8)
    desk = a_desk(floats, words, flags)
    for block in range(state.shape[0]):
        if state[block] != SOME:
            continue
        count[block] = -1
        at = np.uint64(locks_at + 4 * block)
        for _ in range(_TRIES):
            before = seen_u32(at)
            fence()
            found = eligible(desk, c, a, block * BLOCK, BLOCK)
            fence()
            if before % 2 == 0 and seen_u32(at) == before:
                count[block] = found
                break
    floats[0, 0], words[0, 0], flags[0, 0] = 0, 0, 0  # they live until here


@njit(nogil=True, forceinline=True)
def in_order(whole: Array, count: Array) -> Array:
    """Blocks that hold somebody, best bound first; those about alike as they lie."""
    place = np.zeros(_STEPS + 1, np.int64)
    step = np.empty(whole.shape[0], np.int32)
    for block in range(whole.shape[0]):
        step[block] = -1
        if count[block]:
            step[block] = min(int(max(-whole[block], np.float32(0)) * _FINE), _STEPS - 1)
            place[step[block] + 1] += 1
    for at in range(_STEPS):
        place[at + 1] += place[at]
    order = np.empty(place[_STEPS], np.int32)
    for block in range(whole.shape[0]):
        if step[block] >= 0:
            order[place[step[block]]] = block
            place[step[block]] += 1
    return order


@njit(cache=True, nogil=True)
def best(
    c: Columns, a: Asked, locks_at: int, bound: Array, count: Array, without: Array, k: int
) -> Any:
    """(scores, rows) of the best k, in no order; component values read; rows nobody could."""
    c, a = bare_columns(c), bare_plan(a)
    scores, rows = np.full(k, _LOWEST, np.float32), np.full(k, -1, np.int64)
    floats, words = np.empty((5, BLOCK), np.float32), np.empty((1, BLOCK), np.uint16)
    flags = np.empty((2, BLOCK), np.uint8)
    desk = a_desk(floats, words, flags)
    bounds = bare(bound)
    whole = bound.sum(axis=0)
    steps = a.steps.shape[0]
    order, drop = np.argsort(a.step_cost), np.zeros(steps, np.float32)
    learnt, read, unread = 0, 0, 0
    for block in in_order(whole, count):
        if whole[block] <= scores[0]:
            continue
        at, first, done = np.uint64(locks_at + 4 * block), block * BLOCK, False
        for _ in range(_TRIES):
            before = seen_u32(at)
            fence()
            here = 0
            if eligible(desk, c, a, first, BLOCK):
                least = _LOWEST if learnt < _LEARN else scores[0]
                _start(desk, whole[block])
                here = _climb(desk, c, a, bounds[:, block], order, drop, least, first)
            fence()
            if before % 2 == 0 and seen_u32(at) == before:
                done = True
                break
        if not done:
            unread += BLOCK
        elif here:
            read += here
            _push(scores, rows, desk.total, without, first)
            learnt += 1
            if learnt == _LEARN:
                order = np.argsort(-drop / a.step_cost)
    floats[0, 0], words[0, 0], flags[0, 0] = 0, 0, 0  # they live until here
    return scores, rows, read, unread


@njit(nogil=True, forceinline=True)
def _start(desk: Desk, whole: Any) -> None:
    total, fine = desk.total, desk.fine
    for i in range(total.shape[0]):
        total[i] = whole if fine[i] else _LOWEST


@njit(nogil=True, forceinline=True)
def _climb(
    desk: Desk,
    c: Columns,
    a: Asked,
    bound: Array,
    order: Array,
    drop: Array,
    least: Any,
    first: int,
) -> int:
    """Components take the place of their bounds while somebody may be better than `least`.

    Returns how many values were worked out. Whoever is not better is left below `least`.
    """
    read = 0
    for stretch in range(_STRETCHES):
        at = stretch * STRETCH
        part, logs = desk.total[at : at + STRETCH], desk.logs[:STRETCH]
        if part.max() <= least:
            continue
        for step in order:
            step_logs(logs, desk, c, a, step, first + at)
            most, fallen = _replace(part, logs, a.step_weight[step], bound[step])
            drop[step] += fallen
            read += STRETCH
            if most <= least:
                break
    return read


@njit(nogil=True, forceinline=True, fastmath={"contract", "reassoc", "nsz"})
def _replace(total: Array, logs: Array, weight: Any, bound: Any) -> Any:
    """The highest total after that, and how much all fell together."""
    most, fallen = _LOWEST, np.float32(0)
    for i in range(total.shape[0]):
        change = weight * logs[i] - bound
        total[i] += change
        most = max(most, total[i])
        fallen -= change
    return most, fallen


@njit(nogil=True, forceinline=True)
def _push(scores: Array, rows: Array, total: Array, without: Array, first: int) -> None:
    for stretch in range(_STRETCHES):
        at = stretch * STRETCH
        if total[at : at + STRETCH].max() <= scores[0]:
            continue
        for i in range(at, at + STRETCH):
            if total[i] > scores[0] and not _among(without, first + i):
                _sift(scores, rows, total[i], first + i)


@njit(nogil=True, forceinline=True)
def _among(without: Array, row: int) -> bool:
    at = np.searchsorted(without, row)
    return at < without.shape[0] and without[at] == row


@njit(nogil=True, forceinline=True)
def _sift(scores: Array, rows: Array, new: Any, row: int) -> None:
    """In place of the lowest, which is at the root of the heap."""
    size, at = scores.shape[0], 0
    while True:
        low = 2 * at + 1
        if low >= size:
            break
        if low + 1 < size and scores[low + 1] < scores[low]:
            low += 1
        if scores[low] >= new:
            break
        scores[at], rows[at] = scores[low], rows[low]
        at = low
    scores[at], rows[at] = new, row
