"""The one blueprint of this feature, and what its pages share."""

from flask import url_for
from flask_babel import gettext as _

from marketplace.kit.routing import Blueprint, me
from models import Creator

bp = Blueprint("creators", __name__)


def the_creator() -> Creator:
    """Whoever is signed in, on pages for creators alone."""
    creator = me().creator
    assert creator is not None
    return creator


def tabs_of(current: str) -> list[tuple[str, str, bool]]:
    pages = {
        "profile": _("About you"),
        "accounts": _("Accounts"),
        "prices": _("Prices"),
        "audience": _("Audience"),
    }
    return [(url_for(f"creators.{name}"), text, name == current) for name, text in pages.items()]
