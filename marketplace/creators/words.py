"""Who listens, in sentences and in charts, and where we know it from."""

import itertools
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from flask_babel import gettext as _

from marketplace.kit import labels
from marketplace.kit.clock import today
from marketplace.kit.i18n import day, number, percent
from matching import TRUST, aged_n, interval
from matching.profiles import FRESH_DAYS
from models import Audience, Provenance
from models.taxonomy import AGES

#: Fewer people than this are too few to say anything by.
TOO_FEW = 30

#: Numbers older than this say so wherever they are shown; they count for less well before.
STALE_DAYS = 180

_LONGEST = 6
_CHANGES = 4

Dimensions = Mapping[str, Mapping[str, Any]]

_TENTHS = {
    1: lambda ages: _("One in ten is %(ages)s", ages=ages),
    2: lambda ages: _("Two in ten are %(ages)s", ages=ages),
    3: lambda ages: _("Three in ten are %(ages)s", ages=ages),
    4: lambda ages: _("Four in ten are %(ages)s", ages=ages),
    5: lambda ages: _("Half are %(ages)s", ages=ages),
    6: lambda ages: _("Six in ten are %(ages)s", ages=ages),
    7: lambda ages: _("Seven in ten are %(ages)s", ages=ages),
    8: lambda ages: _("Eight in ten are %(ages)s", ages=ages),
    9: lambda ages: _("Nine in ten are %(ages)s", ages=ages),
    10: lambda ages: _("Nearly all are %(ages)s", ages=ages),
}


def ages_of(known: Dimensions) -> dict[str, float]:
    """The share of each age band, from the ages or summed over genders; empty when unknown."""
    own = known.get("age")
    if own and own["n"] >= TOO_FEW:
        return dict(own["cells"])
    joint = known.get("age_gender")
    if not joint or joint["n"] < TOO_FEW:
        return {}
    ages: dict[str, float] = {}
    for code, share in joint["cells"].items():
        age = code.partition(":")[0]
        ages[age] = ages.get(age, 0) + share
    return ages


def about_ages(ages: Mapping[str, float]) -> str:
    """“Six in ten are 25–44”: the two neighbouring bands most are in; empty when unknown."""
    if not ages:
        return ""
    pairs = [
        (ages.get(young, 0) + ages.get(old, 0), young, old)
        for young, old in itertools.pairwise(AGES)
    ]
    share, young, old = max(pairs, key=lambda pair: pair[0])
    if share < 0.05:
        return ""
    upper = old.partition("-")[2]
    both = f"{young.partition('-')[0]}–{upper}" if upper else f"{young.partition('-')[0]}+"
    return _TENTHS[max(1, min(10, round(10 * share)))](both)


def headline_of(audience: Audience) -> str:
    """What brands read first: “72% of the audience lives in Sweden. Six in ten are 25–44.”"""
    known = audience.dimensions
    said = []
    places = known.get("country")
    if places and places["n"] >= TOO_FEW:
        code = max(places["cells"], key=lambda one: (places["cells"][one], one))
        said.append(
            _(
                "%(share)s of the audience lives in %(country)s.",
                share=percent(places["cells"][code]),
                country=labels.country(code),
            )
        )
    if sentence := about_ages(ages_of(known)):
        said.append(f"{sentence}.")
    return " ".join(said)


def source(audience: Audience) -> str:
    """Where the numbers come from, on how many people they stand."""
    if audience.provenance == Provenance.SELF_DECLARED:
        return _("Typed in by hand on %(day)s. Nobody counted.", day=day(audience.taken_on))
    if audience.provenance == Provenance.API:
        said = _(
            "Given by %(platform)s itself on %(day)s",
            platform=labels.platform(audience.account.platform),
            day=day(audience.taken_on),
        )
    else:
        said = _from_file(audience)
    return f"{said}; {_largest(audience.dimensions)}."


