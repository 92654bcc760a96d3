"""In which order a list of matches is shown: the ranking's, with near-equals in turn."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from matching.exposure import Slot, arranged, fitting
from matching.receipt import Arrangement, published
from models import Campaign, Exposure

from .narrow import Row


@dataclass(frozen=True, slots=True)
class Order:
    """The list of one campaign on one day: `rows` by score, `slots` as far as it was asked for."""

    rows: Sequence[Row]
    credits: Sequence[float]
    seed: str
    slots: Sequence[Slot]

    def shown(self, first: int) -> list[tuple[Row, Slot]]:
        """Who stands in the position `first` and after it."""
        return [(self.rows[slot.place - 1], slot) for slot in self.slots[first - 1 :]]

    def arrangement(self, first: int, places: Mapping[str, int]) -> Arrangement:
        """The same, for a receipt."""
        return Arrangement.of(
            [match.score for _who, match in self.rows],
            self.credits,
            self.seed,
            first=first,
            last=len(self.slots),
            places=[places[who.slug] for who, _match in self.rows],
        )


def in_order(db: Session, campaign: Campaign, day: date, rows: Sequence[Row], upto: int) -> Order:
    """The first `upto` positions of these rows, which come best first."""
    scores = [published(match.score) for _who, match in rows]
    owed = owed_to(db, [who.id for who, _match in rows[: fitting(scores)]])
    each = [owed.get(who.id, 0.0) for who, _match in rows]
    seed = f"{campaign.slug} {day.isoformat()}"
    return Order(rows, each, seed, arranged(scores, each, seed, upto=upto))


def owed_to(db: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, float]:
    """What is owed to each of these creators, as of the last night counted."""
    if not ids:
        return {}
    latest = (
        select(Exposure.creator_id, Exposure.owed)
        .where(Exposure.creator_id.in_(ids))
        .ext(distinct_on(Exposure.creator_id))
        .order_by(Exposure.creator_id, Exposure.month.desc())
    )
    return {row.creator_id: row.owed for row in db.execute(latest)}
