"""The time as every feature asks for it."""

from datetime import UTC, date, datetime, time, timedelta

from models.clock import now

__all__ = ["end_of_day", "in_days", "in_hours", "now", "today"]


def today() -> date:
    return now().date()


def in_days(days: float) -> datetime:
    return now() + timedelta(days=days)


def in_hours(hours: float) -> datetime:
    return now() + timedelta(hours=hours)


def end_of_day(day: date) -> datetime:
    """The last moment of a day, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC)
