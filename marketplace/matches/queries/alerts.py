"""Who hears of deals that fit, how, and of which they have heard."""

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from marketplace.kit.clock import now, today
from models import (
    USUAL_LEAST,
    Alert,
    AlertChoice,
    AlertPace,
    Application,
    Campaign,
    CampaignStatus,
    Creator,
    Deal,
    Invitation,
    Person,
)


def is_open(campaign: Campaign) -> bool:
    """Whether somebody could apply to it today."""
    return (
        campaign.status == CampaignStatus.OPEN
        and campaign.apply_by is not None
        and campaign.apply_by >= today()
        and campaign.brand.person.is_active
    )


def usual(creator: Creator) -> AlertChoice:
    """What holds for somebody who has chosen nothing. Not kept."""
    return AlertChoice(creator_id=creator.id, pace=AlertPace.DAILY, least=USUAL_LEAST)


def choice_of(db: Session, creator: Creator) -> AlertChoice:
    found = select(AlertChoice).where(AlertChoice.creator_id == creator.id)
    return db.scalar(found) or usual(creator)


def listeners(db: Session, ids: Collection[uuid.UUID]) -> Iterator[tuple[Creator, AlertChoice]]:
    """Those of these creators whose account is open, and how each wants to hear."""
    if not ids:
        return
    rows = db.execute(
        select(Creator, AlertChoice)
        .join(Creator.person)
        .outerjoin(AlertChoice, AlertChoice.creator_id == Creator.id)
        .where(Creator.id.in_(ids), Person.suspended_at.is_(None))
        .order_by(Creator.slug)
    ).unique()
    for creator, choice in rows:
        yield creator, choice or usual(creator)


def who_know(db: Session, campaign: Campaign) -> set[uuid.UUID]:
    """Creators who know the campaign: told of it, invited, applying, or in a deal for it."""
    tables = (Alert, Invitation, Application, Deal)
    parts = [select(one.creator_id).where(one.campaign_id == campaign.id) for one in tables]
    return set(db.scalars(union(*parts)))


def least_of_all(db: Session) -> int:
    """The lowest fit from which on anybody wants to hear."""
    return min(db.scalar(select(func.min(AlertChoice.least))) or USUAL_LEAST, USUAL_LEAST)


def with_more_to_tell(db: Session, *, most: int) -> list[Campaign]:
    """Open campaigns whose day is over: the next creators are to hear of them."""
    waits = (Campaign.status == CampaignStatus.OPEN, Campaign.more_to_tell_at <= now())
    found = select(Campaign).where(*waits).order_by(Campaign.more_to_tell_at).limit(most)
    return list(db.scalars(found.with_for_update(of=Campaign, skip_locked=True)))


def due(db: Session, *, most: int) -> list[Creator]:
    """Creators with a mail of the day to be sent."""
    waits = select(Alert.creator_id).where(Alert.mailed_at.is_(None), Alert.mail_at <= now())
    found = select(Creator).where(Creator.id.in_(waits)).order_by(Creator.id).limit(most)
    return list(db.scalars(found))
