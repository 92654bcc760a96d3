"""People: who may sign in, from where, and what they were told."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model

if TYPE_CHECKING:
    from .brand import Brand
    from .creator import Creator


#: Where nobody's mail goes: whoever came in a list without an address hears nothing until one is
#: known.
UNCLAIMED = "unclaimed.invalid"


class PersonKind(StrEnum):
    BRAND = "brand"
    CREATOR = "creator"
    ADMIN = "admin"


class Theme(StrEnum):
    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Person(Model):
    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("email = lower(email) AND email LIKE '%_@_%'", name="email_is_lower_case"),
        CheckConstraint("name <> ''", name="has_a_name"),
    )

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[PersonKind]
    password_hash: Mapped[str]
    theme: Mapped[Theme] = mapped_column(default=Theme.AUTO)
    timezone: Mapped[str] = mapped_column(default="Europe/Stockholm")
    locale: Mapped[str] = mapped_column(default="en")
    wants_mail: Mapped[bool] = mapped_column(default=True)
    suspended_at: Mapped[datetime | None]

    brand: Mapped["Brand | None"] = relationship(back_populates="person", lazy="joined")
    creator: Mapped["Creator | None"] = relationship(back_populates="person", lazy="joined")

    # What Flask-Login asks of whoever is signed in.
    is_authenticated = True
    is_anonymous = False
    # The sign-in this request came with; set when the person is loaded from a cookie.
    sign_in_token = ""

    @property
    def is_active(self) -> bool:
        return self.suspended_at is None

    def get_id(self) -> str:
        return self.sign_in_token

    @property
    def is_admin(self) -> bool:
        return self.kind == PersonKind.ADMIN


class SignIn(Model):
    """One signed-in browser. Only the hash of its token is kept; ending the row signs it out."""

    __tablename__ = "sign_ins"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    agent: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")


class PasswordReset(Model):
    """A link sent by mail that sets a new password, once, for an hour."""

    __tablename__ = "password_resets"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")


class Notice(Model):
    """Something a person is told, on screen and by mail. The words are made when it is read."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_person", "person_id", "created_at"),
        Index("ix_notices_unread", "person_id", postgresql_where="read_at IS NULL"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    path: Mapped[str]
    read_at: Mapped[datetime | None]
    mailed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")
