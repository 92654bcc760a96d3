"""What we ask Stripe to do. Each row is an intent, written before the call; its id is the key.

The ledger, not these rows, says where money is. These say what was asked, and what came of it.
"""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model, minor
from .flow import Flowing
from .money import Money, amount

if TYPE_CHECKING:
    from .person import Person


class Asked:
    """Mixed into each intent: how often the outside was asked, and what it last said."""

    attempts: Mapped[int] = mapped_column(default=0, sort_order=80)
    # When the first call went out: after a day Stripe forgets keys, so we look before we repeat.
    asked_at: Mapped[datetime | None] = mapped_column(sort_order=81)
    problem: Mapped[str] = mapped_column(default="", sort_order=82)


class AccountStatus(StrEnum):
    WAITING = "waiting"
    CREATED = "created"


class PayoutAccount(Asked, Flowing, Model):
    """A person's connected account at Stripe, and what Stripe last said of it."""

    __tablename__ = "payout_accounts"
    __table_args__ = (
        CheckConstraint("(status = 'created') = (stripe_id IS NOT NULL)", name="created_has_id"),
    )
    FLOW = {"create": {AccountStatus.WAITING: AccountStatus.CREATED}}
    ENDS = frozenset({AccountStatus.CREATED})

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), unique=True)
    status: Mapped[AccountStatus] = mapped_column(default=AccountStatus.WAITING)
    country: Mapped[str]
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    details_submitted: Mapped[bool] = mapped_column(default=False)
    transfers_active: Mapped[bool] = mapped_column(default=False)
    payouts_enabled: Mapped[bool] = mapped_column(default=False)
    currently_due: Mapped[list[str]] = mapped_column(default=list)
    past_due: Mapped[list[str]] = mapped_column(default=list)
    # Given, and being looked at by Stripe: nothing to do but wait.
    pending_verification: Mapped[list[str]] = mapped_column(default=list)
    # When Stripe switches something off unless it has what it asks for.
    due_by: Mapped[datetime | None]
    disabled_reason: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[datetime | None]
    # The onboarding link asked for last; it lives minutes and opens once.
    link_url: Mapped[str | None]
    link_until: Mapped[datetime | None]

    person: Mapped["Person"] = relationship(lazy="select")


class CheckoutStatus(StrEnum):
    WAITING = "waiting"
    OPEN = "open"
    # Filled in, and the bank's word takes days.
    PROCESSING = "processing"
    PAID = "paid"
    # The bank said no, days later.
    FAILED = "failed"
    EXPIRED = "expired"
    REFUSED = "refused"


class Checkout(Asked, Flowing, Model):
    """One hosted payment page, for a deal or an order."""

    __tablename__ = "checkouts"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("surcharge_minor BETWEEN 0 AND amount_minor", name="surcharge_in_range"),
        CheckConstraint("(status = 'paid') = (charge_id IS NOT NULL)", name="paid_has_a_charge"),
        Index("ix_checkouts_subject", "purpose", "subject_id"),
        # Two live payment pages for one thing could both be paid.
        Index(
            "uq_checkouts_live",
            "purpose",
            "subject_id",
            unique=True,
            postgresql_where="status IN ('waiting', 'open', 'processing', 'paid')",
        ),
    )
    FLOW = {
        "open": {CheckoutStatus.WAITING: CheckoutStatus.OPEN},
        "refuse": {CheckoutStatus.WAITING: CheckoutStatus.REFUSED},
        "process": {CheckoutStatus.OPEN: CheckoutStatus.PROCESSING},
        "pay": {
            CheckoutStatus.OPEN: CheckoutStatus.PAID,
            CheckoutStatus.PROCESSING: CheckoutStatus.PAID,
        },
        "fail": {
            CheckoutStatus.OPEN: CheckoutStatus.FAILED,
            CheckoutStatus.PROCESSING: CheckoutStatus.FAILED,
        },
        "expire": {CheckoutStatus.OPEN: CheckoutStatus.EXPIRED},
    }
    ENDS = frozenset(
        {
            CheckoutStatus.PAID,
            CheckoutStatus.FAILED,
            CheckoutStatus.EXPIRED,
            CheckoutStatus.REFUSED,
        }
    )

    purpose: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    status: Mapped[CheckoutStatus] = mapped_column(default=CheckoutStatus.WAITING)
    currency: Mapped[str]
    # Of the amount, what is paid on top of the price because the payer bears Stripe's fee.
    surcharge_minor: Mapped[int] = minor(default=0)
    surcharge: Mapped[Money] = amount("surcharge_minor")
    amount_minor: Mapped[int] = minor()
    amount: Mapped[Money] = amount("amount_minor")
    description: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    success_path: Mapped[str]
    cancel_path: Mapped[str]
    wants_address: Mapped[bool] = mapped_column(default=False)
    session_id: Mapped[str | None] = mapped_column(unique=True)
    url: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    payment_intent_id: Mapped[str | None] = mapped_column(unique=True)
    charge_id: Mapped[str | None] = mapped_column(unique=True)
    # Stripe's own fee for this charge; it may become known after the payment.
    fee_minor: Mapped[int | None] = minor(nullable=True)
    last_decline: Mapped[str] = mapped_column(default="")
    # Who paid and where to send it, as typed on Stripe's page.
    customer: Mapped[dict[str, Any]] = mapped_column(default=dict)


