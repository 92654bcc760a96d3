"""What the form of each step shows before anything is typed."""

from typing import Any

from flask_babel import gettext as _

from marketplace.campaigns.words import DIMENSIONS
from models import Campaign, Money

from .brief import USUAL_WEIGHT


def initial(step: str, campaign: Campaign) -> dict[str, Any]:
    """What the form of a step shows before anything is typed."""
    return _INITIAL[step](campaign)


def _product(campaign: Campaign) -> dict[str, Any]:
    return {
        "title": campaign.title,
        "about": campaign.about,
        "product": str(campaign.product_id or ""),
        "product_text": campaign.product_text,
    }


def _audience(campaign: Campaign) -> dict[str, Any]:
    sought, required = campaign.sought, campaign.required
    weights = dict.fromkeys(DIMENSIONS, USUAL_WEIGHT) | sought.get("weights", {})
    return {
        "age_gender": sought.get("age_gender", []),
        "country": sought.get("country", []),
        "language": sought.get("language", []),
        "interest": sought.get("interest", {}),
        "weights": weights,
        "required_countries": required.get("countries", []),
        "required_languages": required.get("languages", []),
        "required_platforms": required.get("platforms", []),
        "most_followers": required.get("most_followers", ""),
        "avoid": required.get("avoid", []),
    }


def _work(campaign: Campaign) -> dict[str, Any]:
    asked, rights = campaign.deliverables, campaign.rights
    usual = _("Ad · paid partnership with %(brand)s", brand=campaign.brand.name)
    return {
        "count": {one["type"]: one["count"] for one in asked},
        "note": {one["type"]: one["note"] for one in asked},
        "revisions": campaign.revisions,
        "organic_days": rights.get("organic_days", 90),
        "ads_days": rights.get("ads_days", 0),
        "exclusive_days": rights.get("exclusive_days", 0),
        "rights_note": rights.get("note", ""),
        "disclosure": campaign.disclosure or usual,
    }


def _price(campaign: Campaign) -> dict[str, Any]:
    commission = campaign.commission_bps
    return {
        "budget": typed(campaign.budget),
        "price_min": typed(campaign.price_min),
        "price_max": typed(campaign.price_max),
        "commission": "" if commission is None else f"{commission / 100:g}",
        "apply_by": campaign.apply_by or "",
        "deliver_by": campaign.deliver_by or "",
    }


def typed(amount: Money | None) -> str:
    """An amount as somebody would type it: 250 or 249.50."""
    if amount is None:
        return ""
    whole = amount.decimal.to_integral_value()
    return str(whole if whole == amount.decimal else amount.decimal)


_INITIAL = {"product": _product, "audience": _audience, "work": _work, "price": _price}
