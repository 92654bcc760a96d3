"""A person's money and days, read across deals and orders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, text
from sqlalchemy.orm import Session

from marketplace.creators.queries import paid_work
from marketplace.kit.clock import now, today
from marketplace.payments import ledger
from marketplace.shop.rules.shares import kept
from models import (
    Brand,
    Creator,
    Deal,
    DealStatus,
    Milestone,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Person,
    Transfer,
    TransferStatus,
)
from models.dispute import given_back


@dataclass(frozen=True, slots=True)
class Month:
    """What arrived in one month: for work, and as a share of sales."""

    first: date
    fees: Money
    commission: Money

    @property
    def together(self) -> Money:
        return self.fees + self.commission


def months(db: Session, *, for_: Person, currency: str, count: int = 6) -> list[Month]:
    """Transfers that were sent, by month, the oldest first; months without any are zero."""
    rows = db.execute(
        select(
            func.date_trunc("month", Transfer.sent_at),
            Transfer.purpose,
            func.sum(Transfer.amount_minor),
        )
        .where(Transfer.payee_id == for_.id, Transfer.status == TransferStatus.SENT)
        .group_by(text("1"), Transfer.purpose)
    )
    sums = {(moment.date(), purpose): int(minor) for moment, purpose, minor in rows}
    return [
        Month(
            first,
            Money(sums.get((first, "deal"), 0), currency),
            Money(sums.get((first, "order"), 0), currency),
        )
        for first in _firsts(count)
    ]


def _firsts(count: int) -> list[date]:
    month = today().replace(day=1)
    found = [month]
    for _number in range(count - 1):
        year = found[-1].year - (found[-1].month == 1)
        found.append(date(year, (found[-1].month - 2) % 12 + 1, 1))
    return found[::-1]


@dataclass(frozen=True, slots=True)
class Coming:
    """Money that is expected: when at the latest or after what, what for, and how much."""

    at: datetime | None
    waits_for: str
    what: str
    note: str
    amount: Money
    path: str


def held_for(db: Session, *, for_: Person, currency: str) -> Money:
    """What is held or on its way for this person: deals, shares of sales, approved money."""
    # What the creator was to have of milestones gone by is held no more.
    gone = _gone_by(Milestone.amount_minor - Milestone.fee_minor)
    deals = db.scalar(
        select(func.sum(Deal.price_minor - Deal.fee_minor - gone))
        .join(Creator, Creator.id == Deal.creator_id)
        .where(Creator.person_id == for_.id, Deal.status.in_(Deal.HOLDING))
    )
    held = ledger.balance(db, ledger.HELD, for_.id, currency)
    payable = ledger.balance(db, ledger.PAYABLE, for_.id, currency)
    return Money(int(deals or 0), currency) + held + payable


def _gone_by(what: Any) -> Any:
    """The sum of `what` over a deal's milestones that were approved."""
    gone = select(func.coalesce(func.sum(what), 0))
    gone = gone.where(Milestone.deal_id == Deal.id, Milestone.approved_at.is_not(None))
    return gone.correlate(Deal).scalar_subquery()


def coming(db: Session, *, for_: Person, held: Money, most: int) -> list[Coming]:
    """What of the `held` money will arrive, nearest first; the last row is all that is left."""
    far = datetime.max.replace(tzinfo=now().tzinfo)
    found = [*_work_of(db, for_), *_sales_of(db, for_)]
    shown = sorted(found, key=lambda one: one.at or far)[:most]
    left = held - Money(sum(one.amount.minor for one in shown), held.currency)
    return [*shown, Coming(None, "others", "", "", left, "")] if left.minor > 0 else shown


_WAITS_FOR = {DealStatus.DISPUTED: "dispute", DealStatus.APPROVED: "sending"}


def _work_of(db: Session, person: Person) -> list[Coming]:
    deals = db.scalars(
        select(Deal)
        .join(Creator, Creator.id == Deal.creator_id)
        .where(
            Creator.person_id == person.id,
            Deal.status.in_((*Deal.HOLDING, DealStatus.APPROVED)),
        )
    ).unique()
    found = []
    for deal in deals:
        waits_for = _WAITS_FOR.get(deal.status, "work")
        # Only silence after a delivery brings the money; what else is due may yet be late.
        at = deal.due_at if deal.status == DealStatus.DELIVERED else None
        gets, path = deal.rest_receives, f"/deals/{deal.id}"
        found.append(Coming(at, waits_for, deal.title, deal.brand.name, gets, path))
    return found


def _sales_of(db: Session, person: Person) -> list[Coming]:
    orders = db.scalars(
        select(Order)
        .join(Creator, Creator.id == Order.creator_id)
        .join(Brand, Brand.id == Order.brand_id)
        .where(
            or_(Creator.person_id == person.id, Brand.person_id == person.id),
            Order.status.in_((OrderStatus.PAID, OrderStatus.SENT, OrderStatus.DELIVERED)),
        )
        .order_by(Order.due_at)
        .limit(20)
    ).unique()
    found = []
    for order in orders:
        left = kept(order)
        is_seller = order.brand.person_id == person.id
        share = left.brand if is_seller else left.creator
        until = order.due_at if order.status == OrderStatus.DELIVERED else None
        what = order.lines[0].title if order.lines else str(order.number)
        other = order.creator.name if is_seller else order.brand.name
        path = f"/sales/{order.id}" if is_seller else ""
        found.append(Coming(until, "returns", what, other, share, path))
    return found


