"""The order of rows in a new snapshot: those alike together, so that blocks can be skipped."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matching.profiles import AGE_GENDER, AGES, GENDERS

from .layout import AUTH, COUNTRY_OF, MAIN_COUNTRY, NO_TOPIC, PERF, REL, Columns
from .tables import Tables

Array = NDArray[Any]


def order(columns: Columns, tables: Tables) -> Array:
    """By home, where most of the audience lives, topic, gender and age, then by merit."""
    key = columns.bytes[COUNTRY_OF].astype(np.uint64)
    key = key << np.uint64(8) | columns.bytes[MAIN_COUNTRY].astype(np.uint64)
    key = key << np.uint64(6) | columns.topics & np.uint64(NO_TOPIC)
    cells = [
        tables.column_of[AGE_GENDER, f"{age}:{gender}"]
        for gender in GENDERS
        for age in AGES
        if (AGE_GENDER, f"{age}:{gender}") in tables.column_of
    ]
    key = key << np.uint64(8) | _most(columns, cells)
    merit = sum(columns.bytes[column].astype(np.uint64) for column in (AUTH, PERF, REL))
    return np.argsort(key << np.uint64(10) | merit)


def _most(columns: Columns, among: list[int]) -> Array:
    """Which of these columns is the largest, by its place among them; a row at a time."""
    best = np.zeros(columns.size, np.uint8)
    found = np.zeros(columns.size, np.uint64)
    for place, column in enumerate(among):
        more = columns.bytes[column] > best
        best[more] = columns.bytes[column][more]
        found[more] = place + 1
    return found
