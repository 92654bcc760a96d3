"""YouTube Analytics' answers: tables of `columnHeaders` and `rows`, one or several in a file."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from models import Platform

from .lists import UNSTATED, Lists, as_number
from .loading import objects, refusals
from .numbers import Units
from .parsed import Parsed, Unreadable, nothing_in

_DIMENSIONS = {
    ("ageGroup",): "age",
    ("gender",): "gender",
    ("ageGroup", "gender"): "age_gender",
    ("country",): "country",
    ("city",): "city",
}
#: Which number of a row is taken, best first.
_METRICS = ("viewerPercentage", "views", "estimatedMinutesWatched")
_KEYS = ("ageGroup", "gender", "country", "city")
_MOST_ROWS = 5_000


def is_ours(one: dict[str, Any]) -> bool:
    return isinstance(one.get("columnHeaders"), list)


def read(answers: list[Any]) -> Parsed:
    lists, empty = Lists(), list[str]()
    for path, _name, one in objects(answers):
        if is_ours(one):
            _take_table(lists, one, path or _("The table"), empty)
    for words in refusals(answers):
        lists.reading.problem(_("One answer"), words)
    dimensions = lists.dimensions()
    if not dimensions:
        raise Unreadable(_nothing(lists, empty))
    if unknown := sorted(set(empty) - dimensions.keys()):
        lists.reading.note(
            _(
                "YouTube gave no numbers for %(names)s. That is unknown, not zero",
                names=", ".join(unknown).replace("_", " and "),
            )
        )
    return Parsed(
        "youtube",
        dimensions,
        lists.reading.all_problems(),
        lists.reading.notes,
        platform=Platform.YOUTUBE,
    )


def _take_table(lists: Lists, table: Mapping[str, Any], where: str, empty: list[str]) -> None:
    headers = [
        str(header.get("name")) if isinstance(header, dict) else "?"
        for header in table["columnHeaders"]
    ]
    keys = tuple(sorted(name for name in headers if name in _KEYS))
    others = [name for name in headers if name in ("day", "month", "video", "province")]
    dimension = None if others else _DIMENSIONS.get(keys)
    metric = next((name for name in _METRICS if name in headers), None)
    if dimension is None or metric is None:
        lists.reading.problem(
            where,
            _(
                "the columns are %(columns)s. We use ageGroup and gender with viewerPercentage, "
                "and country with views",
                columns=", ".join(headers)[:120],
            ),
        )
        return
    rows = table.get("rows")
    if not isinstance(rows, list) or not rows:
        empty.append(dimension)
        return
    if dimension in lists.reading.found:
        lists.reading.problem(where, _("is in the file twice. We kept the first"))
        return
    _take_rows(lists, dimension, headers, rows[:_MOST_ROWS], metric=metric, where=where)


def _take_rows(
    lists: Lists, dimension: str, headers: list[str], rows: list[Any], *, metric: str, where: str
) -> None:
    units = Units.PERCENT if metric == "viewerPercentage" else Units.COUNTS
    keys = sorted(name for name in headers if name in _KEYS)
    total = 0.0
    for number, row in enumerate(rows, 1):
        here = _("%(where)s, row %(number)s", where=where, number=number)
        if not isinstance(row, list) or len(row) != len(headers):
            lists.reading.problem(
                here, _("has other columns than the table, which has %(n)s", n=len(headers))
            )
            continue
        cells = dict(zip(headers, row, strict=True))
        lists.put(dimension, ":".join(str(cells[key]) for key in keys), cells[metric], here, units)
        value, _why = as_number(cells[metric], units)
        total += value or 0
    if units == Units.COUNTS and total >= 1:
        _note_views(lists, dimension, metric, total)


def _note_views(lists: Lists, dimension: str, metric: str, total: float) -> None:
    """Views are not people: however many they are, they count as the fewest people reported on."""
    lists.counted_on(dimension, min(total, UNSTATED))
    lists.reading.note(
        _(
            "%(name)s: YouTube counts %(metric)s there, and they aren’t people. So it counts as "
            "%(number)s people, the fewest that platforms report on",
            name=dimension,
            metric=_("views") if metric == "views" else _("minutes"),
            number=int(min(total, UNSTATED)),
        )
    )


def _nothing(lists: Lists, empty: list[str]) -> str:
    if empty and not lists.reading.problems:
        return _("YouTube gave no numbers. It does so once enough people have watched")
    return nothing_in(lists.reading)
