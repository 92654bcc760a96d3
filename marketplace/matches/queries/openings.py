"""Which open deals a creator misses by one condition, and what they could truly say to meet it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .asks import Lack
from .fits import Fit

_MOST = 2


class Opening(NamedTuple):
    """One thing to say, if it is true, and the deals that ask for nothing else."""

    lack: Lack
    code: str
    fits: Sequence[Fit]


def openings(fits: Sequence[Fit]) -> list[Opening]:
    """Those that open the most deals. Where somebody lives, or how many follow them, is nothing
    to be said otherwise, so it opens none.
    """
    found: dict[tuple[Lack, str], list[Fit]] = {}
    for fit in fits:
        if len(fit.lacks) == 1:
            for key in _said(fit):
                found.setdefault(key, []).append(fit)
    ordered = sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))
    return [Opening(lack, code, some) for (lack, code), some in ordered[:_MOST]]


def _said(fit: Fit) -> Iterator[tuple[Lack, str]]:
    [lack] = fit.lacks
    if lack == Lack.AWAY:
        yield lack, ""
    elif lack == Lack.LANGUAGE:
        yield from ((lack, code) for code in fit.ask.languages)
    elif lack == Lack.PLATFORM:
        yield from ((lack, code) for code in fit.ask.platforms)
