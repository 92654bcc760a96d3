"""Creators: who makes the work, where they publish, and who listens to them."""

import uuid
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model, minor
from .money import Money, amount

if TYPE_CHECKING:
    from .person import Person


class Platform(StrEnum):
    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"


class DeliverableType(StrEnum):
    REEL = "reel"
    STORY = "story"
    POST = "post"
    SHORT = "short"
    VIDEO = "video"
    LIVE = "live"
    PHOTOS = "photos"
    AUDIO = "audio"


class Creator(Model):
    __tablename__ = "creators"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z0-9-]{2,60}$'", name="slug_is_plain"),
        Index("ix_creators_words", text("words_in(name)"), postgresql_using="gin"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="SE", index=True)
    city: Mapped[str] = mapped_column(default="")
    # ISO 639-1 codes of what they publish in, and interest codes of what they publish about.
    languages: Mapped[list[str]] = mapped_column(default=list)
    topics: Mapped[list[str]] = mapped_column(default=list)
    # Codes of what some brands keep away from, where they publish about that as well.
    also_about: Mapped[list[str]] = mapped_column(default=list)
    is_available: Mapped[bool] = mapped_column(default=True)

    person: Mapped["Person"] = relationship(back_populates="creator", lazy="select")
    accounts: Mapped[list["PlatformAccount"]] = relationship(
        back_populates="creator", order_by="PlatformAccount.created_at", lazy="select"
    )
    rates: Mapped[list["Rate"]] = relationship(
        back_populates="creator", lazy="select", cascade="all, delete-orphan"
    )


class PlatformAccount(Model):
    """A creator's account on a platform. Followers are shown to people and used by nothing."""

    __tablename__ = "platform_accounts"
    __table_args__ = (
        UniqueConstraint("platform", "handle"),
        CheckConstraint("followers >= 0", name="followers_not_negative"),
        CheckConstraint("posts_counted >= 0", name="posts_not_negative"),
        CheckConstraint("engagements >= 0", name="engagements_not_negative"),
        CheckConstraint("real_followers <= sampled_followers", name="real_within_sampled"),
        CheckConstraint("genuine_comments <= sampled_comments", name="genuine_within_sampled"),
        Index("ix_platform_accounts_words", text("words_in(handle)"), postgresql_using="gin"),
    )

    creator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creators.id"), index=True)
    platform: Mapped[Platform]
    handle: Mapped[str]
    followers: Mapped[int] = mapped_column(default=0)
    # Likes, comments, saves and shares together over the `posts_counted` latest posts.
    engagements: Mapped[int] = mapped_column(default=0)
    posts_counted: Mapped[int] = mapped_column(default=0)
    sampled_followers: Mapped[int] = mapped_column(default=0)
    real_followers: Mapped[int] = mapped_column(default=0)
    sampled_comments: Mapped[int] = mapped_column(default=0)
    genuine_comments: Mapped[int] = mapped_column(default=0)

    creator: Mapped[Creator] = relationship(back_populates="accounts", lazy="select")
    audiences: Mapped[list["Audience"]] = relationship(
        back_populates="account", order_by="Audience.taken_on.desc()", lazy="select"
    )


class Rate(Model):
    """What a creator usually asks for one piece of work."""

    __tablename__ = "rates"
    __table_args__ = (
        UniqueConstraint("creator_id", "type"),
        CheckConstraint("price_minor > 0", name="price_is_positive"),
    )

    creator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creators.id"))
    type: Mapped[DeliverableType]
    price_minor: Mapped[int] = minor()
    currency: Mapped[str]
    price: Mapped[Money] = amount("price_minor")

    creator: Mapped[Creator] = relationship(back_populates="rates", lazy="select")


class Provenance(StrEnum):
    API = "api"
    FILE = "file"
    SELF_DECLARED = "self_declared"


class Audience(Model):
    """Who listened on one account on one day, and how we know.

    `dimensions` maps a dimension to {"n": sample size, "cells": {code: share of the sample}}.
    `figures` is what else the same file counted: followers, and `real` of `sampled` followers.
    The file it came from is not kept.
    """

    __tablename__ = "audiences"
    __table_args__ = (
        CheckConstraint("jsonb_typeof(dimensions) = 'object'", name="dimensions_is_an_object"),
        Index(
            "uq_audiences_current",
            "account_id",
            unique=True,
            postgresql_where="superseded_at IS NULL",
        ),
    )

    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("platform_accounts.id"), index=True)
    provenance: Mapped[Provenance]
    format: Mapped[str]
    file_name: Mapped[str] = mapped_column(default="")
    taken_on: Mapped[date]
    dimensions: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    superseded_at: Mapped[datetime | None]

    account: Mapped[PlatformAccount] = relationship(back_populates="audiences", lazy="select")
