"""An audience as charts show it: best estimates, what they are at least and at most, and words."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import numpy as np
from flask_babel import gettext as _

from marketplace.kit import labels
from marketplace.kit.i18n import number, percent
from matching import beta_interval
from matching.profiles import FRESH_DAYS
from models import Audience
from models.taxonomy import AGES

from .words import TOO_FEW, Dimensions, about_ages, ages_of

_LONGEST = 6

Row = dict[str, Any]


class Pyramid(NamedTuple):
    rows: list[Row]
    women: str
    men: str
    title: str
    n: int
    neither: float


class Shares(NamedTuple):
    """A list of bars: the largest first, and what is in none of them."""

    key: str
    title: str
    rows: list[Row]
    n: int
    rest: float

    @property
    def too_few(self) -> bool:
        return self.n < TOO_FEW


class Portrait(NamedTuple):
    audience: Audience
    pyramid: Pyramid | None
    lists: list[Shares]


def portrait(audience: Audience) -> Portrait:
    known = audience.dimensions
    return Portrait(audience, _pyramid(known), _lists(known))


def counts_until(audience: Audience) -> Any:
    """The last day on which these numbers count in full."""
    return audience.taken_on + timedelta(days=FRESH_DAYS)


def _row(label: str, share: float, n: int) -> Row:
    """One bar, 0–100, with its 90 % range in words."""
    lows, highs = beta_interval(np.array([share]), np.array([float(n)]))
    low, high = 100 * float(lows[0]), 100 * float(highs[0])
    digits = 0 if high >= 5 and round(low) < round(high) else 1
    return {
        "label": label,
        "low": low,
        "best": 100 * share,
        "high": high,
        "text": percent(share, digits=0 if share >= 0.01 or share == 0 else 1),
        "range": f"{number(round(low, digits))}–{number(round(high, digits))}",
    }


def _pyramid(known: Dimensions) -> Pyramid | None:
    joint = known.get("age_gender")
    if not joint or joint["n"] < TOO_FEW:
        return None
    cells, n = joint["cells"], joint["n"]
    women, men = (
        sum(share for code, share in cells.items() if code.endswith(f":{gender}"))
        for gender in ("female", "male")
    )
    rows = [
        {
            "label": labels.age(age),
            "left": _row("", cells.get(f"{age}:female", 0), n),
            "right": _row("", cells.get(f"{age}:male", 0), n),
        }
        for age in AGES
    ]
    return Pyramid(
        rows,
        women=_("Women, %(share)s", share=percent(women)),
        men=_("Men, %(share)s", share=percent(men)),
        title=about_ages(ages_of(known)) or _("Age and gender"),
        n=n,
        neither=max(0, 1 - women - men),
    )


def _lists(known: Dimensions) -> list[Shares]:
    kinds: list[tuple[str, str, Callable[[str], str]]] = [
        ("age", _("Age"), labels.age),
        ("gender", _("Gender"), labels.gender),
        ("country", _("Countries"), labels.country),
        ("language", _("Languages"), labels.language),
        ("interest", _("Interests"), labels.interest),
        ("city", _("Cities"), str),
    ]
    shown = []
    for key, title, name in kinds:
        inside = key in ("age", "gender") and _pyramid(known) is not None
        if key in known and not inside:
            shown.append(_shares(key, title, known[key], name))
    return shown


def _shares(
    key: str, title: str, measured: Mapping[str, Any], name: Callable[[str], str]
) -> Shares:
    cells, n = measured["cells"], measured["n"]
    codes = (
        [age for age in AGES if age in cells]
        if key == "age"
        else sorted(cells, key=lambda code: (-cells[code], code))
    )
    most = len(AGES) if key == "age" else _LONGEST
    rows = [_row(name(code), cells[code], n) for code in codes[:most]]
    rest = max(0.0, 1 - sum(cells[code] for code in codes[:most]))
    return Shares(key, title, rows, n, rest if rest >= 0.005 else 0.0)