def _from_file(audience: Audience) -> str:
    when = day(audience.taken_on)
    said = {
        "instagram": _("From an Instagram export of %(day)s", day=when),
        "instagram_engaged": _(
            "From an Instagram export of %(day)s, of who reacted and not of who follows", day=when
        ),
        "instagram_reached": _(
            "From an Instagram export of %(day)s, of who was reached and not of who follows",
            day=when,
        ),
        "youtube": _("From a YouTube export of %(day)s", day=when),
        "tiktok": _("From a TikTok export of %(day)s", day=when),
        "vendor": _("From a data vendor’s report of %(day)s", day=when),
    }
    table = _(
        "From a table about %(platform)s of %(day)s",
        platform=labels.platform(audience.account.platform),
        day=when,
    )
    return said.get(audience.format, table)


def _largest(known: Mapping[str, Mapping[str, Any]]) -> str:
    for name in ("age_gender", "age"):
        if name in known:
            return _("%(n)s people with known age", n=number(known[name]["n"]))
    most = max((measured["n"] for measured in known.values()), default=0)
    return _("%(n)s people", n=number(most))


class Trust(NamedTuple):
    """How far an audience can be believed: who says so, of which day, and what that counts for."""

    state: str
    label: str
    day: date
    is_stale: bool
    n: int
    worth: int


def trust(audience: Audience) -> Trust:
    n = max((measured["n"] for measured in audience.dimensions.values()), default=0)
    old = (today() - audience.taken_on).days
    provenance = audience.provenance
    worth = round(aged_n(n, old) * TRUST[provenance])
    label = provenance_words(provenance)
    return Trust(provenance, label, audience.taken_on, old > STALE_DAYS, n, worth)


def provenance_words(provenance: str) -> str:
    return {
        Provenance.API: _("From the platform"),
        Provenance.FILE: _("From a file"),
        Provenance.SELF_DECLARED: _("Typed in, not counted"),
    }[Provenance(provenance)]


def known_by(provenance: str, taken_on: date) -> str:
    """“From a file, older than 180 days”: beside figures that rest on an audience."""
    said = provenance_words(provenance)
    if (today() - taken_on).days <= STALE_DAYS:
        return said
    return _("%(how)s, older than %(days)s days", how=said, days=STALE_DAYS)


class Change(NamedTuple):
    """One share at two times. Beyond chance: more than the samples' own wobble explains."""

    label: str
    before: str
    after: str
    is_beyond_chance: bool


def changes(older: Dimensions, newer: Dimensions) -> list[Change]:
    """What differs by a percentage point or more, most first."""
    found: list[tuple[float, Change]] = []
    for key, _title, name in _kinds():
        then, later = _measured(older, key), _measured(newer, key)
        if not then or not later:
            continue
        for code in then["cells"].keys() | later["cells"].keys():
            before, after = then["cells"].get(code, 0.0), later["cells"].get(code, 0.0)
            if abs(after - before) >= 0.01:
                wobble = sum(p * (1 - p) / m["n"] for p, m in ((before, then), (after, later)))
                beyond = abs(after - before) > 1.645 * wobble**0.5
                said = Change(name(code), _share(before), _share(after), beyond)
                found.append((abs(after - before), said))
    found.sort(key=lambda one: (-one[0], one[1].label))
    return [change for _size, change in found[:_CHANGES]]


def _measured(known: Dimensions, key: str) -> Mapping[str, Any] | None:
    """A dimension as it was measured, or ages and genders summed from both together."""
    joint = known.get("age_gender")
    if key in known or key not in ("age", "gender") or not joint:
        return known.get(key)
    cells: dict[str, float] = {}
    for code, share in joint["cells"].items():
        part = code.split(":")[0 if key == "age" else 1]
        cells[part] = cells.get(part, 0) + share
    return {"n": joint["n"], "cells": cells}


def gained_and_lost(older: Dimensions, newer: Dimensions) -> tuple[list[str], list[str]]:
    """The names of what is known now and wasn't, and of what isn't any more."""
    names = {key: title for key, title, _name in _kinds()}
    gained = [names[key] for key in names if not _measured(older, key) and _measured(newer, key)]
    lost = [names[key] for key in names if _measured(older, key) and not _measured(newer, key)]
    return gained, lost


