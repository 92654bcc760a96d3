"""A person's money and days, read across deals and orders."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from marketplace.kit.clock import now, today
from marketplace.payments import ledger
from models import (
    Application,
    ApplicationStatus,
    Brand,
    Campaign,
    CampaignStatus,
    Creator,
    Deal,
    DealStatus,
    Money,
    Order,
    OrderStatus,
    Person,
    Transfer,
    TransferStatus,
)


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
    """Money that is expected: when at the latest, what for, and how much."""

    at: datetime | None
    what: str
    note: str
    amount: Money
    path: str


def held_for(db: Session, *, for_: Person, currency: str) -> Money:
    """What is held or on its way for this person: deals, shares of sales, approved money."""
    deals = db.scalar(
        select(func.sum(Deal.price_minor - Deal.fee_minor))
        .join(Creator, Creator.id == Deal.creator_id)
        .where(Creator.person_id == for_.id, Deal.status.in_(Deal.HOLDING))
    )
    held = ledger.balance(db, ledger.HELD, for_.id, currency)
    payable = ledger.balance(db, ledger.PAYABLE, for_.id, currency)
    return Money(int(deals or 0), currency) + held + payable


def coming(db: Session, *, for_: Person) -> list[Coming]:
    """What will arrive, nearest first."""
    found = [
        Coming(deal.due_at, deal.title, deal.brand.name, deal.creator_receives, f"/deals/{deal.id}")
        for deal in db.scalars(
            select(Deal)
            .join(Creator, Creator.id == Deal.creator_id)
            .where(
                Creator.person_id == for_.id,
                Deal.status.in_((DealStatus.DELIVERED, DealStatus.APPROVED)),
            )
        ).unique()
    ]
    orders = db.scalars(
        select(Order)
        .join(Creator, Creator.id == Order.creator_id)
        .join(Brand, Brand.id == Order.brand_id)
        .where(
            or_(Creator.person_id == for_.id, Brand.person_id == for_.id),
            Order.status.in_((OrderStatus.PAID, OrderStatus.SENT, OrderStatus.DELIVERED)),
        )
        .order_by(Order.due_at)
        .limit(20)
    ).unique()
    for order in orders:
        share = order.brand_share if order.brand.person_id == for_.id else order.creator_share
        until = order.due_at if order.status == OrderStatus.DELIVERED else None
        what = order.lines[0].title if order.lines else str(order.number)
        found.append(Coming(until, what, order.brand.name, share, ""))
    far = datetime.max.replace(tzinfo=now().tzinfo)
    return sorted(found, key=lambda one: one.at or far)[:8]


def transfers(for_: Person) -> Any:
    """Everything that was sent or waits to be sent to this person, newest first."""
    return select(Transfer).where(Transfer.payee_id == for_.id).order_by(Transfer.created_at.desc())


@dataclass(frozen=True, slots=True)
class Spent:
    """A brand's money: agreed and not paid, held, and paid to creators this month."""

    agreed: Money
    agreed_count: int
    held: Money
    held_count: int
    paid: Money
    commission: Money


def spent(db: Session, *, for_: Brand, currency: str) -> Spent:
    rows = db.execute(
        select(Deal.status, func.count(), func.sum(Deal.price_minor))
        .where(Deal.brand_id == for_.id)
        .group_by(Deal.status)
    ).all()
    count = {status: number for status, number, _minor in rows}
    minor = {status: int(total) for status, _number, total in rows}
    month = now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    paid = db.scalar(
        select(func.sum(Deal.price_minor)).where(
            Deal.brand_id == for_.id, Deal.released_at >= month
        )
    )
    commission = db.scalar(
        select(func.sum(Order.creator_minor)).where(
            Order.brand_id == for_.id, Order.matured_at >= month
        )
    )
    holding = Deal.HOLDING
    return Spent(
        Money(minor.get(DealStatus.ACCEPTED, 0), currency),
        count.get(DealStatus.ACCEPTED, 0),
        Money(sum(minor.get(status, 0) for status in holding), currency),
        sum(count.get(status, 0) for status in holding),
        Money(int(paid or 0), currency),
        Money(int(commission or 0), currency),
    )


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One campaign on a brand's start page."""

    campaign: Campaign
    applications: int
    waiting: int
    deals: int
    paid: Money
    held: Money
    agreed: Money


def campaigns(db: Session, *, for_: Brand) -> list[CampaignRow]:
    """The brand's campaigns that are open, with what became of their budget."""
    open_ones = list(
        db.scalars(
            select(Campaign)
            .where(Campaign.brand_id == for_.id, Campaign.status == CampaignStatus.OPEN)
            .order_by(Campaign.published_at.desc())
            .limit(8)
        )
    )
    ids = [campaign.id for campaign in open_ones]
    applied = {
        key: (number, waiting)
        for key, number, waiting in db.execute(
            select(
                Application.campaign_id,
                func.count(),
                func.count().filter(Application.status == ApplicationStatus.SENT),
            )
            .where(Application.campaign_id.in_(ids))
            .group_by(Application.campaign_id)
        )
    }
    sums: dict[Any, dict[Any, tuple[int, int]]] = {}
    for key, status, number, minor in db.execute(
        select(Deal.campaign_id, Deal.status, func.count(), func.sum(Deal.price_minor))
        .where(Deal.campaign_id.in_(ids))
        .group_by(Deal.campaign_id, Deal.status)
    ):
        sums.setdefault(key, {})[status] = (number, int(minor))
    return [_row(one, applied.get(one.id, (0, 0)), sums.get(one.id, {})) for one in open_ones]


def _row(
    campaign: Campaign, applied: tuple[int, int], by_status: dict[Any, tuple[int, int]]
) -> CampaignRow:
    def of(*states: DealStatus) -> Money:
        return Money(sum(by_status.get(s, (0, 0))[1] for s in states), campaign.currency)

    live = [s for s in DealStatus if s not in Deal.ENDS or s in _COUNTED]
    return CampaignRow(
        campaign,
        applied[0],
        applied[1],
        sum(by_status.get(s, (0, 0))[0] for s in live),
        of(DealStatus.RELEASED, DealStatus.APPROVED, DealStatus.SETTLED),
        of(*Deal.HOLDING, DealStatus.SETTLING),
        of(DealStatus.ACCEPTED),
    )


_COUNTED = frozenset({DealStatus.RELEASED, DealStatus.SETTLED})


def on_time(db: Session, *, for_: Creator) -> list[bool]:
    """The last twelve deliveries, oldest first: whether each came by the agreed day."""
    rows = db.execute(
        select(Deal.delivered_at, Deal.deliver_by)
        .where(Deal.creator_id == for_.id, Deal.delivered_at.is_not(None))
        .order_by(Deal.delivered_at.desc())
        .limit(12)
    ).all()
    return [delivered.date() <= by for delivered, by in rows if delivered][::-1]
