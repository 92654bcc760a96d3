"""Who is seen: a share for everyone who fits, and nobody above who is much better."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import exposure
from matching.exposure import BOUND, EVERY, LIFT, MOST, Slot, arranged, fitting
from tests.bench.exposure import Market

# Eighths, so that sums and differences are exact.
eighths = st.integers(8, 800).map(lambda number: number / 8)
credits_ = st.integers(0, 32).map(lambda number: number / 8)


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[float], list[float], str]:
    scores = sorted(draw(st.lists(eighths, max_size=40)), reverse=True)
    owed = draw(st.lists(credits_, min_size=len(scores), max_size=len(scores)))
    return scores, owed, draw(st.text(max_size=8))


@given(pools())
def test_nobody_stands_above_somebody_much_better(pool: tuple[list[float], list[float], str]):
    scores, owed, seed = pool
    slots = arranged(scores, owed, seed)
    for above, slot in enumerate(slots):
        within = BOUND if slot.kind == "drawn" else LIFT
        for below in slots[above + 1 :]:
            assert scores[below.place - 1] - scores[slot.place - 1] <= within


@given(pools())
def test_everybody_stands_somewhere_once(pool: tuple[list[float], list[float], str]):
    scores, owed, seed = pool
    slots = arranged(scores, owed, seed)
    assert sorted(slot.place for slot in slots) == list(range(1, len(scores) + 1))
    assert [slot.position for slot in slots] == list(range(1, len(scores) + 1))
    fits = fitting(scores)
    assert all(slot.place == slot.position for slot in slots[fits:])


@given(pools(), st.integers(0, 50))
def test_a_page_is_the_start_of_the_whole_list(
    pool: tuple[list[float], list[float], str], upto: int
):
    assert arranged(*pool, upto=upto) == arranged(*pool)[:upto]


@given(pools())
def test_what_is_given_away_is_bounded(pool: tuple[list[float], list[float], str]):
    scores, owed, seed = pool
    slots = arranged(scores, owed, seed)
    for slot in slots:
        within = BOUND if slot.kind == "drawn" else LIFT
        assert scores[slot.place - 1] >= scores[slot.position - 1] - within
    drawn = [slot for slot in slots if slot.kind == "drawn"]
    assert all(slot.position % EVERY == 0 for slot in drawn)
    if slots:
        weight = sum(exposure.worth(slot.position) for slot in slots)
        share = sum(exposure.worth(slot.position) for slot in drawn) / weight
        lost = exposure.loss(scores, slots)
        assert lost <= share * BOUND + (1 - share) * LIFT + 1e-9


@given(pools())
def test_whoever_fits_can_be_drawn_in_the_tenth_place(
    pool: tuple[list[float], list[float], str],
):
    """So that nobody who fits is ever out of reach of a first page."""
    scores, owed, seed = pool
    fits = fitting(scores)
    slots = arranged(scores, owed, seed, upto=9)
    left = [row for row in range(fits) if row + 1 not in {slot.place for slot in slots}]
    if len(slots) == 9 and left:
        assert exposure._near(scores, left, BOUND) == left


def test_without_credit_only_the_draws_change_the_order() -> None:
    scores = [60 - number / 10 for number in range(40)]
    slots = arranged(scores, [0.0] * 40, "boots 2026-11-30")
    plain = [slot for slot in slots if slot.kind != "drawn"]
    assert {slot.kind for slot in plain} == {"score"}
    assert [slot.place for slot in plain] == sorted(slot.place for slot in plain)
    assert all(slot.lift == 0 and slot.propensity == 1 for slot in plain)
    # The 39th is 3 points below the ninth: 38 fit, and the last of them has nobody to be
    # drawn against.
    assert fitting(scores) == 39
    assert [slot.position for slot in slots if slot.kind == "drawn"] == [5, 10, 15, 20, 25, 30, 35]


def test_credit_lifts_among_near_equals_and_no_further() -> None:
    scores = [62.0, 61.0, 60.0, 55.0, 54.0]
    first = arranged(scores, [0, 0, MOST, MOST, 0], "day", upto=1)
    assert first == [Slot(1, 3, "lifted", LIFT, 1.0)]
    # Six points behind, the most credit there is lifts nobody past.
    assert arranged(scores, [0, 0, 0, MOST, 0], "day", upto=1) == [Slot(1, 1, "score", 0.0, 1.0)]
    # Half a showing is worth half the lift: not enough for two points.
    half = exposure.FULL / 2
    assert arranged(scores, [0, 0, half, 0, 0], "day", upto=1)[0].place == 1


def test_who_fits_is_measured_from_the_ninth() -> None:
    scores = [90.0, *[70.0] * 7, 60.0, 59.0, 57.0, 56.999]
    assert fitting(scores) == 11
    assert fitting([50.0, 48.0, 46.0]) == 2 + 1
    assert fitting([50.0, 48.0, 46.0, 42.9]) == 4
    assert fitting([]) == 0


def test_the_same_day_gives_the_same_list_and_another_day_another() -> None:
    scores, owed = [60 - number / 50 for number in range(100)], [0.0] * 100
    lists = {
        day: [slot.place for slot in arranged(scores, owed, f"boots {day}", upto=12)]
        for day in range(30)
    }
    again = [slot.place for slot in arranged(scores, owed, "boots 7", upto=12)]
    assert again == lists[7]
    assert len({tuple(places) for places in lists.values()}) > 25


def test_a_draw_picks_each_as_often_as_it_says() -> None:
    scores = [60.0, 59.5, 59.0, 58.5, 58.0, 57.5, 57.0]
    owed = [0.0, 0.0, 0.0, 0.0, 0.4, 0.1, 0.9]
    times, days = Counter[int](), 20_000
    likely: dict[int, float] = {}
    for day in range(days):
        (slot,) = [one for one in arranged(scores, owed, str(day), upto=5) if one.kind == "drawn"]
        times[slot.place] += 1
        likely[slot.place] = slot.propensity
    assert sum(likely.values()) == pytest.approx(1)
    for place, p in likely.items():
        assert abs(times[place] / days - p) < 4 * math.sqrt(p * (1 - p) / days)


def test_chance_is_a_plain_hash_that_anybody_can_work_out() -> None:
    assert exposure.chance("boots 2026-11-30", 5) == pytest.approx(0.0, abs=1)
    numbers = [exposure.chance("boots", position) for position in range(4_000)]
    assert 0 <= min(numbers) < 0.01
    assert 0.99 < max(numbers) < 1
    assert sum(numbers) / len(numbers) == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(
    ("scores", "owed", "wrong"),
    [
        ([1.0, 2.0], [0, 0], "best first"),
        ([2.0, 1.0], [0], "every score"),
        ([2.0, math.nan], [0, 0], "numbers"),
        ([2.0, 1.0], [0, -1], "0 or more"),
        ([2.0, 1.0], [0, math.inf], "numbers"),
    ],
)
def test_what_is_no_ranking_is_refused(
    scores: Sequence[float], owed: Sequence[float], wrong: str
) -> None:
    with pytest.raises(ValueError, match=wrong):
        arranged(scores, owed, "day")


def test_credit_is_what_was_due_and_not_given() -> None:
    assert exposure.credit(0.5, 1.0, 0.25) == 1.25
    assert exposure.credit(0, 1, 5) == 0
    assert exposure.credit(2, 9, 0) == MOST
    assert exposure.due([1, 2, 3], 10) == pytest.approx((1 + 0.6309297 + 0.5) / 10)
    assert exposure.due([1], 0) == 0


@pytest.mark.parametrize("seed", range(3))
def test_everyone_who_fits_is_seen_within_a_month_and_the_best_stay_on_top(seed: int) -> None:
    market = Market(creators=80, campaigns=3, seed=seed)
    market.month()
    assert [name for name in market.names if market.fit[name] and not market.seen[name]] == []
    # Without it, the same few are seen and most never.
    plain = Market(creators=80, campaigns=3, seed=seed)
    plain.month(fair=False)
    assert sum(not plain.seen[name] for name in plain.names if plain.fit[name]) > 30
    assert sum(market.lost) / len(market.lost) < 2
    assert max(market.lost) < 0.8 * LIFT + 0.2 * BOUND


def test_shares_even_out_over_the_months() -> None:
    market = Market(creators=60, campaigns=2, seed=9)
    for _ in range(3):
        market.month()
    # Most of what each was due they had; who is nearly always the best has more.
    had = sorted(market.seen[name] / market.due[name] for name in market.names if market.due[name])
    assert had[0] > 0.3
    assert had[len(had) // 10] > 0.5
    plain = Market(creators=60, campaigns=2, seed=9)
    plain.month(fair=False)
    assert sum(not plain.seen[name] for name in plain.names if plain.due[name]) > 20


def test_no_size_can_enter() -> None:
    """The module takes numbers without a name, and imports nothing that has one."""
    source = __import__("inspect").getsource(exposure)
    assert "import" in source
    assert not [line for line in source.splitlines() if line.startswith("from .")]
    assert "followers" not in source


def test_steps_of_a_ranking_are_walked_down_in_order() -> None:
    scores = [80.0, 70.0, 60.0, 50.0, 40.0, 30.0]
    slots = arranged(scores, [MOST] * 6, "day")
    assert all(a.place < b.place for a, b in pairwise(slots))
