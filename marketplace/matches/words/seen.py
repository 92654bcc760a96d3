"""Who was seen, in words: why somebody stands where they stand, and what a month came to."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from marketplace.kit.i18n import month_name, number, percent
from marketplace.matches.queries.exposure import Month, Own
from matching.exposure import Slot
from models import SizeBand

BANDS: dict[SizeBand, Any] = {
    SizeBand.UNDER_10K: _l("Under 10,000"),
    SizeBand.TO_50K: _l("10,000 to 50,000"),
    SizeBand.TO_250K: _l("50,000 to 250,000"),
    SizeBand.ABOVE: _l("250,000 and more"),
}

# Credit worth less than this changes an order too seldom to speak of.
OWED = 0.25


def here(slot: Slot) -> str:
    """Why somebody does not stand where the score alone would put them."""
    if slot.kind == "drawn":
        return _("Drawn for this place, among all who fit")
    if slot.kind == "lifted":
        return _("Seen less than their share lately, so ahead of near-equals")
    return ""


def finding(month: Month) -> str:
    """What a month's figures say of the smallest."""
    return _(
        "Creators under 10,000 followers were %(eligible)s of who could be shown in %(month)s,"
        " and had %(shown)s of being seen",
        eligible=percent(month.smallest.of_eligible),
        month=month_name(month.month),
        shown=percent(month.smallest.of_shown),
    )


def counted(month: Month) -> str:
    times = ngettext(
        "Seen %(count)s time", "Seen %(count)s times", month.times, count=number(month.times)
    )
    return times if month.is_enough else _("%(times)s: too few to say", times=times)


def own(one: Own) -> str:
    """How often brands saw whoever reads this."""
    if not one.times:
        said = _("Brands have not seen you on a list this month yet.")
    else:
        said = ngettext(
            "Brands saw you %(count)s time this month",
            "Brands saw you %(count)s times this month",
            one.times,
            count=number(one.times),
        )
        where = ngettext(
            "for %(count)s campaign",
            "for %(count)s campaigns",
            one.campaigns,
            count=number(one.campaigns),
        )
        said = f"{said}, {where}."
    if one.owed >= OWED:
        said += " " + _("That is less than your share: among near-equals, you come first now.")
    return said
