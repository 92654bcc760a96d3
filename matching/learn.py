"""Weights learned from outcomes: `python -m matching.learn log.json`.

A pairwise logit on the logarithms of the components, with weights that can't be negative and
stay near the published ones unless outcomes say otherwise. Only slots that were filled by
chance count, each by the inverse of its chance. What is found is refused unless it keeps every
promise the published weights keep. The log's format: `docs/matching.md`, "Learning weights".
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from .plain import Malformed, built, read_json
from .profiles import CITY, COUNTRY, GROUP_OF, Brief, Cells, Mode, Profile, Target
from .rank import rank
from .score import FLOOR, FORMULA_VERSION, WEIGHTS

FORMAT = "alongside ranking log 1"
Floats = NDArray[np.float64]

#: Fewer pairs of outcomes than this, or rankings they come from, say nothing.
FEWEST_PAIRS, FEWEST_RANKINGS = 300, 40
#: At least this part of the slots shown must have been filled by chance.
RANDOM_PART = 0.1
#: The published weights are as hard to move as if this many pairs spoke for them.
ANCHOR = 150.0
#: Outcomes that follow the score less sharply than this are mostly noise; they loosen nothing.
SHARP = 5.0
#: Held-out pairs may be ordered worse by so many standard errors, which is chance.
BY_CHANCE = 1.0
#: No slot counts for more than so many times the median one.
MOST_TIMES = 20.0
#: Slots filled by chance look like the pool; further off than this many standard errors, not.
MOST_APART = 4.5
#: Creators under 10,000 followers keep this part of their share of the eligible pool.
SMALL_PART = 0.9
#: One ranking in so many is kept to try the weights on.
HELD_OUT = 4
_SEEN = 50


class Refused(ValueError):
    """Nothing is learned from this log, or what was learned may not be used; says why."""


@dataclass(frozen=True, slots=True)
class Eligible:
    """One creator of a ranking's pool. `components` are values by the formula's own keys."""

    id: str
    small: bool
    components: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Shown:
    """One slot as it was shown. `chance`: of this creator getting this slot; `sales` came of it."""

    id: str
    random: bool
    chance: float
    sales: float
    cost: float


@dataclass(frozen=True, slots=True)
class Logged:
    """One ranking: the eligible pool, or an even sample of it, and the slots shown."""

    id: str
    pool: Sequence[Eligible]
    shown: Sequence[Shown]


@dataclass(frozen=True, slots=True)
class Log:
    format: str
    formula: str
    mode: Mode
    rankings: Sequence[Logged]


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights that kept every promise, and what they were tried on.

    right  part of the held-out pairs put in the right order, by the published weights and by
           these. exposure: of small creators in the first fifty; eligible: their share of pools.
    """

    formula: str
    mode: Mode
    weights: Mapping[str, float]
    pairs: int
    right: tuple[float, float]
    exposure: float
    eligible: float


def read(text: str) -> Log:
    """Raises Malformed when it is no such log."""
    log = built(Log, read_json(text), "")
    if log.format != FORMAT:
        raise Malformed(f"format must be “{FORMAT}”")
    return log


def learn(log: Log) -> Learned:
    """Raises Refused, in words, where anything is amiss."""
    if log.formula != FORMULA_VERSION:
        raise Refused(f"the log is of formula {log.formula}, and this is {FORMULA_VERSION}")
    rows = tuple(WEIGHTS[log.mode])
    before = np.array([WEIGHTS[log.mode][row] for row in rows])
    before = before / before.sum()
    tables = [_Table(one, rows) for one in log.rankings]
    _check_chance(log, tables)
    kept = [table for table in tables if not table.held_out]
    pairs, weights = _pairs(kept)
    if len(pairs) < FEWEST_PAIRS or sum(t.has_pairs for t in kept) < FEWEST_RANKINGS:
        raise Refused(f"{len(pairs)} pairs of outcomes by chance are too few to learn from")
    after = _fitted(pairs, weights, before)
    tried = [table for table in tables if table.held_out]
    right, error = _right(tried, before, after)
    if right[1] < right[0] - BY_CHANCE * error:
        raise Refused(
            f"held-out pairs in the right order fell from {right[0]:.3f} to {right[1]:.3f}"
        )
    exposure, eligible = _exposure(tables, after)
    if exposure < SMALL_PART * eligible:
        raise Refused(
            f"small creators would get {exposure:.1%} of what is seen and are {eligible:.1%}"
        )
    found = {row: float(weight) for row, weight in zip(rows, after, strict=True)}
    _check_promises(found, log.mode)
    return Learned(log.formula, log.mode, found, len(pairs), right, exposure, eligible)


