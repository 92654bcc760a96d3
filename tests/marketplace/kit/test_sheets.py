"""Files for spreadsheets: what people typed never becomes a formula, and numbers stay numbers."""

from datetime import UTC, date, datetime

import pytest

from marketplace.kit.sheets import cell
from models import Money


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "  =1", "\n=1"])
def test_text_that_begins_like_a_formula_is_made_text(typed: str) -> None:
    assert cell(typed) == f"'{typed}"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Money(-17_280, "eur"), "-172.80"),
        (Money(500, "jpy"), "500"),
        (Money(1_500, "kwd"), "1.500"),
        (datetime(2026, 11, 23, 23, 59, tzinfo=UTC), "2026-11-23"),
        (date(2026, 11, 23), "2026-11-23"),
        (None, ""),
        (-5, "-5"),
        ("Boots – 39", "Boots – 39"),
    ],
)
def test_amounts_and_days_are_plain(value: object, written: str) -> None:
    assert cell(value) == written
