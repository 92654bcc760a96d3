"""What the installation itself remembers: the demo clock, and how often somebody tried."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from .base import Model


class ClockShift(Model):
    """How far the demo clock stands ahead of the real one. At most one row; none in production."""

    __tablename__ = "clock_shift"
    __table_args__ = (CheckConstraint("is_only", name="only_one"),)

    is_only: Mapped[bool] = mapped_column(default=True, unique=True)
    seconds: Mapped[int]


class RateCounter(Model):
    """How many tries one key has had in the present window of a rate limit."""

    __tablename__ = "rate_counters"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    key: Mapped[str] = mapped_column(unique=True)
    count: Mapped[int]
    expires_at: Mapped[datetime]


class CheckKind(StrEnum):
    VERIFY = "verify"
    RECONCILE = "reconcile"


class LedgerCheck(Model):
    """One run of the checks of the books, or of their comparison with Stripe."""

    __tablename__ = "ledger_checks"
    __table_args__ = (Index("ix_ledger_checks_kind_created_at", "kind", "created_at"),)

    kind: Mapped[CheckKind]
    passed: Mapped[bool]
    # [{"name": str, "passed": bool, "found": str, "things": [{"what": str, "path": str}]}]
    results: Mapped[list[dict[str, Any]]]
