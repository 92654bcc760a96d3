"""Deals: one piece of work for one brand, from the first offer to the money received."""

import hashlib
import json
import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model, minor
from .flow import Flowing
from .money import Money, amount

if TYPE_CHECKING:
    from .brand import Brand
    from .campaign import Application, Campaign
    from .creator import Creator
    from .person import Person


class DealStatus(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    FUNDED = "funded"
    DELIVERED = "delivered"
    REVISING = "revising"
    APPROVED = "approved"
    RELEASED = "released"
    DISPUTED = "disputed"
    SETTLING = "settling"
    SETTLED = "settled"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


S = DealStatus
_DISPUTABLE = (S.FUNDED, S.DELIVERED, S.REVISING)


class Deal(Flowing, Model):
    __tablename__ = "deals"
    __table_args__ = (
        CheckConstraint("price_minor > 0", name="price_is_positive"),
        CheckConstraint("fee_minor BETWEEN 0 AND price_minor", name="fee_within_price"),
        CheckConstraint(
            "stripe_fee_minor >= 0 AND fee_minor + stripe_fee_minor <= price_minor",
            name="fees_within_price",
        ),
        CheckConstraint("fee_bps BETWEEN 0 AND 5000", name="fee_in_range"),
        CheckConstraint("surcharge_minor >= 0", name="surcharge_in_range"),
        CheckConstraint(
            "passed_minor >= 0 AND passed_minor < price_minor", name="passed_below_price"
        ),
        CheckConstraint("revisions_used BETWEEN 0 AND revisions", name="revisions_within_terms"),
        CheckConstraint("(accepted_at IS NULL) = (terms_hash IS NULL)", name="accepted_is_hashed"),
        CheckConstraint(
            "status NOT IN ('funded','delivered','revising','approved','released','disputed',"
            "'settling','settled','refunding','refunded') OR funded_at IS NOT NULL",
            name="paid_states_are_funded",
        ),
        CheckConstraint(
            "status IN ('offered','declined','withdrawn','expired') OR accepted_at IS NOT NULL",
            name="later_states_are_accepted",
        ),
        CheckConstraint(
            "(status = 'released') = (released_at IS NOT NULL)", name="released_has_a_time"
        ),
        CheckConstraint(
            "status NOT IN ('offered','accepted','funded','delivered','revising','disputed')"
            " OR due_at IS NOT NULL",
            name="waiting_has_a_clock",
        ),
        Index("ix_deals_due", "due_at", postgresql_where="due_at IS NOT NULL"),
        Index(
            "ix_deals_exclusive",
            "creator_id",
            postgresql_where="((terms -> 'rights' ->> 'exclusive_days')::int) > 0",
        ),
    )
    FLOW = {
        "counter": {S.OFFERED: S.OFFERED},
        "accept": {S.OFFERED: S.ACCEPTED},
        "decline": {S.OFFERED: S.DECLINED},
        "withdraw": {S.OFFERED: S.WITHDRAWN},
        "expire": {S.OFFERED: S.EXPIRED},
        "fund": {S.ACCEPTED: S.FUNDED},
        "cancel": {S.ACCEPTED: S.CANCELLED},
        "deliver": {S.FUNDED: S.DELIVERED, S.REVISING: S.DELIVERED},
        "ask_change": {S.DELIVERED: S.REVISING},
        "approve": {S.DELIVERED: S.APPROVED},
        # A milestone is approved and paid alone, and the work on the next one begins.
        "go_on": {S.DELIVERED: S.FUNDED},
        "release": {S.APPROVED: S.RELEASED},
        "give_back": {S.FUNDED: S.REFUNDING, S.REVISING: S.REFUNDING},
        "refund": {S.REFUNDING: S.REFUNDED},
        "dispute": dict.fromkeys(_DISPUTABLE, S.DISPUTED),
        "rule": {S.DISPUTED: S.SETTLING},
        "settle": {S.SETTLING: S.SETTLED},
        # The creator never said where to send it, and it may not be held any longer.
        "unclaim": {S.APPROVED: S.REFUNDING},
        # The brand's bank took the money back, and kept it.
        "charge_back": dict.fromkeys(
            (*_DISPUTABLE, S.DISPUTED, S.APPROVED, S.REFUNDING, S.SETTLING), S.REFUNDED
        ),
        # The same, while a milestone's money is still on its way to the creator.
        "break_off": dict.fromkeys((*_DISPUTABLE, S.DISPUTED), S.REFUNDING),
    }
    ENDS = frozenset(
        {S.RELEASED, S.SETTLED, S.REFUNDED, S.DECLINED, S.WITHDRAWN, S.EXPIRED, S.CANCELLED}
    )
    # Money is held for the deal in these states.
    HOLDING = frozenset({*_DISPUTABLE, S.DISPUTED})

    brand_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("brands.id"), index=True)
    creator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creators.id"), index=True)
    campaign_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("campaigns.id"), index=True)
    application_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("applications.id"))
    status: Mapped[DealStatus] = mapped_column(default=DealStatus.OFFERED, index=True)
    title: Mapped[str]
    currency: Mapped[str]
    price_minor: Mapped[int] = minor()
    fee_minor: Mapped[int] = minor()
    price: Mapped[Money] = amount("price_minor")
    fee: Mapped[Money] = amount("fee_minor")
    fee_bps: Mapped[int]
    # What Stripe kept of the payment, where the terms let the creator bear it; else nothing.
    stripe_fee_minor: Mapped[int] = minor(default=0)
    stripe_fee: Mapped[Money] = amount("stripe_fee_minor")
    # What the brand pays on top of the price, where the terms let it bear Stripe's fee.
    surcharge_minor: Mapped[int] = minor(default=0)
    surcharge: Mapped[Money] = amount("surcharge_minor")
    # Of the price, what earlier milestones were: paid for one by one, and no more held.
    passed_minor: Mapped[int] = minor(default=0)
    passed: Mapped[Money] = amount("passed_minor")
    # What both agreed to, as it stood when it was accepted; see `Offer.terms`.
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    terms_hash: Mapped[str | None]
    deliver_by: Mapped[date]
    revisions: Mapped[int] = mapped_column(default=1)
    revisions_used: Mapped[int] = mapped_column(default=0)
    # The clock of the present state: when it runs out, the published rule of the state applies.
    due_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    funded_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    # Set while the brand's bank disputes the payment: no clock runs and no money moves.
    frozen_at: Mapped[datetime | None]
    # Until when the money may be held at all.
    hold_until: Mapped[datetime | None]
    hold_warned_at: Mapped[datetime | None]

    brand: Mapped["Brand"] = relationship(lazy="joined")
    creator: Mapped["Creator"] = relationship(lazy="joined")
    campaign: Mapped["Campaign | None"] = relationship(lazy="select")
    application: Mapped["Application | None"] = relationship(lazy="select")
    offers: Mapped[list["Offer"]] = relationship(
        back_populates="deal", order_by="Offer.number", lazy="select"
    )
    deliveries: Mapped[list["Delivery"]] = relationship(
        back_populates="deal", order_by="Delivery.number", lazy="select"
    )
    # None in a deal of one piece, which is what most are.
    milestones: Mapped[list["Milestone"]] = relationship(
        back_populates="deal", order_by="Milestone.number", lazy="select"
    )
    messages: Mapped[list["Message"]] = relationship(
        back_populates="deal", order_by="Message.created_at", lazy="select"
    )

    @property
    def creator_bears_stripe_fee(self) -> bool:
        """Whether the terms both agreed to take Stripe's own fee off the creator's part."""
        return self.terms.get("stripe_fee_by") == "creator"

    @property
    def creator_receives(self) -> Money:
        return self.price - self.fee - self.stripe_fee

    @property
    def to_pay(self) -> Money:
        """What the brand pays: the price, and the surcharge if there is one."""
        return self.price + self.surcharge

    @property
    def rest(self) -> Money:
        """Of the price, what is decided as one from here on: all but the milestones gone by."""
        return self.price - self.passed

    @property
    def goes_back(self) -> Money:
        """What the brand gets when all of the rest is its: a surcharge too, if nobody was paid."""
        return self.rest if self.passed else self.rest + self.surcharge

    @property
    def rest_receives(self) -> Money:
        """What the creator gets of the rest, if all of it is approved."""
        gone = (
            self.milestones[: self.milestone.number - 1] if self.passed and self.milestone else []
        )
        return self.creator_receives - Money(
            sum(one.creator_receives.minor for one in gone), self.currency
        )

    @property
    def milestone(self) -> "Milestone | None":
        """The milestone that is worked on, if the deal has any; at the end, the last one."""
        done = 0
        for one in self.milestones:
            done += one.amount_minor
            if done > self.passed_minor:
                return one
        return None

    @property
    def next_day(self) -> date:
        """The day by which what is worked on must be delivered."""
        return self.milestone.deliver_by if self.milestone else self.deliver_by

    @property
    def offer(self) -> "Offer":
        """The offer on the table, or the one that was accepted."""
        return self.offers[-1]