class TransferStatus(StrEnum):
    WAITING = "waiting"
    # Stripe can't send it yet: the payee's account isn't ready. Nothing is lost.
    BLOCKED = "blocked"
    SENT = "sent"
    # All of it went towards what the payee owed us; nothing was left to send.
    NETTED = "netted"
    # The money went elsewhere before it was sent: back to a bank, or to who had paid.
    CANCELLED = "cancelled"


class Transfer(Asked, Flowing, Model):
    """Money of one charge on its way to a payee's connected account."""

    __tablename__ = "transfers"
    __table_args__ = (
        CheckConstraint(
            "amount_minor > 0 OR (amount_minor = 0 AND status IN ('netted', 'cancelled'))",
            name="amount_is_positive",
        ),
        CheckConstraint("netted_minor >= 0", name="netted_not_negative"),
        CheckConstraint("reversed_minor BETWEEN 0 AND amount_minor", name="reversed_within_amount"),
        CheckConstraint("(status = 'sent') = (stripe_id IS NOT NULL)", name="sent_has_id"),
        UniqueConstraint("purpose", "subject_id", "payee_id", "part"),
        Index("ix_transfers_waiting", "status", postgresql_where="status <> 'sent'"),
    )
    FLOW = {
        "block": {TransferStatus.WAITING: TransferStatus.BLOCKED},
        "retry": {TransferStatus.BLOCKED: TransferStatus.WAITING},
        "send": {
            TransferStatus.WAITING: TransferStatus.SENT,
            # An answer that was lost, and found again while it was held back.
            TransferStatus.BLOCKED: TransferStatus.SENT,
        },
        "net": {
            TransferStatus.WAITING: TransferStatus.NETTED,
            TransferStatus.BLOCKED: TransferStatus.NETTED,
        },
        "cancel": {
            TransferStatus.WAITING: TransferStatus.CANCELLED,
            TransferStatus.BLOCKED: TransferStatus.CANCELLED,
        },
    }
    ENDS = frozenset({TransferStatus.SENT, TransferStatus.NETTED, TransferStatus.CANCELLED})

    purpose: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    # Which of several, where a thing is paid out in parts; 0 where it is paid out at once.
    part: Mapped[int] = mapped_column(default=0)
    payee_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    checkout_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("checkouts.id"), index=True)
    status: Mapped[TransferStatus] = mapped_column(default=TransferStatus.WAITING)
    currency: Mapped[str]
    # Kept back of what was approved, for what the payee owed us.
    netted_minor: Mapped[int] = minor(default=0)
    netted: Mapped[Money] = amount("netted_minor")
    amount_minor: Mapped[int] = minor()
    amount: Mapped[Money] = amount("amount_minor")
    # Asked back afterwards, and really come back.
    reversed_minor: Mapped[int] = minor(default=0)
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    sent_at: Mapped[datetime | None]
    # From when on Stripe pays it out to the payee's bank.
    free_at: Mapped[datetime | None]

    payee: Mapped["Person"] = relationship(lazy="select")
    checkout: Mapped[Checkout] = relationship(lazy="select")


class RefundStatus(StrEnum):
    WAITING = "waiting"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    # Stripe couldn't: it is still owed, and an admin says how it is paid.
    FAILED = "failed"
    # Another refund took its place.
    REPLACED = "replaced"
    # An admin paid it from our own bank.
    BY_HAND = "by_hand"
    # The payer's bank took the money first.
    CANCELLED = "cancelled"


class Refund(Asked, Flowing, Model):
    """Money of one charge on its way back to who paid it."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint(
            "status NOT IN ('pending', 'succeeded') OR stripe_id IS NOT NULL", name="asked_has_id"
        ),
        Index("ix_refunds_subject", "purpose", "subject_id"),
    )
    FLOW = {
        "pend": {RefundStatus.WAITING: RefundStatus.PENDING},
        "succeed": {
            RefundStatus.WAITING: RefundStatus.SUCCEEDED,
            RefundStatus.PENDING: RefundStatus.SUCCEEDED,
        },
        "fail": {
            RefundStatus.WAITING: RefundStatus.FAILED,
            RefundStatus.PENDING: RefundStatus.FAILED,
            # Banks send some back weeks after they took them.
            RefundStatus.SUCCEEDED: RefundStatus.FAILED,
        },
        "replace": {RefundStatus.FAILED: RefundStatus.REPLACED},
        "pay_by_hand": {RefundStatus.FAILED: RefundStatus.BY_HAND},
        "cancel": {
            RefundStatus.WAITING: RefundStatus.CANCELLED,
            # Stripe refuses to give back what a bank has taken.
            RefundStatus.FAILED: RefundStatus.CANCELLED,
        },
    }
    ENDS = frozenset({RefundStatus.REPLACED, RefundStatus.BY_HAND, RefundStatus.CANCELLED})
    # Nothing more is owed by it: the money is back, by whatever way.
    OVER = frozenset({RefundStatus.SUCCEEDED, *ENDS})

    purpose: Mapped[str]
    subject_id: Mapped[uuid.UUID]
    checkout_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("checkouts.id"), index=True)
    status: Mapped[RefundStatus] = mapped_column(default=RefundStatus.WAITING)
    currency: Mapped[str]
    amount_minor: Mapped[int] = minor()
    amount: Mapped[Money] = amount("amount_minor")
    stripe_id: Mapped[str | None] = mapped_column(unique=True)
    succeeded_at: Mapped[datetime | None]

    checkout: Mapped[Checkout] = relationship(lazy="select")