Row = dict[str, Any]
# Dimension → the codes a campaign looks for.
Wanted = Mapping[str, AbstractSet[str]]


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
    # Whether some of it is looked for by a campaign.
    is_sought: bool


def portrait(audience: Audience, wanted: Wanted | None = None) -> Portrait:
    """The charts of an audience. `wanted` names the cells somebody looks for in each dimension:
    they stand out, and are drawn however small they are.
    """
    known = audience.dimensions
    sought = dict(wanted or {})
    if cells := sought.get("age_gender"):
        # Where ages and genders were counted apart, each side is looked for.
        sought |= {"age": {one.partition(":")[0] for one in cells}}
        sought |= {"gender": {one.partition(":")[2] for one in cells}}
    return Portrait(audience, _pyramid(known, sought), _lists(known, sought), bool(sought))


def counts_until(audience: Audience) -> date:
    """The last day on which these numbers count in full."""
    return audience.taken_on + timedelta(days=FRESH_DAYS)


def _row(label: str, share: float, n: int, *, is_wanted: bool = True) -> Row:
    """One bar, 0–100, with its 90 % range in words."""
    lows, highs = interval(np.array([share]), np.array([float(n)]))
    low, high = 100 * float(lows[0]), 100 * float(highs[0])
    digits = 0 if high >= 5 and round(low) < round(high) else 1
    return {
        "label": label,
        "is_wanted": is_wanted,
        "low": low,
        "best": 100 * share,
        "high": high,
        "text": _share(share),
        # Of next to nothing there is nothing to say between 0 and 0.
        "range": f"{number(round(low, digits))}–{number(round(high, digits))}"
        if round(high, 1)
        else "",
    }


def _share(share: float) -> str:
    if 0 < share < 0.0005:
        return "<" + percent(0.001, digits=1)
    return percent(share, digits=0 if share >= 0.01 or share == 0 else 1)


def _pyramid(known: Dimensions, wanted: Wanted) -> Pyramid | None:
    joint = known.get("age_gender")
    if not joint or joint["n"] < TOO_FEW:
        return None
    cells, n = joint["cells"], joint["n"]
    women, men = (
        sum(share for code, share in cells.items() if code.endswith(f":{gender}"))
        for gender in ("female", "male")
    )
    sought = wanted.get("age_gender")

    def side(age: str, gender: str) -> Row:
        code = f"{age}:{gender}"
        return _row("", cells.get(code, 0), n, is_wanted=sought is None or code in sought)

    rows = [
        {"label": labels.age(age), "left": side(age, "female"), "right": side(age, "male")}
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


def _kinds() -> list[tuple[str, str, Callable[[str], str]]]:
    return [
        ("age", _("Age"), labels.age),
        ("gender", _("Gender"), labels.gender),
        ("country", _("Countries"), labels.country),
        ("language", _("Languages"), labels.language),
        ("interest", _("Interests"), labels.interest),
        ("city", _("Cities"), str),
    ]


def _lists(known: Dimensions, wanted: Wanted) -> list[Shares]:
    shown = []
    for key, title, name in _kinds():
        inside = key in ("age", "gender") and _pyramid(known, wanted) is not None
        if key in known and not inside:
            shown.append(_shares(key, title, known[key], name, wanted.get(key)))
    return shown


def _shares(
    key: str,
    title: str,
    measured: Mapping[str, Any],
    name: Callable[[str], str],
    wanted: AbstractSet[str] | None,
) -> Shares:
    cells, n = measured["cells"], measured["n"]
    codes = (
        [age for age in AGES if age in cells]
        if key == "age"
        else sorted(cells, key=lambda code: (-cells[code], code))
    )
    most = len(AGES) if key == "age" else _LONGEST
    shown = [code for place, code in enumerate(codes) if place < most or code in (wanted or ())]
    rows = [
        _row(name(code), cells[code], n, is_wanted=wanted is None or code in wanted)
        for code in shown
    ]
    rest = max(0.0, 1 - sum(cells[code] for code in shown))
    return Shares(key, title, rows, n, rest if rest >= 0.005 else 0.0)
