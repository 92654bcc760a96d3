"""The brief: one schema a step.

`whole` asks for everything a step needs; a draft may leave things out but not get them wrong.
"""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, post_load, pre_load, validates_schema
from marshmallow import fields as ma

from marketplace.campaigns.words import DIMENSIONS, MISSING
from marketplace.kit import fields
from marketplace.kit.clock import today
from models import DeliverableType, Platform, Product
from models.taxonomy import AGE_GENDERS, COUNTRIES, INTERESTS, LANGUAGES, SENSITIVE

USUAL_WEIGHT = 5
# What "Add" buttons add to: the field a person chooses in → the list it goes into.
MORE = {"more_country": "country", "more_language": "language", "more_interest": "interest"}
MORE |= {"more_required_country": "required_countries"}
MORE |= {"more_required_language": "required_languages"}


def with_more(typed: dict[str, Any]) -> dict[str, Any]:
    """Put what was chosen beside an "Add" button into its list, also without pressing it."""
    given = dict(typed)
    for name, target in MORE.items():
        chosen = given.pop(name, "")
        if not chosen:
            continue
        if target == "interest" and chosen not in INTERESTS:
            continue
        if target == "interest":
            given[target] = {chosen: str(USUAL_WEIGHT), **given.get(target, {})}
        elif chosen not in (known := given.get(target) or []):
            given[target] = [*known, chosen]
    return given


def product_in(products: Sequence[Product], *, whole: bool) -> Schema:
    class ProductIn(Schema):
        title = fields.text(_l("Enter a title"), most=120, name=_l("The title"))
        about = fields.text(MISSING["about"] if whole else None, most=4_000, name=_l("The text"))
        product = fields.choice({str(one.id): one for one in products})
        product_text = fields.text(most=200, name=_l("What you sell"))

        @validates_schema(skip_on_field_errors=False)
        def _something_to_sell(self, data: dict[str, Any], **_: Any) -> None:
            if whole and not data.get("product") and not data.get("product_text"):
                raise ValidationError(str(MISSING["product"]), "product_text")

    return ProductIn()


def audience_in(*, whole: bool) -> Schema:
    weight = fields.whole(least=1, most=10)

    class AudienceIn(Schema):
        age_gender = fields.choices(AGE_GENDERS)
        country = fields.choices(COUNTRIES)
        language = fields.choices(LANGUAGES)
        interest = fields.mapping(weight, keys=INTERESTS)
        weights = fields.mapping(weight, keys=DIMENSIONS)
        required_countries = fields.choices(COUNTRIES)
        required_languages = fields.choices(LANGUAGES)
        required_platforms = fields.choices(Platform)
        most_followers = fields.whole(least=100)
        avoid = fields.choices(SENSITIVE)
        more_country = ma.String()
        more_language = ma.String()
        more_interest = ma.String()
        more_required_country = ma.String()
        more_required_language = ma.String()

        @pre_load
        def _add_what_was_chosen(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
            return with_more(data)

        @validates_schema
        def _somebody(self, data: dict[str, Any], **_: Any) -> None:
            if whole and not any(data.get(name) for name in DIMENSIONS):
                raise ValidationError(str(MISSING["sought"]), "age_gender")

    return AudienceIn()


def work_in(*, whole: bool) -> Schema:
    class WorkIn(Schema):
        count = fields.mapping(fields.whole(least=0, most=20), keys=DeliverableType)
        note = fields.mapping(fields.text(most=300, name=_l("The note")), keys=DeliverableType)
        revisions = fields.whole(least=0, most=5)
        organic_days = fields.whole(least=0, most=1_095)
        ads_days = fields.whole(least=0, most=1_095)
        exclusive_days = fields.whole(least=0, most=365)
        rights_note = fields.text(most=500, name=_l("The note"))
        disclosure = fields.text(
            MISSING["disclosure"] if whole else None, most=200, name=_l("The marking")
        )

        @validates_schema
        def _something_to_make(self, data: dict[str, Any], **_: Any) -> None:
            if whole and not any(data.get("count", {}).values()):
                raise ValidationError(str(MISSING["deliverables"]), "count.reel")

        @post_load
        def _as_kept(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
            return _work(data)

    return WorkIn()


def _work(data: dict[str, Any]) -> dict[str, Any]:
    """As a campaign keeps it: only what is to be made, and rights that are said."""
    notes, counts = data["note"], data["count"]
    made = [
        {"type": kind.value, "count": count, "note": notes.get(kind.value, "")}
        for kind in DeliverableType
        if (count := counts.get(kind.value))
    ]
    rights = {name: data[name] or 0 for name in ("organic_days", "ads_days", "exclusive_days")}
    return {
        "deliverables": made,
        "rights": {**rights, "note": data["rights_note"]},
        "revisions": 1 if data["revisions"] is None else data["revisions"],
        "disclosure": data["disclosure"],
    }


def price_in(currency: str, *, whole: bool) -> Schema:
    def needed(key: str) -> Any:
        return MISSING[key] if whole else None

    class PriceIn(Schema):
        budget = fields.money(currency, needed("budget"), least=100)
        price_min = fields.money(currency, least=100)
        price_max = fields.money(currency, least=100)
        commission = fields.percent(least=0, most=90)
        apply_by = fields.day(needed("apply_by"))
        deliver_by = fields.day(needed("deliver_by"))

        @validates_schema(skip_on_field_errors=False)
        def _fits_together(self, data: dict[str, Any], **_: Any) -> None:
            wrong = _prices(data, whole=whole) | wrong_dates(data)
            if wrong:
                raise ValidationError(wrong)

    return PriceIn()


def _prices(data: dict[str, Any], *, whole: bool) -> dict[str, list[str]]:
    least, most, budget = (data.get(name) for name in ("price_min", "price_max", "budget"))
    if least and not most:
        return {"price_max": [_("Enter the highest price as well")]}
    if least and most and most < least:
        return {"price_max": [_("Enter a highest price that is not below the lowest")]}
    if budget and most and budget < most:
        return {"budget": [_("Enter a budget that covers the highest price for one creator")]}
    if whole and most is None and data.get("commission") is None:
        return {"price_max": [str(MISSING["pay"])]}
    return {}


def wrong_dates(data: dict[str, Any]) -> dict[str, list[str]]:
    apply_by, deliver_by = data.get("apply_by"), data.get("deliver_by")
    wrong = {}
    if apply_by and apply_by < today():
        wrong["apply_by"] = [_("Enter a day that has not passed")]
    if deliver_by and deliver_by < today():
        wrong["deliver_by"] = [_("Enter a day that has not passed")]
    elif apply_by and deliver_by and deliver_by < apply_by:
        wrong["deliver_by"] = [_("Enter a day on or after the last day to apply")]
    elif deliver_by and deliver_by.year > today().year + 3:
        wrong["deliver_by"] = [_("Enter a day within the next three years")]
    return wrong


def schema_of(step: str, currency: str, products: Sequence[Product] = (), *, whole: bool) -> Schema:
    """`whole` asks for everything the step needs; a draft may leave things out."""
    match step:
        case "product":
            return product_in(products, whole=whole)
        case "audience":
            return audience_in(whole=whole)
        case "work":
            return work_in(whole=whole)
        case _:
            return price_in(currency, whole=whole)
