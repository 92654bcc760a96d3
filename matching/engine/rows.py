"""One row at a time: where an account is, and how its row changes while others read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from . import coding
from .block import block_of
from .layout import BLOCK, BYTES, ROW_BYTES, WORDS, Columns
from .machine import fence, told_u32
from .stored import Stored
from .summary import Summary, summarise, widen
from .sums import block_sum

Array = NDArray[Any]


def pack(one: Columns) -> bytes:
    """A row's columns as bytes, one after the other."""
    return b"".join(part.tobytes() for part in one)


def unpack(row: bytes) -> Columns:
    made = Columns.empty(1)
    at = 0
    for part in made:
        size = part.nbytes
        part.reshape(-1)[:] = np.frombuffer(row, part.dtype, part.size, at)
        at += size
    return made


@njit(cache=True, nogil=True)
def _change(
    row: int, one: Columns, raw: Array, s: Summary, prices: Array, lock_at: int, locked: int
) -> None:
    """Lock the block, let its summary cover the row, change it, and work the summary out."""
    told_u32(np.uint64(lock_at), np.uint32(locked))
    fence()
    block, at = row // BLOCK, row % BLOCK
    c = block_of(raw, block)
    widen(block, one, s, prices)
    fence()
    for column in range(BYTES):
        c.bytes[column, at] = one.bytes[column, 0]
    for column in range(WORDS):
        c.words[column, at] = one.words[column, 0]
    c.languages[at] = one.languages[0]
    c.topics[at] = one.topics[0]
    c.beyond[at] = one.beyond[0]
    c.ids[0, at] = one.ids[0, 0]
    c.ids[1, at] = one.ids[1, 0]
    fence()
    summarise(block, raw, s, prices)


def write_row(stored: Stored, row: int, one: bytes) -> None:
    """Make the row what these bytes say. Whoever dies on the way is finished by `mend`."""
    stored.remember(row, one)
    _write(stored, row, one)


def _write(stored: Stored, row: int, one: bytes) -> None:
    block = row // BLOCK
    locks = stored.locks
    lock = int(locks[block]) | 1
    at = locks.ctypes.data + 4 * block
    _change(row, unpack(one), stored.raw, stored.summary, coding.PRICES, at, lock)
    stored.sums[block] = block_sum(stored, block)
    _unlock(at, lock + 1 & 0xFFFFFFFF)


@njit(cache=True, nogil=True)
def _unlock(at: int, free: int) -> None:
    fence()
    told_u32(np.uint64(at), np.uint32(free))


def mend(stored: Stored) -> None:
    """Finish the change a writer died in. Only the one who writes may do this."""
    left = stored.remembered()
    if left is None:
        return
    row, one = left
    if row < stored.capacity and stored.locks[row // BLOCK] % 2:
        _write(stored, row, one)
        if row == stored.rows:
            stored.set_rows(row + 1)


# ── where an account is ────────────────────────────────────────────────────────────────────


@njit(cache=True, nogil=True)
def _place(low: Any, high: Any, mask: int) -> int:
    mixed = (low ^ (high * np.uint64(0x9E3779B97F4A7C15))) * np.uint64(0xBF58476D1CE4E5B9)
    return int(mixed >> np.uint64(20)) & mask


@njit(cache=True, nogil=True)
def _add(table: Array, ids: Array, first: int, last: int) -> None:
    mask = table.shape[0] - 1
    for row in range(first, last):
        block, inside = row // BLOCK, row % BLOCK
        at = _place(ids[1, block, inside], ids[0, block, inside], mask)
        while table[at]:
            at = (at + 1) & mask
        table[at] = row + 1


@njit(cache=True, nogil=True)
def _find(table: Array, ids: Array, high: Any, low: Any) -> int:
    mask = table.shape[0] - 1
    at = _place(low, high, mask)
    while table[at]:
        row = int(table[at]) - 1
        block, inside = row // BLOCK, row % BLOCK
        if ids[0, block, inside] == high and ids[1, block, inside] == low:
            return row
        at = (at + 1) & mask
    return -1


class Index:
    """Rows by id, made when first asked for. An account keeps its row as long as the file lasts."""

    def __init__(self) -> None:
        self._table = np.zeros(0, np.uint32)
        self._rows = 0
        self._ids: Array = np.zeros((2, 0, BLOCK), np.uint64)

    def upto(self, stored: Stored) -> Index:
        """With every row there is by now."""
        if not self._table.size:
            size = 1 << (2 * stored.capacity - 1).bit_length()
            self._table = np.zeros(size, np.uint32)
            self._ids = stored.blocks.ids.view()
            self._ids.flags.writeable = False
        if stored.rows > self._rows:
            _add(self._table, self._ids, self._rows, stored.rows)
            self._rows = stored.rows
        return self

    def find(self, high: int, low: int) -> int | None:
        row = _find(self._table, self._ids, np.uint64(high), np.uint64(low))
        return None if row < 0 else row


__all__ = ["ROW_BYTES", "Index", "mend", "pack", "unpack", "write_row"]
