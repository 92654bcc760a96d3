"""A payer asks their bank for the money back: the bank takes it at once, and decides later."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model, minor
from .flow import Flowing
from .money import Money, amount
from .payment import Checkout


class ChargebackStatus(StrEnum):
    # The bank only asks; no money has moved.
    INQUIRY = "inquiry"
    OPEN = "open"
    WON = "won"
    LOST = "lost"
    CLOSED = "closed"


C = ChargebackStatus


class Chargeback(Flowing, Model):
    """One dispute at Stripe about one charge; a charge may have several."""

    __tablename__ = "chargebacks"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint(
            "(status IN ('inquiry', 'open')) = (decided_at IS NULL)", name="decided_has_a_time"
        ),
    )
    FLOW = {
        "escalate": {C.INQUIRY: C.OPEN},
        "win": {C.OPEN: C.WON},
        "lose": {C.OPEN: C.LOST},
        "close": {C.INQUIRY: C.CLOSED, C.OPEN: C.CLOSED},
    }
    ENDS = frozenset({C.WON, C.LOST, C.CLOSED})

    checkout_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("checkouts.id"), index=True)
    stripe_id: Mapped[str] = mapped_column(unique=True)
    # Each begins as a question; most are a withdrawal in the same moment.
    status: Mapped[ChargebackStatus] = mapped_column(default=ChargebackStatus.INQUIRY, index=True)
    currency: Mapped[str]
    amount_minor: Mapped[int] = minor()
    amount: Mapped[Money] = amount("amount_minor")
    # Stripe's word for why: fraudulent, product_not_received, …
    reason: Mapped[str] = mapped_column(default="")
    # Until when Stripe takes evidence.
    answer_by: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]

    checkout: Mapped[Checkout] = relationship(lazy="select")

    @property
    def is_open(self) -> bool:
        """The bank has the money and hasn't decided whose it is."""
        return self.status == ChargebackStatus.OPEN
