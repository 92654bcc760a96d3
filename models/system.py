"""What the installation itself remembers: the demo clock, and how often somebody tried."""

from datetime import datetime

from sqlalchemy import CheckConstraint
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


class LedgerCheck(Model):
    """One run of `ledger verify`: when, by whom, and what each check said."""

    __tablename__ = "ledger_checks"

    passed: Mapped[bool]
    # [{"name": str, "passed": bool, "found": str}]
    results: Mapped[list[dict[str, object]]]
