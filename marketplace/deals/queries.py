"""What people read about deals, always their own."""

import uuid
from collections.abc import Iterable

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Brand,
    Creator,
    Deal,
    DealStatus,
    Dispute,
    Event,
    Offer,
    Person,
    Transfer,
    TransferStatus,
)


def deals_of(person: Person) -> Select[Deal]:
    """All deals this person is a side of, newest first."""
    return (
        select(Deal)
        .join(Brand, Brand.id == Deal.brand_id)
        .join(Creator, Creator.id == Deal.creator_id)
        .where(or_(Brand.person_id == person.id, Creator.person_id == person.id))
        .order_by(Deal.created_at.desc())
    )


def open_deals(db: Session, *, for_: Person) -> list[Deal]:
    """Deals in which something is still to happen, the nearest clock first."""
    query = deals_of(for_).where(Deal.status.not_in(Deal.ENDS)).order_by(None)
    query = query.options(selectinload(Deal.offers))
    return list(db.scalars(query.order_by(Deal.due_at.asc().nulls_last())).unique())


def ended_deals(person: Person) -> Select[Deal]:
    """Deals in which nothing happens any more, the one that ended last first."""
    query = deals_of(person).where(Deal.status.in_(Deal.ENDS)).order_by(None)
    return query.order_by(Deal.ended_at.desc().nulls_last(), Deal.created_at.desc(), Deal.id)


def whole(db: Session, deal: Deal) -> Deal:
    """The deal with everything its page shows, in a handful of queries."""
    query = (
        select(Deal)
        .where(Deal.id == deal.id)
        .options(
            selectinload(Deal.offers).joinedload(Offer.person),
            selectinload(Deal.deliveries),
            selectinload(Deal.messages),
            joinedload(Deal.campaign),
        )
        .execution_options(populate_existing=True)
    )
    return db.scalars(query).unique().one()


def gone_back(db: Session, deal: Deal) -> set[int]:
    """The milestones that were approved, and whose money went back before it was sent."""
    query = select(Transfer.part).filter_by(
        purpose="deal", subject_id=deal.id, status=TransferStatus.CANCELLED
    )
    return set(db.scalars(query))


def story(db: Session, deal: Deal) -> list[Event]:
    """What happened to a deal, newest first."""
    return list(
        db.scalars(
            select(Event)
            .where(Event.subject_type == "deals", Event.subject_id == deal.id)
            .order_by(Event.at.desc(), Event.created_at.desc())
        )
    )


def deal_between(db: Session, campaign_id: object, creator_id: object) -> Deal | None:
    """A deal that is under way for this campaign and creator, if there is one."""
    return db.scalars(
        select(Deal)
        .where(
            Deal.campaign_id == campaign_id,
            Deal.creator_id == creator_id,
            Deal.status.not_in(
                {
                    DealStatus.DECLINED,
                    DealStatus.WITHDRAWN,
                    DealStatus.EXPIRED,
                    DealStatus.CANCELLED,
                }
            ),
        )
        .limit(1)
    ).first()


def disputes_of(db: Session, deals: Iterable[Deal]) -> dict[uuid.UUID, Dispute]:
    """The dispute each frozen deal stands in, by the deal's id."""
    ids = [deal.id for deal in deals if deal.status == DealStatus.DISPUTED]
    query = select(Dispute).where(Dispute.deal_id.in_(ids)).order_by(Dispute.created_at)
    return {one.deal_id: one for one in db.scalars(query).unique()} if ids else {}


def dispute_of(db: Session, deal: Deal) -> Dispute | None:
    """The latest dispute about a deal."""
    query = select(Dispute).where(Dispute.deal_id == deal.id)
    return db.scalars(query.order_by(Dispute.created_at.desc()).limit(1)).unique().first()
