"""Money asked back from a payee's account, after it was sent there."""

import uuid
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model, minor
from .flow import Flowing
from .money import Money, amount
from .payment import Asked, Transfer


class ReversalStatus(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    # The payee's balance at Stripe was too small: what they owe stays owed.
    REFUSED = "refused"


class Reversal(Asked, Flowing, Model):
    __tablename__ = "reversals"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("(status = 'done') = (stripe_id IS NOT NULL)", name="done_has_id"),
    )
    FLOW = {
        "finish": {ReversalStatus.WAITING: ReversalStatus.DONE},
        "refuse": {ReversalStatus.WAITING: ReversalStatus.REFUSED},
    }
    ENDS = frozenset({ReversalStatus.DONE, ReversalStatus.REFUSED})

    transfer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("transfers.id"), index=True)
    status: Mapped[ReversalStatus] = mapped_column(default=ReversalStatus.WAITING, index=True)
    currency: Mapped[str]
    amount_minor: Mapped[int] = minor()
    amount: Mapped[Money] = amount("amount_minor")
    stripe_id: Mapped[str | None] = mapped_column(unique=True)

    transfer: Mapped[Transfer] = relationship(lazy="select")
