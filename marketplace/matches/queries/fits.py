"""Who fits a campaign, which campaigns fit a creator, and why; always for one of the two."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import Text, cast, literal, select, union_all
from sqlalchemy.orm import Session, contains_eager

from marketplace.kit.clock import today
from marketplace.kit.pages import FEW, Page
from matching import Match, Ranking
from matching.exposure import Slot
from models import (
    Application,
    ApplicationStatus,
    Brand,
    Campaign,
    CampaignStatus,
    Creator,
    Deal,
    DealStatus,
    Invitation,
    InvitationStatus,
    Model,
    Money,
    Person,
)

from .asks import Ask, Lack
from .backend import backend
from .narrow import Narrow, Row
from .order import Order, in_order
from .ranked import MOST, Best, Ranked, Wish
from .reading import Account, Listed

# What shows as lying between the two, the furthest last. A deal that came to nothing doesn't.
_KINDS: tuple[tuple[type[Model], tuple[StrEnum, ...]], ...] = (
    (Invitation, (InvitationStatus.SENT, InvitationStatus.DECLINED)),
    (Application, (ApplicationStatus.SENT, ApplicationStatus.OFFERED)),
    (
        Deal,
        tuple(
            one
            for one in DealStatus
            if one
            not in (
                DealStatus.DECLINED,
                DealStatus.WITHDRAWN,
                DealStatus.EXPIRED,
                DealStatus.CANCELLED,
            )
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Dealing:
    """What already lies between a creator and a campaign: the furthest of its kinds."""

    kind: str
    status: str
    id: uuid.UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Fit:
    """One creator against one campaign. `score` is None when a condition isn't met."""

    campaign: Campaign
    ask: Ask
    creator: Listed
    account: Account | None
    among: Ranked
    price: Money | None
    dealing: Dealing | None = None
    # Where they stand on a list, and why there.
    slot: Slot | None = None

    @property
    def score(self) -> float | None:
        return self.among.score(self.creator.slug)

    @property
    def match(self) -> Match | None:
        """The score explained, and its place in the pool."""
        return None if self.score is None else self.among.match(self.creator.slug)

    @property
    def pool(self) -> int:
        return self.among.ranking.pool

    @property
    def lacks(self) -> Sequence[Lack]:
        return () if self.score is not None else self.ask.lacks(self.creator)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a campaign's list as it is shown; `order` is None where the brand chose one."""

    found: Best
    ask: Ask
    total: int
    rows: Sequence[tuple[Row, Slot]]
    order: Order | None
    dealings: Mapping[uuid.UUID, Dealing]
    # Each one's place by score: in the pool, or among those whom the page's filters leave.
    places: Mapping[str, int]


def listing(db: Session, campaign: Campaign, *, number: int, narrow: Narrow) -> Listing:
    """The list goes no further than the best MOST of what the filters leave."""
    ask, dealings = Ask.of(campaign), _dealings(db, campaign=campaign)
    first, last = (number - 1) * FEW + 1, min(number * FEW, MOST)
    # What looks at scores, or for the smallest of the good ones, looks through all of them.
    wish = Wish(MOST if narrow.small_first or narrow.fit else last, narrow, tuple(dealings))
    found = backend(db).listing(db, ask, wish)
    kept = []
    for slug, match in found.by_slug.items():
        who = found.creators[slug]
        if not narrow.hides(ask, who, match, is_dealt=who.id in dealings):
            kept.append((who, match))
    kept, total = kept[:MOST], min(len(kept) + found.more, MOST)
    places = {
        who.slug: at if narrow.given else match.place for at, (who, match) in enumerate(kept, 1)
    }
    if narrow.small_first:
        chosen = enumerate(narrow.in_order(ask, kept)[first - 1 : last], first)
        rows = [(row, Slot(at, row[1].place, "sorted", 0.0, 1.0)) for at, row in chosen]
        return Listing(found, ask, total, rows, None, dealings, places)
    order = in_order(db, campaign, found.day, kept, last)
    return Listing(found, ask, total, order.shown(first), order, dealings, places)


def for_campaign(
    db: Session, campaign: Campaign, *, number: int = 1, narrow: Narrow | None = None
) -> tuple[Page, int]:
    """One page of those who fit, and how many fit before the page's own filters."""
    seen = listing(db, campaign, number=number, narrow=narrow or Narrow())
    seen.found.explain(who.slug for (who, _match), _slot in seen.rows)
    fits = [
        replace(_fit(seen.found, campaign, who, seen.dealings.get(who.id)), slot=slot)
        for (who, _match), slot in seen.rows
    ]
    return Page(fits, number, seen.total, FEW), seen.found.ranking.pool


