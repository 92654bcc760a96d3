"""People, deals, orders, disputes, the log, and how the place is doing."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, Text, cast, func, or_, select, text
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from models import (
    Brand,
    CheckKind,
    Creator,
    Deal,
    DealStatus,
    Dispute,
    DisputeStatus,
    Event,
    LedgerCheck,
    Order,
    OrderStatus,
    Person,
    PersonKind,
    SignIn,
)
from models.clock import real_now

_COUNTS = text(
    """
    SELECT (SELECT count(*) FROM people WHERE kind = 'brand') AS brands,
      (SELECT count(*) FROM people WHERE kind = 'creator') AS creators,
      (SELECT count(*) FROM campaigns WHERE status = 'open') AS campaigns,
      (SELECT count(*) FROM deals WHERE funded_at IS NOT NULL AND ended_at IS NULL) AS deals,
      (SELECT count(*) FROM orders WHERE paid_at IS NOT NULL) AS orders,
      (SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed') AS failed_jobs,
      (SELECT count(*) FROM transfers WHERE status = 'blocked') AS blocked,
      (SELECT count(*) FROM stripe_events WHERE status IN ('stored', 'failed')) AS stored_events,
      (SELECT count(*) FROM checkouts WHERE status = 'waiting')
        + (SELECT count(*) FROM transfers WHERE status = 'waiting')
        + (SELECT count(*) FROM refunds WHERE status IN ('waiting', 'pending')) AS waiting
    """
)


def counts(db: Session) -> Row[Any]:
    """How much of everything there is, in one query."""
    return db.execute(_COUNTS).one()


def last_check(db: Session, kind: CheckKind) -> LedgerCheck | None:
    query = select(LedgerCheck).where(LedgerCheck.kind == kind)
    return db.scalar(query.order_by(LedgerCheck.created_at.desc()).limit(1))


def waiting_disputes(db: Session) -> list[Dispute]:
    """Disputes that are not decided, the nearest clock first."""
    query = select(Dispute).where(Dispute.status != DisputeStatus.RULED)
    return list(db.scalars(query.order_by(Dispute.due_at).limit(100)).unique())


def ruled_disputes() -> Select[Any]:
    return (
        select(Dispute)
        .where(Dispute.status == DisputeStatus.RULED)
        .order_by(Dispute.ruled_at.desc())
    )


def _like(search: str) -> str:
    plain = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"


def people(search: str, kind: str) -> Select[Any]:
    """People by name, address, brand or creator name; newest first."""
    query = select(Person).order_by(Person.created_at.desc(), Person.id)
    if kind in set(PersonKind):
        query = query.where(Person.kind == kind)
    if search:
        like = _like(search)
        query = query.where(
            or_(
                Person.name.ilike(like),
                Person.email.ilike(like),
                Person.brand.has(Brand.name.ilike(like)),
                Person.creator.has(Creator.name.ilike(like)),
            )
        )
    return query


class Standing(NamedTuple):
    """What one person has going on here."""

    deals: int
    disputes: int
    sign_ins: int


def standing(db: Session, person: Person) -> Standing:
    mine = or_(
        Deal.brand_id == (person.brand.id if person.brand else None),
        Deal.creator_id == (person.creator.id if person.creator else None),
    )
    deals = select(func.count()).select_from(Deal).where(mine)
    disputes = (
        select(func.count())
        .select_from(Dispute)
        .where(Dispute.deal_id.in_(select(Deal.id).where(mine)))
    )
    sign_ins = select(func.count()).where(
        SignIn.person_id == person.id, SignIn.ended_at.is_(None), SignIn.expires_at > real_now()
    )
    return Standing(db.scalar(deals) or 0, db.scalar(disputes) or 0, db.scalar(sign_ins) or 0)


def deals(search: str, status: str) -> Select[Any]:
    query = select(Deal).order_by(Deal.created_at.desc(), Deal.id)
    if status in set(DealStatus):
        query = query.where(Deal.status == status)
    if search:
        like = _like(search)
        query = query.where(
            or_(
                Deal.title.ilike(like),
                Deal.brand.has(Brand.name.ilike(like)),
                Deal.creator.has(Creator.name.ilike(like)),
            )
        )
    return query


def orders(search: str, status: str) -> Select[Any]:
    query = select(Order).order_by(Order.created_at.desc(), Order.id)
    if status in set(OrderStatus):
        query = query.where(Order.status == status)
    if search:
        like = _like(search)
        query = query.where(
            or_(
                cast(Order.number, Text).ilike(like),
                Order.email.ilike(like),
                Order.brand.has(Brand.name.ilike(like)),
                Order.creator.has(Creator.name.ilike(like)),
            )
        )
    return query


def log(kind: str, subject_id: uuid.UUID | None = None) -> Select[Any]:
    """Everything that happened, newest first; perhaps only to things of one kind, or to one."""
    query = select(Event).order_by(Event.at.desc(), Event.created_at.desc(), Event.id)
    if kind:
        query = query.where(Event.subject_type == kind)
    if subject_id is not None:
        query = query.where(Event.subject_id == subject_id)
    return query


def names(db: Session, ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """The names of people by their ids."""
    rows = db.execute(select(Person.id, Person.name).where(Person.id.in_(set(ids) - {None})))
    return {row.id: row.name for row in rows}


class Due(NamedTuple):
    """Something the clock will do, or call to mind."""

    kind: str
    title: str
    status: str
    at: datetime


def next_due(db: Session, most: int = 8) -> list[Due]:
    """What will happen next when time passes, the nearest first."""
    rows = db.execute(
        text(
            """
            SELECT * FROM (
              SELECT 'deals' AS kind, title, status, due_at FROM deals WHERE status <> 'disputed'
              UNION ALL SELECT 'orders', number::text, status, due_at FROM orders
              UNION ALL SELECT 'returns', o.number::text, r.status, r.due_at
                FROM returns r JOIN orders o ON o.id = r.order_id
              UNION ALL SELECT 'disputes', d.title, x.status, x.due_at
                FROM disputes x JOIN deals d ON d.id = x.deal_id
            ) due WHERE due_at > :now ORDER BY due_at LIMIT :most
            """
        ),
        {"now": now(), "most": most},
    )
    return [Due(*row) for row in rows]
