"""What is in a block, so that a scan may leave it out: nothing in it can be better than this.

One value a block in each field, columns of blocks. A summary always covers every row of its
block: before a row changes it is widened, and worked out anew once the row stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from . import coding
from .entry import ALL_PLATFORMS, WORK
from .layout import (
    AUTH,
    BLOCK,
    CHOSEN,
    COUNTRY_OF,
    CURRENCY,
    DENSE,
    FLAGS,
    NO_TOPIC,
    PER_POST,
    PERF,
    PLATFORM_MASK,
    PRICE,
    PRIOR,
    RATE,
    REL,
    SAMPLED,
    SIZE,
    SLOT_CODE,
    SLOT_SHARE,
    SLOTS,
    TOPIC_BITS,
    TOPICS_KEPT,
    Columns,
)

Array = NDArray[Any]

#: Slots are remembered by the low bits of their codes.
HASHED = 64

#: Largest byte of: the dense codes, then these.
TOP_AUTH, TOP_PERF, TOP_REL, TOP_RATE = DENSE, DENSE + 1, DENSE + 2, DENSE + 3
TOPS = DENSE + 4

PER_POST_LOGS_LOW, PER_POST_LOGS_STEP = coding.PER_POST.low, coding.PER_POST.step

#: Engagements per price, a byte in steps of 1/6 octave, rounded up; 0: nobody's is known.
RATIO_LOW, RATIO_STEP = -34.0, 0.25

FIELDS: Mapping[str, tuple[Any, int]] = {
    "top": (np.uint8, TOPS),
    "slot_top": (np.uint8, HASHED),
    "prior_least": (np.uint8, len(SAMPLED)),
    "ratio_top": (np.uint8, len(WORK)),
    # low and high of country, size and currency
    "ends": (np.uint8, 6),
    # bits any row has, and bits all rows have: flags, then which types have no price
    "any8": (np.uint8, 2),
    "all8": (np.uint8, 2),
    # 1: engagements unknown somewhere; 2: rate unknown somewhere; 8 << platform: met
    "unknown": (np.uint8, 1),
    "fewest_topics": (np.uint8, 1),
    "price_low": (np.uint16, len(WORK)),
    "price_high": (np.uint16, len(WORK)),
    "counts": (np.uint16, ALL_PLATFORMS),
    "any_language": (np.uint32, 1),
    "all_languages": (np.uint32, 1),
    "any_topic": (np.uint64, 1),
    "main_topics": (np.uint64, 1),
}


class Summary(NamedTuple):
    """The fields as arrays (width, blocks)."""

    top: Array
    slot_top: Array
    prior_least: Array
    ratio_top: Array
    ends: Array
    any8: Array
    all8: Array
    unknown: Array
    fewest_topics: Array
    price_low: Array
    price_high: Array
    counts: Array
    any_language: Array
    all_languages: Array
    any_topic: Array
    main_topics: Array

    @classmethod
    def empty(cls, blocks: int) -> Summary:
        return cls(*(np.zeros((width, blocks), kind) for kind, width in FIELDS.values()))


@njit(cache=True, nogil=True)
def summarise(block: int, c: Columns, s: Summary, prices: Array) -> None:
    """Work a block's summary out of its rows."""
    first = block * BLOCK
    for column in range(DENSE):
        s.top[column, block] = c.bytes[column, first : first + BLOCK].max()
    s.top[TOP_AUTH, block] = c.bytes[AUTH, first : first + BLOCK].max()
    s.top[TOP_PERF, block] = c.bytes[PERF, first : first + BLOCK].max()
    s.top[TOP_REL, block] = c.bytes[REL, first : first + BLOCK].max()
    s.top[TOP_RATE, block] = c.bytes[RATE, first : first + BLOCK].max()
    for column in range(len(SAMPLED)):
        s.prior_least[column, block] = c.bytes[PRIOR + column, first : first + BLOCK].min()
    _slots(block, c, s)
    _money(block, c, s, prices)
    _filters(block, c, s)


@njit(cache=True, nogil=True)
def _slots(block: int, c: Columns, s: Summary) -> None:
    s.slot_top[:, block] = 0
    for slot in range(SLOTS):
        for row in range(block * BLOCK, (block + 1) * BLOCK):
            place = c.words[SLOT_CODE + slot, row] % HASHED
            share = c.bytes[SLOT_SHARE + slot, row]
            s.slot_top[place, block] = max(s.slot_top[place, block], share)


