"""Several matches side by side: a row a component, a cell a creator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from marketplace.kit.i18n import number, percent
from matching import Component, Match


@dataclass(frozen=True, slots=True)
class Cell:
    """One component of one creator; `percent` is None where there are too few to say."""

    text: str
    note: str
    percent: float | None
    low: float | None = None
    high: float | None = None
    is_best: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    note: str
    # None where somebody isn't compared at all.
    cells: list[Cell | None]


def rows(matches: Sequence[Match | None]) -> list[Row]:
    """Every component any of them has, in the order they are drawn everywhere."""
    from . import BARS, LABELS, NOTES

    found = {one.key for match in matches if match for one in match.components}
    # Whoever names no price is judged in the row of those who do.
    order = [*BARS, "auth", "rel", "perf", *sorted(found)]
    keys = [key for key in dict.fromkeys(order) if key in found]
    made = []
    for key in keys:
        if key == "eng" and "value" in found:
            continue
        each = [_of(match, key) for match in matches]
        known = [one.value for one in each if one and not one.too_few]
        best = max(known) if len(set(known)) > 1 else None
        note = str(NOTES.get(key, ""))
        made.append(Row(str(LABELS[key]), note, [_cell(one, key, best) for one in each]))
    return made


def _of(match: Match | None, key: str) -> Component | None:
    if match is None:
        return None
    return match.component(key) or (match.component("eng") if key == "value" else None)


def _cell(one: Component | None, key: str, best: float | None) -> Cell | None:
    from . import span

    if one is None:
        return None
    if one.too_few:
        return Cell("–", _("Too few to say"), None)
    if one.key != key:
        return Cell(percent(one.value), _("No price named"), 100 * one.value)
    values: dict[str, Any] = {"percent": 100 * one.value, "is_best": one.value == best}
    if one.low is None or one.high is None:
        return Cell(percent(one.value), "", **values)
    note = _("%(range)s, n %(n)s", range=span(one), n=number(round(one.n or 0)))
    return Cell(percent(one.value), note, low=100 * one.low, high=100 * one.high, **values)
