"""Shares of a sale, and of what is given back."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from marketplace.shop.rules.shares import Shares, divide, given_back, gone, kept
from models import Money, Order

amounts = st.integers(1, 500_000)
lines = st.lists(st.tuples(amounts, st.integers(0, 9_000)), min_size=1, max_size=4)
shares = st.tuples(*[st.integers(0, 100_000)] * 3).filter(any)


def money(minor: int) -> Money:
    return Money(minor, "eur")


def parts(of: Shares) -> list[int]:
    return [of.brand.minor, of.creator.minor, of.platform.minor]


def test_a_sale_of_149_euros_is_shared_to_the_cent() -> None:
    assert parts(divide([(money(14_900), 1_200)], 500)) == [12_367, 1_788, 745]


@given(lines, st.integers(0, 10_000))
def test_the_shares_add_up_and_none_is_negative(sold: list[tuple[int, int]], fee: int) -> None:
    found = divide([(money(minor), bps) for minor, bps in sold], fee)
    assert sum(parts(found)) == sum(minor for minor, _ in sold)
    assert min(parts(found)) >= 0


@given(shares, st.data())
def test_refunds_in_any_pieces_give_back_what_one_refund_would(
    weights: tuple[int, int, int], data: st.DataObject
) -> None:
    whole = Shares(*map(money, weights))
    total = sum(weights)
    stops = sorted(data.draw(st.lists(st.integers(0, total), max_size=6)))
    before = [0, 0, 0]
    for stop in [*stops, total]:
        after = parts(given_back(whole, money(stop)))
        assert sum(after) == stop
        for place, weight in enumerate(weights):
            assert before[place] <= after[place] <= weight
            assert abs(after[place] * total - weight * stop) < total
        before = after
    assert before == list(weights)


@given(shares, st.data())
def test_one_cent_more_takes_one_cent_from_one_share(
    weights: tuple[int, int, int], data: st.DataObject
) -> None:
    whole = Shares(*map(money, weights))
    refunded = data.draw(st.integers(0, sum(weights) - 1))
    step = given_back(whole, money(refunded + 1)) - given_back(whole, money(refunded))
    assert sorted(parts(step)) == [0, 0, 1]


def test_a_third_of_a_sale_takes_a_third_of_each_share() -> None:
    whole = Shares(money(4_801), money(899), money(299))
    assert parts(given_back(whole, money(2_000))) == [1_600, 300, 100]


def test_a_cent_that_is_left_over_is_of_whoever_is_furthest_behind() -> None:
    assert parts(given_back(Shares(money(1), money(1), money(4)), money(2))) == [0, 0, 2]


def test_where_amounts_are_whole_so_are_the_parts_of_them() -> None:
    krona = [Money(minor, "isk") for minor in (200, 100, 100)]
    assert parts(given_back(Shares(*krona), Money(300, "isk"))) == [100, 100, 100]


def test_shares_make_the_whole() -> None:
    assert Shares(money(1), money(2), money(4)).whole == money(7)


def order(weights: tuple[int, int, int]) -> Order:
    brand, creator, platform = weights
    shares: dict[str, Any] = {"brand_minor": brand, "creator_minor": creator}
    made = Order(currency="eur", total_minor=sum(weights), platform_minor=platform, **shares)
    made.refunded = made.brand_back = money(0)
    return made


@given(shares, st.data())
def test_what_a_brand_gives_alone_is_nobody_elses_and_changes_nothing_that_was_before(
    weights: tuple[int, int, int], data: st.DataObject
) -> None:
    sale = order(weights)
    for _turn in range(data.draw(st.integers(1, 6))):
        before = parts(kept(sale))
        if data.draw(st.booleans()):
            alone = data.draw(st.integers(0, before[0]))
            sale.brand_back += money(alone)
            sale.refunded += money(alone)
            assert parts(kept(sale)) == [before[0] - alone, *before[1:]]
        else:
            sale.refunded += money(data.draw(st.integers(0, sum(before))))
            after = parts(kept(sale))
            assert all(0 <= one <= was for one, was in zip(after, before, strict=True))
        assert sum(parts(kept(sale))) == sum(weights) - sale.refunded.minor
    assert parts(gone(sale, money(sum(weights)))) == list(weights)


def test_the_others_bear_a_refund_once_the_brand_has_nothing_left() -> None:
    sale = order((80, 15, 5))
    sale.refunded = sale.brand_back = money(60)
    assert parts(gone(sale, money(70))) == [68, 2, 0]
    assert parts(gone(sale, money(92))) == [80, 9, 3]