class _Table:
    """A ranking as arrays: log components of the pool, and of the slots filled by chance."""

    def __init__(self, logged: Logged, rows: Sequence[str]) -> None:
        self.held_out = crc32(logged.id.encode()) % HELD_OUT == 0
        self.logs = np.array([_logs(one.components, rows) for one in logged.pool])
        self.small = np.array([one.small for one in logged.pool], dtype=bool)
        place = {one.id: at for at, one in enumerate(logged.pool)}
        by_chance = [one for one in logged.shown if one.random]
        if any(not 0 < one.chance <= 1 for one in by_chance):
            raise Refused(f"ranking {logged.id}: a slot filled by chance needs its chance")
        if any(one.id not in place for one in by_chance):
            raise Refused(f"ranking {logged.id}: who was shown is not in the pool")
        if any(one.cost <= 0 or one.sales < 0 for one in by_chance):
            raise Refused(f"ranking {logged.id}: sales and a cost above 0 are needed")
        self.at = np.array([place[one.id] for one in by_chance], dtype=np.intp)
        self.weight = np.array([1 / one.chance for one in by_chance])
        self.gain = np.array([one.sales / one.cost for one in by_chance])

    @property
    def has_pairs(self) -> bool:
        return len(np.unique(self.gain)) > 1

    def pairs(self) -> tuple[Floats, Floats]:
        """Better less worse, in log components, and how much each pair counts."""
        better, worse = np.nonzero(self.gain[:, None] > self.gain[None, :])
        apart = self.logs[self.at[better]] - self.logs[self.at[worse]]
        return apart, np.sqrt(self.weight[better] * self.weight[worse])


def _logs(components: Mapping[str, float], rows: Sequence[str]) -> list[float]:
    """By the formula's rows; a city and its country share theirs."""
    nested = {CITY, COUNTRY} <= components.keys()
    found = dict.fromkeys(rows, 0.0)
    for key, value in components.items():
        row = "value" if key == "eng" and "eng" not in rows else GROUP_OF.get(key, key)
        if row not in found:
            raise Refused(f"{key} is no component of the formula: it may not enter")
        part = 0.5 if nested and key in (CITY, COUNTRY) else 1.0
        found[row] += part * float(np.log(min(max(value, FLOOR), 1.0)))
    return list(found.values())


def _check_chance(log: Log, tables: Sequence[_Table]) -> None:
    """Slots said to be filled by chance must look like the pools they were drawn from."""
    slots = sum(len(one.shown) for one in log.rankings)
    drawn = sum(len(table.at) for table in tables)
    if not drawn or drawn < RANDOM_PART * slots:
        raise Refused(f"{drawn} of {slots} slots were filled by chance; a tenth is needed")
    # The first draw of a ranking, against its pool: what was likelier to be drawn counts for less,
    # so that each of the pool counts the same on average, in each component and in being small.
    off: list[Floats] = []
    for table in tables:
        if len(table.at):
            facts = np.column_stack([table.logs, table.small])
            spread = facts.std(axis=0)
            centred = (facts - facts.mean(axis=0)) / np.where(spread > 0, spread, 1)
            off.append(table.weight[0] / len(facts) * centred[table.at[0]])
    each = np.array(off)
    size = np.sqrt((each**2).sum(axis=0))
    apart = np.abs(each.sum(axis=0)) / np.where(size > 0, size, 1)
    if apart.max() > MOST_APART:
        names = (*WEIGHTS[log.mode], "small")
        worst = names[int(apart.argmax())]
        raise Refused(f"the slots called random were not: they differ from their pools in {worst}")


def _pairs(tables: Sequence[_Table]) -> tuple[Floats, Floats]:
    found = [table.pairs() for table in tables if table.has_pairs]
    if not found:
        return np.zeros((0, 0)), np.zeros(0)
    weights = np.concatenate([weight for _, weight in found])
    weights = np.minimum(weights, MOST_TIMES * np.median(weights))
    return np.vstack([apart for apart, _ in found]), weights / weights.mean()


