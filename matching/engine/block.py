"""Where in a block what is, for compiled code."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from .layout import (
    BEYOND_AT,
    BLOCK,
    BLOCK_BYTES,
    BYTES,
    IDS_AT,
    LANGUAGES_AT,
    TOPICS_AT,
    WORDS,
    WORDS_AT,
    Columns,
)
from .machine import pointer

Array = NDArray[Any]


@njit(nogil=True, forceinline=True)
def block_of(raw: Array, block: int) -> Columns:
    """A block's rows as columns."""
    at = raw.ctypes.data + block * BLOCK_BYTES
    return Columns(
        carray(pointer(at), (BYTES, BLOCK), np.uint8),
        carray(pointer(at + WORDS_AT), (WORDS, BLOCK), np.uint16),
        carray(pointer(at + LANGUAGES_AT), (BLOCK,), np.uint32),
        carray(pointer(at + TOPICS_AT), (BLOCK,), np.uint64),
        carray(pointer(at + BEYOND_AT), (BLOCK,), np.uint64),
        carray(pointer(at + IDS_AT), (2, BLOCK), np.uint64),
    )
