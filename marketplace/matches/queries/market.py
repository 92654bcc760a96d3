"""Every creator there is, as columns from the database, kept by each process until they change."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    Subquery,
    Text,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from marketplace.kit.clock import today
from models import (
    Audience,
    Creator,
    Deal,
    DealStatus,
    Dispute,
    Model,
    Money,
    Person,
    PersonKind,
    PlatformAccount,
    Rate,
)

# What became of a deal that money was held for.
_ENDED = (DealStatus.RELEASED, DealStatus.SETTLED, DealStatus.REFUNDED)

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One account, with the audience that holds today. `followers` are for showing only."""

    id: uuid.UUID
    creator_id: uuid.UUID
    platform: str
    handle: str
    followers: int
    engagements: int
    posts_counted: int
    sampled_followers: int
    real_followers: int
    sampled_comments: int
    genuine_comments: int
    taken_on: date | None
    dimensions: Mapping[str, Any]

    @property
    def documented(self) -> tuple[date, int, str, str]:
        """Orders accounts by how much they tell: the freshest audience, then the fullest."""
        return (self.taken_on or date.min, len(self.dimensions), self.platform, self.handle)


@dataclass(frozen=True, slots=True)
class Listed:
    """One creator as the market knows them."""

    id: uuid.UUID
    slug: str
    name: str
    city: str
    country: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    is_available: bool
    rates: Mapping[str, Money]
    # Deals that ended after money was held for them, and how many of those ended well.
    deals: int
    completed: int
    accounts: tuple[Account, ...]


class Market:
    """All creators on one day, by slug. `memory` holds what was worked out from them."""

    def __init__(self, creators: Mapping[str, Listed], day: date) -> None:
        self.creators = creators
        self.day = day
        self.memory: dict[Any, Any] = {}

    def remember(self, key: Any, value: Any) -> Any:
        if len(self.memory) >= 128:
            self.memory.clear()
        self.memory[key] = value
        return value


_kept: dict[Key, Market] = {}


def market(db: Session) -> Market:
    """The market as it is now. Reading it anew happens only when something in it changed."""
    key = version(db)
    known = _kept.get(key)
    if known is None:
        known = Market(_read(db), today())
        _kept.clear()
        _kept[key] = known
    return known


def version(db: Session) -> Key:
    """Other whenever any row the market is read from is added, changed or removed.

    A row's place and the transaction that wrote it change with every write; a newest
    `created_at` would miss edits, and a highest transaction misses those that commit late.
    """
    return (today(), *db.execute(_traces()).one())


@cache
def _traces() -> Select[Any]:
    suspended = select(_marks(Person.id)).where(
        Person.kind == PersonKind.CREATOR, Person.suspended_at.is_not(None)
    )
    ended = select(_marks(Deal.id)).where(Deal.status.in_(_ENDED))
    traces = [_trace(model) for model in (Creator, PlatformAccount, Rate, Audience)]
    return select(*traces, suspended.scalar_subquery(), ended.scalar_subquery())


def _trace(model: type[Model]) -> ScalarSelect[Any]:
    table = model.__tablename__
    where = literal_column(f"{table}.xmin::text || {table}.ctid::text", Text)
    return select(_marks(where)).select_from(model).scalar_subquery()


def _marks(column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    return func.bit_xor(func.hashtextextended(cast(column, Text), 0))


def _read(db: Session) -> dict[str, Listed]:
    accounts: dict[uuid.UUID, list[Account]] = {}
    for row in db.execute(_accounts()):
        columns = row._asdict()
        columns["dimensions"] = columns["dimensions"] or {}
        account = Account(**columns)
        accounts.setdefault(account.creator_id, []).append(account)
    found = {}
    for row in db.execute(_creators()):
        rates = {kind: Money(minor, currency) for kind, minor, currency in row.rates or ()}
        found[row.slug] = Listed(
            id=row.id,
            slug=row.slug,
            name=row.name,
            city=row.city,
            country=row.country,
            languages=tuple(row.languages),
            topics=tuple(row.topics),
            is_available=row.is_available,
            rates=rates,
            deals=row.deals or 0,
            completed=row.completed or 0,
            accounts=tuple(accounts.get(row.id, ())),
        )
    return found


def _accounts() -> Select[Any]:
    found: Any = select(
        PlatformAccount.id,
        PlatformAccount.creator_id,
        cast(PlatformAccount.platform, Text).label("platform"),
        PlatformAccount.handle,
        PlatformAccount.followers,
        PlatformAccount.engagements,
        PlatformAccount.posts_counted,
        PlatformAccount.sampled_followers,
        PlatformAccount.real_followers,
        PlatformAccount.sampled_comments,
        PlatformAccount.genuine_comments,
        Audience.taken_on,
        Audience.dimensions,
    )
    return found.outerjoin(
        Audience,
        (Audience.account_id == PlatformAccount.id) & Audience.superseded_at.is_(None),
    ).order_by(PlatformAccount.created_at, PlatformAccount.id)


def _creators() -> Select[Any]:
    rates = (
        select(func.jsonb_agg(func.jsonb_build_array(Rate.type, Rate.price_minor, Rate.currency)))
        .where(Rate.creator_id == Creator.id)
        .correlate(Creator)
        .scalar_subquery()
    )
    ended = _deals()
    found: Any = select(
        Creator.id,
        Creator.slug,
        Creator.name,
        Creator.city,
        Creator.country,
        Creator.languages,
        Creator.topics,
        Creator.is_available,
        rates.label("rates"),
        ended.c.deals,
        ended.c.completed,
    )
    return (
        found.join(Person, Person.id == Creator.person_id)
        .outerjoin(ended, ended.c.creator_id == Creator.id)
        .where(Person.suspended_at.is_(None))
        .order_by(Creator.slug)
    )


def _deals() -> Subquery:
    """How many deals of each creator ended, and how many ended well."""
    # Settled counts as done when the two sides agreed, not when somebody had to rule.
    ruled = Dispute.ruled_by_id.is_not(None) & (Dispute.deal_id == Deal.id)
    well = (Deal.status == DealStatus.RELEASED) | (
        (Deal.status == DealStatus.SETTLED) & ~select(Dispute.id).where(ruled).exists()
    )
    return (
        select(
            Deal.creator_id,
            func.count().label("deals"),
            func.count().filter(well).label("completed"),
        )
        .where(Deal.status.in_(_ENDED))
        .group_by(Deal.creator_id)
        .subquery()
    )
