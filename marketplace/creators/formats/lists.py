"""Lists of names with a number each, as JSON has them: `[{"country": "SE", "weight": 0.7}, …]`."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from .numbers import PERCENT, Units, number, units_of
from .parsed import Reading, measured, unstated

#: Platforms show nothing about fewer people, so a platform's file stands on at least as many.
UNSTATED = 100
_LONGEST = 2_000
_VALUES = ("percentage", "percent", "share", "ratio", "weight", "value", "count", "proportion")


class Lists:
    """The lists of one file. How their numbers are meant is told from what they add up to."""

    def __init__(self) -> None:
        self.reading = Reading()
        self._values: dict[str, list[float]] = {}
        self._people: dict[str, float] = {}
        self._units: dict[str, Units] = {}

    def take(
        self,
        dimension: str,
        where: str,
        items: Sequence[Any],
        names: Sequence[str],
        units: Units | None = None,
    ) -> None:
        """One list of objects, each with a name under one of `names`."""
        if dimension in self._values:
            self.reading.problem(where, _("is in the file twice. We kept the first"))
            return
        for place, item in enumerate(items[:_LONGEST]):
            here = f"{where}[{place}]"
            if not isinstance(item, Mapping):
                self.reading.problem(here, _("is not a name with a number, so we left it out"))
                continue
            key, found = value_in(item)
            written = next((item[name] for name in names if item.get(name) not in (None, "")), "")
            self.put(dimension, written, found, f"{here}.{key}", units)

    def put(
        self, dimension: str, written: object, found: object, where: str, units: Units | None = None
    ) -> None:
        value, why = as_number(found, units)
        if value is None:
            self.reading.problem(where, why)
        elif not isinstance(written, str | int) or isinstance(written, bool):
            self.reading.problem(where, _("the name of this number is missing"))
        else:
            if units is not None:
                self._units[dimension] = units
            self._values.setdefault(dimension, []).append(value)
            self.reading.add(dimension, str(written)[:120], value, where)

    def means(self, dimension: str, units: Units) -> None:
        self._units[dimension] = units

    def counted_on(self, dimension: str, people: float) -> None:
        self._people[dimension] = people

    def dimensions(self) -> dict[str, dict[str, Any]]:
        """Each dimension as it is kept. Where nothing says how many were asked, that is noted."""
        usual = self._usual()
        kept, silent = {}, []
        for name in self.reading.found:
            total, values = self.reading.total(name), self._values[name]
            said = self._units.get(name)
            meant, why = units_of(values, total, None, said or usual)
            if meant is None and said is None:
                meant, why = units_of(values, total, None, None)
            if meant is None:
                self.reading.problem(name.replace("_", " and "), why)
                continue
            people = self._people.get(name, total if meant == Units.COUNTS else UNSTATED)
            if meant != Units.COUNTS and name not in self._people:
                silent.append(name.replace("_", " and "))
            whole = total if meant == Units.COUNTS else max(total, meant.whole)
            if found := measured(self.reading.found[name], whole, people):
                kept[name] = found
        if silent:
            self.reading.note(unstated(silent, UNSTATED))
        return kept

    def _usual(self) -> Units | None:
        """A file writes all its lists alike, and everybody is of some age and gender: those lists
        add up to the whole.
        """
        for name in ("gender", "age", "age_gender"):
            total = self.reading.total(name)
            if name in self._values and total > 0:
                if 0.9 <= total <= 1.03:
                    return Units.SHARES
                if 90 <= total <= 103:
                    return Units.PERCENT
                if total > 103:
                    return Units.COUNTS
        return None


def value_in(item: Mapping[str, Any]) -> tuple[str, object]:
    """Under which key an object has its number, and the number."""
    return next(((key, item[key]) for key in _VALUES if key in item), (_VALUES[0], None))


def as_number(found: object, units: Units | None) -> tuple[float | None, str]:
    """A number in JSON, or one written as a text; else what stood there and what should."""
    if isinstance(found, str):
        value, why = number(found, Units.PERCENT if PERCENT in found else units)
        return value, why
    if found is None:
        return None, _("The number is missing")
    shown = str(found)[:40]
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None, _("“%(text)s” isn’t a number", text=shown)
    why = _not_meant(found, shown, units)
    return (None, why) if why else (float(found), "")


def _not_meant(found: float, shown: str, units: Units | None) -> str:
    """Why a number can't be what it stands for; empty when it can."""
    if not math.isfinite(found):
        return _("“%(text)s” isn’t a number", text=shown)
    if found < 0:
        return _("%(text)s is below 0. Counts and shares start at 0", text=shown)
    if found > 10_000_000_000:
        return _("%(text)s is more people than there are", text=shown)
    if units == Units.SHARES and found > 1.0005:
        return _("%(text)s is above 1, the whole. Write 0.25 for a quarter", text=shown)
    if units == Units.PERCENT and found > 100.05:
        return _("%(text)s is above the whole, which is 100 percent", text=shown)
    return ""
