"""What came of those shown by chance, for whoever learns weights from it: `matching.learn`."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching import FORMULA_VERSION
from matching.exposure import EVERY
from models import (
    Application,
    Campaign,
    Deal,
    Impression,
    Invitation,
    Order,
    Rate,
    Refused,
    Showing,
    SizeBand,
    SlotKind,
)

from .asks import Ask
from .backend import backend
from .exposure import bands_of
from .ranked import MOST, Wish

FORMAT = "alongside ranking log 1"
#: What was sold later than this after a showing is not counted as coming of it.
SOLD_WITHIN = timedelta(days=90)
#: Of those a draw could have picked, an even part of so many is kept.
SAMPLE = 60
#: What an outcome short of sales counts: the steps on the way to a deal.
STEPS = {"invited": 0.1, "offered": 0.3, "funded": 1.0}


def drawn_from(db: Session, showing: Showing, impressions: Sequence[Impression]) -> dict[str, Any]:
    """Those who fitted and did not stand above the first draw, with their components tonight.

    Nothing while the market can't be ranked, or where nobody was drawn.
    """
    drawn = {one.creator_id for one in impressions if one.kind == SlotKind.DRAWN}
    campaign = db.get(Campaign, showing.campaign_id)
    if not drawn or campaign is None:
        return {}
    ask = Ask.of(campaign)
    try:
        found = backend(db).listing(db, ask, Wish(MOST))
    except Refused:
        return {}
    above = {one.creator_id for one in impressions if one.position < EVERY}
    could = set(showing.fitting) - above
    slugs = [slug for slug in found.by_slug if found.creators[slug].id in could | drawn]
    step = -(-len(slugs) // SAMPLE)
    kept = [s for at, s in enumerate(slugs) if at % step == 0 or found.creators[s].id in drawn]
    bands = bands_of(db, [found.creators[slug].id for slug in kept])
    return {
        "mode": ask.brief.mode,
        "creators": [
            {
                "id": str(creator_id),
                "small": bands.get(creator_id) == SizeBand.UNDER_10K,
                "components": {one.key: one.value for one in match.components},
            }
            for slug in kept
            if (match := found.match(slug))
            for creator_id in (found.creators[slug].id,)
        ],
    }


def log(db: Session, *, mode: str, outcome: str) -> dict[str, Any]:
    """Every list of this formula in which somebody was drawn, in the format of `matching.learn`.

    outcome  "sales": what creators sold of the brand's in the 90 days after, for the price of
             the deal or, without one, for the least they ask, in minor units. "hired": how
             near it came to a deal, at a cost of one each.
    """
    showings = db.scalars(
        select(Showing)
        .where(Showing.formula == FORMULA_VERSION, Showing.drawn_from["mode"].astext == mode)
        .order_by(Showing.day, Showing.campaign_id)
    ).all()
    return {
        "format": FORMAT,
        "formula": FORMULA_VERSION,
        "mode": mode,
        "rankings": [_ranking(db, one, outcome) for one in showings],
    }


def _ranking(db: Session, showing: Showing, outcome: str) -> dict[str, Any]:
    pool = showing.drawn_from["creators"]
    known = {one["id"] for one in pool}
    rows = db.scalars(
        select(Impression)
        .where(Impression.campaign_id == showing.campaign_id, Impression.day == showing.day)
        .order_by(Impression.position)
    ).all()
    came = Outcomes.of(db, showing, [row.creator_id for row in rows])
    return {
        "id": f"{showing.campaign_id} {showing.day.isoformat()}",
        "pool": pool,
        "shown": [
            {
                "id": str(row.creator_id),
                "random": row.kind == SlotKind.DRAWN and str(row.creator_id) in known,
                "chance": row.propensity,
                "sales": came.gain(row.creator_id, outcome),
                "cost": came.cost(row.creator_id, outcome),
            }
            for row in rows
        ],
    }


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of one list, by creator: the furthest step, what was paid, what was sold."""

    steps: Mapping[uuid.UUID, float]
    paid: Mapping[uuid.UUID, int]
    asks: Mapping[uuid.UUID, int]
    sold: Mapping[uuid.UUID, int]

    @classmethod
    def of(cls, db: Session, showing: Showing, creators: Sequence[uuid.UUID]) -> "Outcomes":
        since, until = showing.created_at, showing.created_at + SOLD_WITHIN
        steps: dict[uuid.UUID, float] = {}
        for name, one in _reached(db, showing, creators):
            steps[one] = max(steps.get(one, 0.0), STEPS[name])
        deals = (
            select(Deal.creator_id, func.min(Deal.price_minor))
            .where(Deal.campaign_id == showing.campaign_id, Deal.creator_id.in_(creators))
            .where(Deal.funded_at >= since)
            .group_by(Deal.creator_id)
        )
        asks = (
            select(Rate.creator_id, func.min(Rate.price_minor))
            .where(Rate.creator_id.in_(creators))
            .group_by(Rate.creator_id)
        )
        brand = select(Campaign.brand_id).where(Campaign.id == showing.campaign_id)
        sold = (
            select(Order.creator_id, func.count())
            .where(Order.brand_id == brand.scalar_subquery(), Order.creator_id.in_(creators))
            .where(Order.paid_at >= since, Order.paid_at < until)
            .group_by(Order.creator_id)
        )
        paid, asked, sales = (
            {row[0]: row[1] for row in db.execute(one)} for one in (deals, asks, sold)
        )
        return cls(steps, paid, asked, sales)

    def gain(self, creator_id: uuid.UUID, outcome: str) -> float:
        if outcome == "hired":
            return self.steps.get(creator_id, 0.0)
        # What somebody sells of a brand without having been taken on did not come of the list.
        return float(self.sold.get(creator_id, 0)) if creator_id in self.paid else 0.0

    def cost(self, creator_id: uuid.UUID, outcome: str) -> float:
        if outcome == "hired":
            return 1.0
        return float(self.paid.get(creator_id) or self.asks.get(creator_id) or 1)


def _reached(
    db: Session, showing: Showing, creators: Sequence[uuid.UUID]
) -> Iterator[tuple[str, uuid.UUID]]:
    """Every step that was taken after a showing, and by whom."""
    since = showing.created_at
    tables: Iterable[tuple[str, Any, Any]] = (
        ("invited", Invitation, Invitation.created_at),
        ("offered", Application, Application.created_at),
        ("offered", Deal, Deal.created_at),
        ("funded", Deal, Deal.funded_at),
    )
    for name, table, moment in tables:
        query = select(table.creator_id).where(
            table.campaign_id == showing.campaign_id,
            table.creator_id.in_(creators),
            moment >= since,
        )
        for creator_id in db.scalars(query):
            yield name, creator_id
