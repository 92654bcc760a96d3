"""Campaigns: what a brand wants made, for whom, and for how much."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model, minor
from .clock import now
from .flow import Flowing
from .money import Money, amount

if TYPE_CHECKING:
    from .brand import Brand
    from .creator import Creator
    from .product import Product


class CampaignStatus(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Campaign(Flowing, Model):
    __tablename__ = "campaigns"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z0-9-]{2,80}$'", name="slug_is_plain"),
        CheckConstraint("budget_minor > 0", name="budget_is_positive"),
        CheckConstraint("price_min_minor > 0", name="price_min_is_positive"),
        CheckConstraint("price_min_minor <= price_max_minor", name="prices_in_order"),
        CheckConstraint("commission_bps BETWEEN 0 AND 9000", name="commission_in_range"),
        CheckConstraint("deliver_by >= apply_by", name="dates_in_order"),
        CheckConstraint("(status = 'draft') = (published_at IS NULL)", name="draft_is_unpublished"),
        CheckConstraint(
            "status = 'draft' OR (budget_minor IS NOT NULL AND apply_by IS NOT NULL"
            " AND deliver_by IS NOT NULL AND (price_max_minor IS NOT NULL"
            " OR commission_bps IS NOT NULL))",
            name="open_is_complete",
        ),
        Index("ix_campaigns_open", "apply_by", postgresql_where="status = 'open'"),
    )
    FLOW = {
        "publish": {CampaignStatus.DRAFT: CampaignStatus.OPEN},
        "close": {CampaignStatus.OPEN: CampaignStatus.CLOSED},
        "reopen": {CampaignStatus.CLOSED: CampaignStatus.OPEN},
    }
    ENDS = frozenset({CampaignStatus.CLOSED})

    brand_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("brands.id"), index=True)
    slug: Mapped[str] = mapped_column(unique=True)
    status: Mapped[CampaignStatus] = mapped_column(default=CampaignStatus.DRAFT)
    title: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    product_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("products.id"))
    product_text: Mapped[str] = mapped_column(default="")
    # [{"type": DeliverableType, "count": int, "note": str}]
    deliverables: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    # {"age_gender": ["25-34:female"], "country": ["SE"], "language": ["sv"],
    #  "interest": {"hiking": 8}, "weights": {"age_gender": 5, "country": 8, ...}}: weights 1–10
    sought: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Hard filters on the creator: {"countries": [], "languages": [], "platforms": [],
    #  "avoid": [codes of what they must not publish about], "most_followers": int}
    required: Mapped[dict[str, Any]] = mapped_column(default=dict)

    currency: Mapped[str]
    budget_minor: Mapped[int | None] = minor(nullable=True)
    price_min_minor: Mapped[int | None] = minor(nullable=True)
    price_max_minor: Mapped[int | None] = minor(nullable=True)
    budget: Mapped[Money | None] = amount("budget_minor")
    price_min: Mapped[Money | None] = amount("price_min_minor")
    price_max: Mapped[Money | None] = amount("price_max_minor")
    commission_bps: Mapped[int | None]

    apply_by: Mapped[date | None]
    deliver_by: Mapped[date | None]
    # {"organic_days": int, "ads_days": int, "exclusive_days": int, "note": str}
    rights: Mapped[dict[str, Any]] = mapped_column(default=dict)
    disclosure: Mapped[str] = mapped_column(default="")
    revisions: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    # While it fits more creators than hear of it in a day: when the next of them do.
    more_to_tell_at: Mapped[datetime | None]

    brand: Mapped["Brand"] = relationship(lazy="select")
    product: Mapped["Product | None"] = relationship(lazy="select")

    @property
    def missing(self) -> list[str]:
        """What keeps a draft from being published, in the order it is asked for."""
        sought = ("age_gender", "country", "language", "interest")
        absent = {
            "about": not self.about,
            "product": not self.product_id and not self.product_text,
            "sought": not any(self.sought.get(dimension) for dimension in sought),
            "deliverables": not self.deliverables,
            "disclosure": not self.disclosure,
            "budget": self.budget_minor is None,
            "pay": self.price_max_minor is None and self.commission_bps is None,
            "apply_by": self.apply_by is None,
            "apply_by_passed": self.apply_by is not None and self.apply_by < now().date(),
            "deliver_by": self.deliver_by is None,
        }
        return [name for name, is_absent in absent.items() if is_absent]


class InvitationStatus(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


class Invitation(Flowing, Model):
    """A brand asks a creator to look at a campaign. Saying yes makes an application."""

    __tablename__ = "invitations"
    __table_args__ = (
        Index(
            "uq_invitations_waiting",
            "campaign_id",
            "creator_id",
            unique=True,
            postgresql_where="status = 'sent'",
        ),
    )
    FLOW = {
        "accept": {InvitationStatus.SENT: InvitationStatus.ACCEPTED},
        "decline": {InvitationStatus.SENT: InvitationStatus.DECLINED},
        "expire": {InvitationStatus.SENT: InvitationStatus.EXPIRED},
    }
    ENDS = frozenset(
        {InvitationStatus.ACCEPTED, InvitationStatus.DECLINED, InvitationStatus.EXPIRED}
    )

    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaigns.id"), index=True)
    creator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creators.id"), index=True)
    status: Mapped[InvitationStatus] = mapped_column(default=InvitationStatus.SENT)
    message: Mapped[str] = mapped_column(default="")
    due_at: Mapped[datetime]

    campaign: Mapped[Campaign] = relationship(lazy="select")
    creator: Mapped["Creator"] = relationship(lazy="select")


class ApplicationStatus(StrEnum):
    SENT = "sent"
    OFFERED = "offered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Application(Flowing, Model):
    """A creator asks to work on a campaign, with a price. An offer answers it."""

    __tablename__ = "applications"
    __table_args__ = (
        CheckConstraint("price_minor > 0", name="price_is_positive"),
        Index(
            "uq_applications_live",
            "campaign_id",
            "creator_id",
            unique=True,
            postgresql_where="status IN ('sent', 'offered')",
        ),
    )
    FLOW = {
        "offer": {ApplicationStatus.SENT: ApplicationStatus.OFFERED},
        "decline": {ApplicationStatus.SENT: ApplicationStatus.DECLINED},
        "withdraw": {ApplicationStatus.SENT: ApplicationStatus.WITHDRAWN},
    }
    ENDS = frozenset(
        {ApplicationStatus.OFFERED, ApplicationStatus.DECLINED, ApplicationStatus.WITHDRAWN}
    )

    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaigns.id"), index=True)
    creator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creators.id"), index=True)
    invitation_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("invitations.id"))
    status: Mapped[ApplicationStatus] = mapped_column(default=ApplicationStatus.SENT)
    pitch: Mapped[str] = mapped_column(default="")
    price_minor: Mapped[int] = minor()
    currency: Mapped[str]
    price: Mapped[Money] = amount("price_minor")

    campaign: Mapped[Campaign] = relationship(lazy="select")
    creator: Mapped["Creator"] = relationship(lazy="select")
