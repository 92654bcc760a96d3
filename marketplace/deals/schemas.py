"""What may come in about a deal."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, post_load, validates_schema
from marshmallow import fields as ma

from marketplace.deals import rules
from marketplace.deals.service import Piece
from marketplace.kit import fields, i18n
from marketplace.kit.clock import today
from marketplace.kit.settings import settings
from models import Money, holding, total


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
    """An offer's or counter-offer's price, date and words, and its milestones if it has any."""
    rows: dict[str, ma.Field[Any]] = {}
    for number in _ROWS:
        rows[f"title_{number}"] = fields.text(most=100, name=_l("What the milestone is"))
        rows[f"amount_{number}"] = fields.money(currency, least=least_minor)
        rows[f"day_{number}"] = fields.day()
    return _OfferIn.from_dict(
        {
            "price": fields.money(currency, _l("Enter a price"), least=least_minor),
            "deliver_by": _day_of_delivery(),
            **rows,
            "message": fields.text(most=2_000, name=_l("The message")),
        }
    )()


_ROWS = range(1, rules.MOST_MILESTONES + 1)


class _OfferIn(Schema):
    @validates_schema(skip_on_field_errors=True)
    def adds_up(self, data: dict[str, Any], **_options: Any) -> None:
        wrong = dict(_incomplete(data)) or dict(_not_the_whole(data))
        if wrong:
            raise ValidationError({name: [message] for name, message in wrong.items()})

    @post_load
    def gathered(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        pieces = [
            Piece(
                data[f"title_{n}"], data[f"amount_{n}"], data.get(f"day_{n}") or data["deliver_by"]
            )
            for n in _filled(data)
        ]
        kept = {name: data[name] for name in ("price", "deliver_by", "message")}
        return kept | {"milestones": pieces}


def _filled(data: dict[str, Any]) -> list[int]:
    """The rows in which something was typed; the others are left out."""
    kinds = ("title", "amount", "day")
    return [n for n in _ROWS if any(data.get(f"{kind}_{n}") for kind in kinds)]


def _incomplete(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    rows = _filled(data)
    for place, n in enumerate(rows, 1):
        if not data.get(f"title_{n}"):
            yield f"title_{n}", _("Enter what milestone %(number)s is", number=place)
        if data.get(f"amount_{n}") is None:
            yield f"amount_{n}", _("Enter what milestone %(number)s costs", number=place)
        if data.get(f"day_{n}") is None and n != rows[-1]:
            yield f"day_{n}", _("Enter the day milestone %(number)s is due", number=place)
    if len(rows) == 1:
        other = next(n for n in _ROWS if n not in rows)
        yield f"title_{other}", _("Enter a second milestone, or empty the first")


def _not_the_whole(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    rows = _filled(data)
    if not rows:
        return
    price: Money = data["price"]
    both = total([data[f"amount_{n}"] for n in rows], price.currency)
    said = {"together": i18n.money(both), "price": i18n.money(price)}
    if both < price:
        said["rest"] = i18n.money(price - both)
        yield (
            f"amount_{rows[-1]}",
            _("The milestones make %(together)s. Add %(rest)s to make %(price)s", **said),
        )
    elif price < both:
        said["rest"] = i18n.money(both - price)
        yield (
            f"amount_{rows[-1]}",
            _("The milestones make %(together)s. Take off %(rest)s to make %(price)s", **said),
        )
    days = [data.get(f"day_{n}") or data["deliver_by"] for n in rows]
    if days[0] <= today():
        yield f"day_{rows[0]}", _("Enter a day after today")
    for n, sooner, later in zip(rows[1:], days, days[1:], strict=False):
        if later <= sooner:
            yield f"day_{n}", _("Enter a day after %(day)s", day=i18n.day(sooner))
            return
    if days[-1] != data["deliver_by"]:
        last = i18n.day(data["deliver_by"])
        yield f"day_{rows[-1]}", _("Enter %(day)s, when everything is delivered", day=last)


class DeliveryIn(Schema):
    links = _Links(required=True, error_messages={"required": _l("Enter a link to the work")})
    note = fields.text(most=2_000, name=_l("The note"))


class ChangeIn(Schema):
    what = fields.text(_l("Say what should change"), most=2_000, name=_l("What should change"))


class MessageIn(Schema):
    body = fields.text(_l("Enter a message"), most=4_000, name=_l("The message"))


class ReasonIn(Schema):
    note = fields.text(most=1_000, name=_l("The reason"))
