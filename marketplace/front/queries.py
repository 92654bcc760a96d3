"""The numbers of the front page, each with what it was counted from, and its pictures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, case, func, select, text
from sqlalchemy.orm import Session

from marketplace.kit.clock import in_days, now
from marketplace.matches import queries as matches
from marketplace.payments import ledger
from marketplace.shop.queries import shelves
from models import (
    Brand,
    Campaign,
    CampaignStatus,
    Creator,
    Deal,
    Money,
    Person,
    PlatformAccount,
    ShelfItem,
)

SMALL = 10_000
ON_TIME = timedelta(days=2)
DAYS = 90


@dataclass(frozen=True, slots=True)
class Numbers:
    """What happened here, counted now."""

    held: Money
    holding: int
    due: int
    on_time: int
    paid: int
    median: timedelta | None
    slowest: timedelta | None
    agreed: int
    small: int


_followers = (
    select(
        PlatformAccount.creator_id.label("creator_id"),
        func.sum(PlatformAccount.followers).label("followers"),
    )
    .group_by(PlatformAccount.creator_id)
    .subquery()
)
_is_small = func.coalesce(_followers.c.followers, 0) < SMALL


def numbers(db: Session, *, currency: str) -> Numbers:
    took = Deal.released_at - Deal.approved_at
    lately = Deal.approved_at >= in_days(-DAYS)
    paid = lately & Deal.released_at.is_not(None)
    row = db.execute(
        select(
            # A payment that isn't late yet and hasn't been made is not counted either way.
            func.count().filter(paid | (lately & (Deal.approved_at < now() - ON_TIME))),
            func.count().filter(paid & (took <= ON_TIME)),
            func.count().filter(paid),
            func.percentile_cont(0.5).within_group(case((paid, took))),
            func.max(case((paid, took))),
            func.count(),
            func.count().filter(_is_small),
        )
        .select_from(Deal)
        .outerjoin(_followers, _followers.c.creator_id == Deal.creator_id)
        .where(Deal.accepted_at.is_not(None))
    ).one()
    holding, held = db.execute(_HELD, {"kind": ledger.ESCROW, "currency": currency}).one()
    return Numbers(Money(int(held or 0), currency), holding, *row)


_HELD = text(
    "SELECT count(*) FILTER (WHERE balance > 0), sum(balance) FROM ledger.balance"
    " WHERE kind = :kind AND currency = :currency"
)
COLUMNS = (
    "agreed_at",
    "state",
    "approved_at",
    "paid_at",
    "small_creator",
    "held_minor",
    "currency",
)


def rows(db: Session) -> Iterator[tuple[object, ...]]:
    """One row an agreed deal, the oldest first: enough to count all again, and no names."""
    held = {
        row.owner: row.balance
        for row in db.execute(
            text("SELECT owner, balance FROM ledger.balance WHERE kind = :kind"),
            {"kind": ledger.ESCROW},
        )
    }
    for deal in db.execute(_rows()):
        yield (*_row(deal), held.get(deal.id, 0), deal.currency)


def _rows() -> Select[Any]:
    return (
        select(
            Deal.id,
            Deal.accepted_at,
            Deal.status,
            Deal.approved_at,
            Deal.released_at,
            _is_small.label("small"),
            Deal.currency,
        )
        .outerjoin(_followers, _followers.c.creator_id == Deal.creator_id)
        .where(Deal.accepted_at.is_not(None))
        .order_by(Deal.accepted_at, Deal.id)
    )


def _row(deal: Row[Any]) -> tuple[object, ...]:
    return (
        _iso(deal.accepted_at),
        deal.status.value,
        _iso(deal.approved_at),
        _iso(deal.released_at),
        "yes" if deal.small else "no",
    )


def _iso(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def best_fit(db: Session) -> matches.Fit | None:
    """The creator who fits the newest open campaign best."""
    campaign = db.scalar(
        select(Campaign)
        .join(Campaign.brand)
        .join(Brand.person)
        .where(Campaign.status == CampaignStatus.OPEN, Campaign.apply_by >= now().date())
        .where(Person.suspended_at.is_(None))
        .order_by(Campaign.published_at.desc(), Campaign.id)
        .limit(1)
    )
    if campaign is None:
        return None
    _ranking, fits = matches.ranking_of(db, campaign, top=1)
    return fits[0] if fits else None


def held_deal(db: Session) -> Deal | None:
    """The newest deal whose money is held."""
    return db.scalar(
        select(Deal)
        .where(Deal.status.in_(Deal.HOLDING))
        .order_by(Deal.funded_at.desc(), Deal.id)
        .limit(1)
    )


def shelf(db: Session, *, most: int = 3) -> tuple[Creator, list[ShelfItem]] | None:
    """The newest shelf, with the first things on it."""
    creator = db.scalar(shelves.creators().limit(1))
    if creator is None:
        return None
    _count, items = shelves.first_items_of(db, [creator], most=most)[creator.id]
    return creator, items
