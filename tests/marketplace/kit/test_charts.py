"""Lines stay on their plane, go up in steps, and say where they were marked."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from marketplace.kit.charts import even, round_up, stair


@given(st.floats(min_value=0.001, max_value=1e12))
def test_a_round_figure_is_not_below_and_not_far_above(value: float) -> None:
    assert value * 0.999 <= round_up(value) <= value * 1.6


def test_nothing_is_drawn_on_a_plane_of_one() -> None:
    drawn = stair([], to=100)
    assert drawn.line == "M0 50H100"
    assert drawn.ticks[0] == 1
    assert drawn.marked is None


def test_a_line_goes_up_where_a_point_is() -> None:
    drawn = stair([(25, 0, 50, 100), (50, 50, 75, 100)], to=100, marked=50)
    assert drawn.ticks == [100, 50, 0]
    assert drawn.line == "M0 50H25.00V25.00H50.00V12.50H100"
    assert drawn.band == "M0 50H25.00V0.00H50.00V0.00H100V25.00H50.00V50.00H25.00V50.00H0Z"
    assert drawn.marked == 50


def test_what_lies_beyond_is_left_out() -> None:
    drawn = stair([(200, 1, 2, 3)], to=100, marked=150)
    assert drawn.marked is None
    assert "H200" not in drawn.line


@given(st.lists(st.tuples(*[st.floats(0, 1e6)] * 4), max_size=20))
@example([(0.0, 0.0, 0.0, 5e-324)])
def test_no_line_leaves_its_plane(points: list[tuple[float, float, float, float]]) -> None:
    ordered = sorted((x, *sorted(rest)) for x, *rest in points)
    drawn = stair(ordered, to=1e6)
    xs = [float(one) for one in re.findall(r"H([\d.]+)", drawn.line + drawn.band)]
    ys = [float(one) for one in re.findall(r"V([\d.]+)", drawn.line + drawn.band)]
    assert all(0 <= x <= 100 for x in xs)
    assert all(0 <= y <= 50 for y in ys)


def test_marks_are_even_and_end_at_the_whole() -> None:
    assert even(100, 4) == [25, 50, 75, 100]
    assert even(10, 3)[-1] == 10
