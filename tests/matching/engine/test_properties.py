"""What must hold of any market: size buys nothing, and the bytes keep what they promise."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Population, Profile
from matching.engine import Conditions, Entry, Query, Snapshot, coding
from tests.matching.engine.market import brief, market

WORK = {"reel": 1, "story": 2}


def ordinary(one: Entry) -> Entry:
    """Engagements and prices that have room to grow a hundred times."""
    per_post = one.profile.engagements_per_post
    profile = replace(
        one.profile,
        engagement_rate=None,
        engagements_per_post=None if per_post is None else min(per_post, 50_000),
    )
    return replace(one, profile=profile)


def a_hundred_times(one: Entry) -> Entry:
    per_post = one.profile.engagements_per_post
    grown = replace(one.profile, engagements_per_post=None if per_post is None else 100 * per_post)
    return replace(
        one,
        profile=grown,
        followers=100 * one.followers,
        prices={kind: 100 * price for kind, price in one.prices.items()},
    )


@pytest.fixture(scope="module")
def snapshots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, Snapshot, Snapshot]:
    """A market, the same with more followers, and with everything a hundred times as large."""
    entries = [ordinary(one) for one in market(500, seed=3)]
    population = Population.of(priced(one) for one in entries)
    followed = [replace(one, followers=100 * one.followers) for one in entries]
    grown = [a_hundred_times(one) for one in entries]
    made = []
    for number, some in enumerate((entries, followed, grown)):
        path: Path = tmp_path_factory.mktemp("size") / f"{number}.snap"
        Snapshot.write(path, some, population)
        made.append(Snapshot.open(path))
    return made[0], made[1], made[2]


def priced(one: Entry) -> Profile:
    return replace(one.profile, price_minor=next(iter(one.prices.values()), None))


@given(seed=st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_size_changes_no_score(seed: int, snapshots: tuple[Snapshot, Snapshot, Snapshot]) -> None:
    query = Query(brief(random.Random(seed)), work=WORK, currency="sek")
    plain, followed, grown = (
        dict(zip(found.ids, found.scores, strict=True))
        for found in (snapshot.scan(query, 500) for snapshot in snapshots)
    )
    assert followed == plain
    assert grown.keys() == plain.keys()
    for id, score in plain.items():
        assert grown[id] == pytest.approx(score, rel=1e-4)


@given(price=st.integers(1, 10**10))
def test_a_price_keeps_four_digits(price: int) -> None:
    kept = coding.PRICES[coding.price_codes(np.array([price]))][0]
    assert kept == pytest.approx(min(price, 9.999e9), rel=5.1e-4)
    if price < 10_000:
        assert kept == price


@given(digits=st.integers(1, 9_999), zeros=st.integers(0, 5))
def test_a_round_price_is_kept_exactly(digits: int, zeros: int) -> None:
    price = digits * 10**zeros
    assert coding.PRICES[coding.price_codes(np.array([price]))][0] == price


@given(share=st.floats(0, 1))
def test_a_share_is_kept_closely(share: float) -> None:
    kept = (coding.share_codes(np.array([share]))[0] / coding.TOP) ** 2
    assert abs(kept - share) <= share**0.5 / coding.TOP + 1e-5


@given(low=st.integers(0, 500_000), high=st.integers(0, 500_000), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_prices_asked_for_are_prices_found(
    low: int, high: int, seed: int, snapshots: tuple[Snapshot, Snapshot, Snapshot]
) -> None:
    entries = {one.id: ordinary(one) for one in market(500, seed=3)}
    asked = Conditions(price_min=low, price_max=high)
    query = Query(brief(random.Random(seed)), asked, {"reel": 1}, "sek")
    found = snapshots[0].scan(query, 500)
    meant = {
        id
        for id, one in entries.items()
        if one.chosen & (1 << 6)
        and one.currency == "sek"
        and low <= one.prices.get("reel", -1) <= high
    }
    assert set(found.ids) == meant
    assert found.pool == len(meant)


@pytest.mark.parametrize("price", [1, 2, 3, 128, 9_999, 16_384, 131_072, 2_500_000])
def test_a_block_of_one_price_is_met_by_that_price_alone(price: int, tmp_path: Path) -> None:
    """Where a whole block is decided by its lowest and highest, both of which are rounded."""
    entries = [replace(one, prices={"reel": price}, currency="sek") for one in market(128, seed=5)]
    Snapshot.write(tmp_path / "one.snap", entries, Population.of(priced(one) for one in entries))
    snapshot, kept = Snapshot.open(tmp_path / "one.snap"), int(round_price(price))
    all_of_them = snapshot.scan(Query(brief(random.Random(1)), work={"reel": 1}), 1).pool

    def pool(low: int | None, high: int | None) -> int:
        asked = Conditions(price_min=low, price_max=high)
        return snapshot.scan(Query(brief(random.Random(1)), asked, {"reel": 1}, "sek"), 1).pool

    assert all_of_them > 64
    assert pool(kept, kept) == pool(kept, None) == pool(None, kept) == all_of_them
    assert pool(kept + 1, None) == pool(None, kept - 1) == 0


def round_price(price: int) -> float:
    return float(coding.PRICES[coding.price_codes(np.array([price]))[0]])
