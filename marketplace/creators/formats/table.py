"""A plain table: `dimension,code,value` and perhaps `sample`, a row for each share or count.

`age,count` or `country;followers` works as well: then the column's name is the dimension.
Cells are text. A formula in one is never worked out; it is refused as a name.
"""

import re

from flask_babel import gettext as _

from .codes import dimension_of
from .lists import UNSTATED
from .numbers import PERCENT, Units, number, units_of
from .parsed import Parsed, Reading, Unreadable, measured, unstated
from .rows import TOTALS, rows_of

MOST_ROWS = 5_000

_COLUMNS = {
    "dimension": ("dimension", "kind", "category", "type"),
    "code": ("code", "name", "key", "label", "segment"),
    "value": ("value",),
    "share": ("share", "shares", "fraction"),
    "percent": ("percent", "percentage", "%"),
    "count": ("count", "counts", "followers", "viewers", "people", "number"),
    "sample": ("sample", "samplesize", "n", "base"),
}
_AMOUNTS = ("value", "share", "percent", "count")


class _Columns:
    """Where in a row each thing stands."""

    def __init__(self, header: list[str]) -> None:
        names = [re.sub(r"[\s_\-\ufeff]", "", name).casefold() for name in header]
        self.at = {
            column: names.index(name)
            for column, known in _COLUMNS.items()
            for name in known
            if name in names
        }
        self.dimension_columns = {
            found: place for place, name in enumerate(header) if (found := dimension_of(name))
        }
        self.amount = next((name for name in _AMOUNTS if name in self.at), None)
        self.declared = Units.of_column(self.amount)

    @property
    def are_ours(self) -> bool:
        has_code = "dimension" in self.at and "code" in self.at
        return self.amount is not None and (has_code or bool(self.dimension_columns))

    def cell(self, row: list[str], column: str) -> str:
        place = self.at.get(column, len(row))
        return row[place].strip() if place < len(row) else ""

    def named(self, row: list[str]) -> tuple[str, str]:
        """The dimension and the name of a row, as written."""
        if "dimension" in self.at and "code" in self.at:
            return self.cell(row, "dimension"), self.cell(row, "code")
        joint = {"age", "gender"} <= self.dimension_columns.keys()
        wanted = ("age", "gender") if joint else tuple(self.dimension_columns)[:1]
        places = [self.dimension_columns[name] for name in wanted]
        parts = [row[place].strip() if place < len(row) else "" for place in places]
        return " ".join(wanted), ":".join(parts)


class _Table:
    """One file's rows, and for each dimension how its numbers are meant."""

    def __init__(self, columns: _Columns) -> None:
        self.columns = columns
        self.reading = Reading()
        self.samples: dict[str, set[float]] = {}
        self.values: dict[str, list[float]] = {}
        self.percent_signs: set[str] = set()
        self.unstated: list[str] = []

    def take(self, row: list[str], line: int) -> None:
        where = _("Line %(line)s", line=line)
        written, code = self.columns.named(row)
        dimension = dimension_of(written)
        if dimension != "city" and code.strip(" :").casefold() in TOTALS:
            return
        if dimension is None:
            self.reading.problem(where, _unknown_dimension(written))
            return
        typed = self.columns.cell(row, self.columns.amount or "")
        value, why = number(typed, self.columns.declared)
        if value is None:
            self.reading.problem(where, why)
            return
        if PERCENT in typed:
            self.percent_signs.add(dimension)
        if "sample" in self.columns.at and (sample := self.columns.cell(row, "sample")):
            people, why = number(sample, Units.COUNTS)
            if people is None:
                self.reading.problem(where, why)
                return
            self.samples.setdefault(dimension, set()).add(people)
        self.values.setdefault(dimension, []).append(value)
        self.reading.add(dimension, code, value, where)

    def dimensions(self) -> dict[str, dict[str, object]]:
        found = {}
        for dimension in self.reading.found:
            if kept := self._measured(dimension):
                found[dimension] = kept
        return found

    def _measured(self, dimension: str) -> dict[str, object] | None:
        where = dimension.replace("_", " and ")
        samples = self.samples.get(dimension, set())
        if len(samples) > 1:
            self.reading.problem(where, _("has several sample sizes. Give one for all its rows"))
            return None
        sample = next(iter(samples), None)
        declared = Units.PERCENT if dimension in self.percent_signs else self.columns.declared
        total = self.reading.total(dimension)
        units, why = units_of(self.values[dimension], total, sample, declared)
        if units is None:
            self.reading.problem(where, why)
            return None
        counts = self.reading.found[dimension]
        if units == Units.COUNTS:
            people = max(total, sample or 0)
            return measured(counts, people, people)
        if sample is None:
            self.unstated.append(where)
        whole = max(total, units.whole)
        return measured(counts, whole, UNSTATED if sample is None else sample)


def is_ours(text: str) -> bool:
    """Whether the first line names our columns."""
    return _Columns(next(rows_of(text, MOST_ROWS), (0, []))[1]).are_ours


def read(text: str) -> Parsed:
    rows = rows_of(text, MOST_ROWS)
    columns = _Columns(next(rows, (0, []))[1])
    table = _Table(columns)
    for line, row in rows:
        table.take(row, line)
    dimensions = table.dimensions()
    if not dimensions:
        raise Unreadable(_nothing(table.reading))
    notes = [unstated(table.unstated, UNSTATED)] if table.unstated else []
    notes += table.reading.notes
    return Parsed("csv", dimensions, table.reading.all_problems(), notes)


def _unknown_dimension(written: str) -> str:
    return _(
        "“%(text)s” isn’t something we know of audiences. Use age, gender, age_gender, country, "
        "city, language or interest",
        text=written[:40],
    )


def _nothing(reading: Reading) -> str:
    if reading.problems:
        return _("Nothing in the file could be used. First: %(first)s", first=reading.problems[0])
    return _("There are no numbers below the first line. Choose another file")
