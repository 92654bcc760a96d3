"""What a list was narrowed by, in words, so that each filter can be taken away alone."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _

from marketplace.kit import labels
from marketplace.kit.i18n import money, number
from marketplace.matches.queries import Narrow

_SAID: Mapping[str, Callable[[Any], str]] = {
    "platform": labels.platform,
    "least": lambda price: _("From %(price)s", price=money(price, whole=True)),
    "most": lambda price: _("Up to %(price)s", price=money(price, whole=True)),
    "followers": lambda most: _("At most %(n)s followers", n=number(most)),
    "country": lambda code: _("Lives in %(country)s", country=labels.country(code)),
    "city": lambda city: _("In %(city)s", city=city),
    "language": lambda code: _("Publishes in %(language)s", language=labels.language(code)),
    "topics": lambda codes: _(" or ").join(labels.interest(code) for code in codes),
    "fit": lambda least: _("Fit %(n)s or more", n=number(least)),
    "is_new": lambda _yes: _("Not asked yet"),
}


def said(name: str, value: Any) -> str:
    """One filter: “Up to €500”."""
    return _SAID[name](value)


def chips(narrow: Narrow) -> list[tuple[str, str]]:
    """Name and words of every filter that was given."""
    return [(name, said(name, value)) for name, value in narrow.given.items()]
