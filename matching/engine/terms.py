"""The terms of a score over up to a block of rows at once, or over the tops of as many blocks.

Written as loops over contiguous bytes into small buffers, which the compiler turns into
vector code. The same code gives a row's score and a block's bound.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from . import coding
from .layout import (
    LAST_SLOT,
    LEVEL_BITS,
    LEVEL_MASK,
    MAIN_COUNTRY,
    NO_TOPIC,
    PLATFORM_MASK,
    SLOT,
    SLOTS,
    TOPIC_BITS,
    Columns,
)
from .machine import as_eights, bits_of_f32, f32_of_bits, ones_of, window
from .numbers import mark_of
from .plan import DISTRIBUTION, LOG_FLOOR, NOBODY, TOPIC_PARTS, Asked

Array = NDArray[Any]

# log2(1 + t) = t * q(t), exact at both ends, rising, within 0.00002.
_Q = tuple(np.float32(q) for q in (1.44183587, -0.70837215, 0.41355505, -0.19126251, 0.04424374))
# 2^t = 1 + t * (1 + (t - 1) * e(t)), exact at both ends, within a part in 180,000.
_E = tuple(np.float32(e) for e in (0.30696633, 0.06550811, 0.01369798))
_ONE, _MANTISSA, _EXPONENT = 0x3F800000, 0x7FFFFF, 127
#: How far a logarithm may be off.
SLACK = 0.0002

_FLOOR = np.float32(2.0**LOG_FLOOR)
_ROOT_FLOOR = np.float32(2.0 ** (LOG_FLOOR / 2))
_LEAST, _REST = np.float32(TOPIC_PARTS[0]), np.float32(TOPIC_PARTS[1])
_UNIT = np.float32(1.0)
#: A usual share that no floor lets through.
_TINY = np.float32(0.0005)
_NOBODY = np.float32(NOBODY / 2)
PER_POST_LOW, PER_POST_STEP = np.float32(coding.PER_POST.low), np.float32(coding.PER_POST.step)
RATE_LOW, RATE_STEP = np.float32(coding.RATE.low), np.float32(coding.RATE.step)
_EIGHT_TIMES = np.uint64(0x0101010101010101)
_LEVEL_TOP, _LEVEL_STEP = np.float32(LEVEL_MASK), np.float32(coding.LEVEL_STEP)
_PRIOR_STEP = np.float32(coding.PRIOR_STEP)
LEVELS = coding.LEVELS.astype(np.float32)
PRIOR_PART = coding.PRIOR_PART.astype(np.float32)


@njit(nogil=True, forceinline=True, fastmath={"contract"})
def log2(number: Any) -> Any:
    """Of a float32 above zero."""
    bits = bits_of_f32(number)
    whole = np.float32((bits >> 23) - _EXPONENT)
    t = f32_of_bits(np.int32((bits & _MANTISSA) | _ONE)) - _UNIT
    q = _Q[3] + t * _Q[4]
    q = _Q[2] + t * q
    q = _Q[1] + t * q
    q = _Q[0] + t * q
    return whole + t * q


@njit(nogil=True, forceinline=True, fastmath={"contract"})
def exp2(number: Any) -> Any:
    """Of a float32 from -126 to 0. A table would be looked up row by row."""
    cut = np.int32(number)
    whole = cut - np.int32(np.float32(cut) > number)  # np.floor would be a call for each row
    t = number - np.float32(whole)
    e = _E[0] + t * (_E[1] + t * _E[2])
    size = f32_of_bits(np.int32((whole + _EXPONENT) << 23))
    return size * (_UNIT + t * (_UNIT + (t - _UNIT) * e))


@njit(nogil=True, forceinline=True, fastmath={"contract"})
def add_dense(part: Array, column: Array, weight: Any) -> None:
    """weight * byte² to each."""
    for i in range(column.shape[0]):
        byte = np.float32(column[i])
        part[i] += weight * byte * byte


@njit(nogil=True, forceinline=True, fastmath={"contract"})
def close_group(share: Array, part: Array, weight: Any, kind: int) -> None:
    n = share.shape[0]
    if kind == DISTRIBUTION:
        for i in range(n):
            share[i] += weight * np.sqrt(part[i])
    else:
        for i in range(n):
            share[i] += weight * part[i]


@njit(nogil=True, forceinline=True, fastmath={"contract"})
def close_term(logs: Array, share: Array, kind: int) -> None:
    """log2 of a share, or of the square of a likeness, within floor and 1."""
    floor = _ROOT_FLOOR if kind == DISTRIBUTION else _FLOOR
    times = np.float32(2.0) if kind == DISTRIBUTION else _UNIT
    for i in range(logs.shape[0]):
        logs[i] = times * log2(min(max(share[i], floor), _UNIT))


@njit(nogil=True, forceinline=True, fastmath={"contract"})
def add_slot(part: Array, found: Array, c: Columns, a: Asked, cell: int) -> None:
    """A code that has no column: from the slots, and the prior's part of the posterior."""
    code, weight = np.uint16(a.slots[cell, 0]), a.slot_weight[cell]
    _in_slots(found, c, code)
    _if_beyond(found, c.beyond, window(c.words[LAST_SLOT], 0), code)
    for i in range(part.shape[0]):
        level = np.float32(found[i])
        share = exp2((level - _LEVEL_TOP) * _LEVEL_STEP)
        part[i] += weight * (share if level > np.float32(0) else np.float32(0))
    if a.slot_most[cell] > _TINY:
        prior = window(c.bytes[a.slots[cell, 1]], 0)
        topics, country = c.topics, window(c.bytes[MAIN_COUNTRY], 0)
        _add_usual(part, prior, topics, country, a.slot_prior[cell], a.slot_there[cell], weight)


