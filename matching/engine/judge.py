"""A block of rows: who meets the conditions, and what each scores."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from . import coding
from .coding import DIGITS, EXACT
from .layout import (
    CHOSEN,
    COUNTRY_OF,
    CURRENCY,
    FLAGS,
    PER_POST,
    PRICE,
    RATE,
    SIZE,
    Columns,
)
from .machine import as_eights, ones_of, window
from .plan import AUDIENCE, PART, TOPIC, Asked
from .terms import (
    add_dense,
    add_slot,
    clipped,
    close_group,
    close_term,
    rate_logs,
    topic_logs,
    value_logs,
)

Array = NDArray[Any]

#: Less than any sum of prices can bring back above zero.
_NOT_KNOWN = np.float32(-1e30)
_PER_DIGITS = np.float32(1 / DIGITS)
_TWO, _FOUR = np.float32(2), np.float32(4)
_PART_LOW, _PART_STEP = np.float32(coding.PART.low), np.float32(coding.PART.step)


class Desk(NamedTuple):
    """Where a block is worked on: an entry a row."""

    fine: Array
    logs: Array
    share: Array
    part: Array
    price: Array
    found: Array
    here: Array


@njit(nogil=True, forceinline=True)
def a_desk(floats: Array, words: Array, bytes: Array) -> Desk:
    """On memory the caller keeps: four rows of floats, one of words, two of bytes."""
    return Desk(
        window(bytes[0], 0),
        window(floats[0], 0),
        window(floats[1], 0),
        window(floats[2], 0),
        window(floats[3], 0),
        window(words[0], 0),
        window(bytes[1], 0),
    )


@njit(nogil=True, forceinline=True)
def eligible(desk: Desk, c: Columns, a: Asked) -> int:  # noqa: C901
    """Mark who of a block meets the conditions, and count them."""
    fine = desk.fine
    n = fine.shape[0]
    chosen, bit = window(c.bytes[CHOSEN], 0), np.uint8(a.chosen_bit)
    for i in range(n):
        fine[i] = (chosen[i] >> bit) & np.uint8(1)
    if not a.any_country:
        _in_countries(fine, desk.here, window(c.bytes[COUNTRY_OF], 0), a)
    if a.languages:
        languages, wanted = c.languages, np.uint32(a.languages)
        for i in range(n):
            fine[i] &= np.uint8((languages[i] & wanted) != 0)
    if a.most_size < 255:
        size, most = window(c.bytes[SIZE], 0), np.uint8(a.most_size)
        for i in range(n):
            fine[i] &= np.uint8(size[i] <= most)
    if a.avoid:
        flags, avoid = window(c.bytes[FLAGS], 0), np.uint8(a.avoid)
        for i in range(n):
            fine[i] &= np.uint8((flags[i] & avoid) == 0)
    if a.by_price and fine.max():
        price = desk.price
        prices_of(price, c, a)
        low, high = max(a.price_min, 1.0), a.price_max
        for i in range(n):
            fine[i] &= np.uint8(price[i] >= low) & np.uint8(price[i] <= high)
    count, eights = 0, as_eights(fine)
    for i in range(eights.shape[0]):
        count += ones_of(eights[i])
    return count


@njit(nogil=True, forceinline=True)
def as_bits(fine: Array) -> Any:
    """Ones and zeros as the bits of one number."""
    found = np.uint64(0)
    for i in range(fine.shape[0]):
        found |= np.uint64(fine[i]) << np.uint64(i)
    return found


@njit(nogil=True, forceinline=True)
def _in_countries(fine: Array, here: Array, country: Array, a: Asked) -> None:
    n = fine.shape[0]
    here[:] = 0
    for code in a.country_list:
        wanted = np.uint8(code)
        for i in range(n):
            here[i] |= np.uint8(country[i] == wanted)
    for i in range(n):
        fine[i] &= here[i]


@njit(nogil=True, forceinline=True)
def prices_of(price: Array, c: Columns, a: Asked) -> None:
    """Of all the work asked for; 0 where one price is not known.

    In float32, which holds four digits and four zeros of each price exactly.
    """
    n = price.shape[0]
    currency, wanted = window(c.bytes[CURRENCY], 0), np.uint8(a.currency)
    for i in range(n):
        price[i] = np.float32(0) if currency[i] == wanted else _NOT_KNOWN
    for at in range(a.work.shape[0]):
        _add_price(price, window(c.words[PRICE + a.work[at]], 0), a.work_count[at])
    for i in range(n):
        price[i] = max(price[i], np.float32(0))


@njit(nogil=True, forceinline=True)
def _add_price(price: Array, codes: Array, count: Any) -> None:
    for i in range(price.shape[0]):
        code = np.int32(codes[i])
        over = np.float32(max(code - np.int32(EXACT), np.int32(0)))
        decade = np.float32(np.int32((over + np.float32(0.5)) * _PER_DIGITS))
        size = np.float32(10) if decade < _TWO else np.float32(1_000)
        size = size if decade < _FOUR else np.float32(100_000)
        half = np.float32(np.int32(decade * np.float32(0.5)))
        odd = decade - _TWO * half > np.float32(0.5)
        size *= np.float32(10) if odd else np.float32(1)
        large = (over - decade * np.float32(DIGITS) + np.float32(1_000)) * size
        one = large if code >= EXACT else np.float32(code)
        price[i] += count * one if code else _NOT_KNOWN


@njit(nogil=True, forceinline=True)
def step_logs(logs: Array, desk: Desk, c: Columns, a: Asked, step: int) -> None:
    """log2 of one component of each row of a block."""
    what, place = a.steps[step, 0], a.steps[step, 1]
    if what == AUDIENCE:
        _audience(logs, desk, c, a, place)
    elif what == PART:
        _part(logs, window(c.bytes[place], 0))
    elif what == TOPIC:
        topic_logs(logs, desk.share, c.topics, a)
    else:
        _money(logs, desk.price, c, a)


@njit(nogil=True, forceinline=True)
def _audience(logs: Array, desk: Desk, c: Columns, a: Asked, term: int) -> None:
    kind, share, part = a.terms[term, 0], desk.share, desk.part
    share[:] = 0
    for group in range(a.terms[term, 1], a.terms[term, 2]):
        part[:] = 0
        for cell in range(a.groups[group, 0], a.groups[group, 1]):
            add_dense(part, window(c.bytes[a.dense[cell]], 0), a.dense_weight[cell])
        for cell in range(a.groups[group, 2], a.groups[group, 3]):
            add_slot(part, desk.found, c, a, cell)
        close_group(share, part, a.group_weight[group], kind)
    close_term(logs, share, kind)


@njit(nogil=True, forceinline=True, fastmath={"contract"})
def _part(logs: Array, column: Array) -> None:
    for i in range(logs.shape[0]):
        byte = np.float32(column[i])
        logs[i] = min(_PART_LOW + (byte - np.float32(1)) * _PART_STEP, np.float32(0))


@njit(nogil=True, forceinline=True)
def _money(logs: Array, price: Array, c: Columns, a: Asked) -> None:
    flags = window(c.bytes[FLAGS], 0)
    rate_logs(logs, flags, window(c.bytes[RATE], 0), a)
    if a.by_value and a.work.shape[0]:
        prices_of(price, c, a)
        value_logs(logs, price, flags, window(c.bytes[PER_POST], 0), a)
    clipped(logs)
