"""The sentences that say who listens, and where we know it from."""

import itertools
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from marketplace.kit import labels
from marketplace.kit.i18n import day, number, percent
from models import Audience, Provenance
from models.taxonomy import AGES

#: Fewer people than this are too few to say anything by.
TOO_FEW = 30

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
    platform = labels.platform(audience.account.platform)
    said = {
        "instagram": _("From an Instagram export of %(day)s", day=day(audience.taken_on)),
    }.get(
        audience.format,
        _(
            "From a table about %(platform)s of %(day)s",
            platform=platform,
            day=day(audience.taken_on),
        ),
    )
    return f"{said}; {_largest(audience.dimensions)}."


def _largest(known: Mapping[str, Mapping[str, Any]]) -> str:
    for name in ("age_gender", "age"):
        if name in known:
            return _("%(n)s people with known age", n=number(known[name]["n"]))
    most = max((measured["n"] for measured in known.values()), default=0)
    return _("%(n)s people", n=number(most))
