"""Alerts: how a creator wants to hear of new deals that fit, and which they were told of."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model

if TYPE_CHECKING:
    from .campaign import Campaign
    from .creator import Creator

#: From which fit on somebody is told who has chosen nothing.
USUAL_LEAST = 40


class AlertPace(StrEnum):
    AT_ONCE = "at_once"
    DAILY = "daily"
    # On the page of notices, and by no mail.
    HERE = "here"
    OFF = "off"


class AlertChoice(Model):
    """What a creator chose; who has chosen nothing hears once a day. Apart from the creator, so
    that choosing it changes nothing of what the market is read from.
    """

    __tablename__ = "alert_choices"
    __table_args__ = (CheckConstraint("least BETWEEN 1 AND 100", name="least_is_a_score"),)

    creator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creators.id"), unique=True)
    pace: Mapped[AlertPace] = mapped_column(default=AlertPace.DAILY)
    least: Mapped[int] = mapped_column(default=USUAL_LEAST)


class Alert(Model):
    """One creator was told of one campaign. `mail_at` is when the mail is due, if one is."""

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("creator_id", "campaign_id"),
        CheckConstraint("fit BETWEEN 0 AND 100", name="fit_is_a_score"),
        Index(
            "ix_alerts_due",
            "mail_at",
            postgresql_where="mailed_at IS NULL AND mail_at IS NOT NULL",
        ),
    )

    creator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creators.id"))
    campaign_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("campaigns.id"), index=True)
    fit: Mapped[int]
    mail_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    creator: Mapped["Creator"] = relationship(lazy="select")
    campaign: Mapped["Campaign"] = relationship(lazy="select")
