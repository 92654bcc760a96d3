"""Finding creators by what they are called, for whoever misses one of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, joinedload

from marketplace.kit.fields import plain
from models import Campaign, Creator, Platform

from .fits import Fit, one

# More than a page of look-alike names helps nobody.
MOST_FOUND = 8
# … and nobody reads on beyond this.
MOST_COUNTED = 1_000
# Each part by its index. Planned on their own (MATERIALIZED), or a limit would tempt the planner
# to read everybody in the hope of soon having enough.
CALLED_SO = text(
    """
    WITH names AS MATERIALIZED (SELECT id FROM creators WHERE words_in(name) @@ words_begun(:said)),
    handles AS MATERIALIZED (SELECT creator_id FROM platform_accounts
      WHERE words_in(handle) @@ words_begun(:said))
    SELECT id FROM creators WHERE slug = :whole
    UNION ALL SELECT creator_id FROM platform_accounts
      WHERE platform = ANY(:platforms) AND handle = :whole
    UNION ALL (SELECT id FROM names LIMIT :most)
    UNION ALL (SELECT creator_id FROM handles LIMIT :most)
    """
)


@dataclass(frozen=True, slots=True)
class Found:
    """A creator who was looked for. Without a `fit` they are in no list: they are suspended."""

    creator: Creator
    fit: Fit | None


def called(db: Session, words: str) -> tuple[list[Creator], int]:
    """Creators in whose name or in one of whose handles each of these words begins a word, and
    how many there are, counted up to `MOST_COUNTED`. An address is given whole.
    """
    said = plain(words).removeprefix("@")
    if not said:
        return [], 0
    about = {"said": said, "whole": said.lower(), "most": MOST_COUNTED}
    ids = set(db.scalars(CALLED_SO, about | {"platforms": [one.value for one in Platform]}))
    # Who is called exactly so comes first.
    nearest = func.lower(Creator.name) != said.lower()
    found = select(Creator).where(Creator.id.in_(ids))
    found = found.order_by(nearest, func.lower(Creator.name), Creator.id)
    rows = db.scalars(found.options(joinedload(Creator.person)).limit(MOST_FOUND))
    return list(rows.unique()), min(len(ids), MOST_COUNTED)


def found(db: Session, campaign: Campaign, creators: Sequence[Creator]) -> list[Found]:
    return [Found(creator, one(db, campaign, creator)) for creator in creators]
