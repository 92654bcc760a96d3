"""Files people gave us: pictures, decoded and encoded again, without their metadata."""

import uuid

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from .base import Model


class File(Model):
    __tablename__ = "files"
    __table_args__ = (
        CheckConstraint("content_type IN ('image/webp', 'image/png')", name="is_a_picture"),
        CheckConstraint("octet_length(content) <= 3000000", name="not_too_large"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), index=True)
    # Public files (product pictures) may be seen by anyone, others by who may see their subject.
    is_public: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str]
    content_type: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
