"""Reading what is known of creators, for themselves and for those who might work with them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session, joinedload, lazyload

from marketplace.kit.clock import today
from models import (
    Audience,
    Brand,
    Campaign,
    CampaignStatus,
    Creator,
    Deal,
    DealStatus,
    Delivery,
    Person,
    PlatformAccount,
    ShelfItem,
)

_PAST_WORK = 8

Known = Mapping[uuid.UUID, Audience]


@dataclass(frozen=True, slots=True)
class OnTime:
    """How many deliveries were in time, of how many that were due."""

    kept: int
    due: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Whoever is suspended has no public page; not everybody has a shelf."""

    is_listed: bool
    has_shelf: bool


def main_account(creator: Creator, known: Known) -> PlatformAccount | None:
    """The first account whose audience is known, else the first; None without any."""
    ours = creator.accounts
    return next((one for one in ours if one.id in known), None) or next(iter(ours), None)


def current_audiences(db: Session, creator: Creator) -> dict[uuid.UUID, Audience]:
    """What is known now of each account's audience, by account."""
    query = (
        select(Audience)
        .join(Audience.account)
        .where(PlatformAccount.creator_id == creator.id, Audience.superseded_at.is_(None))
    )
    return {audience.account_id: audience for audience in db.scalars(query)}


def on_time(db: Session, creator: Creator) -> OnTime:
    """Of the work that was delivered or should have been, how much came by its day."""
    first = (
        select(Delivery.deal_id, func.min(Delivery.created_at).label("at"))
        .group_by(Delivery.deal_id)
        .subquery()
    )
    kept = cast(first.c.at, Date) <= Deal.deliver_by
    query = (
        select(func.count().filter(kept), func.count())
        .select_from(Deal)
        .outerjoin(first, first.c.deal_id == Deal.id)
        .where(
            Deal.creator_id == creator.id,
            Deal.funded_at.is_not(None),
            first.c.at.is_not(None) | (Deal.deliver_by < today()),
        )
    )
    row = db.execute(query).one()
    return OnTime(kept=row[0], due=row[1])


def past_work(db: Session, creator: Creator) -> list[Deal]:
    """Deals that ended with the creator paid, newest first."""
    query = (
        select(Deal)
        .where(Deal.creator_id == creator.id, Deal.status == DealStatus.RELEASED)
        .options(joinedload(Deal.brand), lazyload(Deal.creator))
        .order_by(Deal.released_at.desc())
        .limit(_PAST_WORK)
    )
    return list(db.scalars(query))


def open_campaigns(db: Session, brand: Brand) -> list[Campaign]:
    """The campaigns a brand can invite somebody to."""
    query = (
        select(Campaign)
        .where(
            Campaign.brand_id == brand.id,
            Campaign.status == CampaignStatus.OPEN,
            Campaign.apply_by >= today(),
        )
        .order_by(Campaign.apply_by, Campaign.title)
    )
    return list(db.scalars(query))


def standing(db: Session, creator: Creator) -> Standing:
    items = select(ShelfItem.id).where(ShelfItem.creator_id == creator.id)
    query = select(Person.suspended_at.is_(None), items.exists()).where(
        Person.id == creator.person_id
    )
    return Standing(*db.execute(query).one())
