"""Who was seen, in words: why somebody stands where they stand, and what a month came to."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from matching.exposure import Slot
from models import SizeBand

BANDS: dict[SizeBand, Any] = {
    SizeBand.UNDER_10K: _l("Under 10,000"),
    SizeBand.TO_50K: _l("10,000 to 50,000"),
    SizeBand.TO_250K: _l("50,000 to 250,000"),
    SizeBand.ABOVE: _l("250,000 and more"),
}


def here(slot: Slot) -> str:
    """Why somebody does not stand where the score alone would put them."""
    if slot.kind == "drawn":
        return _("Drawn for this place, among all who fit")
    if slot.kind == "lifted":
        return _("Seen less than their share lately, so ahead of near-equals")
    return ""
