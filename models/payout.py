"""Money on its way from a Stripe balance to a bank: ours, or a payee's own."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model, minor
from .flow import Flowing
from .money import Money, amount
from .payment import PayoutAccount


class PayoutStatus(StrEnum):
    PENDING = "pending"
    IN_TRANSIT = "in_transit"
    PAID = "paid"
    FAILED = "failed"
    CANCELED = "canceled"


P = PayoutStatus


class Payout(Flowing, Model):
    """What Stripe last said of one payout. Of payees' payouts we only keep the word."""

    __tablename__ = "payouts"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", name="amount_is_something"),
        Index("ix_payouts_account", "account_id", "created_at"),
    )
    FLOW = {
        "leave": {P.PENDING: P.IN_TRANSIT},
        "arrive": {P.PENDING: P.PAID, P.IN_TRANSIT: P.PAID},
        # Banks send some back days after they showed as paid.
        "fail": {P.PENDING: P.FAILED, P.IN_TRANSIT: P.FAILED, P.PAID: P.FAILED},
        "cancel": {P.PENDING: P.CANCELED, P.IN_TRANSIT: P.CANCELED},
    }
    ENDS = frozenset({P.FAILED, P.CANCELED})

    # None: from our own balance to our own bank.
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("payout_accounts.id"))
    stripe_id: Mapped[str] = mapped_column(unique=True)
    status: Mapped[PayoutStatus] = mapped_column(default=PayoutStatus.PENDING)
    currency: Mapped[str]
    amount_minor: Mapped[int] = minor()
    amount: Mapped[Money] = amount("amount_minor")
    # When the bank should have it.
    arrives_at: Mapped[datetime]
    failure_code: Mapped[str] = mapped_column(default="")
    failure_message: Mapped[str] = mapped_column(default="")

    account: Mapped[PayoutAccount | None] = relationship(lazy="select")
