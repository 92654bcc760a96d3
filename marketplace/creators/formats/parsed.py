"""What a file said, what of it could not be used, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from marketplace.kit import labels
from models import Platform, PlatformAccount, Provenance

from .codes import code_of, spread

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
    platform       the one whose file it is, and `handle` the account it names, where it does
    figures        what else it counts of the account: followers, and `real` of `sampled` followers
    provenance     a file, unless it says that its numbers were typed in
    """

    format: str
    dimensions: dict[str, dict[str, Any]]
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    taken_on: date | None = None
    platform: Platform | None = None
    handle: str = ""
    figures: dict[str, int] = field(default_factory=dict)
    provenance: Provenance = Provenance.FILE


def of_another(parsed: Parsed, account: PlatformAccount) -> str:
    """Why this file can't be about this account; empty when it can."""
    if parsed.platform and parsed.platform != account.platform:
        return _(
            "This file is from %(theirs)s, and @%(handle)s is on %(ours)s. Choose a file from "
            "%(ours)s",
            theirs=labels.platform(parsed.platform),
            ours=labels.platform(account.platform),
            handle=account.handle,
        )
    if parsed.handle and parsed.handle.strip().removeprefix("@").casefold() != account.handle:
        return _(
            "This file is about @%(theirs)s, not @%(ours)s. Choose the file of this account, or "
            "mend its name first",
            theirs=parsed.handle.removeprefix("@"),
            ours=account.handle,
        )
    return ""


class Reading:
    """The rows of one file as they come, each turned into a code or a problem."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, float]] = {}
        # What had a number but no code we know: part of the whole, but nobody in particular.
        self.unplaced: dict[str, float] = {}
        self.problems: list[str] = []
        self.notes: list[str] = []
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
        if code is None and (codes := spread(dimension, text)):
            self._spread(dimension, codes, text, value, where)
        elif code is None:
            self.problem(where, why)
            self.unplaced[dimension] = self.unplaced.get(dimension, 0) + value
        elif (dimension, code) in self._seen:
            self.problem(where, _("%(code)s is there twice. We kept the first", code=text[:40]))
        else:
            self._seen.add((dimension, code))
            self.found.setdefault(dimension, {})[code] = value

    def _spread(
        self, dimension: str, codes: list[str], text: str, value: float, where: str
    ) -> None:
        """A band twice as wide as ours is divided evenly, and that is said."""
        shown = ", ".join(code.partition(":")[0] for code in codes)
        self.note(
            _(
                "“%(text)s” is wider than our age bands, so we divided it evenly between %(codes)s",
                text=text.partition(":")[0][:40],
                codes=shown,
            )
        )
        for code in codes:
            self.add(dimension, code, value / len(codes), where)

    def note(self, words: str) -> None:
        if words not in self.notes and len(self.notes) < MOST_PROBLEMS:
            self.notes.append(words)

    def total(self, dimension: str) -> float:
        return sum(self.found.get(dimension, {}).values()) + self.unplaced.get(dimension, 0)

    def all_problems(self) -> list[str]:
        if not self.more_problems:
            return self.problems
        return [*self.problems, _("And %(number)s more like these", number=self.more_problems)]


def nothing_in(reading: Reading) -> str:
    """Why a file of the right shape gave nothing: its first problem, or that it is empty."""
    if reading.problems:
        return _("Nothing in the file could be used. First: %(first)s", first=reading.problems[0])
    return _("There are no numbers in the file. Choose another")


def unstated(dimensions: Iterable[str], people: int) -> str:
    return _(
        "The file doesn’t say how many people it counted (%(dimensions)s), so that counts as "
        "%(number)s people, the fewest that platforms report on",
        dimensions=", ".join(dimensions),
        number=people,
    )


def measured(counts: Mapping[str, float], whole: float, people: float) -> dict[str, Any] | None:
    """One dimension as it is stored; None when it was counted on nobody.

    `whole` is what all the counts and everything unplaced add up to.
    """
    if whole <= 0 or people < 1:
        return None
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_CODES]
    cells = {code: round(count / whole, 6) for code, count in largest if count > 0}
    return {"n": int(people), "cells": cells} if cells else None
