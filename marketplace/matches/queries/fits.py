"""Who fits a campaign, which campaigns fit a creator, and why; always for one of the two."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
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
from .market import market
from .narrow import Narrow, Row
from .order import Order, in_order
from .pool import Ranked, ranked
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
    """One creator against one campaign. `match` is None when a condition isn't met."""

    campaign: Campaign
    ask: Ask
    creator: Listed
    account: Account | None
    match: Match | None
    among: Ranked
    price: Money | None
    dealing: Dealing | None = None
    # Where they stand on a list, and why there.
    slot: Slot | None = None

    @property
    def pool(self) -> int:
        return self.among.ranking.pool

    @property
    def lacks(self) -> Sequence[Lack]:
        return () if self.match else self.ask.lacks(self.creator)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a campaign's list as it is shown; `order` is None where the brand chose one."""

    found: Ranked
    ask: Ask
    total: int
    rows: Sequence[tuple[Row, Slot]]
    order: Order | None
    dealings: Mapping[uuid.UUID, Dealing]


def listing(db: Session, campaign: Campaign, *, number: int, narrow: Narrow) -> Listing:
    around, ask = market(db), Ask.of(campaign)
    found = ranked(around, ask)
    dealings = _dealings(db, campaign=campaign)
    kept = []
    for slug, match in found.by_slug.items():
        who = around.creators[slug]
        if not narrow.hides(ask, who, match, is_dealt=who.id in dealings):
            kept.append((who, match))
    first, last = (number - 1) * FEW + 1, number * FEW
    if narrow.small_first:
        chosen = enumerate(narrow.in_order(ask, kept)[first - 1 : last], first)
        rows = [(row, Slot(at, row[1].place, "sorted", 0.0, 1.0)) for at, row in chosen]
        return Listing(found, ask, len(kept), rows, None, dealings)
    order = in_order(db, campaign, around.day, kept, last)
    return Listing(found, ask, len(kept), order.shown(first), order, dealings)


def for_campaign(
    db: Session, campaign: Campaign, *, number: int = 1, narrow: Narrow | None = None
) -> tuple[Page, int]:
    """One page of those who fit, and how many fit before the page's own filters."""
    seen = listing(db, campaign, number=number, narrow=narrow or Narrow())
    fits = [
        replace(_fit(seen.found, campaign, seen.ask, who, seen.dealings.get(who.id)), slot=slot)
        for (who, _match), slot in seen.rows
    ]
    return Page(fits, number, seen.total, FEW), len(seen.found.by_slug)


def ranking_of(db: Session, campaign: Campaign, *, top: int) -> tuple[Ranking, list[Fit]]:
    """The whole ranking as the formula gives it, and its best."""
    around, ask = market(db), Ask.of(campaign)
    found = ranked(around, ask)
    best = [around.creators[slug] for slug in list(found.by_slug)[:top]]
    return found.ranking, [_fit(found, campaign, ask, who, None) for who in best]


def one(db: Session, campaign: Campaign, creator: Creator) -> Fit | None:
    """This creator for this campaign; None when they aren't in the market (suspended)."""
    around, ask = market(db), Ask.of(campaign)
    listed = around.creators.get(creator.slug)
    if listed is None:
        return None
    dealings = _dealings(db, campaign=campaign, creator_id=creator.id)
    return _fit(ranked(around, ask), campaign, ask, listed, dealings.get(creator.id))


def some(db: Session, campaign: Campaign, creators: Iterable[Creator]) -> list[Fit]:
    """These creators for this campaign, in their order; who isn't in the market is left out."""
    around, ask = market(db), Ask.of(campaign)
    found, dealings = ranked(around, ask), _dealings(db, campaign=campaign)
    listed = [around.creators[one.slug] for one in creators if one.slug in around.creators]
    return [_fit(found, campaign, ask, who, dealings.get(who.id)) for who in listed]


def for_creator(db: Session, creator: Creator) -> list[Fit]:
    """Every campaign open today, best first; those whose conditions aren't met come last."""
    around = market(db)
    listed = around.creators.get(creator.slug)
    if listed is None:
        return []
    dealings = _dealings(db, creator_id=creator.id)
    fits = []
    for campaign in open_campaigns(db):
        ask = Ask.of(campaign)
        fits.append(_fit(ranked(around, ask), campaign, ask, listed, dealings.get(campaign.id)))
    return sorted(fits, key=lambda fit: -(fit.match.score if fit.match else 0))


def new_ones(fits: Iterable[Fit]) -> list[Fit]:
    """Those whose conditions are met and between whose two sides lies nothing yet."""
    return [fit for fit in fits if fit.match and not fit.dealing]


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


def _fit(
    found: Ranked,
    campaign: Campaign,
    ask: Ask,
    listed: Listed,
    dealing: Dealing | None,
) -> Fit:
    return Fit(
        campaign=campaign,
        ask=ask,
        creator=listed,
        account=ask.account(listed),
        match=found.by_slug.get(listed.slug),
        among=found,
        price=ask.price(listed),
        dealing=dealing,
    )


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