def ranking_of(db: Session, campaign: Campaign, *, top: int) -> tuple[Ranking, list[Fit]]:
    """The ranking as the formula gives it, and its best."""
    ranking, fits = best_of(db, campaign, top=top)
    return replace(ranking, matches=tuple(fit.match for fit in fits if fit.match)), fits


def best_of(db: Session, campaign: Campaign, *, top: int) -> tuple[Ranking, list[Fit]]:
    """The same, with nobody explained before it is asked for."""
    found = backend(db).listing(db, Ask.of(campaign), Wish(min(top, MOST)))
    best = list(found.by_slug)[:top]
    return found.ranking, [_fit(found, campaign, found.creators[slug], None) for slug in best]


def next_best(
    db: Session, campaign: Campaign, *, without: Collection[uuid.UUID], most: int
) -> list[Fit]:
    """The best creators but for these. Looking again without those found goes down the ranking to
    its end, however far that is.
    """
    wish = Wish(most, Narrow(is_new=True), tuple(without))
    found = backend(db).listing(db, Ask.of(campaign), wish)
    best = (found.creators[slug] for slug in found.by_slug)
    left = islice((who for who in best if who.id not in without), most)
    return [_fit(found, campaign, who, None) for who in left]


def one(db: Session, campaign: Campaign, creator: Creator) -> Fit | None:
    """This creator for this campaign; None when they aren't in the market (suspended)."""
    return next(iter(some(db, campaign, [creator])), None)


def some(db: Session, campaign: Campaign, creators: Iterable[Creator]) -> list[Fit]:
    """These creators for this campaign, in their order; who isn't in the market is left out."""
    engine, ask, asked = backend(db), Ask.of(campaign), list(creators)
    alone = asked[0].id if len(asked) == 1 else None
    known, dealings = (
        engine.listed(db, asked),
        _dealings(db, campaign=campaign, creator_id=alone),
    )
    return [
        _fit(engine.single(db, ask, who), campaign, who, dealings.get(who.id))
        for one in asked
        if (who := known.get(one.slug))
    ]


def for_creator(db: Session, creator: Creator) -> list[Fit]:
    """Every campaign open today, best first; those whose conditions aren't met come last."""
    engine = backend(db)
    who = engine.listed(db, [creator]).get(creator.slug)
    if who is None:
        return []
    dealings = _dealings(db, creator_id=creator.id)
    fits = [
        _fit(engine.single(db, Ask.of(campaign), who), campaign, who, dealings.get(campaign.id))
        for campaign in open_campaigns(db)
    ]
    return sorted(fits, key=lambda fit: -(fit.score or 0))


def new_ones(fits: Iterable[Fit]) -> list[Fit]:
    """Those whose conditions are met and between whose two sides lies nothing yet."""
    return [fit for fit in fits if fit.score is not None and not fit.dealing]


def open_campaigns(db: Session) -> list[Campaign]:
    return list(
        db.scalars(
            select(Campaign)
            .join(Campaign.brand)
            .join(Brand.person)
            .options(contains_eager(Campaign.brand))
            .where(Campaign.status == CampaignStatus.OPEN, Campaign.apply_by >= today())
            .where(Person.suspended_at.is_(None))
            .order_by(Campaign.apply_by, Campaign.slug)
        )
    )


def _fit(among: Ranked, campaign: Campaign, listed: Listed, dealing: Dealing | None) -> Fit:
    ask = among.ask
    return Fit(campaign, ask, listed, ask.account(listed), among, ask.price(listed), dealing)


def _dealings(
    db: Session, *, campaign: Campaign | None = None, creator_id: uuid.UUID | None = None
) -> dict[uuid.UUID, Dealing]:
    """What lies between one campaign and its creators, or one creator and the campaigns.

    By the other side's id; where there are several, a deal counts before an application.
    """
    parts = []
    for step, (model, live) in enumerate(_KINDS):
        table: Any = model
        other = table.creator_id if campaign else table.campaign_id
        query = select(
            literal(step).label("step"),
            other.label("other"),
            cast(table.status, Text).label("status"),
            table.id,
            table.created_at,
        ).where(table.status.in_(live), other.is_not(None))
        if campaign:
            query = query.where(table.campaign_id == campaign.id)
        if creator_id:
            query = query.where(table.creator_id == creator_id)
        parts.append(query)
    rows = db.execute(union_all(*parts).order_by("step", "created_at"))
    return {
        other: Dealing(_KINDS[step][0].__name__.lower(), status, thing, at)
        for step, other, status, thing, at in rows
    }
