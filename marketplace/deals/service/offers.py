"""What an offer takes to be made, and what it is made of."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.deals import rules
from marketplace.kit.clock import in_hours, today
from marketplace.kit.settings import settings
from models import Application, Campaign, CampaignStatus, Creator, Deal, Money, Refused


def may_offer(
    db: Session, campaign: Campaign, creator: Creator, application: Application | None
) -> None:
    """Refuse what nobody could take up. The campaign's lock lets one of two clicks through."""
    campaign.lock()
    if campaign.status == CampaignStatus.DRAFT:
        raise Refused(_("This campaign is a draft. Publish it before you make an offer."))
    if campaign.status == CampaignStatus.CLOSED and application is None:
        raise Refused(_("This campaign is closed. Reopen it before you make an offer."))
    still_with_us(creator)
    under_way = select(Deal.id).where(
        Deal.campaign_id == campaign.id,
        Deal.creator_id == creator.id,
        Deal.status.not_in(Deal.ENDS),
    )
    if db.scalar(under_way.limit(1)):
        raise Refused(_("A deal with %(name)s is under way for this campaign.", name=creator.name))


def still_with_us(creator: Creator) -> None:
    """Whoever can't sign in can't answer, deliver, or be heard."""
    if not creator.person.is_active:
        raise Refused(
            _("The account of %(name)s is closed. Choose somebody else.", name=creator.name)
        )


def still_ahead(deliver_by: date) -> None:
    if deliver_by <= today():
        raise Refused(_("The delivery date has passed. Choose a later one."))


def new_deal(
    campaign: Campaign,
    creator: Creator,
    *,
    price: Money,
    fee_bps: int,
    application: Application | None,
) -> Deal:
    return Deal(
        brand=campaign.brand,
        creator=creator,
        campaign=campaign,
        application=application,
        title=campaign.title,
        currency=price.currency,
        price_minor=price.minor,
        fee_minor=price.share(fee_bps).minor,
        fee_bps=fee_bps,
        revisions=campaign.revisions,
        due_at=in_hours(rules.ANSWER_HOURS),
    )


def surcharge(price: Money, terms: dict[str, Any]) -> Money:
    """What the brand pays on top, where the terms let it bear Stripe's fee: what Stripe is
    expected to keep of all that is paid."""
    if terms.get("stripe_fee_by") != "brand":
        return Money(0, price.currency)
    return price.on_top(settings().surcharge_bps, settings().surcharge_minor)


def terms_of(campaign: Campaign, creator: Creator, fee_bps: int) -> dict[str, Any]:
    """What the campaign asks, as it stands now; the price and the day come with each offer."""
    return {
        "title": campaign.title,
        "deliverables": campaign.deliverables,
        "rights": campaign.rights,
        "disclosure": campaign.disclosure,
        "revisions": campaign.revisions,
        "brand": campaign.brand.name,
        "creator": creator.name,
        "fee_bps": fee_bps,
        "stripe_fee_by": settings().stripe_fee_borne_by,
    }
