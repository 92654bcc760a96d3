"""What we owed to whom on one day, bound together so that it can't be changed afterwards."""

import hashlib
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Model, minor
from .money import Money, amount


class Proof(Model):
    """One tree over everything owed in one currency. Written once, and kept for ever."""

    __tablename__ = "proofs"
    __table_args__ = (CheckConstraint("total_minor >= 0", name="total_not_negative"),)

    number: Mapped[int] = mapped_column(Identity(), unique=True)
    taken_at: Mapped[datetime] = mapped_column(index=True)
    currency: Mapped[str]
    root: Mapped[str]
    total_minor: Mapped[int] = minor()
    total: Mapped[Money] = amount("total_minor")
    # kind of party → minor units
    totals: Mapped[dict[str, Any]]
    depth: Mapped[int]
    # What Stripe said lay on our balance just before, and what our books said.
    stripe_minor: Mapped[int] = minor()
    stripe: Mapped[Money] = amount("stripe_minor")
    books_minor: Mapped[int] = minor()
    books: Mapped[Money] = amount("books_minor")
    # The digest of the day published before; empty for the first.
    previous: Mapped[str] = mapped_column(default="")
    # Blinds who is who; every party's own nonce is made from it. Shown to nobody.
    secret: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def moment(self) -> str:
        """The moment as it is bound into every leaf."""
        return self.taken_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def published(self) -> dict[str, Any]:
        """All that is published of the day. The next day's names its digest."""
        return {
            "number": self.number,
            "taken_at": self.moment,
            "currency": self.currency,
            "root": self.root,
            "total": self.total_minor,
            "totals": self.totals,
            "stripe_balance": self.stripe_minor,
            "books_balance": self.books_minor,
            "previous": self.previous,
        }

    @property
    def digest(self) -> str:
        """SHA-256 of what was published, as JSON in one fixed form."""
        line = json.dumps(self.published, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(line.encode()).hexdigest()


class ProofLevel(Model):
    """All nodes of one level in a row, 40 bytes each; the leaves are level 0."""

    __tablename__ = "proof_levels"
    __table_args__ = (UniqueConstraint("proof_id", "level"),)

    proof_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proofs.id"))
    level: Mapped[int]
    nodes: Mapped[bytes] = mapped_column(LargeBinary)


class ProofPart(Model):
    """Where one party's pieces lie in the tree of a day."""

    __tablename__ = "proof_parts"
    __table_args__ = (
        UniqueConstraint("proof_id", "party"),
        Index("ix_proof_parts_party", "party"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
    )

    proof_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("proofs.id"))
    # `deal:<id>`, `order:<id>`, `creator:<person>`, `brand:<person>` or `platform:<account>`
    party: Mapped[str]
    amount_minor: Mapped[int] = minor()
    # [{"position": int, "amount": int}]
    pieces: Mapped[list[dict[str, Any]]]
