"""Numbers made ready for the chart macros."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace.kit.i18n import day, money
from models import Money

from .queries import Month

# Each is a whole number of thirds, because the chart has three lines.
_STEPS = (30, 60, 90, 150, 300, 450, 600, 900, 1_500, 3_000, 6_000, 9_000, 15_000, 30_000, 90_000)


def earnings(months: list[Month]) -> dict[str, Any] | None:
    """Arguments of the `columns` macro; None while nothing has arrived."""
    most = max(month.together.minor for month in months)
    if not most:
        return None
    currency = months[0].fees.currency
    top = next((step for step in _STEPS if step * 100 >= most), -(-most // 300) * 3)
    ticks = [money(Money(top * 100 * part // 3, currency), whole=True) for part in (3, 2, 1, 0)]
    whole = [money(month.together, whole=True) for month in months]
    return {
        "months": [day(month.first, short=True).split(" ")[1] for month in months],
        "series": [
            _series(_("Fees"), [month.fees for month in months]),
            _series(_("Commission"), [month.commission for month in months]),
        ],
        "totals": whole,
        "ticks": ticks,
        "top": top,
        "label": ngettext(
            "Fees and commission in the last month.",
            "Fees and commission in the last %(num)s months.",
            len(months),
        ),
        "sum": money(Money(sum(month.together.minor for month in months), currency)),
    }


def _series(label: str, amounts: list[Money]) -> dict[str, Any]:
    return {
        "label": label,
        "values": [amount.minor / 100 for amount in amounts],
        "texts": [money(amount) for amount in amounts],
    }
