"""The scan in plain NumPy: every row, no skipping. The fast one must agree with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from . import coding
from .layout import (
    CHOSEN,
    COUNTRY_OF,
    CURRENCY,
    FLAGS,
    LAST_SLOT,
    LEVEL_BITS,
    LEVEL_MASK,
    MAIN_COUNTRY,
    NO_TOPIC,
    PER_POST,
    PLATFORM_MASK,
    PRICE,
    RATE,
    SIZE,
    SLOT,
    SLOTS,
    TOPIC_BITS,
    Blocks,
    Columns,
)
from .numbers import mark_of
from .plan import AUDIENCE, DISTRIBUTION, LOG_FLOOR, NOBODY, PART, TOPIC, TOPIC_PARTS, Asked, Plan

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def meets(asked: Asked, rows: Columns) -> Mask:
    """Who passes the hard filters."""
    fine = (rows.bytes[CHOSEN] >> asked.chosen_bit & 1).astype(bool)
    if not asked.any_country:
        fine &= asked.countries[rows.bytes[COUNTRY_OF]].astype(bool)
    if asked.languages:
        fine &= (rows.languages & np.uint32(asked.languages)) != 0
    fine &= rows.bytes[SIZE] <= asked.most_size
    fine &= (rows.bytes[FLAGS] & asked.avoid) == 0
    if asked.by_price:
        price = prices(asked, rows)
        fine &= (price > 0) & (price >= asked.price_min) & (price <= asked.price_max)
    return fine


def prices(asked: Asked, rows: Columns | Blocks) -> Floats:
    """Of all the work asked for; 0 where not known."""
    total = np.zeros(rows.languages.shape)
    known = rows.bytes[CURRENCY] == asked.currency
    for kind, count in zip(asked.work, asked.work_count, strict=True):
        one = coding.PRICES[rows.words[PRICE + kind]]
        known &= one > 0
        total += count * one
    return np.where(known, total, 0.0)


def components(plan: Plan, rows: Columns) -> dict[str, Floats]:
    """log2 of each component of each row, before weights."""
    return {
        key: _step(plan.asked, what, place, rows)
        for key, (what, place) in zip(plan.keys, plan.asked.steps.tolist(), strict=True)
    }


def _step(asked: Asked, what: int, place: int, rows: Columns) -> Floats:
    if what == AUDIENCE:
        return _audience(asked, asked.terms[place], rows)
    if what == PART:
        return np.minimum(coding.PART.log2(rows.bytes[place]), 0.0)
    return _topic(asked, rows) if what == TOPIC else _money(asked, rows)


def octaves(plan: Plan, rows: Columns) -> Floats:
    """log2 of score / 100."""
    total = np.zeros(rows.size)
    for weight, logs in zip(plan.asked.step_weight, components(plan, rows).values(), strict=True):
        total += weight * logs
    return total


def _audience(asked: Asked, term: NDArray[np.int64], rows: Columns) -> Floats:
    kind, first, last = term
    share = np.zeros(rows.size)
    for group in range(first, last):
        part = np.zeros(rows.size)
        c0, c1, s0, s1 = asked.groups[group]
        for cell in range(c0, c1):
            part += asked.dense_weight[cell] * rows.bytes[asked.dense[cell]].astype(float) ** 2
        for cell in range(s0, s1):
            part += asked.slot_weight[cell] * _slot(asked, cell, rows)
        share += asked.group_weight[group] * (np.sqrt(part) if kind == DISTRIBUTION else part)
    logs = np.log2(np.clip(share, 2.0**LOG_FLOOR, 1.0))
    return np.maximum(2 * logs, LOG_FLOOR) if kind == DISTRIBUTION else logs


def _slot(asked: Asked, cell: int, rows: Columns) -> Floats:
    code, prior = asked.slots[cell]
    share = np.zeros(rows.size)
    levels = coding.LEVELS[rows.words & LEVEL_MASK]
    for slot in range(SLOT, SLOT + SLOTS):
        share += np.where(rows.words[slot] >> LEVEL_BITS == code, levels[slot], 0.0)
    beyond = (rows.beyond >> np.uint64(mark_of(code)) & np.uint64(1)).astype(bool)
    share = np.where(beyond, np.maximum(share, levels[LAST_SLOT]), share)
    usual = asked.slot_there[cell][rows.bytes[MAIN_COUNTRY]]
    usual = np.where(usual < 0, asked.slot_prior[cell][rows.topics & np.uint64(NO_TOPIC)], usual)
    return share + coding.PRIOR_PART[rows.bytes[prior]] * usual


def _topic(asked: Asked, rows: Columns) -> Floats:
    each = rows.topics >> np.uint64(TOPIC_BITS)
    count = np.bitwise_count(each).astype(float)
    cosine = np.zeros(rows.size)
    for bit, part in zip(asked.topic_bits, asked.topic_cosine, strict=True):
        cosine += part * (each >> np.uint64(bit) & np.uint64(1))
    cosine = np.where(count > 0, cosine / np.sqrt(np.maximum(count, 1)), asked.topic_unknown)
    return np.log2(np.minimum(TOPIC_PARTS[0] + TOPIC_PARTS[1] * cosine, 1.0))


def _money(asked: Asked, rows: Columns) -> Floats:
    platform = rows.bytes[FLAGS] & PLATFORM_MASK
    top, usual = asked.rate_top[platform], asked.rate_usual[platform]
    measured = (rows.bytes[RATE] > 0) & (top < NOBODY)
    logs = np.where(measured, coding.RATE.log2(rows.bytes[RATE]) - top, usual)
    if asked.by_value and len(asked.work):
        price = prices(asked, rows)
        top, usual = asked.value_top[platform], asked.value_usual[platform]
        made = coding.PER_POST.log2(rows.bytes[PER_POST]) - np.log2(np.maximum(price, 1.0))
        measured = (rows.bytes[PER_POST] > 0) & (top < NOBODY)
        logs = np.where(price > 0, np.where(measured, made - top, usual), logs)
    return np.clip(logs, LOG_FLOOR, 0.0)
