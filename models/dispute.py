"""Disputes: two sides, their evidence, and a ruling in money by published rules."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, ScalarSelect, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model, minor
from .flow import Flowing
from .money import Money, amount

if TYPE_CHECKING:
    from .deal import Deal
    from .file import File
    from .person import Person


class DisputeStatus(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    RULED = "ruled"


class DisputeReason(StrEnum):
    NOT_DELIVERED = "not_delivered"
    LATE = "late"
    PART_MISSING = "part_missing"
    NOT_AS_AGREED = "not_as_agreed"
    CHANGE_REFUSED = "change_refused"
    NO_ANSWER = "no_answer"
    OTHER = "other"


S = DisputeStatus


class Dispute(Flowing, Model):
    __tablename__ = "disputes"
    __table_args__ = (
        CheckConstraint("asks_minor >= 0", name="asks_not_negative"),
        CheckConstraint("answer_asks_minor >= 0", name="answer_asks_not_negative"),
        CheckConstraint(
            "(status = 'ruled') = (ruled_at IS NOT NULL AND to_creator_minor IS NOT NULL"
            " AND to_brand_minor IS NOT NULL AND why IS NOT NULL)",
            name="ruled_is_complete",
        ),
        CheckConstraint("to_creator_minor >= 0 AND to_brand_minor >= 0", name="split_not_negative"),
        Index("uq_disputes_live", "deal_id", unique=True, postgresql_where="status <> 'ruled'"),
    )
    FLOW = {
        "answer": {S.OPEN: S.ANSWERED},
        # Either side may take what the other asks for; an admin rules otherwise.
        "agree": {S.OPEN: S.RULED, S.ANSWERED: S.RULED},
        "rule": {S.OPEN: S.RULED, S.ANSWERED: S.RULED},
        # The brand's bank took the money: nothing is left to divide.
        "charge_back": {S.OPEN: S.RULED, S.ANSWERED: S.RULED},
    }
    ENDS = frozenset({S.RULED})

    number: Mapped[int] = mapped_column(Identity(start=101), unique=True)
    deal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deals.id"), index=True)
    status: Mapped[DisputeStatus] = mapped_column(default=DisputeStatus.OPEN)
    opened_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[DisputeReason]
    statement: Mapped[str]
    # What each side asks that the creator's part of the price be (before our fee).
    currency: Mapped[str]
    asks_minor: Mapped[int] = minor()
    asks: Mapped[Money] = amount("asks_minor")
    answer: Mapped[str] = mapped_column(default="")
    answer_asks_minor: Mapped[int | None] = minor(nullable=True)
    answer_asks: Mapped[Money | None] = amount("answer_asks_minor")
    answered_at: Mapped[datetime | None]
    # The clock of the present state: to answer, then to rule.
    due_at: Mapped[datetime | None]
    to_creator_minor: Mapped[int | None] = minor(nullable=True)
    to_brand_minor: Mapped[int | None] = minor(nullable=True)
    to_creator: Mapped[Money | None] = amount("to_creator_minor")
    to_brand: Mapped[Money | None] = amount("to_brand_minor")
    rules: Mapped[list[str]] = mapped_column(default=list)
    why: Mapped[str | None]
    # None with a ruling: the two sides agreed.
    ruled_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    ruled_at: Mapped[datetime | None]

    deal: Mapped["Deal"] = relationship(lazy="joined")
    opened_by: Mapped["Person"] = relationship(foreign_keys=[opened_by_id], lazy="select")
    ruled_by: Mapped["Person | None"] = relationship(foreign_keys=[ruled_by_id], lazy="select")
    evidence: Mapped[list["Evidence"]] = relationship(
        back_populates="dispute", order_by="Evidence.number", lazy="select"
    )


class Evidence(Model):
    """Something one side shows: words, a link or a picture. Sealed when it arrives."""

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("link <> '' OR file_id IS NOT NULL OR note <> ''", name="shows_something"),
    )

    dispute_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("disputes.id"), index=True)
    number: Mapped[int]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    note: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("files.id"))

    dispute: Mapped[Dispute] = relationship(back_populates="evidence", lazy="select")
    person: Mapped["Person"] = relationship(lazy="select")
    file: Mapped["File | None"] = relationship(lazy="select")


def given_back() -> ScalarSelect[int]:
    """What rulings gave back of a deal's price, in minor units, beside a select over deals."""
    from .deal import Deal

    total = func.coalesce(func.sum(Dispute.to_brand_minor), 0)
    return select(total).where(Dispute.deal_id == Deal.id).correlate(Deal).scalar_subquery()
