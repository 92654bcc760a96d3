"""The small forms around a campaign: extending, applying, inviting, answering, browsing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, validates_schema

from marketplace.campaigns.words import MISSING
from marketplace.kit import fields
from models import Campaign, Creator, Money
from models.taxonomy import COUNTRIES, INTERESTS

from .brief import wrong_dates


def extend_in(campaign: Campaign) -> Schema:
    """More time and more money: never less than creators were told."""

    class ExtendIn(Schema):
        budget = fields.money(campaign.currency, MISSING["budget"], least=100)
        apply_by = fields.day(MISSING["apply_by"])
        deliver_by = fields.day(MISSING["deliver_by"])

        @validates_schema
        def _never_less(self, data: dict[str, Any], **_: Any) -> None:
            wrong = wrong_dates(data) | _less(campaign, **data)
            if wrong:
                raise ValidationError(wrong)

    return ExtendIn()


def _less(
    campaign: Campaign, *, budget: Money, apply_by: date, deliver_by: date
) -> dict[str, list[str]]:
    wrong = {}
    if campaign.budget and budget < campaign.budget:
        wrong["budget"] = [_("Enter a budget that is not below the present one")]
    if campaign.apply_by and apply_by < campaign.apply_by:
        wrong["apply_by"] = [_("Enter a day that is not before the present one")]
    if campaign.deliver_by and deliver_by < campaign.deliver_by:
        wrong["deliver_by"] = [_("Enter a day that is not before the present one")]
    return wrong


def apply_in(currency: str) -> Schema:
    class ApplyIn(Schema):
        price = fields.money(currency, _l("Enter your price"), least=100)
        pitch = fields.text(
            _l("Say what you would make"), most=2_000, name=_l("What you would make")
        )

    return ApplyIn()


class DeclineIn(Schema):
    note = fields.text(most=500, name=_l("The note"))


def invite_in(campaigns: Sequence[Campaign]) -> Schema:
    class InviteIn(Schema):
        campaign = fields.choice({one.slug: one for one in campaigns}, _l("Choose a campaign"))
        message = fields.text(most=1_000, name=_l("The message"))

    return InviteIn()


def invite_many_in(creators: Mapping[str, Creator]) -> Schema:
    class InviteManyIn(Schema):
        creator = fields.choices(creators, _l("Tick at least one creator"))
        message = fields.text(most=1_000, name=_l("The message"))

    return InviteManyIn()


class BrowseIn(Schema):
    """Filters of the public list. What isn't known filters nothing."""

    interest = fields.choice(INTERESTS)
    country = fields.choice(COUNTRIES)
