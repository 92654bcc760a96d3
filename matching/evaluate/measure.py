"""How good a ranking was: against the truth that a simulation knows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .market import Floats

#: A creator is small below this many followers.
SMALL = 10_000
TOP, SEEN = 10, 50
_DISCOUNT = 1 / np.log2(np.arange(SEEN) + 2)


def ndcg(scores: Floats, gains: Floats, top: int = TOP) -> float:
    """Discounted gain of the first `top`, over the best possible."""
    best = np.sort(gains)[::-1][:top] @ _DISCOUNT[:top]
    return float(gains[first(scores, top)] @ _DISCOUNT[:top] / best)


def first(scores: Floats, top: int) -> NDArray[np.intp]:
    return np.argsort(-scores, kind="stable")[:top]


def figures(
    scores: Floats, sales: Floats, fit: Floats, followers: Floats, lies: NDArray[np.bool_]
) -> dict[str, float]:
    """Every figure of one ranking. `fooled10`: the part of the first ten who made it up."""
    seen = first(scores, SEEN)
    return {
        "ndcg10_sales": ndcg(scores, sales),
        "ndcg10_fit": ndcg(scores, fit),
        "recall50_sales": float(np.isin(seen, first(sales, SEEN)).mean()),
        "sales_per_1000": float(1_000 * sales[seen[:TOP]].mean()),
        "exposure_small": float((followers[seen] < SMALL) @ _DISCOUNT / _DISCOUNT.sum()),
        "fooled10": float(lies[seen[:TOP]].mean()),
    }
