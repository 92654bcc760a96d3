"""The last unit on either side: what broke the money by one, and no test had noticed."""

from fractions import Fraction

import pytest

from marketplace.shop.rules.shares import Shares, given_back
from models import Money
from models.money import LARGEST_MINOR


def eur(minor: int) -> Money:
    return Money(minor, "eur")


@pytest.mark.parametrize("currency", ["EUR", "Eur", "eu", "euro", "EURO", "e", ""])
def test_a_currency_is_three_lower_case_letters(currency: str) -> None:
    with pytest.raises(ValueError, match="three lower-case letters"):
        Money(1, currency)


def test_the_largest_amount_can_be_typed_and_one_unit_more_can_not() -> None:
    whole, cents = divmod(LARGEST_MINOR, 100)
    assert Money.parse(f"{whole}.{cents:02}", "eur").minor == LARGEST_MINOR
    whole, cents = divmod(LARGEST_MINOR + 1, 100)
    with pytest.raises(ValueError):  # noqa: PT011 what was typed is all there is to say
        Money.parse(f"{whole}.{cents:02}", "eur")


@pytest.mark.parametrize("typed", ["1.234", "ten", "1.2.3", ".", "1e3", "١.٥x"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Money.parse(typed, "eur")


def test_amounts_are_in_order() -> None:
    assert eur(1) < eur(2)
    assert not eur(2) < eur(2)
    assert eur(2) <= eur(2)
    assert not eur(3) <= eur(2)
    assert max(eur(1), eur(2)) == eur(2)


def test_only_nothing_is_false() -> None:
    assert bool(eur(0)) is False
    assert bool(eur(1)) is True
    assert bool(eur(-1)) is True


def test_a_price_times_a_number() -> None:
    assert eur(150).times(3) == eur(450)
    assert eur(150).times(0) == eur(0)


@pytest.mark.parametrize("minor", [1, 5, 49, 50, 51, 4_999, 5_000, 9_999, 10_001, 123_456_789])
@pytest.mark.parametrize("bps", [0, 1, 99, 100, 500, 777, 9_999, 10_000])
def test_a_share_is_half_up_of_the_exact_share(minor: int, bps: int) -> None:
    assert eur(minor).share(bps).minor == int(Fraction(minor * bps, 10_000) + Fraction(1, 2))


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [-1, 2], [2, -1], [-1], [1, -1]])
def test_weights_that_divide_nothing_are_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        eur(100).split(weights)


def test_the_whole_to_one_weight_and_the_odd_units_to_the_first() -> None:
    assert eur(100).split([1]) == [eur(100)]
    assert eur(100).split([1, 1, 1]) == [eur(34), eur(33), eur(33)]
    assert eur(101).split([1, 1]) == [eur(51), eur(50)]
    assert eur(100).split([0, 1]) == [eur(0), eur(100)]


def test_the_odd_cent_of_a_return_is_the_share_furthest_behind() -> None:
    shares = Shares(eur(46), eur(51), eur(14))
    assert given_back(shares, eur(75)) == Shares(eur(31), eur(35), eur(9))
    assert shares.whole == eur(111)
