"""Where the lines of a chart go. Charts are drawn on the server; templates/components/charts.html
draws what is worked out here, on a plane of 100 by 50.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

_WIDE, _TALL = 100, 50
_STEPS = (1, 1.5, 2, 3, 4, 5, 6, 8, 10)
# Less than that of anything is nothing on a chart, and powers of ten come to an end.
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Stair:
    """A line that goes up in steps, in a band of what it may be. `ticks` from the top down."""

    line: str
    band: str
    marked: float | None
    ticks: Sequence[float]


def round_up(value: float) -> float:
    """The next figure that is easy to read: 1, 1.5, 2, 3 … of a power of ten."""
    if value < _LEAST:
        return 1
    power = 10.0 ** floor(log10(value))
    return next(step for step in _STEPS if step * power >= value * 0.999_999) * power


def stair(
    points: Sequence[tuple[float, float, float, float]],
    *,
    to: float,
    marked: float | None = None,
) -> Stair:
    """From points (where, low, best, high) in their order, drawn from 0 to `to`."""
    inside = [point for point in points if point[0] <= to]
    top = round_up(max((high for *_, high in inside), default=0))
    xs = [_WIDE * where / to for where, *_ in inside]
    low, best, high = ([_TALL * (1 - point[n] / top) for point in inside] for n in (1, 2, 3))
    return Stair(
        line="M0 50" + _up(xs, best) + f"H{_WIDE}",
        band=f"M0 50{_up(xs, high)}H{_WIDE}V{_last(low)}{_down(xs, low)}H0Z",
        marked=round(_WIDE * marked / to, 2) if marked is not None and marked <= to else None,
        ticks=[top, top / 2, 0],
    )


def _up(xs: Sequence[float], ys: Sequence[float]) -> str:
    return "".join(f"H{x:.2f}V{y:.2f}" for x, y in zip(xs, ys, strict=True))


def _down(xs: Sequence[float], ys: Sequence[float]) -> str:
    """The same steps walked back, to close the band."""
    before = [_TALL, *ys]
    back = list(enumerate(xs))[::-1]
    return "".join(f"H{x:.2f}V{before[place]:.2f}" for place, x in back)


def _last(ys: Sequence[float]) -> str:
    return f"{ys[-1]:.2f}" if ys else str(_TALL)


def even(total: int, parts: int) -> list[int]:
    """`parts` marks up to `total`, the last being it."""
    return [ceil(total * part / parts) for part in range(1, parts + 1)]
