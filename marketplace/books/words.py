"""Who we owe, and how much a check looked at, in words."""

import re
from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from marketplace.kit import i18n
from models import Money, Proof

KINDS: dict[str, Any] = {
    "deal": _l("Held for deals"),
    "creator": _l("Owed to creators"),
    "brand": _l("Owed to brands"),
    "order": _l("Owed back to shoppers"),
    "platform": _l("Our fees that may still be given back"),
}


def rows(proof: Proof) -> list[tuple[str, str]]:
    """What is owed by kind of party, and all of it."""
    kinds = [*KINDS, *(kind for kind in proof.totals if kind not in KINDS)]
    owed = [
        (str(KINDS.get(kind, kind)), i18n.money(Money(proof.totals[kind], proof.currency)))
        for kind in kinds
        if kind in proof.totals
    ]
    return [*owed, (_("All we owe"), i18n.money(proof.total))]


def _figure(number: int) -> str:
    return f"{{{number}}}"


# What a check counts → so many of it.
COUNTED: dict[str, Callable[[int], str]] = {
    "accounts": lambda n: ngettext("%(n)s account", "%(n)s accounts", n, n=_figure(n)),
    "amounts": lambda n: ngettext("%(n)s amount", "%(n)s amounts", n, n=_figure(n)),
    "balances": lambda n: ngettext("%(n)s balance", "%(n)s balances", n, n=_figure(n)),
    "causes": lambda n: ngettext("%(n)s cause", "%(n)s causes", n, n=_figure(n)),
    "chains": lambda n: ngettext("%(n)s chain", "%(n)s chains", n, n=_figure(n)),
    "charges": lambda n: ngettext("%(n)s charge", "%(n)s charges", n, n=_figure(n)),
    "clocks": lambda n: ngettext("%(n)s clock", "%(n)s clocks", n, n=_figure(n)),
    "currencies": lambda n: ngettext("%(n)s currency", "%(n)s currencies", n, n=_figure(n)),
    "days": lambda n: ngettext("%(n)s day", "%(n)s days", n, n=_figure(n)),
    "deals": lambda n: ngettext("%(n)s deal", "%(n)s deals", n, n=_figure(n)),
    "deals and orders": lambda n: ngettext(
        "%(n)s deal or order", "%(n)s deals and orders", n, n=i18n.number(n)
    ),
    "deals in milestones": lambda n: ngettext(
        "%(n)s deal in milestones", "%(n)s deals in milestones", n, n=i18n.number(n)
    ),
    "disputes": lambda n: ngettext("%(n)s dispute", "%(n)s disputes", n, n=_figure(n)),
    "entries": lambda n: ngettext("%(n)s entry", "%(n)s entries", n, n=_figure(n)),
    "events": lambda n: ngettext("%(n)s event", "%(n)s events", n, n=_figure(n)),
    "guards": lambda n: ngettext("%(n)s guard", "%(n)s guards", n, n=_figure(n)),
    "holds": lambda n: ngettext("%(n)s hold", "%(n)s holds", n, n=_figure(n)),
    "jobs": lambda n: ngettext("%(n)s job", "%(n)s jobs", n, n=_figure(n)),
    "journals": lambda n: ngettext("%(n)s journal", "%(n)s journals", n, n=_figure(n)),
    "milestones": lambda n: ngettext("%(n)s milestone", "%(n)s milestones", n, n=_figure(n)),
    "movements": lambda n: ngettext("%(n)s movement", "%(n)s movements", n, n=_figure(n)),
    "objects": lambda n: ngettext("%(n)s object", "%(n)s objects", n, n=_figure(n)),
    "order lines": lambda n: ngettext("%(n)s order line", "%(n)s order lines", n, n=_figure(n)),
    "orders": lambda n: ngettext("%(n)s order", "%(n)s orders", n, n=_figure(n)),
    "payees": lambda n: ngettext("%(n)s payee", "%(n)s payees", n, n=_figure(n)),
    "payment pages": lambda n: ngettext(
        "%(n)s payment page", "%(n)s payment pages", n, n=i18n.number(n)
    ),
    "payments": lambda n: ngettext("%(n)s payment", "%(n)s payments", n, n=_figure(n)),
    "payouts": lambda n: ngettext("%(n)s payout", "%(n)s payouts", n, n=_figure(n)),
    "refunds": lambda n: ngettext("%(n)s refund", "%(n)s refunds", n, n=_figure(n)),
    "refunds owed": lambda n: ngettext(
        "%(n)s refund owed", "%(n)s refunds owed", n, n=i18n.number(n)
    ),
    "returns": lambda n: ngettext("%(n)s return", "%(n)s returns", n, n=_figure(n)),
    "reversals": lambda n: ngettext("%(n)s reversal", "%(n)s reversals", n, n=_figure(n)),
    "rulings": lambda n: ngettext("%(n)s ruling", "%(n)s rulings", n, n=_figure(n)),
    "states": lambda n: ngettext("%(n)s state", "%(n)s states", n, n=_figure(n)),
    "sums": lambda n: ngettext("%(n)s sum", "%(n)s sums", n, n=_figure(n)),
    "surcharges": lambda n: ngettext("%(n)s surcharge", "%(n)s surcharges", n, n=_figure(n)),
    "transfers": lambda n: ngettext("%(n)s transfer", "%(n)s transfers", n, n=_figure(n)),
    "waiting": lambda n: ngettext("%(n)s waiting", "%(n)s waiting", n, n=_figure(n)),
}
_COUNT = re.compile(r"(?:\{(\d+)\} of )?\{(\d+)\} (.+)")


def counts(text: str) -> str:
    """“{1} of {3} days”, as a check says it, with its noun in the right number; the figures wait
    for `results.written`. Anything else is given back as it is.
    """
    found = _COUNT.fullmatch(text)
    if found is None or found[3] not in COUNTED:
        return text
    said = COUNTED[found[3]](int(found[2]))
    if found[1] is None:
        return said
    return _("%(some)s of %(all)s", some=_figure(int(found[1])), all=said)
