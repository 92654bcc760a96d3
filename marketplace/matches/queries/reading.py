"""Creators as the database has them: one statement, however many are asked for."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from marketplace.kit.clock import today
from models import (
    Audience,
    Creator,
    Deal,
    DealStatus,
    Dispute,
    Money,
    Person,
    PlatformAccount,
    Rate,
)
from models.exclusive import bindings
from models.taxonomy import groups_of

# What became of a deal that money was held for.
_ENDED = (DealStatus.RELEASED, DealStatus.SETTLED, DealStatus.REFUNDED)


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
    provenance: str | None

    @property
    def documented(self) -> tuple[date, int, str, str]:
        """Orders accounts by how much they tell: the freshest audience, then the fullest."""
        return (self.taken_on or date.min, len(self.dimensions), self.platform, self.handle)


@dataclass(frozen=True, slots=True)
class Bound:
    """What a creator's deal with one brand keeps them from: work in these groups of interests."""

    brand_id: uuid.UUID
    groups: frozenset[str]
    until: date


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
    also_about: tuple[str, ...] = ()
    bound: tuple[Bound, ...] = ()


def read(db: Session, only: ColumnElement[bool] | None = None) -> list[Listed]:
    """Everyone who isn't suspended, by slug; `only` narrows it."""
    query = statement().order_by(Creator.slug)
    return listed(db.execute(query if only is None else query.where(only)))


def statement() -> Select[Any]:
    """A row a creator, with what belongs to them as JSON."""
    return _statement(today())


@lru_cache(maxsize=2)
def _statement(day: date) -> Select[Any]:
    """Made once a day: putting it together costs more than asking it."""
    found: Any = select(
        Creator.id,
        Creator.slug,
        Creator.name,
        Creator.city,
        Creator.country,
        Creator.languages,
        Creator.topics,
        Creator.is_available,
        Creator.also_about,
        _rates().label("rates"),
        _accounts().label("accounts"),
        _ended().label("ended"),
        _bound(day).label("bound"),
    )
    return found.join(Person, Person.id == Creator.person_id).where(Person.suspended_at.is_(None))


def listed(rows: Iterable[Any]) -> list[Listed]:
    return [_listed(row) for row in rows]


def _listed(row: Any) -> Listed:
    deals, completed = row.ended
    return Listed(
        id=row.id,
        slug=row.slug,
        name=row.name,
        city=row.city,
        country=row.country,
        languages=tuple(row.languages),
        topics=tuple(row.topics),
        is_available=row.is_available,
        rates={kind: Money(minor, currency) for kind, minor, currency in row.rates or ()},
        deals=deals,
        completed=completed,
        accounts=tuple(_account(row.id, values) for values in row.accounts or ()),
        also_about=tuple(row.also_about),
        bound=tuple(_one_bound(*values) for values in row.bound or ()),
    )


def _account(creator_id: uuid.UUID, values: list[Any]) -> Account:
    values[0] = uuid.UUID(values[0])
    taken_on, dimensions, provenance = values[-3:]
    values[-3:] = [date.fromisoformat(taken_on) if taken_on else None, dimensions or {}, provenance]
    return Account(values[0], creator_id, *values[1:])


def _one_bound(brand_id: str, interests: Mapping[str, Any] | None, until: str) -> Bound:
    return Bound(uuid.UUID(brand_id), groups_of(interests or ()), date.fromisoformat(until))


def _rates() -> Any:
    return (
        select(func.json_agg(func.json_build_array(Rate.type, Rate.price_minor, Rate.currency)))
        .where(Rate.creator_id == Creator.id)
        .correlate(Creator)
        .scalar_subquery()
    )


def _accounts() -> Any:
    """In the order of `Account`, the oldest first."""
    one = PlatformAccount
    values = func.json_build_array(
        one.id,
        cast(one.platform, Text),
        one.handle,
        one.followers,
        one.engagements,
        one.posts_counted,
        one.sampled_followers,
        one.real_followers,
        one.sampled_comments,
        one.genuine_comments,
        Audience.taken_on,
        Audience.dimensions,
        cast(Audience.provenance, Text),
    )
    holds = (Audience.account_id == one.id) & Audience.superseded_at.is_(None)
    return (
        select(func.json_agg(aggregate_order_by(values, one.created_at, one.id)))
        .outerjoin_from(one, Audience, holds)
        .where(one.creator_id == Creator.id)
        .correlate(Creator)
        .scalar_subquery()
    )


def _ended() -> Any:
    """[deals that ended, how many of them ended well]."""
    # Settled counts as done when the two sides agreed, not when somebody had to rule.
    ruled = Dispute.ruled_by_id.is_not(None) & (Dispute.deal_id == Deal.id)
    well = (Deal.status == DealStatus.RELEASED) | (
        (Deal.status == DealStatus.SETTLED) & ~select(Dispute.id).where(ruled).exists()
    )
    return (
        select(func.json_build_array(func.count(), func.count().filter(well)))
        .where(Deal.creator_id == Creator.id, Deal.status.in_(_ENDED))
        .correlate(Creator)
        .scalar_subquery()
    )


def _bound(day: date) -> Any:
    found = bindings(day).where(Deal.creator_id == Creator.id).correlate(Creator).subquery()
    values = func.json_build_array(found.c.brand_id, found.c.interests, found.c.until)
    return select(func.json_agg(values)).select_from(found).scalar_subquery()
