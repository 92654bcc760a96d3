"""The numbers of the front page in words, each with its denominator."""

from datetime import timedelta

import babel.dates
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from marketplace.kit.i18n import money, number, percent

from .queries import DAYS, SMALL, Numbers

# Of fewer, a share or a median says more about chance than about us.
ENOUGH = 5


def figures(seen: Numbers) -> list[dict[str, str]]:
    return [
        {
            "label": _("held for creators now"),
            "value": money(seen.held, whole=True),
            "note": ngettext(
                "for one deal under way",
                "for %(count)s deals under way",
                seen.holding,
                count=number(seen.holding),
            ),
        },
        _on_time(seen),
        _how_fast(seen),
        {
            "label": _("with small creators"),
            "value": _share(seen.small, seen.agreed),
            "note": _(
                "%(part)s of %(whole)s deals went to creators under %(limit)s followers",
                part=number(seen.small),
                whole=number(seen.agreed),
                limit=number(SMALL),
            ),
        },
    ]


def _on_time(seen: Numbers) -> dict[str, str]:
    note = _(
        "%(part)s of %(whole)s payments in %(days)s days",
        part=number(seen.on_time),
        whole=number(seen.due),
        days=DAYS,
    )
    value = _share(seen.on_time, seen.due)
    return {"label": _("paid on time"), "value": value, "note": note}


def _how_fast(seen: Numbers) -> dict[str, str]:
    label = _("from approval to paid")
    if seen.paid < ENOUGH or seen.median is None or seen.slowest is None:
        note = _("%(whole)s payments in %(days)s days", whole=number(seen.paid), days=DAYS)
        return {"label": label, "value": _("Too few to say"), "note": note}
    note = _("half were faster; the slowest took %(slowest)s", slowest=spoken(seen.slowest))
    return {"label": label, "value": spoken(seen.median), "note": note}


def _share(part: int, whole: int) -> str:
    """A percentage that never rounds up to all, or down to none."""
    if whole < ENOUGH:
        return _("Too few to say")
    exact = part / whole
    rounded = round(exact, 2)
    return percent(exact, digits=1 if rounded in (0, 1) and part not in (0, whole) else 0)


def spoken(took: timedelta) -> str:
    """A length of time in one unit: 4 minutes, 2 days."""
    if took < timedelta(minutes=1):
        return _("under a minute")
    return babel.dates.format_timedelta(
        took, granularity="minute", threshold=1.4, locale=get_locale() or "en"
    )