@njit(cache=True, nogil=True)
def _money(block: int, c: Columns, s: Summary, prices: Array) -> None:
    unknown, unpriced, all_unpriced = 0, 0, 255
    for row in range(block * BLOCK, (block + 1) * BLOCK):
        unknown |= 8 << (c.bytes[FLAGS, row] & PLATFORM_MASK)
        unknown |= (c.bytes[PER_POST, row] == 0) | (c.bytes[RATE, row] == 0) << 1
    for work in range(PRICE, PRICE + len(WORK)):
        low, high, ratio = 65535, 0, 0
        for row in range(block * BLOCK, (block + 1) * BLOCK):
            code = c.words[work, row]
            if code == 0:
                unpriced |= 1 << work
                continue
            all_unpriced &= ~(1 << work)
            low, high = min(low, code), max(high, code)
            made = c.bytes[PER_POST, row]
            if made:
                log = PER_POST_LOGS_LOW + (made - 1) * PER_POST_LOGS_STEP - np.log2(prices[code])
                step = int(np.ceil((log - RATIO_LOW) / RATIO_STEP)) + 1
                ratio = max(ratio, min(max(step, 1), 255))
        s.price_low[work, block], s.price_high[work, block] = low, high
        s.ratio_top[work, block] = ratio
    s.unknown[0, block] = unknown
    s.any8[1, block], s.all8[1, block] = unpriced, all_unpriced


@njit(cache=True, nogil=True)
def topics_in(packed: int) -> Any:
    """As bits, and how many."""
    some, many = np.uint64(0), 0
    for place in range(TOPICS_KEPT):
        topic = packed >> TOPIC_BITS * place & NO_TOPIC
        if topic != NO_TOPIC:
            some |= np.uint64(1) << np.uint64(topic)
            many += 1
    return some, many


@njit(cache=True, nogil=True)
def _filters(block: int, c: Columns, s: Summary) -> None:
    for place, column in enumerate((COUNTRY_OF, SIZE, CURRENCY)):
        part = c.bytes[column, block * BLOCK : (block + 1) * BLOCK]
        s.ends[2 * place, block], s.ends[2 * place + 1, block] = part.min(), part.max()
    any_flag, all_flags = 0, 255
    any_language, all_languages = 0, 0xFFFFFFFF
    topics, mains = np.uint64(0), np.uint64(0)
    fewest = 255
    counts = np.zeros(ALL_PLATFORMS, np.int64)
    for row in range(block * BLOCK, (block + 1) * BLOCK):
        any_flag |= c.bytes[FLAGS, row]
        all_flags &= c.bytes[FLAGS, row]
        any_language |= c.languages[row]
        all_languages &= c.languages[row]
        mains |= np.uint64(1) << np.uint64(c.topics[row] & NO_TOPIC)
        some, many = topics_in(c.topics[row])
        topics |= some
        fewest = min(fewest, many)
        for bit in range(ALL_PLATFORMS):
            counts[bit] += c.bytes[CHOSEN, row] >> bit & 1
    s.any8[0, block], s.all8[0, block] = any_flag, all_flags
    s.any_language[0, block], s.all_languages[0, block] = any_language, all_languages
    s.any_topic[0, block], s.main_topics[0, block] = topics, mains
    s.fewest_topics[0, block] = fewest
    for bit in range(ALL_PLATFORMS):
        s.counts[bit, block] = counts[bit]


@njit(cache=True, nogil=True)
def widen(block: int, one: Columns, s: Summary, prices: Array) -> None:
    """Let a block's summary cover one more row. Its own summary is worked out, then joined."""
    for column in range(DENSE):
        s.top[column, block] = max(s.top[column, block], one.bytes[column, 0])
    for place, column in enumerate((AUTH, PERF, REL, RATE)):
        at = DENSE + place
        s.top[at, block] = max(s.top[at, block], one.bytes[column, 0])
    for column in range(len(SAMPLED)):
        s.prior_least[column, block] = min(
            s.prior_least[column, block], one.bytes[PRIOR + column, 0]
        )
    for slot in range(SLOTS):
        place = one.words[SLOT_CODE + slot, 0] % HASHED
        s.slot_top[place, block] = max(s.slot_top[place, block], one.bytes[SLOT_SHARE + slot, 0])
    s.fewest_topics[0, block] = 0
    s.any_topic[0, block] |= topics_in(one.topics[0])[0]
    s.main_topics[0, block] |= np.uint64(1) << np.uint64(one.topics[0] & NO_TOPIC)
    # What decides on filters and on money is opened wide: it is worked out again in a moment.
    for work in range(len(WORK)):
        s.price_low[work, block], s.price_high[work, block] = 1, 65535
        s.ratio_top[work, block] = 255
    for place in range(3):
        s.ends[2 * place, block], s.ends[2 * place + 1, block] = 0, 255
    s.any8[:, block], s.all8[:, block] = 255, 0
    s.unknown[0, block] = 255
    s.any_language[0, block], s.all_languages[0, block] = 0xFFFFFFFF, 0
