"""What no row of a block can exceed, and what its filters decide for all rows at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from . import coding
from .layout import AUTH, PERF, PRICE, PRIOR
from .machine import window
from .numbers import place_of
from .plan import AUDIENCE, LOG_FLOOR, NOBODY, PART, TOPIC, TOPIC_PARTS, Asked
from .summary import (
    PRICE_STEP,
    RATIO_LOW,
    RATIO_STEP,
    TOP_AUTH,
    TOP_PERF,
    TOP_RATE,
    TOP_REL,
    Summary,
)
from .terms import (
    LEVELS,
    PRIOR_PART,
    RATE_LOW,
    RATE_STEP,
    SLACK,
    add_dense,
    close_group,
    close_term,
    log2,
)

Array = NDArray[Any]

OUT, SOME, ALL = 0, 1, 2
_AUTH, _PERF = AUTH, PERF
# Per engagement, at the best ratio in a block. At 0 nobody's is known.
_PRICE_PER = (2.0 ** -(RATIO_LOW + (np.arange(256) - 1) * RATIO_STEP)).astype(np.float32)
# Of each step of a price, a hair beyond what it stands for: logarithms are rounded.
_LOWEST = np.exp2(np.arange(256) * PRICE_STEP) * (1 - 1e-9)
_HIGHEST = np.exp2(np.arange(256) * PRICE_STEP) * (1 + 1e-9)
_PART_LOW, _PART_STEP = np.float32(coding.PART.low), np.float32(coding.PART.step)
# What is usual of so rare a code need not be looked up by topic.
_SMALL = np.float32(0.003)


@njit(nogil=True, forceinline=True)
def block_bounds(bound: Array, floats: Array, s: Summary, a: Asked, first: int) -> None:
    """weight * log2 of the best of each component (rows of `bound`) in the next blocks."""
    share, part = window(floats[0], 0), window(floats[1], 0)
    for step in range(a.steps.shape[0]):
        what, place, logs = a.steps[step, 0], a.steps[step, 1], window(bound[step], first)
        if what == AUDIENCE:
            _audience(logs, share, part, s, a, place, first)
        elif what == PART:
            _part(logs, s, place, first)
        elif what == TOPIC:
            _topic(logs, s, a, first)
        else:
            _money(logs, s, a, first)
        for i in range(logs.shape[0]):
            logs[i] = (logs[i] + np.float32(SLACK)) * a.step_weight[step]


@njit(nogil=True, forceinline=True)
def _audience(
    logs: Array, share: Array, part: Array, s: Summary, a: Asked, term: int, first: int
) -> None:
    kind = a.terms[term, 0]
    share[:] = 0
    for group in range(a.terms[term, 1], a.terms[term, 2]):
        part[:] = 0
        for cell in range(a.groups[group, 0], a.groups[group, 1]):
            column = window(s.top[a.dense[cell]], first)
            add_dense(part, column, a.dense_weight[cell])
        for cell in range(a.groups[group, 2], a.groups[group, 3]):
            _add_slot(part, s, a, cell, first)
        close_group(share, part, a.group_weight[group], kind)
    close_term(logs, share, kind)


@njit(nogil=True, forceinline=True)
def _add_slot(part: Array, s: Summary, a: Asked, cell: int, first: int) -> None:
    weight = a.slot_weight[cell]
    place = place_of(a.slots[cell, 0])
    for i in range(part.shape[0]):
        part[i] += weight * LEVELS[s.slot_top[place, first + i]]
    usual, there = a.slot_prior[cell], a.slot_there[cell]
    prior = a.slots[cell, 1] - PRIOR
    overall = a.slot_most[cell]
    for i in range(part.shape[0]):
        most = overall if overall <= _SMALL else _most_there(usual, there, s, first + i)
        part[i] += weight * PRIOR_PART[s.prior_least[prior, first + i]] * most


@njit(nogil=True, forceinline=True)
def _most_there(usual: Array, there: Array, s: Summary, block: int) -> Any:
    """Among the main countries there may be in a block, or its topics where it goes by those."""
    most, by_topic = np.float32(0), False
    for country in range(s.ends[6, block], s.ends[7, block] + 1):
        most = max(most, there[country])
        by_topic |= there[country] < np.float32(0)
    return max(most, _most_usual(usual, s.main_topics[0, block])) if by_topic else most


@njit(nogil=True, forceinline=True)
def _most_usual(usual: Array, mains: Any) -> Any:
    """Among the main topics there are in a block."""
    most, topic = np.float32(0), 0
    while mains:
        if not mains & np.uint64(0xFF):
            mains, topic = mains >> np.uint64(8), topic + 8
            continue
        if mains & np.uint64(1):
            most = max(most, usual[topic])
        mains, topic = mains >> np.uint64(1), topic + 1
    return most


@njit(nogil=True, forceinline=True)
def _part(logs: Array, s: Summary, column: int, first: int) -> None:
    top = TOP_AUTH if column == _AUTH else TOP_PERF if column == _PERF else TOP_REL
    for i in range(logs.shape[0]):
        byte = np.float32(s.top[top, first + i])
        logs[i] = min(_PART_LOW + (byte - np.float32(1)) * _PART_STEP, np.float32(0))


@njit(nogil=True, forceinline=True)
def _topic(logs: Array, s: Summary, a: Asked, first: int) -> None:
    """A cosine is at most the length of what is wanted within the topics there are."""
    for i in range(logs.shape[0]):
        squares, whole = np.float32(0), np.float32(0)
        for at in range(a.topic_bits.shape[0]):
            if s.any_topic[0, first + i] >> np.uint64(a.topic_bits[at]) & np.uint64(1):
                squares += a.topic_cosine[at] ** 2
                whole += a.topic_cosine[at]
        fewest = s.fewest_topics[0, first + i]
        most = min(np.sqrt(squares), whole / np.sqrt(np.float32(max(fewest, 1))))
        if fewest == 0:
            most = max(most, np.float32(a.topic_unknown))
        part = np.float32(TOPIC_PARTS[0]) + np.float32(TOPIC_PARTS[1]) * most
        logs[i] = log2(min(np.float32(part), np.float32(1)))


@njit(nogil=True, forceinline=True)
def _money(logs: Array, s: Summary, a: Asked, first: int) -> None:
    floor = np.float32(LOG_FLOOR)
    by_value = a.by_value and a.work.shape[0]
    for i in range(logs.shape[0]):
        most = np.float32(-100)
        if not by_value or _may_lack_price(s, a, first + i):
            most = _best_rate(s, a, first + i)
        if by_value:
            most = max(most, _best_value(s, a, first + i))
        logs[i] = min(max(most, floor), np.float32(0))


@njit(nogil=True, forceinline=True)
def _may_lack_price(s: Summary, a: Asked, block: int) -> bool:
    if s.ends[4, block] != a.currency or s.ends[5, block] != a.currency:
        return True
    unpriced = 0
    for kind in a.work:
        unpriced |= s.any8[1, block] >> kind & 1
    return unpriced != 0


@njit(nogil=True, forceinline=True)
def _best_rate(s: Summary, a: Asked, block: int) -> Any:
    """Where somebody without a price may stand."""
    most, unknown, top = np.float32(-100), s.unknown[0, block], s.top[TOP_RATE, block]
    made = RATE_LOW + (np.float32(top) - np.float32(1)) * RATE_STEP
    for platform in range(4):
        if unknown & (8 << platform):
            if unknown & 2 or a.rate_top[platform] >= NOBODY:
                most = max(most, a.rate_usual[platform])
            if top:
                most = max(most, made - a.rate_top[platform])
    return most


@njit(nogil=True, forceinline=True)
def _best_value(s: Summary, a: Asked, block: int) -> Any:
    """A sum of prices is at least what each type's best ratio makes of it."""
    most = np.float32(-100)
    if not s.ends[4, block] <= a.currency <= s.ends[5, block]:
        return most
    least, top = np.float32(0), np.uint8(255)
    for at in range(a.work.shape[0]):
        if s.all8[1, block] >> a.work[at] & 1:
            return most
        ratio = s.ratio_top[a.work[at], block]
        top = min(top, ratio)
        least += a.work_count[at] * _PRICE_PER[ratio]
    made = -log2(least) if top and least > 0 else np.float32(-1e5)
    for platform in range(4):
        if s.unknown[0, block] & (8 << platform):
            if s.unknown[0, block] & 1 or a.value_top[platform] >= NOBODY:
                most = max(most, a.value_usual[platform])
            most = max(most, made - a.value_top[platform])
    return most


