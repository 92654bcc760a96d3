"""Reading what is known of creators, for themselves and for those who might work with them."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Date, Subquery, and_, cast, exists, func, or_, select, text, union_all
from sqlalchemy.orm import Session, aliased, joinedload, lazyload

from marketplace.kit.clock import today
from models import (
    Audience,
    Brand,
    Campaign,
    CampaignStatus,
    Creator,
    Deal,
    DealStatus,
    Delivery,
    Milestone,
    Person,
    PlatformAccount,
    Roster,
    ShelfItem,
)
from models.person import UNCLAIMED

_PAST_WORK = 8
_ROSTERS = 20
_HISTORY = 12

Known = Mapping[uuid.UUID, Audience]


@dataclass(frozen=True, slots=True)
class OnTime:
    """How many deliveries were in time, of how many that were due."""

    kept: int
    due: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Whoever is suspended has no public page; not everybody has a shelf."""

    is_listed: bool
    has_shelf: bool
    # Whoever came in a list without an address can't be told anything yet.
    is_reachable: bool


def main_account(creator: Creator, known: Known) -> PlatformAccount | None:
    """The first account whose audience is known, else the first; None without any."""
    ours = creator.accounts
    return next((one for one in ours if one.id in known), None) or next(iter(ours), None)


def current_audiences(db: Session, creator: Creator) -> dict[uuid.UUID, Audience]:
    """What is known now of each account's audience, by account."""
    query = (
        select(Audience)
        .join(Audience.account)
        .where(PlatformAccount.creator_id == creator.id, Audience.superseded_at.is_(None))
    )
    return {audience.account_id: audience for audience in db.scalars(query)}


def paid_work(creator: Creator) -> Subquery:
    """Each piece of paid work with its day (`by`) and when it first came (`at`), if it did.

    A milestone is judged by its own day, once it could be begun by then: nobody can keep a day
    that passed while the piece before was still being made or looked at.
    """
    first = (
        select(Delivery.deal_id, Delivery.milestone_id, func.min(Delivery.created_at).label("at"))
        .join(Deal, Deal.id == Delivery.deal_id)
        .where(Deal.creator_id == creator.id)
        .group_by(Delivery.deal_id, Delivery.milestone_id)
        .subquery()
    )
    theirs = and_(Deal.creator_id == creator.id, Deal.funded_at.is_not(None))
    whole = (
        select(first.c.at, Deal.deliver_by.label("by"))
        .select_from(Deal)
        .outerjoin(first, first.c.deal_id == Deal.id)
        .where(theirs, ~exists().where(Milestone.deal_id == Deal.id))
    )
    before = aliased(Milestone)
    is_before = and_(before.deal_id == Milestone.deal_id, before.number == Milestone.number - 1)
    pieces = (
        select(first.c.at, Milestone.deliver_by)
        .join(Deal, Deal.id == Milestone.deal_id)
        .outerjoin(first, first.c.milestone_id == Milestone.id)
        .outerjoin(before, is_before)
        .where(
            theirs,
            or_(Milestone.number == 1, cast(before.approved_at, Date) <= Milestone.deliver_by),
        )
    )
    return union_all(whole, pieces).subquery()


def on_time(db: Session, creator: Creator) -> OnTime:
    """Of the work that was delivered or should have been, how much came by its day."""
    work = paid_work(creator).c
    kept = cast(work.at, Date) <= work.by
    query = select(func.count().filter(kept), func.count())
    row = db.execute(query.where(work.at.is_not(None) | (work.by < today()))).one()
    return OnTime(kept=row[0], due=row[1])


def past_work(db: Session, creator: Creator) -> list[Deal]:
    """Deals that ended with the creator paid, newest first."""
    query = (
        select(Deal)
        .where(Deal.creator_id == creator.id, Deal.status == DealStatus.RELEASED)
        .options(joinedload(Deal.brand), lazyload(Deal.creator))
        .order_by(Deal.released_at.desc())
        .limit(_PAST_WORK)
    )
    return list(db.scalars(query))


def open_campaigns(db: Session, brand: Brand) -> list[Campaign]:
    """The campaigns a brand can invite somebody to."""
    query = (
        select(Campaign)
        .where(
            Campaign.brand_id == brand.id,
            Campaign.status == CampaignStatus.OPEN,
            Campaign.apply_by >= today(),
        )
        .order_by(Campaign.apply_by, Campaign.title)
    )
    return list(db.scalars(query))


def standing(db: Session, creator: Creator) -> Standing:
    items = select(ShelfItem.id).where(ShelfItem.creator_id == creator.id)
    reachable = ~Person.email.endswith(f"@{UNCLAIMED}")
    query = select(Person.suspended_at.is_(None), items.exists(), reachable).where(
        Person.id == creator.person_id
    )
    return Standing(*db.execute(query).one())


def rosters(db: Session) -> list[Roster]:
    """The lists that were chosen last, by whichever admin."""
    return list(db.scalars(select(Roster).order_by(Roster.created_at.desc()).limit(_ROSTERS)))


_BROKEN_OFF = text(
    "SELECT id FROM rosters r WHERE id = ANY(:ids) AND status IN ('reading', 'saving')"
    " AND NOT EXISTS (SELECT FROM procrastinate_jobs j WHERE j.status IN ('todo', 'doing')"
    " AND j.task_name IN ('read_roster', 'save_roster') AND j.args ->> 'id' = r.id::text)"
)


def broken_off(db: Session, rosters: Iterable[Roster]) -> set[uuid.UUID]:
    """Those of these lists that nobody reads or saves any more, though they are unfinished.

    Asked of lists and jobs in one statement: a job ends only after what it did is there.
    """
    return set(db.scalars(_BROKEN_OFF, {"ids": [one.id for one in rosters if one.is_working]}))


def history(db: Session, account: PlatformAccount) -> list[Audience]:
    """What was known of an account's audience, newest first; the first holds now."""
    query = (
        select(Audience)
        .where(Audience.account_id == account.id)
        .order_by(Audience.superseded_at.desc().nulls_first(), Audience.created_at.desc())
        .limit(_HISTORY)
    )
    return list(db.scalars(query))
