"""Orders, as the brand that sends them and the shopper who has the code see them."""

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import (
    Brand,
    Checkout,
    Event,
    Order,
    OrderLine,
    OrderStatus,
    Return,
    ReturnStatus,
    Variant,
)

_UNPAID = (OrderStatus.CREATED, OrderStatus.EXPIRED)
_URGENT = case(
    (Order.status == OrderStatus.PAID, 0), (Order.status == OrderStatus.SENT, 1), else_=2
)


def of_brand(*, for_: Brand, status: OrderStatus | None = None) -> Select[Order]:
    """What was paid, the parcels to be sent first."""
    query = (
        select(Order)
        .where(Order.brand_id == for_.id, Order.status.not_in(_UNPAID))
        .options(selectinload(Order.returns))
        .order_by(_URGENT, Order.paid_at.desc())
    )
    return query.where(Order.status == status) if status else query


def to_send(db: Session, *, for_: Brand) -> int:
    query = select(func.count()).select_from(Order)
    query = query.where(Order.brand_id == for_.id, Order.status == OrderStatus.PAID)
    return db.scalar(query) or 0


def next_to_send(db: Session, *, for_: Brand) -> Order | None:
    """The paid order whose time to be sent runs out first."""
    query = select(Order).where(Order.brand_id == for_.id, Order.status == OrderStatus.PAID)
    return db.scalars(query.order_by(Order.due_at).limit(1)).unique().first()


def open_returns(db: Session, *, for_: Brand) -> list[Return]:
    """Parcels on their way back, the next deadline first."""
    query = (
        select(Return)
        .join(Order, Order.id == Return.order_id)
        .where(Order.brand_id == for_.id, Return.status == ReturnStatus.ASKED)
        .order_by(Return.due_at)
        .options(joinedload(Return.order))
    )
    return list(db.scalars(query).unique())


def whole(db: Session, order: Order) -> Order:
    """The same order with all its page shows: products, returns."""
    query = (
        select(Order)
        .where(Order.id == order.id)
        .options(
            selectinload(Order.returns),
            selectinload(Order.lines).joinedload(OrderLine.variant).joinedload(Variant.product),
        )
        .execution_options(populate_existing=True)
    )
    return db.scalars(query).unique().one()


def late_refunds(db: Session, order: Order) -> list[Event]:
    """What was given back after the shares were sent, the first first."""
    query = select(Event).filter_by(subject_type="orders", subject_id=order.id, verb="refund_late")
    return list(db.scalars(query.order_by(Event.at, Event.created_at)))


def checkout(db: Session, order: Order) -> Checkout | None:
    query = (
        select(Checkout)
        .where(Checkout.purpose == "order", Checkout.subject_id == order.id)
        .order_by(Checkout.created_at.desc())
        .limit(1)
    )
    return db.scalar(query)


def find(db: Session, *, code: str, email: str) -> Order | None:
    """An order by what its shopper knows: the code and the address they paid with."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    code = "-".join((signs[:3], signs[3:6], signs[6:]))
    return db.scalar(select(Order).where(Order.code == code, Order.email == email))