@njit(nogil=True, forceinline=True, fastmath={"contract"})
def _add_usual(
    part: Array,
    prior: Array,
    topics: Array,
    country: Array,
    usual: Array,
    there: Array,
    weight: Any,
) -> None:
    """What is usual, as far as it counts. Rows that lie together mostly share it."""
    n = part.shape[0]
    one = there[country[0]]
    if one < np.float32(0):
        one = usual[topics[0] & np.uint64(NO_TOPIC)]
    if _all_alike(country) and (there[country[0]] >= np.float32(0) or _same_topic(topics)):
        for i in range(n):
            part[i] += weight * one * exp2(np.float32(prior[i]) * _PRIOR_STEP)
        return
    for i in range(n):
        by_topic, by_country = usual[topics[i] & np.uint64(NO_TOPIC)], there[country[i]]
        one = by_country if by_country >= np.float32(0) else by_topic
        part[i] += weight * one * exp2(np.float32(prior[i]) * _PRIOR_STEP)


@njit(nogil=True, forceinline=True)
def _all_alike(bytes: Array) -> bool:
    eights, other = as_eights(bytes), np.uint64(0)
    for i in range(eights.shape[0]):
        other |= eights[i] ^ (np.uint64(bytes[0]) * _EIGHT_TIMES)
    return other == np.uint64(0)


@njit(nogil=True, forceinline=True)
def _same_topic(topics: Array) -> bool:
    other = np.uint64(0)
    for i in range(topics.shape[0]):
        other |= topics[i] ^ topics[0]
    return other & np.uint64(NO_TOPIC) == np.uint64(0)


@njit(nogil=True, forceinline=True)
def _in_slots(found: Array, c: Columns, code: Any) -> None:
    """The level of a code where a slot holds it, else 0."""
    wanted = np.uint16(code << LEVEL_BITS)
    found[:] = 0
    for slot in range(SLOT, SLOT + SLOTS):
        _in_slot(found, window(c.words[slot], 0), wanted)


@njit(nogil=True, forceinline=True)
def _in_slot(found: Array, slot: Array, wanted: Any) -> None:
    """What is left of a slot less its code is the level."""
    for i in range(found.shape[0]):
        rest = np.uint16(slot[i] ^ wanted)
        found[i] = np.uint16(found[i] | (rest if rest <= np.uint16(LEVEL_MASK) else np.uint16(0)))


