"""Exclusivity: while a deal's own terms bind its creator to one brand, and what it was about."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, Select, cast, func, select

from .campaign import Campaign
from .deal import Deal, DealStatus

_BINDING = (
    DealStatus.ACCEPTED,
    DealStatus.FUNDED,
    DealStatus.DELIVERED,
    DealStatus.REVISING,
    DealStatus.APPROVED,
    DealStatus.RELEASED,
    DealStatus.DISPUTED,
    DealStatus.SETTLING,
    DealStatus.SETTLED,
)
# As the index on it is written: the terms both sides accepted, which nobody changes any more.
_DAYS = cast(Deal.terms["rights"]["exclusive_days"].astext, Integer)


def bindings(day: date) -> Select[Any]:
    """(creator_id, brand_id, interests, until) of every deal that binds its creator on a day.

    From the acceptance on; the days are counted from when the work was done. A deal without a
    campaign says nothing of what it is about, so it binds nobody to anything we could compare.
    """
    done = cast(func.coalesce(Deal.approved_at, Deal.ended_at), Date)
    until = func.coalesce(done, func.greatest(Deal.deliver_by, day)) + _DAYS
    return (
        select(
            Deal.creator_id,
            Deal.brand_id,
            Campaign.sought["interest"].label("interests"),
            until.label("until"),
        )
        .join(Campaign, Campaign.id == Deal.campaign_id)
        .where(_DAYS > 0, Deal.status.in_(_BINDING), until >= day)
    )
