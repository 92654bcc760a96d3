"""Tables that platforms' own pages export, such as YouTube Studio's `Table data.csv`.

Their headers are in the language of whoever exported them, so what a column is about is told from
what stands in it. A row “Total” is a sum and nobody's name.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from flask_babel import gettext as _

from models import Platform

from .codes import age_code, country_code, dimension_of, gender_code, spread
from .lists import UNSTATED, Lists
from .numbers import PERCENT, Units, number
from .parsed import Parsed, Unreadable, nothing_in
from .rows import TOTALS, rows_of

_MOST_ROWS = 5_000
_LOOKED_AT = 60
_DATES = re.compile(r"\d{4}-\d{2}(-\d{2})?|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\w{3} \d{1,2}, \d{4}")
#: Columns of people, which say on how many their shares stand.
_PEOPLE = ("viewers", "uniqueviewers", "followers", "subscribers", "people", "users")
#: Columns that are taken, best first, by what is left of their names without signs.
_WANTED = (
    *(*_PEOPLE, "views%", "viewspercent", "distribution", "percentage", "percent", "share"),
    *("views", "visningar", "visninger", "aufrufe", "vues", "visualizaciones", "visualizzazioni"),
    *("visualizações", "weergaven", "katselukerrat", "wyświetlenia"),
    *("watchtimehours%", "watchtime%"),
)
_YOUTUBE = ("viewer", "views", "watch time", "geography", "youtube")
_TIKTOK = ("distribution", "top territories")


class _Layout(NamedTuple):
    """Which columns hold the names, which the number, and whether that counts people."""

    names: dict[str, int]
    value: int
    header: str
    counts_people: bool

    @property
    def dimension(self) -> str:
        if {"age", "gender"} <= self.names.keys():
            return "age_gender"
        return next(name for name in ("city", "age", "gender", "country") if name in self.names)

    def named(self, row: list[str]) -> str:
        keys = ("age", "gender") if self.dimension == "age_gender" else (self.dimension,)
        return ":".join(_cell(row, self.names[key]) for key in keys)


def read(text: str) -> Parsed:
    layout = _layout(list(_few(text)))
    if not isinstance(layout, _Layout):
        raise Unreadable(layout)
    rows = rows_of(text, _MOST_ROWS)
    header = next(rows)[1]
    lists = Lists()
    total, everybody, whole = 0.0, 0.0, True
    for line, row in rows:
        written, typed = layout.named(row), _cell(row, layout.value)
        if written.strip(" :").casefold() in TOTALS:
            everybody = number(typed, None)[0] or 0
            continue
        where = _("Line %(line)s, %(column)s", line=line, column=layout.header)
        lists.put(layout.dimension, written, typed, where, _units(layout))
        value, _why = number(typed, None)
        total += value or 0
        whole = whole and (value is None or value == int(value))
    if not _is_share(layout, total, whole):
        # The places that are listed may be the largest only; the sum is of everybody.
        lists.reading.unplaced[layout.dimension] = max(
            lists.reading.unplaced.get(layout.dimension, 0), everybody - total
        )
        _count_people(lists, layout, total)
    dimensions = lists.dimensions()
    if not dimensions:
        raise Unreadable(nothing_in(lists.reading))
    platform = _platform(header)
    return Parsed(
        platform.value if platform else "csv",
        dimensions,
        lists.reading.all_problems(),
        lists.reading.notes,
        platform=platform,
    )


def _few(text: str) -> Iterator[list[str]]:
    for _line, row in rows_of(text, _MOST_ROWS):
        yield row
        if _line > _LOOKED_AT:
            return


def _cell(row: list[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _layout(rows: list[list[str]]) -> _Layout | str:
    """How the table is laid out, or the words that say why it can't be told."""
    if len(rows) < 2:
        return _("There are no rows below the first line")
    header, body = rows[0], rows[1:]
    columns = [
        [cell for row in body if (cell := _cell(row, place)) and cell.casefold() not in TOTALS]
        for place in range(len(header))
    ]
    if any(cells and all(_DATES.fullmatch(cell) for cell in cells) for cells in columns):
        return _("it is a table by day, and we need one for the whole time")
    names: dict[str, int] = {}
    for place, cells in enumerate(columns):
        dimension = _about(header[place], cells)
        if dimension and (dimension not in names or "name" in header[place].casefold()):
            names[dimension] = place
    value = _value_column(header, columns, set(names.values()))
    if not names or value is None:
        return _(
            "We can’t find our columns in the first line. Name them dimension, code and "
            "value, like the example"
        )
    counts_people = _plain(header[value]) in _PEOPLE
    return _Layout(names, value, header[value].strip()[:40], counts_people)


def _about(header: str, cells: list[str]) -> str | None:
    """What a column is about: by what stands in it, or for cities by its name."""
    if not cells:
        return None
    kinds = (
        ("age", lambda cell: age_code(cell) or spread("age", cell)),
        ("gender", gender_code),
        ("country", country_code),
    )
    for dimension, code_of in kinds:
        if sum(bool(code_of(cell)) for cell in cells) >= 0.7 * len(cells):
            return dimension
    named = dimension_of(header)
    if named == "city" and not all(re.fullmatch(r"[0-9a-fx:]+", cell.casefold()) for cell in cells):
        return named
    return None


def _value_column(header: list[str], columns: list[list[str]], names: set[int]) -> int | None:
    numeric = [
        place
        for place, cells in enumerate(columns)
        if place not in names and cells and all(number(cell, None)[0] is not None for cell in cells)
    ]
    plain = {_plain(header[place]): place for place in reversed(numeric)}
    wanted = next((plain[name] for name in _WANTED if name in plain), None)
    return wanted if wanted is not None else next(iter(numeric), None)


def _plain(header: str) -> str:
    return re.sub(r"[^\w%]", "", header.casefold()).replace("_", "")


def _units(layout: _Layout) -> Units | None:
    if PERCENT in layout.header:
        return Units.PERCENT
    return Units.COUNTS if layout.counts_people else None


def _is_share(layout: _Layout, total: float, whole: bool) -> bool:
    """Whether the numbers are shares or percentages rather than counts."""
    if PERCENT in layout.header:
        return True
    if layout.counts_people or layout.dimension in ("country", "city"):
        return not layout.counts_people and not whole and total <= 103
    return total <= 103


def _count_people(lists: Lists, layout: _Layout, total: float) -> None:
    """Views are not people; a table of viewers is."""
    lists.means(layout.dimension, Units.COUNTS)
    if layout.counts_people:
        return
    people = max(1, min(total, UNSTATED))
    lists.counted_on(layout.dimension, people)
    lists.reading.note(
        _(
            "The column %(column)s doesn’t count people. So it counts as %(number)s people, the "
            "fewest that platforms report on",
            column=layout.header,
            number=int(people),
        )
    )


def _platform(header: list[str]) -> Platform | None:
    names = " | ".join(header).casefold()
    if any(word in names for word in _TIKTOK):
        return Platform.TIKTOK
    return Platform.YOUTUBE if any(word in names for word in _YOUTUBE) else None
