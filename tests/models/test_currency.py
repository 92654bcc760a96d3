"""Stripe's rules for currencies, as its documentation has them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.shop.rules.shares import Shares, given_back
from models import Money, exponent
from models.currency import KNOWN, MINIMUM_CHARGE, grain, least_charge, paid_out

ODD = ["isk", "ugx", "bhd", "kwd", "jpy", "eur"]


@pytest.mark.parametrize(
    ("currency", "decimals", "step"),
    [
        ("eur", 2, 1),
        ("jpy", 0, 1),
        ("krw", 0, 1),
        ("kwd", 3, 10),
        ("tnd", 3, 10),
        ("isk", 2, 100),
        ("ugx", 2, 100),
        ("huf", 2, 1),
        ("twd", 2, 1),
    ],
)
def test_amounts_are_counted_as_stripe_counts_them(currency: str, decimals: int, step: int) -> None:
    assert (exponent(currency), grain(currency)) == (decimals, step)


@pytest.mark.parametrize(
    ("currency", "least"),
    [("eur", 50), ("gbp", 30), ("sek", 300), ("czk", 1_500), ("huf", 17_500), ("jpy", 50)],
)
def test_the_smallest_charge_is_known(currency: str, least: int) -> None:
    assert least_charge(currency) == least


def test_every_smallest_charge_can_be_charged() -> None:
    assert all(least_charge(one) % grain(one) == 0 for one in KNOWN)
    assert all(least > 0 for least in MINIMUM_CHARGE.values())
    assert len(KNOWN) > 50


@pytest.mark.parametrize(
    ("currency", "minor", "sent"),
    [("huf", 12_345, 12_300), ("twd", 99, 0), ("eur", 12_345, 12_345), ("isk", 12_300, 12_300)],
)
def test_what_a_bank_can_be_sent_is_whole_where_stripe_says_so(
    currency: str, minor: int, sent: int
) -> None:
    assert paid_out(minor, currency) == sent


@given(st.integers(0, 10**9), st.sampled_from(ODD), st.integers(0, 10_000))
def test_every_share_can_be_paid(units: int, currency: str, bps: int) -> None:
    amount = Money(units * grain(currency), currency)
    assert amount.share(bps).minor % grain(currency) == 0
    assert amount.share(10_000) == amount


@given(
    st.integers(0, 10**9),
    st.sampled_from(ODD),
    st.lists(st.integers(0, 1_000), min_size=1, max_size=5).filter(any),
)
def test_every_part_of_a_split_can_be_paid(units: int, currency: str, weights: list[int]) -> None:
    amount = Money(units * grain(currency), currency)
    parts = amount.split(weights)
    assert sum(part.minor for part in parts) == amount.minor
    assert all(part.minor % grain(currency) == 0 for part in parts)


@given(st.sampled_from(ODD), st.lists(st.integers(0, 500), min_size=3, max_size=3), st.data())
def test_what_each_gives_back_can_be_paid(
    currency: str, units: list[int], data: st.DataObject
) -> None:
    step = grain(currency)
    shares = Shares(*(Money(one * step, currency) for one in units))
    back = Money(data.draw(st.integers(0, sum(units))) * step, currency)
    if not shares.whole:
        return
    parts = given_back(shares, back)
    assert parts.whole == back
    assert all(one.minor % step == 0 for one in (parts.brand, parts.creator, parts.platform))


@pytest.mark.parametrize(
    ("typed", "currency"), [("12.50", "isk"), ("1.2345", "kwd"), ("5.5", "jpy")]
)
def test_an_amount_nobody_can_pay_is_refused_as_it_is_typed(typed: str, currency: str) -> None:
    with pytest.raises(ValueError, match=typed):
        Money.parse(typed, currency)
