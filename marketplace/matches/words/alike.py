"""How alike two audiences are, in words and bars."""

from typing import Any

from flask_babel import gettext as _

from marketplace.kit.i18n import number, percent
from matching import Component, Match


def rows(match: Match) -> list[dict[str, Any]]:
    """A bar a dimension, with how sure it is."""
    return [_row(component) for component in match.components]


def _row(component: Component) -> dict[str, Any]:
    from . import LABELS, span

    row: dict[str, Any] = {"label": LABELS[component.key]}
    if component.too_few:
        usual = _("Too few to say, so counted as what is usual")
        return row | {"percent": None, "text": "–", "note": usual}
    row |= {"percent": 100 * component.value, "text": percent(component.value)}
    if component.low is None or component.high is None:
        return row
    n = number(round(component.n or 0))
    return row | {
        "low": 100 * component.low,
        "high": 100 * component.high,
        "note": _("n %(n)s, %(range)s", n=n, range=span(component)),
    }


def sentence(match: Match) -> str:
    """Most alike in place (94%), least in interests (41%)."""
    from . import LABELS

    known = [one for one in match.components if not one.too_few]
    most = max(known, key=lambda one: one.value)
    least = min(known, key=lambda one: one.value)
    said = {
        "most": str(LABELS[most.key]).lower(),
        "best": percent(most.value),
        "least": str(LABELS[least.key]).lower(),
        "worst": percent(least.value),
    }
    if most is least:
        return _("%(best)s alike in %(most)s; the rest is too little known.", **said)
    return _("Most alike in %(most)s (%(best)s), least in %(least)s (%(worst)s).", **said)
