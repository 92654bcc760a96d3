"""How long money may be held, by country."""

from datetime import UTC, datetime, timedelta

import pytest

from models.holding import days, deadline, warns_at

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(("country", "most"), [("SE", 87), ("US", 727), ("TH", 7), ("??", 87)])
def test_each_country_has_its_limit_less_a_margin(country: str, most: int) -> None:
    assert days(country) == most
    assert deadline(START, country) == START + timedelta(days=most)


@pytest.mark.parametrize(
    ("left", "told_left", "warns"),
    [
        (20, None, False),
        (14, None, True),
        (10, 13, False),
        (10, 14, False),
        (3, 13, True),
        (1, 2, False),
    ],
)
def test_a_warning_comes_twice(left: int, told_left: int | None, warns: bool) -> None:
    until = START + timedelta(days=87)
    told = None if told_left is None else until - timedelta(days=told_left)
    assert warns_at(until, told, until - timedelta(days=left)) is warns
