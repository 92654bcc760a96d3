"""Where the number of a code is kept: in what is known of a block, and when it finds no slot."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from .layout import COMMON, MARKED, SHARED


@njit(nogil=True, forceinline=True)
def place_of(number: Any) -> int:
    """Its row in `Summary.slot_top`: one of its own, or one it shares."""
    number = np.int64(number)
    return number if number < COMMON else COMMON + number % SHARED


@njit(nogil=True, forceinline=True)
def mark_of(number: Any) -> int:
    """Its bit in `Columns.beyond`."""
    number = np.int64(number)
    return number % MARKED if number < COMMON else MARKED + number % SHARED
