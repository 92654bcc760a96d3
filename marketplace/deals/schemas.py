"""What may come in about a deal."""

import re
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError
from marshmallow import fields as ma

from marketplace.deals import rules
from marketplace.kit import fields, i18n
from marketplace.kit.clock import today
from marketplace.kit.settings import settings
from models import holding


class _Links(ma.Field[list[str]]):
    """One link a line."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        lines = [line.strip() for line in str(value).splitlines() if line.strip()]
        if not lines:
            raise ValidationError(_("Enter a link to the work"))
        if len(lines) > 20:
            raise ValidationError(_("Enter 20 links or fewer"))
        for number, line in enumerate(lines, 1):
            if not re.fullmatch(r"https?://[^\s/$.?#][^\s]{1,1990}", line):
                raise ValidationError(
                    _("Line %(number)s: enter a link that starts with https://", number=number)
                )
        return lines


def _day_of_delivery() -> ma.Field[date]:
    """Ahead, and not so far that the money could not be held until the work is approved."""
    field = fields.day(_l("Enter the day it must be delivered by"))
    field.validators.append(_is_ahead)
    return field


def _is_ahead(day: date) -> None:
    if day <= today():
        raise ValidationError(_("Enter a day after today"))
    most = holding.days(settings().platform_country)
    latest = today() + timedelta(days=most - rules.LONGEST_AFTER)
    if day > latest:
        raise ValidationError(
            _(
                "Enter %(day)s or an earlier day: money may be held for %(most)s days at most",
                day=i18n.day(latest),
                most=most,
            )
        )


def offer_in(currency: str, least_minor: int) -> Schema:
    """An offer's or counter-offer's price, date and words."""
    return Schema.from_dict(
        {
            "price": fields.money(currency, _l("Enter a price"), least=least_minor),
            "deliver_by": _day_of_delivery(),
            "message": fields.text(most=2_000, name=_l("The message")),
        }
    )()


class DeliveryIn(Schema):
    links = _Links(required=True, error_messages={"required": _l("Enter a link to the work")})
    note = fields.text(most=2_000, name=_l("The note"))


class ChangeIn(Schema):
    what = fields.text(_l("Say what should change"), most=2_000, name=_l("What should change"))


class MessageIn(Schema):
    body = fields.text(_l("Enter a message"), most=4_000, name=_l("The message"))


class ReasonIn(Schema):
    note = fields.text(most=1_000, name=_l("The reason"))
