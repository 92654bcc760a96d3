"""What is read of a brand's lists."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from marketplace.matches import queries as matches
from marketplace.matches.queries import Fit
from models import Brand, Campaign, CampaignStatus, Creator, SavedCreator, SavedList


@dataclass(frozen=True, slots=True)
class Line:
    """One list among a brand's, and how many creators stand on it."""

    saved: SavedList
    creators: int


@dataclass(frozen=True, slots=True)
class Kept:
    """One creator on a list; `fit` where a campaign was chosen and they are in the market."""

    entry: SavedCreator
    fit: Fit | None

    @property
    def score(self) -> float:
        known = self.fit.score if self.fit else None
        return -1.0 if known is None else known


def lines(db: Session, brand: Brand) -> list[Line]:
    """A brand's lists by name, each with its number of creators."""
    count = func.count(SavedCreator.id)
    rows = db.execute(
        select(SavedList, count)
        .outerjoin(SavedCreator, SavedCreator.list_id == SavedList.id)
        .where(SavedList.brand_id == brand.id)
        .group_by(SavedList.id)
        .order_by(func.lower(SavedList.name))
    )
    return [Line(saved, number) for saved, number in rows]


def campaigns_of(db: Session, brand: Brand) -> list[Campaign]:
    """What a list can be looked at for: open campaigns first, then drafts, then the rest."""
    found = db.scalars(
        select(Campaign).where(Campaign.brand_id == brand.id).order_by(Campaign.created_at.desc())
    )
    order = [CampaignStatus.OPEN, CampaignStatus.DRAFT, CampaignStatus.CLOSED]
    return sorted(found, key=lambda one: order.index(one.status))


def kept(db: Session, saved: SavedList, campaign: Campaign | None) -> list[Kept]:
    """Who is on a list: by fit for the campaign, or without one the latest first."""
    entries = db.scalars(
        select(SavedCreator)
        .where(SavedCreator.list_id == saved.id)
        .options(joinedload(SavedCreator.creator).joinedload(Creator.accounts))
        .options(joinedload(SavedCreator.creator).joinedload(Creator.person))
        .order_by(SavedCreator.created_at.desc(), SavedCreator.id)
    ).unique()
    everyone = list(entries)
    if campaign is None:
        return [Kept(entry, None) for entry in everyone]
    fits = matches.some(db, campaign, [entry.creator for entry in everyone])
    known = {fit.creator.id: fit for fit in fits}
    found = [Kept(entry, known.get(entry.creator_id)) for entry in everyone]
    return sorted(found, key=lambda one: -one.score)


def holding(db: Session, brand: Brand, creator: Creator) -> list[SavedList]:
    """The lists of this brand on which this creator stands."""
    found = (
        select(SavedList)
        .join(SavedCreator, SavedCreator.list_id == SavedList.id)
        .where(SavedList.brand_id == brand.id, SavedCreator.creator_id == creator.id)
    )
    return list(db.scalars(found.order_by(func.lower(SavedList.name))))
