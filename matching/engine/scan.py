"""The scan: best blocks first, and of each only what may still reach the best k.

A row starts at what its block can reach at most; one component after the other takes the
place of its bound. When no row of a block can reach the current k-th best any more, the
rest of its components is not read.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .bare import bare_plan, bare_summary
from .block import block_of
from .bounds import ALL, OUT, SOME, block_bounds, decided
from .judge import Desk, a_desk, as_bits, eligible, step_logs
from .layout import BLOCK, BLOCK_BYTES, CHOSEN, LINE, Columns
from .machine import bare, fence, seen_u32, soon, window
from .plan import Asked
from .summary import Summary

Array = NDArray[Any]

_TRIES = 64
#: Blocks whose bounds are within an eighth of an octave are taken as they lie.
_STEPS, _FINE = 64, 8
LOWEST = np.float32(-1e9)
_LANES = 8


@njit(cache=True, nogil=True)
def survey(raw: Array, s: Summary, a: Asked, locks_at: int, blocks: int) -> Any:
    """Of each block: what its components may be at best, and how many rows meet the conditions;
    and of those that were looked into who it is, a bit each, as of which number of its lock.

    A block that changes meanwhile may hold anything; -1 are counted where nobody could.
    """
    s, a = bare_summary(s), bare_plan(a)
    room = -(-blocks // BLOCK) * BLOCK
    bound, count = np.zeros((a.steps.shape[0], room), np.float32), np.zeros(blocks, np.int32)
    state, before = np.empty(blocks, np.uint8), np.empty(blocks, np.uint32)
    met = np.zeros(blocks, np.uint64)
    floats = np.empty((2, BLOCK), np.float32)
    for block in range(blocks):
        before[block] = seen_u32(np.uint64(locks_at + 4 * block))
    fence()
    for first in range(0, blocks, BLOCK):
        last, some = min(first + BLOCK, blocks), False
        for block in range(first, last):
            state[block] = decided(s, a, block)
            some |= state[block] != OUT
            if state[block] == ALL:
                count[block] = s.counts[a.chosen_bit, block]
        if some:
            block_bounds(bound, floats, s, a, first)
    fence()
    for block in range(blocks):
        moved = seen_u32(np.uint64(locks_at + 4 * block)) != before[block]
        if moved or before[block] % 2:
            state[block] = SOME
            bound[:, block] = 0
    _count(count, met, before, state, raw, a, locks_at)
    return bound, count, (met, before)


@njit(nogil=True, forceinline=True)
def _count(
    count: Array, met: Array, locked: Array, state: Array, raw: Array, a: Asked, locks_at: int
) -> None:
    floats, words = np.empty((4, BLOCK), np.float32), np.empty((1, BLOCK), np.uint16)
    flags = np.empty((2, BLOCK), np.uint8)
    desk = a_desk(floats, words, flags)
    for block in range(state.shape[0]):
        if state[block] != SOME:
            continue
        _soon(raw, min(block + 1, state.shape[0] - 1), a.filter_lines)
        count[block] = -1
        at = np.uint64(locks_at + 4 * block)
        for _ in range(_TRIES):
            before = seen_u32(at)
            fence()
            found = eligible(desk, block_of(raw, block), a)
            fence()
            if before % 2 == 0 and seen_u32(at) == before:
                count[block], met[block], locked[block] = found, as_bits(desk.fine), before
                break
    floats[0, 0], words[0, 0], flags[0, 0] = 0, 0, 0  # they live until here


@njit(nogil=True, forceinline=True)
def in_order(whole: Array, count: Array) -> Array:
    """Blocks that hold somebody, best bound first; those about alike as they lie."""
    blocks = count.shape[0]
    place = np.zeros(_STEPS + 1, np.int64)
    step = np.empty(blocks, np.int32)
    for block in range(blocks):
        step[block] = -1
        if count[block]:
            step[block] = min(int(max(-whole[block], np.float32(0)) * _FINE), _STEPS - 1)
            place[step[block] + 1] += 1
    for at in range(_STEPS):
        place[at + 1] += place[at]
    order = np.empty(place[_STEPS], np.int32)
    for block in range(blocks):
        if step[block] >= 0:
            order[place[step[block]]] = block
            place[step[block]] += 1
    return order


@njit(cache=True, nogil=True)
def best(
    raw: Array,
    a: Asked,
    locks_at: int,
    bound: Array,
    count: Array,
    known: Any,
    order: Array,
    without: Array,
    k: int,
    above: Any,
) -> Any:
    """(scores, rows) of the best k above a score, in no order; how many values were worked out,
    how many rows could not be read, and how many are seen to be above: all, where k is 0.

    known: who meets the conditions, of blocks looked into, as `survey` has it.
    order: the components, in the order in which they are worked out.
    """
    a, whole = bare_plan(a), bound.sum(axis=0)
    scores, rows = np.full(max(k, 1), above, np.float32), np.full(max(k, 1), -1, np.int64)
    floats, words = np.empty((5, BLOCK), np.float32), np.empty((1, BLOCK), np.uint16)
    flags = np.empty((2, BLOCK), np.uint8)
    desk, bounds, total = a_desk(floats, words, flags), bare(bound), window(floats[4], 0)
    blocks = in_order(whole, count)
    read, unread, found, deep = 0, 0, 0, 1
    for place in range(blocks.shape[0]):
        block, least = blocks[place], scores[0]
        if whole[block] <= least:
            continue
        at, after = np.uint64(locks_at + 4 * block), blocks[min(place + 1, blocks.shape[0] - 1)]
        here = at, block, after, deep, known[0][block], known[1][block]
        steps = _block(total, desk, raw, a, here, bounds[:, block], order, least)
        unread += BLOCK if steps < 0 else 0
        read, deep = read + max(steps, 0) * BLOCK, max(steps, 1)
        if steps > 0 and _highest(total, desk.logs) > scores[0]:
            found += _push(scores, rows, total, without, block * BLOCK, k)
    floats[0, 0], words[0, 0], flags[0, 0] = 0, 0, 0  # they live until here
    return scores, rows, read, unread, found


@njit(nogil=True, forceinline=True)
def _block(
    total: Array,
    desk: Desk,
    raw: Array,
    a: Asked,
    here: Any,
    bound: Array,
    order: Array,
    least: Any,
) -> int:
    """A block's rows into `total`, as they stand while its lock is free: how many steps that
    took, -1 if it never was.

    here: where its lock is, its number, the next one's, how many steps of that are fetched; and
    who meets the conditions, if that is known and the lock is still at this number.
    """
    at, block, after, ahead, met, locked = here
    c, whole = block_of(raw, block), bound.sum()
    _fetch(raw, a, after, order, ahead)
    for _ in range(_TRIES):
        before, steps = seen_u32(at), 0
        fence()
        some = True
        if met and before == locked:
            _start_with(total, met, whole)
        else:
            some = eligible(desk, c, a) > 0
            _start(total, desk.fine, whole)
        if some:
            steps = _climb(total, desk, c, a, bound, order, least)
        fence()
        if before % 2 == 0 and seen_u32(at) == before:
            return steps
    return -1


@njit(nogil=True, forceinline=True)
def _fetch(raw: Array, a: Asked, block: int, order: Array, deep: int) -> None:
    """Have a block on its way while the one before it is worked on: what so many steps read."""
    at = raw.ctypes.data + block * BLOCK_BYTES
    soon(at + CHOSEN * LINE)
    for step in order[:deep]:
        for line in range(a.step_lines[step], a.step_lines[step + 1]):
            soon(at + a.lines[line])


@njit(nogil=True, forceinline=True)
def _soon(raw: Array, block: int, lines: Array) -> None:
    at = raw.ctypes.data + block * BLOCK_BYTES
    for line in lines:
        soon(at + line)


@njit(nogil=True, forceinline=True)
def _start(total: Array, fine: Array, whole: Any) -> None:
    for i in range(total.shape[0]):
        total[i] = whole if fine[i] else LOWEST


@njit(nogil=True, forceinline=True)
def _start_with(total: Array, met: Any, whole: Any) -> None:
    for i in range(total.shape[0]):
        total[i] = whole if (met >> np.uint64(i)) & np.uint64(1) else LOWEST


@njit(nogil=True, forceinline=True)
def _climb(
    total: Array,
    desk: Desk,
    c: Columns,
    a: Asked,
    bound: Array,
    order: Array,
    least: Any,
) -> int:
    """Components take the place of their bounds while somebody may be better than `least`.

    Returns how many did. Whoever is not better is left below `least`.
    """
    steps = 0
    for step in order:
        step_logs(desk.logs, desk, c, a, step)
        steps += 1
        _replace(total, desk.logs, a.step_weight[step], bound[step])
        if _highest(total, desk.logs) <= least:
            break
    return steps


@njit(nogil=True, forceinline=True, fastmath={"contract"})
def _replace(total: Array, logs: Array, weight: Any, bound: Any) -> None:
    for i in range(total.shape[0]):
        total[i] += weight * logs[i] - bound


@njit(nogil=True, forceinline=True)
def _highest(total: Array, scratch: Array) -> Any:
    """By halves, which becomes vector code. One after the other would not."""
    half = total.shape[0] // 2
    for i in range(half):
        scratch[i] = max(total[i], total[i + half])
    while half > _LANES:
        half //= 2
        for i in range(half):
            scratch[i] = max(scratch[i], scratch[i + half])
    most = scratch[0]
    for i in range(1, _LANES):
        most = max(most, scratch[i])
    return most


@njit(nogil=True, forceinline=True)
def _push(scores: Array, rows: Array, total: Array, without: Array, first: int, k: int) -> int:
    found = 0
    for i in range(total.shape[0]):
        if total[i] > scores[0] and not _among(without, first + i):
            found += 1
            if k:
                _sift(scores, rows, total[i], first + i)
    return found


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
