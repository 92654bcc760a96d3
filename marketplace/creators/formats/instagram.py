"""Instagram's answers about an audience: `follower_demographics` from the Graph API, as JSON.

Counts of people, the 45 largest of each kind. An empty set means Instagram didn't say, not zero.
Where a file has no followers in it, those who engaged or were reached stand in, and that is said.
"""

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _

from models import Platform

from .loading import about, first_count, first_text, objects, refusals
from .parsed import Parsed, Reading, Unreadable, measured

METRIC = "follower_demographics"
#: What was asked, best first, and what it is kept as.
METRICS = {
    METRIC: "instagram",
    "engaged_audience_demographics": "instagram_engaged",
    "reached_audience_demographics": "instagram_reached",
}
#: The names of the same numbers until 2023: one object of counts under `value`.
_OLDER = {
    "audience_gender_age": ("gender", "age"),
    "audience_country": ("country",),
    "audience_city": ("city",),
    "audience_locale": ("language",),
}
_DIMENSIONS = {
    ("age",): "age",
    ("gender",): "gender",
    ("age", "gender"): "age_gender",
    ("country",): "country",
    ("city",): "city",
    ("language",): "language",
}
_MOST_PEOPLE = 10_000_000_000
#: Instagram names no more of one kind.
_LONGEST = 45


def read(answers: list[Any]) -> Parsed:
    metrics = list(_metrics(answers))
    names = [str(metric.get("name"))[:60] for metric in metrics]
    chosen = next((name for name in METRICS if name in names), None)
    refused = refusals(answers)
    if chosen is None:
        raise Unreadable(refused[0] if refused else _no_metric())
    reading, empty, cut = Reading(), list[str](), set[str]()
    ours = [metric for metric in metrics if metric.get("name") == chosen]
    for metric in ours:
        for breakdown in _breakdowns(metric):
            _take(reading, breakdown, empty, cut)
    for words in refused:
        reading.problem(_("One answer"), words)
    for other in sorted({name for name in names if name in METRICS and name != chosen}):
        reading.problem(
            other, _("is about other people than %(name)s, so we left it out", name=chosen)
        )
    dimensions = _dimensions(reading, cut)
    if not dimensions:
        raise Unreadable(_nothing(reading))
    followers = first_count(about(answers), "followers_count", "follower_count")
    return Parsed(
        METRICS[chosen],
        dimensions,
        reading.all_problems(),
        [*_basis(chosen), *_unknown(empty, dimensions), *_cut(cut, dimensions), *reading.notes],
        taken_on=_taken_on(ours),
        platform=Platform.INSTAGRAM,
        handle=first_text(about(answers), "username"),
        figures={} if followers is None else {"followers": followers},
    )


def _metrics(answers: list[Any]) -> Iterator[dict[str, Any]]:
    """Each metric in one response, or in several put in a list, pasted, or under `data`."""
    for _path, _name, one in objects(answers):
        if str(one.get("name")) in _OLDER and isinstance(one.get("values"), list):
            yield _as_newer(one)
        elif "total_value" in one or "name" in one:
            yield one


def _as_newer(metric: dict[str, Any]) -> dict[str, Any]:
    """An answer in the shape of before 2023, as it would be given today."""
    values = [value for value in metric["values"] if isinstance(value, dict)]
    last = values[-1] if values else {}
    counts = last.get("value")
    keys = list(_OLDER[metric["name"]])
    results = [
        {"dimension_values": str(name).split(".") if len(keys) > 1 else [name], "value": count}
        for name, count in (counts.items() if isinstance(counts, dict) else ())
    ]
    return {
        "name": METRIC,
        "end_time": last.get("end_time"),
        "total_value": {"breakdowns": [{"dimension_keys": keys, "results": results}]},
    }


def _breakdowns(metric: dict[str, Any]) -> Iterator[dict[str, Any]]:
    total = metric.get("total_value")
    found = total.get("breakdowns") if isinstance(total, dict) else None
    for breakdown in found if isinstance(found, list) else []:
        if isinstance(breakdown, dict):
            yield breakdown


