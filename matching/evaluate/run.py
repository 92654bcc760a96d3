"""One market, every method: the lines of `make bench-quality`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from matching.explain import interval
from matching.pool import Pool
from matching.score import columns, scores

from .campaigns import Campaign, campaigns, target_shares
from .market import Floats, Market, market
from .measure import SMALL, figures
from .methods import Method, baselines
from .worlds import World

SIZE, CAMPAIGNS, PAST = 5_000, 40, 150
#: Intervals are worked out for one creator in so many.
EVERY = 40
#: nDCG@10 of sales: what the formula is to reach wherever its first default reached the other.
AIM, REACHES = 0.60, 0.58
OURS = ("alongside", "published")
ORDER = (
    "world", "seed", "method", "ndcg10_sales", "ndcg10_fit", "recall50_sales", "sales_per_1000",
    "exposure_small", "eligible_small", "fooled10", "calibration", "coverage90", "se",
)  # fmt: skip


def lines(
    world: World, seed: int, size: int = SIZE, count: int = CAMPAIGNS
) -> Iterator[dict[str, Any]]:
    """A line a method. `se` is over the campaigns of this one market."""
    made = market(world, seed, size)
    past, asked = campaigns(made, PAST), campaigns(made, count)
    pool = Pool(made.profiles())
    small = float((made.followers < SMALL).mean())
    for name, method in {"alongside": alongside(pool), **baselines(made, past)}.items():
        each = [_figures(made, method, one) for one in asked]
        means = {key: float(np.mean([one[key] for one in each])) for key in each[0]}
        spread = np.std([one["ndcg10_sales"] for one in each], ddof=1) / np.sqrt(count)
        more = checked(made, pool, asked) if name == "alongside" else {}
        line = {"world": world.name, "seed": seed, "method": name, "eligible_small": small}
        yield _line({**line, **means, **more, "se": float(spread)})


def summary(found: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """A line a world and method; `se` is over the seeds."""
    kinds = dict.fromkeys((line["world"], line["method"]) for line in found)
    for world, method in kinds:
        same = [one for one in found if (one["world"], one["method"]) == (world, method)]
        names = [key for key in same[0] if isinstance(same[0][key], float) and key != "se"]
        means = {key: float(np.mean([one[key] for one in same])) for key in names}
        spread = [one["ndcg10_sales"] for one in same]
        se = float(np.std(spread, ddof=1) / np.sqrt(len(spread))) if len(spread) > 1 else 0.0
        yield _line(
            {"world": world, "seed": "all", "method": method, **means, "se": se, "seeds": len(same)}
        )


def verdicts(whole: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """A line a world, of the summary's: whether the formula does there what it is meant to.

    Never below the best of the others; and where the first published default reaches
    `REACHES`, at least `AIM`.
    """
    for world in dict.fromkeys(line["world"] for line in whole):
        of = {one["method"]: one["ndcg10_sales"] for one in whole if one["world"] == world}
        mine, first = of["alongside"], of["published"]
        others = {name: of[name] for name in of if name not in (*OURS, "oracle")}
        best = max(others, key=lambda name: others[name])
        yield _line(
            {
                "world": world,
                "seed": "all",
                "method": "verdict",
                "published": first,
                "alongside": mine,
                "best_baseline": others[best],
                "best_baseline_method": best,
                "published_reaches": first >= REACHES,
                "aim_met": mine >= others[best] and (first < REACHES or mine >= AIM),
            }
        )


def alongside(pool: Pool) -> Method:
    """The formula as it is published, through the same calls as the product's."""
    return lambda one: scores(columns(one.brief, pool), len(pool))


def checked(made: Market, pool: Pool, asked: Iterable[Campaign]) -> dict[str, float]:
    """Whether shares are what they are said to be.

    calibration  how far the mean share said is from the true one, over tenths of creators
                 by share said, as a part of the true mean.
    coverage90   how often the interval of 90 % holds the true share.
    """
    off, whole, inside, counted = 0.0, 0.0, 0.0, 0
    for one in asked:
        sets = {target.dimension: target for target in one.brief.targets if target.kind == "set"}
        for column in columns(one.brief, pool):
            if column.key not in sets or column.share is None or column.sure is None:
                continue
            truth = target_shares(made, sets[column.key], made.shares)
            some = slice(None, None, EVERY)
            low, high = interval(column.share[some], column.sure[some])
            inside += float(((low <= truth[some]) & (truth[some] <= high)).mean())
            counted += 1
            for part in np.array_split(np.argsort(column.share, kind="stable"), 10):
                off += abs(float(column.share[part].mean() - truth[part].mean())) / 10
            whole += float(truth.mean())
    return {"calibration": off / whole, "coverage90": inside / counted} if counted else {}


def _figures(made: Market, method: Method, one: Campaign) -> dict[str, float]:
    reached: Floats = method(one)
    return figures(reached, one.sales, one.fit, made.followers, made.lies)


def _line(values: Mapping[str, Any]) -> dict[str, Any]:
    names = [name for name in ORDER if name in values] + [n for n in values if n not in ORDER]
    plain = {
        name: round(values[name], 4) if isinstance(values[name], float) else values[name]
        for name in names
    }
    return {"bench": "quality", **plain}
