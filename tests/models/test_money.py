"""Whole minor units: nothing is lost, nothing is invented."""

import contextlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models import CurrencyMismatch, Money, exponent, total
from models.currency import grain
from models.money import amount

minors = st.integers(-(10**12), 10**12)
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(lambda w: sum(w) > 0)


@given(minors, weights)
def test_a_split_adds_up_and_no_part_is_a_unit_off(minor: int, parts: list[int]) -> None:
    shares = Money(minor, "eur").split(parts)
    assert sum(share.minor for share in shares) == minor
    for share, weight in zip(shares, parts, strict=True):
        assert abs(share.minor * sum(parts) - minor * weight) < sum(parts)


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_a_share_is_rounded_half_up(minor: int, rate: int) -> None:
    share = Money(minor, "eur").share(rate).minor
    assert 0 <= share <= minor or rate == 10_000
    assert abs(share * 10_000 - minor * rate) <= 5_000


@given(st.integers(0, 10**11), st.sampled_from(["eur", "jpy", "kwd", "isk"]))
def test_what_is_shown_can_be_typed_back(minor: int, currency: str) -> None:
    amount = Money(minor - minor % grain(currency), currency)
    assert Money.parse(f"{amount.decimal}", currency) == amount


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("250", 25_000),
        ("249.50", 24_950),
        ("249,50", 24_950),
        ("€ 1,250.50", 125_050),
        ("1.250,50", 125_050),
        ("1 250", 125_000),
        ("12 eur", 1_200),
        ("kr 30", 3_000),
    ],
)
def test_people_type_amounts_in_many_ways(typed: str, minor: int) -> None:
    assert Money.parse(typed, "eur").minor == minor


@pytest.mark.parametrize(
    "typed",
    ["", "abc", "1.234", "1.250", "0.500", "--1", "1.2.34", "12e3", "=1+1", "1" * 20, "٣", "NaN"],
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 the message is the text itself
        Money.parse(typed, "eur")


@given(st.text(max_size=30))
@example("9" * 27)
def test_no_text_breaks_the_parser(typed: str) -> None:
    with contextlib.suppress(ValueError):
        Money.parse(typed, "eur")


def test_currencies_do_not_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "eur") + Money(1, "sek")
    with pytest.raises(CurrencyMismatch):
        total([Money(1, "eur"), Money(1, "usd")], "eur")


def test_money_counts_only_whole_units() -> None:
    with pytest.raises(TypeError):
        Money(1.0, "eur")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(True, "eur")


def test_the_exponents_are_stripes() -> None:
    assert [exponent(c) for c in ("eur", "jpy", "kwd", "isk", "ugx")] == [2, 0, 3, 2, 2]


@pytest.mark.parametrize("currency", ["EUR", "eu", "euro", ""])
def test_a_currency_is_three_small_letters(currency: str) -> None:
    with pytest.raises(ValueError, match="three lower-case letters"):
        Money(1, currency)


def test_a_comma_before_four_figures_is_neither_here_nor_there() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 the message is the text itself
        Money.parse("1,2345", "eur")


@pytest.mark.parametrize(
    ("minor", "currency", "bps", "share"),
    [
        (50, "eur", 100, 1),  # a half goes up
        (49, "eur", 100, 0),
        (5_000, "eur", 1, 1),
        (4_999, "eur", 1, 0),
        (100_000, "isk", 45, 500),  # 450 are no whole krónur
        (100_000, "isk", 44, 400),
        (10_000, "kwd", 15, 20),
        (10_000, "kwd", 14, 10),
    ],
)
def test_a_share_is_what_can_be_paid(minor: int, currency: str, bps: int, share: int) -> None:
    assert Money(minor, currency).share(bps) == Money(share, currency)


def test_what_can_not_be_paid_of_an_amount_goes_to_the_first_remainder() -> None:
    parts = Money(1_001, "isk").split([1, 2])
    assert [part.minor for part in parts] == [300, 701]
    assert [part.minor for part in Money(1_050, "isk").split([1, 1])] == [550, 500]


def test_a_column_of_money_reads_its_currency_beside_it_and_nothing_as_none() -> None:
    column = amount("price_minor")
    assert column.attrs == ("price_minor", "currency")
    assert column.composite_class is Money
    is_none = column.return_none_on
    assert callable(is_none)
    assert is_none(None, "eur")
    assert not is_none(0, "eur")


def test_the_largest_amount_is_the_largest_a_card_can_be_charged() -> None:
    assert Money.parse("9999999999.99", "eur").minor == 999_999_999_999
    with pytest.raises(ValueError):  # noqa: PT011 the message is the text itself
        Money.parse("10000000000.00", "eur")


def test_amounts_are_compared_counted_and_added() -> None:
    one, two = Money(1, "eur"), Money(2, "eur")
    assert (one < two, two < one, one < Money(1, "eur")) == (True, False, False)
    assert (one <= two, two <= one, one <= Money(1, "eur")) == (True, False, True)
    assert (one + two, one - two, two.times(3)) == (
        Money(3, "eur"),
        Money(-1, "eur"),
        Money(6, "eur"),
    )
    assert total([], "sek") == Money(0, "sek")
    assert (bool(one), bool(one - one)) == (True, False)


def test_one_weight_takes_it_all() -> None:
    assert Money(7, "eur").split([1]) == [Money(7, "eur")]


@pytest.mark.parametrize("weights", [[0], [0, 0], [-1, 2], [2, -3]])
def test_what_is_no_proportion_divides_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights must be"):
        Money(100, "eur").split(weights)
