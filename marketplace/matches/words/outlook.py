"""What a brief would find, in words: the finding first, and what stands in the way."""

from collections.abc import Callable

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.kit import labels
from marketplace.kit.i18n import money, number
from marketplace.matches.queries.outlook import FITS_FROM, Dropped, Outlook, Reached
from models import Money

_NAMES: dict[str, Callable[[str], str]] = {
    "countries": labels.country,
    "languages": labels.language,
    "platforms": labels.platform,
    "avoid": labels.sensitive,
    "most_followers": lambda count: number(int(count)),
}


def fitting(found: Outlook) -> str:
    """34 of them fit at 40 or more."""
    if found.is_capped:
        return _(
            "%(n)s of them or more fit at %(fit)s or more of 100",
            n=number(found.fitting),
            fit=FITS_FROM,
        )
    if not found.fitting and found.best is not None:
        return _(
            "none of them fits at %(fit)s or more of 100; the best fits at %(best)s",
            fit=FITS_FROM,
            best=number(round(found.best)),
        )
    return ngettext(
        "%(n)s of them fits at %(fit)s or more of 100",
        "%(n)s of them fit at %(fit)s or more of 100",
        found.fitting,
        n=number(found.fitting),
        fit=FITS_FROM,
    )


def span(one: Reached) -> str:
    """2,400–4,100: people act, so there is no part of one."""
    low, high = number(_plain(one.low)), number(_plain(one.high))
    return low if low == high else _("%(low)s–%(high)s", low=low, high=high)


def _plain(value: float) -> int:
    """To two figures: an estimate is not known to the last one."""
    whole = round(value)
    power = max(0, len(str(whole)) - 2)
    return round(whole, -power)


def each(one: Reached, currency: str) -> str:
    """What one engagement costs."""
    if not one.engagements:
        return "–"
    return money(Money(round(one.minor / one.engagements), currency))


def nothing_drawn(found: Outlook, most: Money | None) -> str:
    """Why there is no curve."""
    if not found.is_ranked:
        return _("Say whom you hope to reach, and what a budget may bring shows here.")
    if not found.fitting:
        return _("Nobody fits well enough yet to say what a budget would bring.")
    if not found.priced:
        return _("Nobody who fits names a price for all of the work, so nobody can say.")
    if not found.payable and most is not None:
        return ngettext(
            "%(n)s creator who fits names a price, and it is more than %(most)s.",
            "%(n)s creators who fit name a price, and each is more than %(most)s.",
            found.priced,
            n=number(found.priced),
            most=money(most, whole=True),
        )
    return _("Nobody has counted yet what a post of theirs brings.")


def dropped(one: Dropped) -> str:
    """Without “publishes in Norwegian”, 41 more."""
    more = number(one.more)
    if one.is_more:
        more = _("%(n)s or more", n=more)
    if one.name == "all":
        return _("Without any of the conditions: %(more)s more", more=more)
    names = ", ".join(_NAMES[one.name](code) for code in one.codes)
    condition = {
        "countries": _("lives in %(names)s", names=names),
        "languages": _("publishes in %(names)s", names=names),
        "platforms": _("is on %(names)s", names=names),
        "avoid": _("does not publish about %(names)s", names=names),
        "most_followers": _("has at most %(names)s followers", names=names),
    }[one.name]
    return _("Without “%(condition)s”: %(more)s more", condition=condition, more=more)
