"""What may narrow a list of matches. It never changes anybody's place."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, validates_schema

from marketplace.kit import fields
from models import AlertPace, Campaign, DeliverableType, Platform
from models.taxonomy import COUNTRIES, INTERESTS, LANGUAGES


def filters_in(currency: str) -> Schema:
    class FiltersIn(Schema):
        platform = fields.choice(Platform)
        least = fields.money(currency)
        most = fields.money(currency)
        followers = fields.whole(least=1)
        country = fields.choice(COUNTRIES)
        city = fields.text(most=80, name=_l("The city"))
        language = fields.choice(LANGUAGES)
        topics = fields.choices(INTERESTS)
        fit = fields.whole(least=1, most=100)
        is_new = fields.flag()
        small_first = fields.flag()

        @validates_schema(skip_on_field_errors=False)
        def _in_order(self, data: dict[str, Any], **_kwargs: Any) -> None:
            least, most = data.get("least"), data.get("most")
            if least and most and least > most:
                raise ValidationError({"most": [_("Enter a price that is not below the lowest")]})

    return FiltersIn()


class AlertsIn(Schema):
    pace = fields.choice(AlertPace, _l("Choose how often"))
    least = fields.whole(_l("Enter a fit from 1 to 100"), least=1, most=100)


def within_in(campaigns: Sequence[Campaign]) -> Schema:
    """Whose conditions somebody must meet to be listed."""

    class WithinIn(Schema):
        campaign = fields.choice({one.slug: one for one in campaigns})

    return WithinIn()


def deals_in(currency: str) -> Schema:
    class DealsIn(Schema):
        pays = fields.money(currency)
        platform = fields.choice(Platform)
        work = fields.choice(DeliverableType)
        by = fields.day()

    return DealsIn()
