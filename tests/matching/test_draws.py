"""Draws that follow credit are chance, and pass for it wherever their odds are told."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from matching import exposure, learn
from matching.learn import Eligible, Log, Logged, Shown
from matching.score import FORMULA_VERSION, WEIGHTS

ROWS = {"age": "age_gender", "geo": "country"}
WHOLE = sum(WEIGHTS["value"].values())


def score(one: dict[str, float]) -> float:
    logs = (weight / WHOLE * math.log(one[row]) for row, weight in WEIGHTS["value"].items())
    return round(100 * math.exp(sum(logs)), 9)


def world(seed: int, rankings: int = 1000) -> Log:
    """Lists arranged one after the other, with credit as each left it; nothing comes of them."""
    chance = random.Random(seed)
    people = [
        {row: min(1, max(0.01, chance.betavariate(4, 3))) for row in WEIGHTS["value"]}
        for _ in range(300)
    ]
    scores = [score(one) for one in people]
    small, owed = [chance.random() < 0.4 for _ in people], [0.0] * len(people)
    found: list[Any] = []
    for number in range(rankings):
        ids = sorted(chance.sample(range(300), 80), key=lambda one: -scores[one])
        best = [scores[one] for one in ids]
        slots = exposure.arranged(best, [owed[one] for one in ids], str(number), upto=12)
        fits = exposure.fitting(best)
        share = exposure.due([slot.position for slot in slots if slot.place <= fits], fits)
        had = {ids[slot.place - 1]: exposure.worth(slot.position) for slot in slots}
        for one in ids[:fits]:
            owed[one] = exposure.credit(owed[one], share, had.get(one, 0.0))
        above = {ids[slot.place - 1] for slot in slots if slot.position < exposure.EVERY}
        pool = [one for one in ids[:fits] if one not in above]
        shown = [
            Shown(str(ids[s.place - 1]), s.kind == "drawn", s.propensity, chance.random() < 0.02, 1)
            for s in slots
            if s.kind != "drawn" or ids[s.place - 1] in pool
        ]
        eligible = [
            Eligible(str(i), small[i], {ROWS.get(row, row): v for row, v in people[i].items()})
            for i in pool
        ]
        found.append(Logged(str(number), eligible, shown))
    return Log(learn.FORMAT, FORMULA_VERSION, "value", found)


def test_a_log_of_our_draws_is_only_too_short_to_learn_from() -> None:
    with pytest.raises(learn.Refused, match="too few to learn from"):
        learn.learn(world(1))


def test_the_same_draws_with_their_odds_hidden_are_found_out() -> None:
    log = world(1)
    hidden = [
        Logged(one.id, one.pool, [Shown(s.id, s.random, 0.05, s.sales, s.cost) for s in one.shown])
        for one in log.rankings
    ]
    with pytest.raises(learn.Refused, match="were not"):
        learn.learn(Log(log.format, log.formula, log.mode, hidden))
