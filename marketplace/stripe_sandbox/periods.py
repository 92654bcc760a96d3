"""Billing periods: the same day next month, or its last one."""

import calendar
from datetime import UTC, datetime

DAY = 86_400


def after(start: int, interval: str, count: int, anchor: int | None = None) -> int:
    """When a period that starts then is over; the anchor's day of the month is kept."""
    if interval == "day":
        return start + count * DAY
    if interval == "week":
        return start + count * 7 * DAY
    moment = datetime.fromtimestamp(start, UTC)
    wished = datetime.fromtimestamp(start if anchor is None else anchor, UTC).day
    months = moment.month - 1 + count * (12 if interval == "year" else 1)
    year, month = moment.year + months // 12, months % 12 + 1
    day = min(wished, calendar.monthrange(year, month)[1])
    return int(moment.replace(year=year, month=month, day=day).timestamp())