def transfers(for_: Person) -> Any:
    """Everything that was sent or waits to be sent to this person, newest first."""
    return select(Transfer).where(Transfer.payee_id == for_.id).order_by(Transfer.created_at.desc())


def all_transfers(db: Session, *, for_: Person) -> list[Transfer]:
    """Every transfer to this person, oldest first."""
    query = select(Transfer).where(Transfer.payee_id == for_.id)
    return list(db.scalars(query.order_by(Transfer.created_at, Transfer.id)))


def what_for(db: Session, transfers: Iterable[Transfer]) -> dict[UUID, str]:
    """What each of these was sent for: what was sold, or the deal and which piece of it."""
    transfers = list(transfers)
    ids = [one.subject_id for one in transfers]
    deals = db.execute(select(Deal.id, Deal.title).where(Deal.id.in_(ids)))
    pieces = db.execute(
        select(Milestone.deal_id, Milestone.number, Milestone.title).where(
            Milestone.deal_id.in_(ids)
        )
    )
    sold = db.execute(
        select(OrderLine.order_id, OrderLine.title)
        .where(OrderLine.order_id.in_(ids))
        .order_by(OrderLine.created_at.desc())
    )
    titles = {subject: title for rows in (deals, sold) for subject, title in rows}
    parts = {(deal, number): title for deal, number, title in pieces}
    found = {}
    for one in transfers:
        named = (parts.get((one.subject_id, one.part)), titles.get(one.subject_id))
        found[one.id] = " · ".join(title for title in named if title)
    return found


@dataclass(frozen=True, slots=True)
class Spent:
    """A brand's money: agreed and not paid, held, and paid to creators this month."""

    agreed: Money
    agreed_count: int
    held: Money
    held_count: int
    # Of what is held: approved, ruled on or cancelled, and not there yet.
    leaving: Money
    paid: Money
    commission: Money


def spent(db: Session, *, for_: Brand, currency: str) -> Spent:
    rows = db.execute(
        select(Deal.status, func.count(), func.sum(Deal.price_minor - Deal.passed_minor))
        .where(Deal.brand_id == for_.id)
        .group_by(Deal.status)
    ).all()
    count = {status: number for status, number, _minor in rows}
    minor = {status: int(total) for status, _number, total in rows}
    month = now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    commission = db.scalar(
        select(func.sum(Order.creator_minor)).where(
            Order.brand_id == for_.id, Order.matured_at >= month
        )
    )
    leaving = (DealStatus.APPROVED, DealStatus.SETTLING, DealStatus.REFUNDING)
    holding = (*Deal.HOLDING, *leaving)
    return Spent(
        Money(minor.get(DealStatus.ACCEPTED, 0), currency),
        count.get(DealStatus.ACCEPTED, 0),
        Money(sum(minor.get(status, 0) for status in holding), currency),
        sum(count.get(status, 0) for status in holding),
        Money(sum(minor.get(status, 0) for status in leaving), currency),
        Money(_paid(db, for_, since=month), currency),
        Money(int(commission or 0), currency),
    )


def _paid(db: Session, brand: Brand, *, since: datetime) -> int:
    """What work cost: a milestone once its money has left, what is left of a deal at its end."""
    left = db.scalar(
        select(func.sum(Deal.price_minor - given_back() - _gone_by(Milestone.amount_minor))).where(
            Deal.brand_id == brand.id,
            Deal.status.in_((DealStatus.RELEASED, DealStatus.SETTLED)),
            Deal.ended_at >= since,
        )
    )
    pieces = db.scalar(
        select(func.sum(Milestone.amount_minor))
        .join(Deal)
        .join(
            Transfer,
            and_(
                Transfer.purpose == "deal",
                Transfer.subject_id == Deal.id,
                Transfer.part == Milestone.number,
            ),
        )
        .where(
            Deal.brand_id == brand.id,
            Transfer.status.in_((TransferStatus.SENT, TransferStatus.NETTED)),
            # What went towards a debt left for nowhere, at once.
            func.coalesce(Transfer.sent_at, Milestone.approved_at) >= since,
        )
    )
    return int(left or 0) + int(pieces or 0)


def on_time(db: Session, *, for_: Creator) -> list[bool]:
    """The last twelve pieces delivered, oldest first: whether each came by its agreed day."""
    work = paid_work(for_).c
    query = select(work.at, work.by).where(work.at.is_not(None)).order_by(work.at.desc())
    rows = db.execute(query.limit(12)).all()
    return [came.date() <= by for came, by in rows][::-1]
