"""Brands: who posts campaigns, pays for work and sells products."""

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model

if TYPE_CHECKING:
    from .person import Person


class Brand(Model):
    __tablename__ = "brands"
    __table_args__ = (CheckConstraint("slug ~ '^[a-z0-9-]{2,60}$'", name="slug_is_plain"),)

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="SE")
    returns_address: Mapped[str] = mapped_column(default="")

    person: Mapped["Person"] = relationship(back_populates="brand", lazy="select")
