"""Saved lists: creators a brand keeps together under a name of its own, with a note on each."""

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Model

if TYPE_CHECKING:
    from .brand import Brand
    from .creator import Creator


class SavedList(Model):
    __tablename__ = "saved_lists"
    __table_args__ = (CheckConstraint("name <> ''", name="has_a_name"),)

    brand_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("brands.id"))
    name: Mapped[str]

    brand: Mapped["Brand"] = relationship(lazy="select")


# A brand's lists differ in name, however it is spelt.
Index("uq_saved_lists_name", SavedList.brand_id, func.lower(SavedList.name), unique=True)


class SavedCreator(Model):
    """One creator on one list."""

    __tablename__ = "saved_creators"
    __table_args__ = (UniqueConstraint("list_id", "creator_id"),)

    list_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("saved_lists.id", ondelete="CASCADE"))
    creator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("creators.id"), index=True)
    note: Mapped[str] = mapped_column(default="")

    list: Mapped[SavedList] = relationship(lazy="select")
    creator: Mapped["Creator"] = relationship(lazy="select")
