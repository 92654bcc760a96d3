"""How the shop's states and kinds are said."""

import re

from flask_babel import lazy_gettext as _l

from models import OrderStatus, ReturnStatus

# Each kind has a drawing of its own, for products without a picture.
KINDS = {
    "backpack": _l("Backpack"),
    "beanie": _l("Hat"),
    "blanket": _l("Blanket"),
    "book": _l("Book"),
    "boots": _l("Boots and shoes"),
    "candle": _l("Candle"),
    "coffee": _l("Coffee"),
    "flask": _l("Flask or bottle"),
    "jacket": _l("Jacket"),
    "knife": _l("Knife"),
    "lamp": _l("Lamp"),
    "lantern": _l("Lantern"),
    "mat": _l("Mat"),
    "mug": _l("Mug"),
    "notebook": _l("Notebook"),
    "oats": _l("Oats and grains"),
    "plate": _l("Plate"),
    "serum": _l("Serum"),
    "soap": _l("Soap"),
    "socks": _l("Socks"),
    "tea": _l("Tea"),
    "tent": _l("Tent"),
}
_ALSO = {
    "shoes": "boots",
    "footwear": "boots",
    "rucksack": "backpack",
    "hat": "beanie",
    "bottle": "flask",
    "cup": "mug",
    "throw": "blanket",
    "parka": "jacket",
    "coat": "jacket",
    "bag": "backpack",
    "muesli": "oats",
    "oatmeal": "oats",
    "bowl": "plate",
    "journal": "notebook",
}

ORDER = {
    OrderStatus.CREATED: _l("Waiting for payment"),
    OrderStatus.PAID: _l("To be sent"),
    OrderStatus.SENT: _l("On its way"),
    OrderStatus.DELIVERED: _l("Delivered"),
    OrderStatus.MATURED: _l("Shares on their way"),
    OrderStatus.SETTLED: _l("Shares paid"),
    OrderStatus.RETURNED: _l("Refunded"),
    OrderStatus.EXPIRED: _l("Never paid"),
}

RETURN = {
    ReturnStatus.ASKED: _l("On its way back"),
    ReturnStatus.REFUNDING: _l("Refund on its way"),
    ReturnStatus.REFUNDED: _l("Refunded"),
    ReturnStatus.WITHDRAWN: _l("Withdrawn"),
}

REASONS = {
    "size": _l("It does not fit"),
    "other": _l("It is not what I expected"),
    "damaged": _l("It came damaged"),
    "wrong": _l("It is the wrong thing"),
    "mind": _l("I changed my mind"),
    # Not offered to shoppers: set when a whole order goes back without having been sent.
    "cancelled": _l("Cancelled before it was sent"),
    "unsent": _l("The brand did not send it in time"),
}
OFFERED_REASONS = ("size", "other", "damaged", "wrong", "mind")


def kind_of(*texts: str) -> str:
    """The kind that the words of a product name; the first text that names one decides."""
    for text in texts:
        for word in reversed(re.findall(r"[a-z]+", text.lower())):
            for form in (word, word.removesuffix("s"), word.removesuffix("es")):
                if form in KINDS or form in _ALSO:
                    return _ALSO.get(form, form)
            if f"{word}s" in KINDS:
                return f"{word}s"
    return ""
