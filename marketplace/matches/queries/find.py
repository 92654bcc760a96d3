"""Finding creators by what they are called, for whoever misses one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from marketplace.kit.fields import plain
from models import Campaign, Creator, PlatformAccount

from .fits import Fit, one

# More than a page of look-alike names helps nobody.
MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Found:
    """A creator who was looked for. Without a `fit` they are in no list: they are suspended."""

    creator: Creator
    fit: Fit | None


def called(db: Session, words: str) -> tuple[list[Creator], int]:
    """Creators whose name, address or handle is like these words, and how many there are."""
    said = plain(words).removeprefix("@")
    if not said:
        return [], 0
    handles = select(PlatformAccount.creator_id).where(
        PlatformAccount.handle.icontains(said, autoescape=True)
    )
    is_like = or_(
        Creator.name.icontains(said, autoescape=True), Creator.slug == said, Creator.id.in_(handles)
    )
    count = db.scalar(select(func.count()).select_from(Creator).where(is_like)) or 0
    # Who is called exactly so comes first.
    nearest = func.lower(Creator.name) != said.lower()
    found = select(Creator).where(is_like).order_by(nearest, func.lower(Creator.name), Creator.id)
    rows = db.scalars(found.options(joinedload(Creator.person)).limit(MOST_FOUND))
    return list(rows.unique()), count


def found(db: Session, campaign: Campaign, creators: Sequence[Creator]) -> list[Found]:
    return [Found(creator, one(db, campaign, creator)) for creator in creators]
