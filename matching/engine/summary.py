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
from .block import block_of
from .entry import ALL_PLATFORMS, WORK
from .layout import (
    AUTH,
    BLOCK,
    CHOSEN,
    COMMON,
    COUNTRY_OF,
    CURRENCY,
    DENSE,
    FLAGS,
    LAST_SLOT,
    LEVEL_BITS,
    LEVEL_MASK,
    MAIN_COUNTRY,
    MARKED,
    NO_TOPIC,
    PER_POST,
    PERF,
    PLATFORM_MASK,
    PRICE,
    PRIOR,
    RATE,
    REL,
    SAMPLED,
    SHARED,
    SIZE,
    SLOT,
    SLOTS,
    TOPIC_BITS,
    Columns,
)
from .machine import ones_of
from .numbers import place_of

Array = NDArray[Any]

#: Largest byte of: the dense codes, then these.
TOP_AUTH, TOP_PERF, TOP_REL, TOP_RATE = DENSE, DENSE + 1, DENSE + 2, DENSE + 3
TOPS = DENSE + 4

PER_POST_LOGS_LOW, PER_POST_LOGS_STEP = coding.PER_POST.low, coding.PER_POST.step

#: Prices in steps of 1/7 octave: the lowest is rounded down to one, the highest up.
PRICE_STEP = 1 / 7

#: Engagements per price, a byte in steps of 1/6 octave, rounded up; 0: nobody's is known.
RATIO_LOW, RATIO_STEP = -34.0, 0.25

FIELDS: Mapping[str, tuple[Any, int]] = {
    "top": (np.uint8, TOPS),
    "slot_top": (np.uint8, COMMON + SHARED),
    "prior_least": (np.uint8, len(SAMPLED)),
    "ratio_top": (np.uint8, len(WORK)),
    # low and high of country, size, currency and main country
    "ends": (np.uint8, 8),
    # bits any row has, and bits all rows have: flags, then which types have no price
    "any8": (np.uint8, 2),
    "all8": (np.uint8, 2),
    # 1: engagements unknown somewhere; 2: rate unknown somewhere; 8 << platform: met
    "unknown": (np.uint8, 1),
    "fewest_topics": (np.uint8, 1),
    "price_low": (np.uint8, len(WORK)),
    "price_high": (np.uint8, len(WORK)),
    "counts": (np.uint8, ALL_PLATFORMS),
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
def summarise(block: int, raw: Array, s: Summary, prices: Array) -> None:
    """Work a block's summary out of its rows."""
    c = block_of(raw, block)
    for column in range(DENSE):
        s.top[column, block] = c.bytes[column].max()
    s.top[TOP_AUTH, block] = c.bytes[AUTH].max()
    s.top[TOP_PERF, block] = c.bytes[PERF].max()
    s.top[TOP_REL, block] = c.bytes[REL].max()
    s.top[TOP_RATE, block] = c.bytes[RATE].max()
    for column in range(len(SAMPLED)):
        s.prior_least[column, block] = c.bytes[PRIOR + column].min()
    _slots(block, c, s)
    _money(block, c, s, prices)
    _filters(block, c, s)


@njit(cache=True, nogil=True)
def _slots(block: int, c: Columns, s: Summary) -> None:
    s.slot_top[:, block] = 0
    for row in range(BLOCK):
        _cover_slots(block, c, row, s)


@njit(cache=True, nogil=True)
def _cover_slots(block: int, c: Columns, row: int, s: Summary) -> None:
    for slot in range(SLOT, SLOT + SLOTS):
        place, level = place_of(c.words[slot, row] >> LEVEL_BITS), c.words[slot, row] & LEVEL_MASK
        s.slot_top[place, block] = max(s.slot_top[place, block], level)
    beyond, level = c.beyond[row], c.words[LAST_SLOT, row] & LEVEL_MASK
    if beyond:
        for mark in range(MARKED):
            if beyond >> np.uint64(mark) & np.uint64(1):
                for place in range(mark, COMMON, MARKED):
                    s.slot_top[place, block] = max(s.slot_top[place, block], level)
        for mark in range(SHARED):
            if beyond >> np.uint64(MARKED + mark) & np.uint64(1):
                place = COMMON + mark
                s.slot_top[place, block] = max(s.slot_top[place, block], level)


@njit(cache=True, nogil=True)
def _money(block: int, c: Columns, s: Summary, prices: Array) -> None:
    unknown, unpriced, all_unpriced = 0, 0, 255
    for row in range(BLOCK):
        unknown |= 8 << (c.bytes[FLAGS, row] & PLATFORM_MASK)
        unknown |= (c.bytes[PER_POST, row] == 0) | (c.bytes[RATE, row] == 0) << 1
    for work in range(PRICE, PRICE + len(WORK)):
        low, high, ratio = 65535, 0, 0
        for row in range(BLOCK):
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
        least, most = np.log2(prices[low]), np.log2(max(prices[high], 1.0))
        s.price_low[work, block] = min(int(least / PRICE_STEP), 255)
        s.price_high[work, block] = int(np.ceil(most / PRICE_STEP))
        s.ratio_top[work, block] = ratio
    s.unknown[0, block] = unknown
    s.any8[1, block], s.all8[1, block] = unpriced, all_unpriced


@njit(cache=True, nogil=True)
def _filters(block: int, c: Columns, s: Summary) -> None:
    for place, column in enumerate((COUNTRY_OF, SIZE, CURRENCY, MAIN_COUNTRY)):
        part = c.bytes[column]
        s.ends[2 * place, block], s.ends[2 * place + 1, block] = part.min(), part.max()
    any_flag, all_flags = 0, 255
    any_language, all_languages = 0, 0xFFFFFFFF
    topics, mains = np.uint64(0), np.uint64(0)
    fewest = 255
    counts = np.zeros(ALL_PLATFORMS, np.int64)
    for row in range(BLOCK):
        any_flag |= c.bytes[FLAGS, row]
        all_flags &= c.bytes[FLAGS, row]
        any_language |= c.languages[row]
        all_languages &= c.languages[row]
        mains |= np.uint64(1) << (c.topics[row] & np.uint64(NO_TOPIC))
        topics |= c.topics[row] >> np.uint64(TOPIC_BITS)
        fewest = min(fewest, ones_of(c.topics[row] >> np.uint64(TOPIC_BITS)))
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
    _cover_slots(block, one, 0, s)
    s.fewest_topics[0, block] = 0
    s.any_topic[0, block] |= one.topics[0] >> np.uint64(TOPIC_BITS)
    s.main_topics[0, block] |= np.uint64(1) << (one.topics[0] & np.uint64(NO_TOPIC))
    # What decides on filters and on money is opened wide: it is worked out again in a moment.
    for work in range(len(WORK)):
        s.price_low[work, block], s.price_high[work, block] = 0, 255
        s.ratio_top[work, block] = 255
    for place in range(4):
        s.ends[2 * place, block], s.ends[2 * place + 1, block] = 0, 255
    s.any8[:, block], s.all8[:, block] = 255, 0
    s.unknown[0, block] = 255
    s.any_language[0, block], s.all_languages[0, block] = 0xFFFFFFFF, 0