def _fitted(pairs: Floats, weights: Floats, before: Floats) -> Floats:
    """Projected gradient on a convex loss; the published weights are where it starts."""
    scale = _scale(pairs @ before, weights)
    pull = ANCHOR * max(scale, SHARP) ** 2 * float((pairs**2).mean()) / 8 / len(pairs)
    at, step = before.copy(), 1.0

    def loss(point: Floats) -> float:
        fit = weights @ np.logaddexp(0, -scale * (pairs @ point)) / len(pairs)
        return float(fit + pull * ((point - before) ** 2).sum())

    now = loss(at)
    for _ in range(500):
        wrong = 1 / (1 + np.exp(np.clip(scale * (pairs @ at), -50, 50)))
        slope = -scale * ((weights * wrong) @ pairs) / len(pairs) + 2 * pull * (at - before)
        moved = np.maximum(at - step * slope, 0)
        while (there := loss(moved)) > now and step > 1e-9:
            step /= 2
            moved = np.maximum(at - step * slope, 0)
        if now - there < 1e-10:
            break
        at, now, step = moved, there, step * 1.5
    return at / at.sum()


def _scale(apart: Floats, weights: Floats) -> float:
    """How sharply outcomes follow the published score: the best of a range."""
    tried = np.geomspace(0.5, 50, 40)
    losses = [weights @ np.logaddexp(0, -one * apart) for one in tried]
    return float(tried[int(np.argmin(losses))])


def _right(
    tables: Sequence[_Table], before: Floats, after: Floats
) -> tuple[tuple[float, float], float]:
    """The part of pairs each puts in the right order, and the error of the difference."""
    pairs, counts = _pairs(tables)
    if not len(pairs):
        raise Refused("no held-out ranking has two outcomes to compare")
    part = counts / counts.sum()
    first, then = (pairs @ before > 0).astype(float), (pairs @ after > 0).astype(float)
    error = float(np.sqrt((part * (then - first)) @ (part * (then - first))))
    return (float(part @ first), float(part @ then)), error


def _exposure(tables: Sequence[_Table], weights: Floats) -> tuple[float, float]:
    """Small creators' part of what is seen, a lower slot less, and of the pools."""
    seen, eligible = [], []
    for table in tables:
        order = np.argsort(-(table.logs @ weights), kind="stable")[:_SEEN]
        discount = 1 / np.log2(np.arange(len(order)) + 2)
        seen.append(float(table.small[order] @ discount / discount.sum()))
        eligible.append(float(table.small.mean()))
    return float(np.mean(seen)), float(np.mean(eligible))


def _check_promises(weights: Mapping[str, float], mode: Mode) -> None:
    """A hundred times the size leaves every score where it was."""
    draw = random.Random(1)  # noqa: S311
    pool = list(_anybody(draw, 200))
    brief = Brief([Target("country", {"SE": 1})], {"hiking": 1}, mode, dict(weights))
    before = {one.id: one.score for one in rank(brief, pool).matches}
    for row in draw.sample(range(len(pool)), 20):
        one = pool[row]
        grown = replace(
            one,
            engagements_per_post=100 * (one.engagements_per_post or 0),
            price_minor=100 * (one.price_minor or 1),
        )
        after = rank(brief, [*pool[:row], grown, *pool[row + 1 :]]).matches
        if any(abs(before[m.id] - m.score) > 1e-9 * m.score for m in after):
            raise Refused("a hundred times the size would change a score")


def _anybody(draw: random.Random, count: int) -> Iterator[Profile]:
    for number in range(count):
        yield Profile(
            id=number,
            platform=draw.choice(("instagram", "tiktok")),
            audience={"country": Cells({"SE": draw.random()}, draw.randint(1, 900))},
            topics={draw.choice(("hiking", "tea")): 1},
            engagement_rate=draw.random() / 10,
            engagements_per_post=draw.randint(1, 10_000),
            completed=draw.randint(0, 3),
            deals=3,
            price_minor=draw.randint(1_000, 1_000_000),
        )


def main(given: Sequence[str]) -> int:
    if len(given) != 1:
        sys.stderr.write("usage: python -m matching.learn log.json\n")
        return 2
    try:
        learned = learn(read(Path(given[0]).read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, Malformed, Refused) as error:
        sys.stderr.write(f"refused: {error}\n")
        return 1
    sys.stdout.write(json.dumps(_plain(learned), indent=1) + "\n")
    return 0


def _plain(learned: Learned) -> dict[str, Any]:
    return {
        "formula": learned.formula,
        "mode": learned.mode,
        "weights": {row: round(weight, 4) for row, weight in learned.weights.items()},
        "pairs": learned.pairs,
        "right_before": round(learned.right[0], 4),
        "right_after": round(learned.right[1], 4),
        "exposure_small": round(learned.exposure, 4),
        "eligible_small": round(learned.eligible, 4),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
