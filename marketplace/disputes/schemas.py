"""What may come in about a dispute."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, validates_schema

from marketplace.kit import fields
from marketplace.kit.i18n import money as spoken
from models import DisputeReason, Money

from .rules import RULES


class EvidenceIn(Schema):
    """Something to show: a link, a picture, words, or all three."""

    link = fields.link()
    picture = fields.upload()
    note = fields.text(most=1000, name=_l("What it shows"))

    @validates_schema
    def shows_something(self, data: dict[str, Any], **_options: Any) -> None:
        if not (data.get("link") or data.get("picture") or data.get("note")):
            raise ValidationError(_("Add a link, a picture or a few words"), "link")


def dispute_in(price: Money) -> Schema:
    """Opening a dispute about a deal of this price. Evidence may wait."""
    currency = price.currency

    class DisputeIn(Schema):
        reason = fields.choice(DisputeReason, _l("Choose what is wrong"))
        statement = fields.text(_l("Say what happened"), most=4000, name=_l("What happened"))
        asks = fields.money(
            currency,
            _l("Enter how much the creator should get"),
            least=0,
            most=price.minor,
        )
        link = fields.link()
        picture = fields.upload()
        note = fields.text(most=1000, name=_l("What it shows"))

    return DisputeIn()


def answer_in(price: Money) -> Schema:
    class AnswerIn(Schema):
        answer = fields.text(_l("Give your side"), most=4000, name=_l("Your side"))
        asks = fields.money(
            price.currency,
            _l("Enter how much the creator should get"),
            least=0,
            most=price.minor,
        )

    return AnswerIn()


def ruling_in(price: Money, *, is_whole: bool = True) -> Schema:
    """A ruling: both parts are typed, so that a slip of the finger can't move money.

    Not whole, it is the two parts alone, for whoever only wants to see what they come to.
    """
    currency = price.currency

    class SplitIn(Schema):
        to_creator = fields.money(
            currency, _l("Enter how much the creator gets"), least=0, most=price.minor
        )
        to_brand = fields.money(
            currency, _l("Enter how much the brand gets back"), least=0, most=price.minor
        )

        @validates_schema(skip_on_field_errors=False)
        def adds_up(self, data: dict[str, Any], **_options: Any) -> None:
            if "to_creator" not in data or "to_brand" not in data:
                return
            if problem := off_by(price, data["to_creator"] + data["to_brand"]):
                raise ValidationError(problem, "to_creator")

    class RulingIn(SplitIn):
        rules = fields.choices(RULES.keys(), _l("Choose at least one rule you rely on"))
        why = fields.text(_l("Say why, for both sides to read"), most=4000, name=_l("Why"))

    return RulingIn() if is_whole else SplitIn()


def off_by(price: Money, both: Money) -> str:
    """What is wrong with two parts that don't make the price; "" when they do."""
    if both == price:
        return ""
    told = {"both": spoken(both), "price": spoken(price)}
    if both < price:
        return _(
            "The two parts make %(both)s. Add %(rest)s to make %(price)s",
            rest=spoken(price - both),
            **told,
        )
    return _(
        "The two parts make %(both)s. Take off %(rest)s to make %(price)s",
        rest=spoken(both - price),
        **told,
    )
