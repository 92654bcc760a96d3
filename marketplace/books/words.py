"""Who we owe, in words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

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