@njit(nogil=True, forceinline=True)
def decided(s: Summary, a: Asked, block: int) -> int:  # noqa: C901, PLR0911, PLR0912
    """Whether no row of the block meets the conditions, some may, or all that are chosen do."""
    if s.counts[a.chosen_bit, block] == 0:
        return OUT
    found = ALL
    if not a.any_country:
        low, high = s.ends[0, block], s.ends[1, block]
        if low == high:
            if not a.countries[low]:
                return OUT
        else:
            found = SOME
    if a.languages:
        if not s.any_language[0, block] & a.languages:
            return OUT
        if not s.all_languages[0, block] & a.languages:
            found = SOME
    if s.ends[2, block] > a.most_size:
        return OUT
    if s.ends[3, block] > a.most_size:
        found = SOME
    if a.avoid:
        if s.all8[0, block] & a.avoid:
            return OUT
        if s.any8[0, block] & a.avoid:
            found = SOME
    if a.by_price:
        return min(found, _price_decides(s, a, block))
    return found


@njit(nogil=True, forceinline=True)
def _price_decides(s: Summary, a: Asked, block: int) -> int:
    low, high = 0.0, 0.0
    if not a.work.shape[0] or not s.ends[4, block] <= a.currency <= s.ends[5, block]:
        return OUT
    for at in range(a.work.shape[0]):
        kind = PRICE + a.work[at]
        if s.all8[1, block] >> a.work[at] & 1:
            return OUT
        low += a.work_count[at] * _LOWEST[s.price_low[kind, block]]
        high += a.work_count[at] * _HIGHEST[s.price_high[kind, block]]
    if high < a.price_min or low > a.price_max:
        return OUT
    if low >= a.price_min and high <= a.price_max and not _may_lack_price(s, a, block):
        return ALL
    return SOME
