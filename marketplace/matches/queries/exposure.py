"""Who was seen: by size band and month for everybody, and of one creator for themselves."""

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from marketplace.kit.clock import today
from models import (
    BANDS_FROM,
    Campaign,
    Creator,
    Exposure,
    ExposureBand,
    Impression,
    Person,
    PlatformAccount,
    SizeBand,
)

from .asks import Ask

# Of fewer impressions a month, shares say more about chance than about us.
ENOUGH = 100
_LOT = 10_000


@dataclass(frozen=True, slots=True)
class Band:
    """One size band in one month; shares are of all bands together, 0 to 1."""

    band: SizeBand
    eligible: int
    fitting: int
    times: int
    shown: float
    due: float
    of_eligible: float
    of_fitting: float
    of_shown: float


@dataclass(frozen=True, slots=True)
class Month:
    month: date
    bands: Sequence[Band]

    @property
    def times(self) -> int:
        return sum(one.times for one in self.bands)

    @property
    def is_enough(self) -> bool:
        return self.times >= ENOUGH

    @property
    def smallest(self) -> Band:
        return self.bands[0]


def months(db: Session, *, most: int | None = None) -> list[Month]:
    """The months that were counted, the newest first, each with every band, the smallest first."""
    found: dict[date, dict[SizeBand, ExposureBand]] = {}
    for row in db.scalars(select(ExposureBand).order_by(ExposureBand.month.desc())):
        found.setdefault(row.month, {})[row.band] = row
    return [Month(month, _bands(rows)) for month, rows in list(found.items())[:most]]


def _bands(rows: Mapping[SizeBand, ExposureBand]) -> list[Band]:
    def sum_of(name: str) -> float:
        return sum(getattr(row, name) for row in rows.values())

    eligible, fitting, shown = sum_of("eligible"), sum_of("fitting"), sum_of("shown")
    return [
        Band(
            band=band,
            eligible=row.eligible,
            fitting=row.fitting,
            times=row.times,
            shown=row.shown,
            due=row.due,
            of_eligible=row.eligible / eligible if eligible else 0.0,
            of_fitting=row.fitting / fitting if fitting else 0.0,
            of_shown=row.shown / shown if shown else 0.0,
        )
        for band in SizeBand
        if (row := rows.get(band))
    ]


COLUMNS = ("month", "followers", "eligible", "fitting", "impressions", "shown", "due")


def rows(db: Session) -> Iterator[tuple[object, ...]]:
    """One row a month and band: enough to draw all of the page again."""
    for month in months(db):
        for one in month.bands:
            shown, due = round(one.shown, 3), round(one.due, 3)
            first = month.month.isoformat()[:7]
            yield (first, one.band.value, one.eligible, one.fitting, one.times, shown, due)


@dataclass(frozen=True, slots=True)
class Own:
    """What one creator had of this month: `campaigns` showed them `times`, today included."""

    month: date
    times: int
    campaigns: int
    shown: float
    due: float
    owed: float

    @property
    def as_values(self) -> dict[str, Any]:
        return {
            "month": self.month.isoformat()[:7],
            "times_shown": self.times,
            "shown": self.shown,
            "due": self.due,
            "credit": self.owed,
        }


def own(db: Session, creator_id: uuid.UUID) -> Own:
    month = today().replace(day=1)
    mine = (Impression.creator_id == creator_id) & (Impression.day >= month)
    times, campaigns = db.execute(
        select(func.count(), func.count(Impression.campaign_id.distinct())).where(mine)
    ).one()
    latest = db.scalar(
        select(Exposure)
        .where(Exposure.creator_id == creator_id)
        .order_by(Exposure.month.desc())
        .limit(1)
    )
    now = latest if latest and latest.month == month else None
    return Own(
        month=month,
        times=times,
        campaigns=campaigns,
        shown=now.shown if now else 0.0,
        due=now.due if now else 0.0,
        owed=latest.owed if latest else 0.0,
    )


# -- by size, for counting alone -----------------------------------------------------------------

_followers = func.coalesce(func.sum(PlatformAccount.followers), 0)


def _band(followers: ColumnElement[int]) -> ColumnElement[str]:
    """The band of so many followers; the largest that is reached."""
    return case(
        *((followers >= least, band.value) for band, least in BANDS_FROM.items()),
        else_=SizeBand.UNDER_10K.value,
    )


def bands_of(db: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, SizeBand]:
    """Each creator's band, by followers on all their platforms together."""
    found: dict[uuid.UUID, SizeBand] = {}
    for first in range(0, len(ids), _LOT):
        query = (
            select(Creator.id, _band(_followers))
            .outerjoin(PlatformAccount, PlatformAccount.creator_id == Creator.id)
            .where(Creator.id.in_(ids[first : first + _LOT]))
            .group_by(Creator.id)
        )
        found |= {one: SizeBand(band) for one, band in db.execute(query)}
    return found


def eligible(db: Session, campaign_ids: Sequence[uuid.UUID]) -> Counter[SizeBand]:
    """How many meet the conditions of these campaigns today, by band; once for each campaign."""
    found = Counter[SizeBand]()
    for campaign in db.scalars(select(Campaign).where(Campaign.id.in_(campaign_ids))):
        for band, count in db.execute(_eligible(Ask.of(campaign))):
            found[SizeBand(band)] += count
    return found


def _eligible(ask: Ask) -> Select[Any]:
    """The conditions a profile meets or doesn't; that another brand's deal binds is left out."""
    audience = (
        select(PlatformAccount.creator_id, _followers.label("followers"))
        .group_by(PlatformAccount.creator_id)
        .subquery()
    )
    band = _band(audience.c.followers).label("band")
    found: Any = select(band, func.count())
    query: Select[Any] = (
        found.select_from(Creator)
        .join(Person, Person.id == Creator.person_id)
        .join(audience, audience.c.creator_id == Creator.id)
        .where(Person.suspended_at.is_(None), Creator.is_available)
        .group_by(band)
    )
    if ask.countries:
        query = query.where(Creator.country.in_(ask.countries))
    if ask.languages:
        query = query.where(Creator.languages.op("?|")(list(ask.languages)))
    if ask.avoid:
        query = query.where(~Creator.also_about.op("?|")(list(ask.avoid)))
    account = select(PlatformAccount.id).where(PlatformAccount.creator_id == Creator.id)
    if ask.platforms:
        account = account.where(PlatformAccount.platform.in_(ask.platforms))
    if ask.most_followers:
        account = account.where(PlatformAccount.followers <= ask.most_followers)
    return query.where(account.exists())
