"""What a file said, what of it could not be used, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from .codes import code_of

#: More problems than this help nobody; the rest are counted.
MOST_PROBLEMS = 40
#: Platforms name at most 45 places; a longer list is cut to its largest.
MOST_CODES = 250


class Unreadable(Exception):
    """Nothing in the file can be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """dimensions  dimension -> {"n": people it was counted on, "cells": {code: share}}
    problems       one line each, about what was left out
    notes          how the file was understood, where it left that open
    taken_on       the day it was exported, when the file says so
    """

    format: str
    dimensions: dict[str, dict[str, Any]]
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    taken_on: date | None = None


class Reading:
    """The rows of one file as they come, each turned into a code or a problem."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, float]] = {}
        # What had a number but no code we know: part of the whole, but nobody in particular.
        self.unplaced: dict[str, float] = {}
        self.problems: list[str] = []
        self.more_problems = 0
        self._seen: set[tuple[str, str]] = set()

    def problem(self, where: str, words: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(f"{where}: {words}")
        else:
            self.more_problems += 1

    def add(self, dimension: str, text: str, value: float, where: str) -> None:
        """Take one row; what it names must be a code of the dimension, named once."""
        code, why = code_of(dimension, text)
        if code is None:
            self.problem(where, why)
            self.unplaced[dimension] = self.unplaced.get(dimension, 0) + value
        elif (dimension, code) in self._seen:
            self.problem(where, _("%(code)s is there twice. We kept the first", code=text[:40]))
        else:
            self._seen.add((dimension, code))
            self.found.setdefault(dimension, {})[code] = value

    def total(self, dimension: str) -> float:
        return sum(self.found.get(dimension, {}).values()) + self.unplaced.get(dimension, 0)

    def all_problems(self) -> list[str]:
        if not self.more_problems:
            return self.problems
        return [*self.problems, _("And %(number)s more like these", number=self.more_problems)]


def measured(counts: Mapping[str, float], whole: float, people: float) -> dict[str, Any] | None:
    """One dimension as it is stored; None when it was counted on nobody.

    `whole` is what all the counts and everything unplaced add up to.
    """
    if whole <= 0 or people < 1:
        return None
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_CODES]
    cells = {code: round(count / whole, 6) for code, count in largest if count > 0}
    return {"n": int(people), "cells": cells} if cells else None