def _take(reading: Reading, breakdown: dict[str, Any], empty: list[str], cut: set[str]) -> None:
    keys, results = breakdown.get("dimension_keys"), breakdown.get("results")
    if not isinstance(keys, list):
        return
    names = tuple(str(key)[:40] for key in keys)
    dimension = _DIMENSIONS.get(tuple(sorted(names)))
    where = ", ".join(names)
    if dimension is None:
        reading.problem(where, _("we don’t use this breakdown, so we left it out"))
    elif not isinstance(results, list) or not results:
        empty.append(dimension)
    elif dimension in reading.found:
        reading.problem(where, _("is in the file twice. We kept the first"))
    else:
        if len(results) >= _LONGEST and dimension in ("country", "city", "language"):
            cut.add(dimension)
        for result in results:
            _take_result(reading, dimension, names, result)


def _take_result(reading: Reading, dimension: str, names: tuple[str, ...], result: object) -> None:
    where = ", ".join(names)
    values = result.get("dimension_values") if isinstance(result, dict) else None
    if not isinstance(result, dict) or not isinstance(values, list) or len(values) != len(names):
        reading.problem(where, _("one result has no name, so we left it out"))
        return
    by_name = dict(zip(names, (str(value)[:120] for value in values), strict=True))
    text = ":".join(by_name[name] for name in sorted(by_name))
    count = result.get("value")
    if isinstance(count, bool) or not isinstance(count, int | float) or not math.isfinite(count):
        reading.problem(where, _("the count of “%(text)s” isn’t a number", text=text[:40]))
    elif not 0 <= count <= _MOST_PEOPLE:
        reading.problem(
            where, _("the count of “%(text)s” must be 0 or more, and believable", text=text[:40])
        )
    elif count != int(count):
        reading.problem(where, _("the count of “%(text)s” isn’t whole", text=text[:40]))
    else:
        reading.add(dimension, text, int(count), where)


def _dimensions(reading: Reading, cut: set[str]) -> dict[str, dict[str, Any]]:
    """Shares of everybody known. A list that is cut at its 45th is of more people than its sum:
    of at least as many as another list counts in full.
    """
    most = max((reading.total(name) for name in reading.found), default=0)
    dimensions = {}
    for name, counts in reading.found.items():
        whole = max(reading.total(name), most) if name in cut else reading.total(name)
        if kept := measured(counts, whole, whole):
            dimensions[name] = kept
    return dimensions


def _taken_on(metrics: list[dict[str, Any]]) -> date | None:
    """The latest day the responses themselves name, where they do."""
    days = []
    for metric in metrics:
        try:
            days.append(date.fromisoformat(str(metric.get("end_time"))[:10]))
        except ValueError:
            continue
    return max(days, default=None)


def _basis(chosen: str) -> list[str]:
    words = {
        "engaged_audience_demographics": _(
            "The file is about who reacted, not about everybody who follows. We say so wherever "
            "its numbers are shown; %(metric)s says more",
            metric=METRIC,
        ),
        "reached_audience_demographics": _(
            "The file is about who was reached, not about everybody who follows. We say so "
            "wherever its numbers are shown; %(metric)s says more",
            metric=METRIC,
        ),
    }
    return [words[chosen]] if chosen in words else []


def _unknown(empty: list[str], dimensions: dict[str, Any]) -> list[str]:
    names = [name.replace("_", " and ") for name in dict.fromkeys(empty) if name not in dimensions]
    if not names:
        return []
    return [
        _(
            "Instagram gave no numbers for %(names)s. That is unknown, not zero",
            names=", ".join(names),
        )
    ]


def _cut(cut: set[str], dimensions: dict[str, Any]) -> list[str]:
    return [
        _(
            "Instagram names the %(most)s largest of a kind. Whoever is under none of them "
            "(%(name)s) is elsewhere",
            most=_LONGEST,
            name=name,
        )
        for name in sorted(cut & dimensions.keys())
    ]


def _no_metric() -> str:
    return _(
        "There is no %(metric)s in this JSON. Export it from Instagram’s insights, or use our CSV",
        metric=METRIC,
    )


def _nothing(reading: Reading) -> str:
    if reading.problems:
        return _("Nothing in the file could be used. First: %(first)s", first=reading.problems[0])
    return _(
        "Instagram gave no numbers. It does so from 100 followers with known age, gender or place"
    )
