"""A checksum for each block, fast enough to look at all of them whenever a file is opened."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .layout import BLOCK, BLOCK_BYTES
from .stored import Stored

Array = NDArray[Any]

_PATIENCE = 50
_PRIME = np.uint64(0x9E3779B97F4A7C15)
# Two numbers for each eight bytes of a block, so that what moves is noticed as well.
_FACTORS = (np.arange(1, BLOCK_BYTES // 8 + 1, dtype=np.uint64) * _PRIME) | np.uint64(1)


@njit(cache=True, nogil=True)
def _block_sum(block: Array, factors: Array) -> Any:
    words, total = block.view(np.uint64), np.uint64(1)
    for place in range(words.shape[0]):
        word = words[place]
        total += (word ^ (word >> np.uint64(29))) * factors[place]
    return total


@njit(cache=True, nogil=True)
def _bad(raw: Array, locks: Array, sums: Array, last: int, factors: Array) -> Any:
    found = np.zeros(last, np.bool_)
    for block in range(last):
        before = locks[block]
        found[block] = _block_sum(raw[block], factors) != sums[block] or before % 2 == 1
    return found


def block_sum(stored: Stored, block: int) -> np.uint64:
    return np.uint64(_block_sum(stored.raw[block], _FACTORS))


def bad_blocks(stored: Stored) -> list[int]:
    """Blocks in use whose sums don't hold, or that somebody is writing."""
    last = -(-stored.rows // BLOCK)
    found = _bad(stored.raw, stored.locks, stored.sums, last, _FACTORS)
    return np.flatnonzero(found).tolist()


def settled(stored: Stored, block: int) -> bool:
    """Look at it again while it changes. One whose writer is gone stays locked: no damage."""
    for _ in range(_PATIENCE):
        before = int(stored.locks[block])
        same = block_sum(stored, block) == stored.sums[block]
        if same and before % 2 == 0:
            return True
        if before % 2 == 0 and before == int(stored.locks[block]):
            return False
        time.sleep(0.001)
    return True
