"""Weights learned from outcomes: what they gain, and every reason to refuse them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching import WEIGHTS, learn
from matching.learn import Eligible, Log, Logged, Refused, Shown
from matching.score import FORMULA_VERSION

KEYS = ("age_gender", "country", "interest", "topic", "auth", "perf", "rel", "value")
TRUE = np.array([0.05, 0.3, 0.02, 0.1, 0.03, 0.1, 0.05, 0.35])
POOL, DRAWN = 60, 6


def logged(seed: int, *, by_chance: bool = True, small: str = "any") -> Log:
    """Outcomes that go by `TRUE`, for slots drawn evenly from the pool, or by persuasion."""
    rng = np.random.default_rng(seed)
    rankings = []
    for number in range(160):
        values = rng.beta(2, 2, (POOL, len(KEYS)))
        is_small = values[:, 7] < 0.4 if small == "dear" else rng.random(POOL) < 0.4
        rate = 300 * np.exp(8 * (np.log(values) @ TRUE))
        odds = np.ones(POOL) if by_chance else values[:, 5] ** 3
        drawn = rng.choice(POOL, DRAWN, replace=False, p=odds / odds.sum())
        best = np.argsort(-values[:, 4])[:DRAWN]
        shown = [Shown(str(row), False, 0.0, 99.0, 1.0) for row in best if row not in drawn]
        shown += [
            Shown(str(row), True, DRAWN / POOL, float(rng.poisson(rate[row])), 1.0) for row in drawn
        ]
        pool = [
            Eligible(
                str(row), bool(is_small[row]), dict(zip(KEYS, map(float, values[row]), strict=True))
            )
            for row in range(POOL)
        ]
        rankings.append(Logged(f"ranking {number}", pool, shown))
    return Log(learn.FORMAT, FORMULA_VERSION, "value", rankings)


@pytest.fixture(scope="module")
def log() -> Log:
    return logged(1)


def distance(weights: dict[str, float]) -> float:
    rows = dict(zip(("age", "geo", *KEYS[2:]), TRUE, strict=True))
    total = sum(weights.values())
    return sum(abs(weights[row] / total - part) for row, part in rows.items())


def test_weights_move_towards_what_sold_and_order_unseen_outcomes_better(log: Log) -> None:
    learned = learn.learn(log)
    assert distance(dict(learned.weights)) < 0.6 * distance(dict(WEIGHTS["value"]))
    assert learned.right[1] > learned.right[0]
    assert min(learned.weights.values()) >= 0
    assert sum(learned.weights.values()) == pytest.approx(1)


def test_what_the_ranking_itself_chose_to_show_teaches_nothing(log: Log) -> None:
    chosen = [
        replace(one, shown=[replace(s, sales=0.0) if not s.random else s for s in one.shown])
        for one in log.rankings
    ]
    assert learn.learn(replace(log, rankings=chosen)) == learn.learn(log)


def test_outcomes_that_are_only_noise_leave_the_published_weights_nearly_alone(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(5)
    noise = [
        replace(one, shown=[replace(s, sales=float(rng.poisson(3))) for s in one.shown])
        for one in log.rankings
    ]
    monkeypatch.setattr(learn, "_right", lambda *_: ((1.0, 1.0), 0.0))
    learned = learn.learn(replace(log, rankings=noise))
    assert all(abs(learned.weights[row] - part) < 0.1 for row, part in WEIGHTS["value"].items())


def test_weights_that_order_unseen_outcomes_worse_are_refused(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    backwards = np.array([0.01, 0.01, 0.9, 0.01, 0.01, 0.04, 0.01, 0.01])
    monkeypatch.setattr(learn, "_fitted", lambda *_: backwards)
    with pytest.raises(Refused, match="held-out pairs in the right order fell"):
        learn.learn(log)


def test_slots_called_random_that_were_chosen_are_found_out() -> None:
    with pytest.raises(Refused, match="differ from their pools in perf"):
        learn.learn(logged(2, by_chance=False))


def test_weights_that_would_hide_small_creators_are_refused() -> None:
    with pytest.raises(Refused, match="small creators would get"):
        learn.learn(logged(3, small="dear"))


def test_a_log_with_too_little_in_it_is_refused(log: Log) -> None:
    with pytest.raises(Refused, match="too few"):
        learn.learn(replace(log, rankings=log.rankings[:20]))
    nobody = [replace(one, shown=[s for s in one.shown if not s.random]) for one in log.rankings]
    with pytest.raises(Refused, match=r"0 of .* slots were filled by chance"):
        learn.learn(replace(log, rankings=nobody))


@pytest.mark.parametrize("key", ["followers", "reach", "badge", "engagements_per_post"])
def test_nothing_that_is_a_size_may_enter(log: Log, key: str) -> None:
    first = log.rankings[0]
    grown = [replace(one, components={**one.components, key: 0.5}) for one in first.pool]
    with pytest.raises(Refused, match=f"{key} is no component"):
        learn.learn(replace(log, rankings=[replace(first, pool=grown), *log.rankings[1:]]))


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("chance", 0.0, "needs its chance"),
        ("id", "stranger", "not in the pool"),
        ("cost", 0.0, "cost above 0"),
        ("sales", -1.0, "cost above 0"),
    ],
)
def test_a_slot_that_cannot_be_right_is_refused(
    log: Log, field: str, value: object, why: str
) -> None:
    first = log.rankings[0]
    slots = [replace(s, **{field: value}) if s.random else s for s in first.shown]  # type: ignore[arg-type]
    with pytest.raises(Refused, match=why):
        learn.learn(replace(log, rankings=[replace(first, shown=slots), *log.rankings[1:]]))


def test_a_log_of_another_formula_is_refused(log: Log) -> None:
    with pytest.raises(Refused, match="2026-11"):
        learn.learn(replace(log, formula="2026-11"))


def test_the_command_prints_weights_or_says_why_not(
    log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from matching.plain import plain

    path = tmp_path / "log.json"
    path.write_text(json.dumps(plain(log)), encoding="utf-8")
    assert learn.main([str(path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["weights"].keys() == WEIGHTS["value"].keys()
    assert told["exposure_small"] >= 0.9 * told["eligible_small"]
    path.write_text('{"format": "another"}', encoding="utf-8")
    assert learn.main([str(path)]) == 1
    assert "refused" in capsys.readouterr().err
    assert learn.main([str(tmp_path / "none.json")]) == 1
    assert learn.main([]) == 2
