"""Instagram's answers about followers: `follower_demographics` from the Graph API, as JSON.

Counts of people, the 45 largest of each kind. An empty set means Instagram didn't say, not zero.
"""

import json
import math
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _

from .parsed import Parsed, Reading, Unreadable, measured

METRIC = "follower_demographics"
_SIBLINGS = ("engaged_audience_demographics", "reached_audience_demographics")
_DIMENSIONS = {
    ("age",): "age",
    ("gender",): "gender",
    ("age", "gender"): "age_gender",
    ("country",): "country",
    ("city",): "city",
}
_MOST_PEOPLE = 10_000_000_000
_DEEPEST = 8


def read(text: str) -> Parsed:
    metrics = list(_metrics(_loaded(text)))
    ours = [metric for metric in metrics if metric.get("name") == METRIC]
    if not ours:
        raise Unreadable(_not_followers([str(metric.get("name"))[:60] for metric in metrics]))
    reading = Reading()
    for metric in ours:
        for breakdown in _breakdowns(metric):
            _take(reading, breakdown)
    dimensions = {}
    for name, counts in reading.found.items():
        whole = reading.total(name)
        if kept := measured(counts, whole, whole):
            dimensions[name] = kept
    if not dimensions:
        raise Unreadable(_nothing(reading))
    return Parsed("instagram", dimensions, reading.all_problems(), taken_on=_taken_on(ours))


def _loaded(text: str) -> Any:
    try:
        loaded = json.loads(text, parse_constant=_refuse_constant)
        # Half of a sign, such as \ud800 alone, can be written in JSON and nowhere else.
        json.dumps(loaded, ensure_ascii=False).encode()
        return loaded
    except UnicodeEncodeError as error:
        raise Unreadable(_("The JSON has half a letter in it. Export it again")) from error
    except RecursionError as error:
        raise Unreadable(_("The JSON is nested too deeply to be Instagram’s")) from error
    except json.JSONDecodeError as error:
        raise Unreadable(
            _(
                "The JSON breaks off or has a mistake at line %(line)s, column %(column)s. "
                "Export it again",
                line=error.lineno,
                column=error.colno,
            )
        ) from error
    except ValueError as error:  # a number of thousands of digits, or NaN
        raise Unreadable(_("The JSON has a number in it that no count can be")) from error


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def _metrics(loaded: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Each metric in one response, or in several put in a list or under `data`."""
    if depth > _DEEPEST:
        return
    if isinstance(loaded, list):
        for one in loaded:
            yield from _metrics(one, depth + 1)
    elif isinstance(loaded, dict):
        if "total_value" in loaded or "name" in loaded:
            yield loaded
        else:
            yield from _metrics(loaded.get("data"), depth + 1)


def _breakdowns(metric: dict[str, Any]) -> Iterator[dict[str, Any]]:
    total = metric.get("total_value")
    found = total.get("breakdowns") if isinstance(total, dict) else None
    for breakdown in found if isinstance(found, list) else []:
        if isinstance(breakdown, dict):
            yield breakdown


def _take(reading: Reading, breakdown: dict[str, Any]) -> None:
    keys, results = breakdown.get("dimension_keys"), breakdown.get("results")
    if not isinstance(keys, list) or not isinstance(results, list):
        return
    names = tuple(str(key)[:40] for key in keys)
    dimension = _DIMENSIONS.get(tuple(sorted(names)))
    where = ", ".join(names)
    if dimension is None:
        reading.problem(where, _("we don’t use this breakdown, so we left it out"))
    elif dimension in reading.found:
        reading.problem(where, _("is in the file twice. We kept the first"))
    else:
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


def _taken_on(metrics: list[dict[str, Any]]) -> date | None:
    """The latest day the responses themselves name, where they do."""
    days = []
    for metric in metrics:
        try:
            days.append(date.fromisoformat(str(metric.get("end_time"))[:10]))
        except ValueError:
            continue
    return max(days, default=None)


def _not_followers(names: list[str]) -> str:
    if any(name in _SIBLINGS for name in names):
        return _(
            "This file is about who was reached or engaged, not about who follows. "
            "Export %(metric)s",
            metric=METRIC,
        )
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
