"""Orders: what a shopper bought from a shelf, until everyone has their share."""

import secrets
import uuid
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model, minor
from .flow import Flowing
from .money import Money, amount

if TYPE_CHECKING:
    from .brand import Brand
    from .creator import Creator
    from .product import Variant

# No letters or digits that are mistaken for one another.
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_code() -> str:
    """What lets a shopper in, such as 4F7-K2Q-9TD: 9 signs of 31, so it can't be guessed."""
    signs = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(9))
    return f"{signs[:3]}-{signs[3:6]}-{signs[6:]}"


class OrderStatus(StrEnum):
    CREATED = "created"
    PAID = "paid"
    SENT = "sent"
    DELIVERED = "delivered"
    MATURED = "matured"
    SETTLED = "settled"
    RETURNED = "returned"
    EXPIRED = "expired"


S = OrderStatus


class Order(Flowing, Model):
    """One brand's products from one creator's shelf, bought together."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("total_minor > 0", name="total_is_positive"),
        CheckConstraint(
            "total_minor = brand_minor + creator_minor + platform_minor", name="shares_add_up"
        ),
        CheckConstraint(
            "brand_minor >= 0 AND creator_minor >= 0 AND platform_minor >= 0",
            name="shares_not_negative",
        ),
        CheckConstraint("refunded_minor BETWEEN 0 AND total_minor", name="refunded_within_total"),
        CheckConstraint(
            "brand_back_minor BETWEEN 0 AND least(brand_minor, refunded_minor)",
            name="brand_back_in_range",
        ),
        CheckConstraint(
            "status IN ('created', 'expired') = (paid_at IS NULL)", name="paid_has_a_time"
        ),
        Index("ix_orders_due", "due_at", postgresql_where="due_at IS NOT NULL"),
    )
    FLOW = {
        "pay": {S.CREATED: S.PAID},
        "expire": {S.CREATED: S.EXPIRED},
        "send": {S.PAID: S.SENT},
        "deliver": {S.SENT: S.DELIVERED},
        # A whole return, or a brand that never sent it: nothing is left to share.
        "return_all": {S.PAID: S.RETURNED, S.SENT: S.RETURNED, S.DELIVERED: S.RETURNED},
        "mature": {S.DELIVERED: S.MATURED},
        "settle": {S.MATURED: S.SETTLED},
        # The shopper's bank took all the money back, and kept it.
        "charge_back": {
            S.PAID: S.RETURNED,
            S.SENT: S.RETURNED,
            S.DELIVERED: S.RETURNED,
        },
    }
    ENDS = frozenset({S.SETTLED, S.RETURNED, S.EXPIRED})

    # What everybody calls it; the code is the shopper's alone, as it opens the order's page.
    number: Mapped[int] = mapped_column(Identity(start=1001), unique=True)
    code: Mapped[str] = mapped_column(unique=True, default=new_code)
    brand_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("brands.id"), index=True)
    creator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creators.id"), index=True)
    status: Mapped[OrderStatus] = mapped_column(default=OrderStatus.CREATED, index=True)
    email: Mapped[str] = mapped_column(default="")
    shipping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    currency: Mapped[str]
    total_minor: Mapped[int] = minor()
    brand_minor: Mapped[int] = minor()
    creator_minor: Mapped[int] = minor()
    platform_minor: Mapped[int] = minor()
    refunded_minor: Mapped[int] = minor(default=0)
    # Of what went back, what the brand gave of its own share, and nobody else bore a part of.
    brand_back_minor: Mapped[int] = minor(default=0)
    brand_back: Mapped[Money] = amount("brand_back_minor")
    total: Mapped[Money] = amount("total_minor")
    brand_share: Mapped[Money] = amount("brand_minor")
    creator_share: Mapped[Money] = amount("creator_minor")
    platform_share: Mapped[Money] = amount("platform_minor")
    refunded: Mapped[Money] = amount("refunded_minor")
    tracking: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    matured_at: Mapped[datetime | None]
    # Set while the shopper's bank disputes the payment: no clock runs and no money moves.
    frozen_at: Mapped[datetime | None]

    brand: Mapped["Brand"] = relationship(lazy="joined")
    creator: Mapped["Creator"] = relationship(lazy="joined")
    lines: Mapped[list["OrderLine"]] = relationship(
        back_populates="order", order_by="OrderLine.position", lazy="selectin"
    )
    returns: Mapped[list["Return"]] = relationship(
        back_populates="order", order_by="Return.created_at", lazy="select"
    )


class OrderLine(Model):
    """One variant as it was when it was bought."""

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity BETWEEN 1 AND 99", name="quantity_in_range"),
        CheckConstraint("returned BETWEEN 0 AND quantity", name="returned_within_quantity"),
        CheckConstraint("price_minor > 0", name="price_is_positive"),
        CheckConstraint("commission_bps BETWEEN 0 AND 9000", name="commission_in_range"),
    )

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    variant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("variants.id"))
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str]
    variant_title: Mapped[str] = mapped_column(default="")
    quantity: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str]
    price_minor: Mapped[int] = minor()
    price: Mapped[Money] = amount("price_minor")
    commission_bps: Mapped[int]

    order: Mapped[Order] = relationship(back_populates="lines", lazy="select")
    variant: Mapped["Variant"] = relationship(lazy="select")


class ReturnStatus(StrEnum):
    ASKED = "asked"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    WITHDRAWN = "withdrawn"


R = ReturnStatus


class Return(Flowing, Model):
    """A shopper sends something back. The brand confirms it came, or silence does."""

    __tablename__ = "returns"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        Index("ix_returns_due", "due_at", postgresql_where="due_at IS NOT NULL"),
    )
    FLOW = {
        "receive": {R.ASKED: R.REFUNDING},
        "withdraw": {R.ASKED: R.WITHDRAWN},
        "refund": {R.REFUNDING: R.REFUNDED},
    }
    ENDS = frozenset({R.REFUNDED, R.WITHDRAWN})

    order_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    status: Mapped[ReturnStatus] = mapped_column(default=ReturnStatus.ASKED)
    reason: Mapped[str] = mapped_column(default="")
    # [{"line_id": str, "quantity": int}]
    items: Mapped[list[dict[str, Any]]]
    currency: Mapped[str]
    amount_minor: Mapped[int] = minor()
    amount: Mapped[Money] = amount("amount_minor")
    due_at: Mapped[datetime | None]

    order: Mapped[Order] = relationship(back_populates="returns", lazy="select")
