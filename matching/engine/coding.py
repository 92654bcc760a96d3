"""How a number becomes one or two bytes, and what the bytes are worth.

Shares are kept as square roots: a likeness is then linear in the byte and a share its
square, and small shares keep more of their digits. Everything that is multiplied into a
score is kept as a logarithm, so that the scan only adds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.population import FEWEST
from matching.profiles import MOST_N
from matching.score import FLOOR

from .layout import LEVEL_MASK

Array = NDArray[Any]
Floats = NDArray[np.float64]

TOP = 255


class Logs:
    """One byte for the logarithm of a number between two ends; 0 for a number not known.

    `step` is in octaves. What lies beyond an end is kept as that end.
    """

    def __init__(self, low: float, high: float) -> None:
        self.low = float(np.log2(low))
        self.step = (float(np.log2(high)) - self.low) / (TOP - 1)

    def code(self, numbers: Array) -> NDArray[np.uint8]:
        known = np.isfinite(numbers) & (numbers >= 0)
        logs = np.log2(np.maximum(np.where(known, numbers, 1.0), 2.0**self.low))
        place = np.clip(np.rint((logs - self.low) / self.step), 0, TOP - 1) + 1
        return np.where(known, place, 0).astype(np.uint8)

    def log2(self, codes: Array) -> Floats:
        """Octaves; meaningless for code 0."""
        return self.low + (codes.astype(np.float64) - 1) * self.step


#: Components of the score that are a property of the account alone.
PART = Logs(FLOOR, 1.0)
#: Genuine engagements of one post, from a quarter to sixteen millions. A hundred times as many
#: is 65 steps exactly, so that an account a hundred times as large, for a hundred times the
#: price, is kept as just as good.
PER_POST = Logs(0.25, 0.25 * 100 ** ((TOP - 1) / 65))
#: Genuine engagements per person reached.
RATE = Logs(2.0**-14, 2.0**2)

# How much of a posterior is the prior: 1 for a sample of nobody.
_LEAST_PRIOR = FEWEST / (MOST_N + FEWEST)


def prior_codes(parts: Array) -> NDArray[np.uint8]:
    logs = np.log(np.maximum(parts, _LEAST_PRIOR)) / np.log(_LEAST_PRIOR)
    return np.clip(np.rint(logs * TOP), 0, TOP).astype(np.uint8)


#: In octaves.
PRIOR_STEP = float(np.log2(_LEAST_PRIOR)) / TOP
#: byte -> the prior's part of a posterior.
PRIOR_PART: Floats = np.exp2(np.arange(256) * PRIOR_STEP)


#: Steps of a share in a slot, in octaves: the highest is everyone, 0 is nobody.
LEVEL_STEP = 1 / 7


def level_codes(shares: Array) -> NDArray[np.uint8]:
    """What is above nobody is never kept as nobody."""
    steps = np.rint(np.log2(np.maximum(shares, 2.0**-20)) / LEVEL_STEP) + LEVEL_MASK
    return np.where(shares > 0, np.clip(steps, 1, LEVEL_MASK), 0).astype(np.uint8)


#: level -> share.
LEVELS: Floats = np.exp2((np.arange(LEVEL_MASK + 1) - LEVEL_MASK) * LEVEL_STEP)
LEVELS[0] = 0.0


def share_codes(shares: Array) -> NDArray[np.uint8]:
    return np.rint(TOP * np.sqrt(np.clip(shares, 0.0, 1.0))).astype(np.uint8)


# A price keeps four digits: exact up to 9,999, then four digits and a power of ten.
EXACT, DIGITS, _DECADES = 10_000, 9_000, 6


def price_codes(minor: Array) -> NDArray[np.uint16]:
    """0 is a price not known. Whoever asks more than the last code is kept at it."""
    minor = np.maximum(np.asarray(minor, dtype=np.int64), 0)
    codes = np.minimum(minor, EXACT - 1)
    for decade in range(1, _DECADES + 1):
        size = 10**decade
        digits = (minor + size // 2) // size
        fits = minor >= 1_000 * size
        codes = np.where(
            fits,
            EXACT + (decade - 1) * DIGITS + np.minimum(digits, 9_999) - 1_000,
            codes,
        )
    return codes.astype(np.uint16)


def _prices() -> Floats:
    codes = np.arange(1 << 16)
    decade, digits = np.divmod(np.maximum(codes - EXACT, 0), DIGITS)
    large = (digits + 1_000) * 10.0 ** np.minimum(decade + 1, _DECADES)
    return np.where(codes < EXACT, codes, large).astype(np.float64)


#: code -> minor units.
PRICES = _prices()


def _sizes() -> NDArray[np.int64]:
    parts = np.concatenate(
        [np.arange(100, 200, 10), np.arange(200, 500, 25), np.arange(500, 1_000, 25)]
    )
    return np.concatenate([parts * 10**decade for decade in range(6)]).astype(np.int64)


#: Byte i holds sizes up to SIZES[i].
SIZES = _sizes()


def size_codes(followers: Array) -> NDArray[np.uint8]:
    return np.searchsorted(SIZES, followers, side="left").astype(np.uint8)
