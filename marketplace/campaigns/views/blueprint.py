"""The one blueprint of this feature, and the words its pages share."""

from typing import Any

from babel.numbers import get_currency_symbol
from flask_babel import get_locale

from marketplace.campaigns import words
from marketplace.kit.routing import Blueprint
from models import taxonomy

bp = Blueprint("campaigns", __name__)


def _sign_of(currency: str) -> str:
    return get_currency_symbol(currency.upper(), locale=get_locale() or "en")


@bp.context_processor
def _shared() -> dict[str, Any]:
    return {
        "step_words": words.STEPS,
        "missing_words": words.MISSING,
        "lacks_words": words.LACKS,
        "dimensions": words.DIMENSIONS,
        "application_words": words.APPLICATION,
        "invitation_words": words.INVITATION,
        "taxonomy": taxonomy,
        "sign_of": _sign_of,
    }
