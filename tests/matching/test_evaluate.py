"""The simulated markets: that they are what they say, and that the formula does well in them."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from matching import Pool, Population
from matching.evaluate.__main__ import main
from matching.evaluate.campaigns import campaigns, target_shares
from matching.evaluate.market import CODES, TOPICS, Market, market
from matching.evaluate.measure import SMALL, figures, ndcg
from matching.evaluate.methods import baselines
from matching.evaluate.run import alongside, checked, lines, summary, verdicts
from matching.evaluate.worlds import WORLDS, World
from matching.topics import NEAR

USUAL = WORLDS[0]
METHODS = {
    "alongside", "published", "random", "followers", "engagement_rate", "bm25", "embedding",
    "expected_reach", "audience_only", "als", "oracle",
}  # fmt: skip


@pytest.fixture(scope="module")
def usual() -> Market:
    return market(USUAL, 7, 1_500)


def test_a_seed_makes_one_market_and_another_seed_another(usual: Market) -> None:
    again, other = market(USUAL, 7, 1_500), market(USUAL, 8, 1_500)
    assert np.array_equal(usual.engagements, again.engagements)
    assert all(np.array_equal(usual.seen[d], again.seen[d]) for d in CODES)
    assert not np.array_equal(usual.followers, other.followers)


def test_sizes_are_those_of_a_large_public_list(usual: Market) -> None:
    assert np.log10(usual.followers).mean() == pytest.approx(4.26, abs=0.08)
    assert (usual.followers < SMALL).mean() == pytest.approx(0.37, abs=0.05)


def test_what_is_true_is_whole_and_what_is_seen_is_near_it(usual: Market) -> None:
    for dimension in ("age_gender", "country", "language", "interest"):
        assert usual.shares[dimension].sum(axis=1) == pytest.approx(1)
        honest = (usual.n[dimension] > 100) & ~usual.lies & (usual.days < 60)
        gap = np.abs(usual.seen[dimension] - usual.shares[dimension])[honest].sum(axis=1).mean()
        lied = usual.lies & (usual.n[dimension] > 0)
        made_up = np.abs(usual.seen[dimension] - usual.shares[dimension])[lied].sum(axis=1).mean()
        assert gap < made_up
    towns = usual.shares["city"].reshape(usual.size, -1, 4).sum(axis=2)
    assert (towns <= usual.shares["country"] + 1e-9).all()


def test_profiles_hold_what_a_marketplace_knows_and_no_size(usual: Market) -> None:
    profiles = usual.profiles()
    trust = {cells.trust for one in profiles for cells in one.audience.values()}
    assert trust == {1.0, 0.97, 0.75}
    assert {one.price_minor is None for one in profiles} == {True, False}
    assert any(not one.audience for one in profiles)


def test_each_world_differs_as_its_name_says() -> None:
    worlds = {world.name: world for world in WORLDS}
    assert len(worlds) == len(WORLDS)

    def made(name: str) -> Market:
        return market(worlds[name], 3, 1_500)

    def by_size(of: Market) -> float:
        return float(np.corrcoef(np.log(of.followers), np.log(of.persuasion))[0, 1])

    assert by_size(made("trust_falls")) < -0.3 < abs(by_size(made("independent"))) + 0.3
    assert by_size(made("trust_rises")) > 0.3
    assert made("forged").lies.mean() > 5 * made("independent").lies.mean()
    assert np.median(made("tiny_samples").n["country"]) < 60
    pods, plain = made("pods"), made("independent")
    assert (pods.engagements / pods.engaged).mean() > 1.3 * (
        plain.engagements / plain.engaged
    ).mean()
    priced = made("priced_by_size")
    assert np.corrcoef(np.log(priced.price), np.log(priced.followers))[0, 1] > 0.95
    for name in ("city", "language", "distribution"):
        targets = [t for one in campaigns(made(name), 10) for t in one.brief.targets]
        kinds = {t.kind if name == "distribution" else t.dimension for t in targets}
        assert name in kinds


def test_the_truth_multiplies_or_substitutes(usual: Market) -> None:
    (one,) = campaigns(usual, 1)
    shares = [target_shares(usual, target, usual.shares) for target in one.brief.targets]
    assert (one.fit <= np.min(shares, axis=0) + 1e-9).all()
    other = market(replace(USUAL, truth="substitutes"), 7, 1_500)
    (same,) = campaigns(other, 1)
    assert same.brief == one.brief
    assert (same.fit >= one.fit - 1e-9).all()


def test_a_perfect_ranking_has_the_whole_gain_and_an_upside_down_one_little() -> None:
    gains = np.arange(100.0) ** 2
    assert ndcg(gains, gains) == pytest.approx(1)
    assert ndcg(-gains, gains) < 0.02
    followers = np.where(np.arange(100) >= 90, 1_000.0, 1e6)
    told = figures(gains, gains, gains, followers, np.zeros(100, dtype=bool))
    assert told["recall50_sales"] == 1
    assert 0.3 < told["exposure_small"] < 0.6
    assert told["sales_per_1000"] == pytest.approx(1000 * gains[-10:].mean())


@pytest.mark.wide
def test_the_formula_beats_every_baseline_and_the_first_default() -> None:
    for world in WORLDS:
        made = market(world, 9, 2_500)
        past, asked = campaigns(made, 60), campaigns(made, 40)
        of = {"alongside": alongside(Pool(made.profiles())), **baselines(made, past)}
        reached = {
            name: float(np.mean([ndcg(method(one), one.sales) for one in asked]))
            for name, method in of.items()
        }
        mine, best = reached.pop("alongside"), reached.pop("oracle")
        first = reached.pop("published")
        assert best == pytest.approx(1)
        assert mine > max(reached.values()), world.name
        assert mine > first - 0.06, world.name


def test_a_line_a_method_has_every_figure_and_a_summary_its_spread() -> None:
    found = [line for seed in (1, 2) for line in lines(USUAL, seed, 400, 3)]
    assert {line["method"] for line in found} == METHODS
    wanted = {"ndcg10_sales", "recall50_sales", "sales_per_1000", "exposure_small", "se"}
    for line in found:
        assert line["bench"] == "quality"
        assert wanted | {"eligible_small", "ndcg10_fit"} <= line.keys()
        assert 0 <= line["ndcg10_sales"] <= 1
    whole = list(summary(found))
    assert len(whole) == len(METHODS)
    (mine,) = [line for line in whole if line["method"] == "alongside"]
    pair = [line["ndcg10_sales"] for line in found if line["method"] == "alongside"]
    assert mine["ndcg10_sales"] == pytest.approx(np.mean(pair), abs=1e-3)
    assert mine["se"] == pytest.approx(abs(pair[0] - pair[1]) / 2, abs=1e-3)
    assert {"calibration", "coverage90"} <= mine.keys()


@pytest.mark.parametrize(
    ("mine", "first", "other", "met"),
    [(0.61, 0.58, 0.3, True), (0.59, 0.58, 0.3, False), (0.4, 0.5, 0.3, True), (0.4, 0.5, 0.41, 0)],
)
def test_a_verdict_holds_a_world_to_the_aim(
    mine: float, first: float, other: float, met: bool
) -> None:
    reached = {"alongside": mine, "published": first, "bm25": other, "als": 0.1, "oracle": 1.0}
    whole = [{"world": "w", "method": m, "ndcg10_sales": value} for m, value in reached.items()]
    (verdict,) = verdicts(whole)
    assert verdict["aim_met"] is bool(met)
    assert verdict["best_baseline_method"] == "bm25"


def test_intervals_hold_what_they_say() -> None:
    made = market(USUAL, 8, 1_500)
    told = checked(made, Pool(made.profiles()), campaigns(made, 20))
    assert 0.85 < told["coverage90"] < 0.95


def test_what_is_near_to_a_topic_is_read_off_the_audiences() -> None:
    worlds = {world.name: world for world in WORLDS}
    alone = Population.of(market(worlds["unrelated_topics"], 3, 3_000).profiles())
    here, usual = (sum(sum(some.values()) for some in near.values()) for near in (alone.near, NEAR))
    assert here < 0.3 * usual
    made = market(USUAL, 3, 3_000)
    near = Population.of(made.profiles()).near
    found, true = [], []
    for row, topic in enumerate(TOPICS):
        parts = near[topic]
        found += [parts.get(other, 0.0) for other in TOPICS if other != topic]
        true += [made.alike[row, place] for place in range(len(TOPICS)) if place != row]
    assert np.corrcoef(found, true)[0, 1] > 0.6


def test_the_command_prints_json_lines_and_knows_its_worlds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = ["--worlds", "city", "--seeds", "1", "--size", "300", "--campaigns", "2", "--jobs", "1"]
    assert main(given) == 0
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    *lines_of, verdict, time = printed
    assert len(lines_of) == 2 * len(METHODS)
    assert {line["world"] for line in (*lines_of, verdict)} == {"city"}
    assert verdict["method"] == "verdict"
    assert time.keys() == {"bench", "method", "seconds", "jobs"}
    with pytest.raises(SystemExit):
        main(["--worlds", "flat"])
    assert "flat is no world" in capsys.readouterr().err


def test_a_world_can_be_made_of_ones_own() -> None:
    own = World(name="own", fakes=1.0, price_noise=0.0)
    assert market(own, 1, 300).size == 300