@njit(nogil=True, forceinline=True)
def _if_beyond(found: Array, beyond: Array, last: Array, code: Any) -> None:
    """What found no slot is taken to be as large as the last that did."""
    mark = np.uint64(mark_of(code))
    for i in range(found.shape[0]):
        there = np.uint16((beyond[i] >> mark) & np.uint64(1))  # 0 or 1: a branch would cost more
        found[i] = max(found[i], np.uint16(np.uint16(last[i] & LEVEL_MASK) * there))


@njit(nogil=True, forceinline=True, fastmath={"contract"})
def topic_logs(logs: Array, cosine: Array, topics: Array, a: Asked) -> None:
    n = logs.shape[0]
    cosine[:] = 0
    for at in range(a.topic_bits.shape[0]):
        _if_topic(cosine, topics, np.uint64(a.topic_bits[at] + TOPIC_BITS), a.topic_cosine[at])
    unknown, zero = np.float32(a.topic_unknown), np.float32(0)
    for i in range(n):
        many = np.float32(ones_of(topics[i] >> np.uint64(TOPIC_BITS)))
        whole = cosine[i] / np.sqrt(max(many, _UNIT))
        whole = whole if many > zero else unknown
        logs[i] = log2(min(_LEAST + _REST * whole, _UNIT))


@njit(nogil=True, forceinline=True, fastmath={"contract"})
def _if_topic(cosine: Array, topics: Array, bit: Any, weight: Any) -> None:
    for i in range(cosine.shape[0]):
        here = topics[i] >> bit & np.uint64(1)
        cosine[i] += weight if here else np.float32(0)


@njit(nogil=True, forceinline=True, fastmath={"contract"})
def rate_logs(logs: Array, flags: Array, rate: Array, a: Asked) -> None:
    """Engagement where it is measured, else the platform's usual."""
    top0, top1, top2, top3 = a.rate_top[0], a.rate_top[1], a.rate_top[2], a.rate_top[3]
    use0, use1, use2, use3 = a.rate_usual[0], a.rate_usual[1], a.rate_usual[2], a.rate_usual[3]
    for i in range(logs.shape[0]):
        p, byte = np.uint8(flags[i] & np.uint8(PLATFORM_MASK)), np.float32(rate[i])
        top = _one_of(p, top0, top1, top2, top3)
        usual = _one_of(p, use0, use1, use2, use3)
        known = RATE_LOW + (byte - _UNIT) * RATE_STEP - top
        known = known if top < _NOBODY else usual
        logs[i] = known if byte > np.float32(0) else usual


@njit(nogil=True, forceinline=True, fastmath={"contract"})
def value_logs(logs: Array, price: Array, flags: Array, made: Array, a: Asked) -> None:
    """Engagements per price for those who name one; the others keep what they have."""
    top0, top1, top2, top3 = a.value_top[0], a.value_top[1], a.value_top[2], a.value_top[3]
    use0, use1, use2, use3 = a.value_usual[0], a.value_usual[1], a.value_usual[2], a.value_usual[3]
    for i in range(logs.shape[0]):
        p, byte = np.uint8(flags[i] & np.uint8(PLATFORM_MASK)), np.float32(made[i])
        top = _one_of(p, top0, top1, top2, top3)
        usual = _one_of(p, use0, use1, use2, use3)
        asked, before = price[i], logs[i]
        known = PER_POST_LOW + (byte - _UNIT) * PER_POST_STEP - top - log2(max(asked, _UNIT))
        known = known if top < _NOBODY else usual
        known = known if byte > np.float32(0) else usual
        logs[i] = known if asked > np.float32(0) else before


@njit(nogil=True, forceinline=True)
def _one_of(p: Any, zero: Any, one: Any, two: Any, three: Any) -> Any:
    low = zero if p == np.uint8(0) else one
    high = two if p == np.uint8(2) else three
    return low if p < np.uint8(2) else high


@njit(nogil=True, forceinline=True)
def clipped(logs: Array) -> None:
    floor = np.float32(LOG_FLOOR)
    for i in range(logs.shape[0]):
        logs[i] = min(max(logs[i], floor), np.float32(0))