def terms_digest(terms: dict[str, Any]) -> str:
    """SHA-256 over canonical JSON: what both agreed to can be shown to be unchanged."""
    canonical = json.dumps(terms, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


class Offer(Model):
    """One version of the terms. Counter-offers add versions; none is ever edited."""

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("deal_id", "number"),
        CheckConstraint("price_minor > 0", name="price_is_positive"),
    )

    deal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deals.id"))
    number: Mapped[int]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    currency: Mapped[str]
    price_minor: Mapped[int] = minor()
    price: Mapped[Money] = amount("price_minor")
    # {"title", "deliverables": [...], "deliver_by": iso date, "revisions": int, "rights": {...},
    #  "disclosure": str, "price_minor": int, "currency": str, "fee_bps": int, "stripe_fee_by":
    #  "platform" | "creator" | "brand", where the brand bears it "surcharge_minor": int, and where
    #  it is done in pieces "milestones": [{"title", "amount_minor", "deliver_by"}, ...]}
    terms: Mapped[dict[str, Any]]
    message: Mapped[str] = mapped_column(default="")

    deal: Mapped[Deal] = relationship(back_populates="offers", lazy="select")
    person: Mapped["Person"] = relationship(lazy="select")


class Milestone(Model):
    """One of the two to six pieces a deal was agreed in; delivered, approved and paid in order.

    Which one is worked on, and how it stands, is the state of its deal.
    """

    __tablename__ = "milestones"
    __table_args__ = (
        UniqueConstraint("deal_id", "number"),
        CheckConstraint("number BETWEEN 1 AND 6", name="number_in_range"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint(
            "fee_minor >= 0 AND stripe_fee_minor >= 0"
            " AND fee_minor + stripe_fee_minor <= amount_minor",
            name="fees_within_amount",
        ),
    )

    deal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deals.id"))
    number: Mapped[int]
    title: Mapped[str]
    currency: Mapped[str]
    # Its part of the deal's fee; and of what Stripe kept, once it is paid and by some terms.
    fee_minor: Mapped[int] = minor()
    fee: Mapped[Money] = amount("fee_minor")
    stripe_fee_minor: Mapped[int] = minor(default=0)
    stripe_fee: Mapped[Money] = amount("stripe_fee_minor")
    amount_minor: Mapped[int] = minor()
    amount: Mapped[Money] = amount("amount_minor")
    deliver_by: Mapped[date]
    approved_at: Mapped[datetime | None]

    deal: Mapped[Deal] = relationship(back_populates="milestones", lazy="select")

    @property
    def creator_receives(self) -> Money:
        return self.amount - self.fee - self.stripe_fee


class Delivery(Model):
    """What the creator handed in: links to the work and a note, once a round."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("deal_id", "number"),)

    deal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deals.id"))
    number: Mapped[int]
    milestone_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("milestones.id"))
    links: Mapped[list[str]]
    note: Mapped[str] = mapped_column(default="")
    # What the brand asked to change about this delivery, if it did.
    change_asked: Mapped[str] = mapped_column(default="")

    deal: Mapped[Deal] = relationship(back_populates="deliveries", lazy="select")


class Message(Model):
    """A word from one side of a deal to the other."""

    __tablename__ = "messages"
    __table_args__ = (CheckConstraint("body <> ''", name="says_something"),)

    deal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deals.id"), index=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    body: Mapped[str]

    deal: Mapped[Deal] = relationship(back_populates="messages", lazy="select")
    person: Mapped["Person"] = relationship(lazy="select")
