"""The one clock. Everything that asks for the time asks here, so that a demo can move it."""

from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_shift: ContextVar[timedelta] = ContextVar("shift", default=timedelta(0))


def now() -> datetime:
    """The present moment in UTC, plus the shift of the demo clock (always zero in production)."""
    return datetime.now(UTC) + _shift.get()


def real_now() -> datetime:
    """The present moment that no demo clock moves: for who is signed in, and since when."""
    return datetime.now(UTC)


def set_shift(shift: timedelta) -> None:
    """Called at the start of each unit of work with the shift stored in the database."""
    _shift.set(shift)
