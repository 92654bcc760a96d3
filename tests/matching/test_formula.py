"""The formula against a plain reference, and what must hold of it for any market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from math import exp, inf, isclose, log, sqrt
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Brief, Cells, Population, Profile, Target, aged_n, rank

COUNTRIES, AGES, LANGUAGES = ("SE", "DE", "FR", "US"), ("18-24", "25-34"), ("sv", "de")
TOPICS = ("food", "hiking", "books")

Pool = list[Profile]


def cells(codes: Sequence[str]) -> st.SearchStrategy[Cells]:
    """A distribution with something left over, on a sample of any size."""
    weights = st.lists(st.floats(0, 1), min_size=len(codes) + 1, max_size=len(codes) + 1)

    def build(parts: list[float], n: float) -> Cells:
        total = sum(parts) or 1.0
        return Cells({code: part / total for code, part in zip(codes, parts, strict=False)}, n)

    return st.builds(build, weights, st.floats(0, 1000))


audiences = st.fixed_dictionaries(
    {},
    optional={
        "country": cells(COUNTRIES),
        "age": cells(AGES),
        "language": cells(LANGUAGES),
        "age_gender": cells([f"{age}:female" for age in AGES]),
    },
)
topics = st.dictionaries(st.sampled_from(TOPICS), st.floats(0.1, 1), max_size=3)
part = st.tuples(st.integers(0, 50), st.integers(50, 90))
creators = st.builds(
    Profile,
    id=st.just(0),
    platform=st.sampled_from(("instagram", "tiktok")),
    audience=audiences,
    topics=topics,
    engagement_rate=st.none() | st.floats(0, 0.3),
    engagements_per_post=st.none() | st.floats(0, 1e5),
    credibility=st.none() | part,
    authenticity=st.none() | part,
    conversions=st.floats(0, 100),
    expected_conversions=st.floats(0, 100),
    completed=st.integers(0, 5),
    deals=st.integers(5, 9),
    price_minor=st.none() | st.integers(1, 10**7),
)
pools = st.lists(creators, min_size=1, max_size=14).map(
    lambda pool: [replace(profile, id=number) for number, profile in enumerate(pool)]
)
briefs = st.builds(
    Brief,
    targets=st.sets(
        st.sampled_from(
            (
                ("country", "set"),
                ("country", "distribution"),
                ("age", "set"),
                ("language", "set"),
                ("age_gender", "set"),
            )
        )
    ).map(
        lambda chosen: [
            {
                ("country", "set"): Target("country", {"SE": 1, "DE": 0.4}, weight=2),
                ("country", "distribution"): Target(
                    "country", {"SE": 0.5, "FR": 0.5}, kind="distribution"
                ),
                ("age", "set"): Target("age", {"25-34": 1}),
                ("language", "set"): Target("language", {"sv": 0.5}),
                ("age_gender", "set"): Target("age_gender", {"25-34:female": 1}),
            }[pair]
            for pair in sorted(chosen)
            if pair != ("country", "distribution") or ("country", "set") not in chosen
        ]
    ),
    topics=topics,
    mode=st.sampled_from(("value", "fit")),
)


# The reference: one creator, one number at a time, written from the published formula.


def percentile95(numbers: list[float]) -> float:
    ordered = sorted(numbers)
    at = 0.95 * (len(ordered) - 1)
    low = ordered[int(at)]
    return low + (at - int(at)) * (ordered[min(int(at) + 1, len(ordered) - 1)] - low)


def seen_by_hand(c: Profile, dimension: str) -> Cells | None:
    own = c.audience.get(dimension)
    if own and own.n:
        return own
    joint = c.audience.get("age_gender")
    if dimension == "age" and joint and joint.n:
        return Cells(
            {code.partition(":")[0]: share for code, share in joint.shares.items()}, joint.n
        )
    return None


def usual_by_hand(pool: Pool, c: Profile, dimension: str, code: str) -> float:
    measured = [(p, s) for p in pool if (s := seen_by_hand(p, dimension))]
    alike = [(p, s) for p, s in measured if p.main_topic == c.main_topic]
    if c.main_topic is None or len(alike) < 5:
        alike = measured
    trust = sum(s.n / (s.n + 15) for _, s in alike)
    return sum(s.n / (s.n + 15) * s.shares.get(code, 0) for _, s in alike) / trust if trust else 0.0


def observed_by_hand(pool: Pool, c: Profile, dimension: str, code: str) -> tuple[float, float]:
    if found := seen_by_hand(c, dimension):
        return found.shares.get(code, 0.0), found.n
    if dimension == "age_gender" and (ages := seen_by_hand(c, "age")):
        age = code.partition(":")[0]
        women = sum(usual_by_hand(pool, c, "age_gender", f"{a}:female") for a in AGES)
        return ages.shares.get(age, 0.0) * women, ages.n
    return 0.0, 0.0


def likeness_by_hand(pool: Pool, c: Profile, target: Target) -> float:
    total = 0.0
    for code, wanted in target.wanted.items():
        observed, n = observed_by_hand(pool, c, target.dimension, code)
        usual = usual_by_hand(pool, c, target.dimension, code)
        share = (n * observed + 15 * usual) / (n + 15)
        if target.kind == "set":
            total += wanted / max(target.wanted.values()) * share
        else:
            total += sqrt(share * wanted)
    return total if target.kind == "set" else total**2


def cosine_by_hand(pool: Pool, c: Profile, wanted: dict[str, float]) -> float:
    def cosine(own: dict[str, float]) -> float:
        dot = sum(own.get(topic, 0) * weight for topic, weight in wanted.items())
        return dot / sqrt(sum(v * v for v in own.values()) * sum(v * v for v in wanted.values()))

    known = [dict(p.topics) for p in pool if p.topics]
    if c.topics:
        return cosine(dict(c.topics))
    return sum(map(cosine, known)) / len(known) if known else 0.0


def genuine_by_hand(c: Profile) -> float:
    real, sampled = c.credibility or (0, 0)
    genuine, comments = c.authenticity or (0, 0)
    return (real + 18) / (sampled + 20) * (genuine + 18) / (comments + 20)


def value_by_hand(c: Profile) -> float | None:
    if c.engagements_per_post is None or c.price_minor is None:
        return None
    return c.engagements_per_post * genuine_by_hand(c) / c.price_minor


def rate_by_hand(c: Profile) -> float | None:
    return None if c.engagement_rate is None else c.engagement_rate * genuine_by_hand(c)


def scaled_by_hand(pool: Pool, c: Profile, *, money: bool) -> float:
    of = value_by_hand if money else rate_by_hand
    everyone = [v for p in pool if (v := of(p)) is not None]
    own = [v for p in pool if p.platform == c.platform and (v := of(p)) is not None]
    numbers = own if len(own) >= 5 and percentile95(own) > 0 else everyone
    top = percentile95(numbers) if numbers else 0.0
    mine = of(c)
    if top == 0:
        return 0.5
    return min(1.0, (median(numbers) if mine is None else mine) / top)


def score_by_hand(brief: Brief, pool: Pool, c: Profile) -> float:
    value = brief.mode == "value"
    group = {"country": "geo", "age": "age", "age_gender": "age", "language": "interest"}
    weights = (
        {"age": 0.16, "geo": 0.18, "interest": 0.16}
        if value
        else {"age": 0.19, "geo": 0.21, "interest": 0.19}
    )
    parts: list[tuple[float, float]] = []
    for target in brief.targets:
        sharing = sum(group[t.dimension] == group[target.dimension] for t in brief.targets)
        weight = weights[group[target.dimension]] * target.weight / sharing
        parts.append((weight, likeness_by_hand(pool, c, target)))
    if brief.topics:
        cosine = cosine_by_hand(pool, c, dict(brief.topics))
        parts.append((0.12 if value else 0.14, 0.05 + 0.95 * cosine))
    if value:
        parts.append((0.04, genuine_by_hand(c)))
    parts.append(
        (0.14 if value else 0.15, (c.conversions + 4) / (c.expected_conversions + 4) / 2.5)
    )
    parts.append((0.04, (c.completed + 9) / (c.deals + 10)))
    money = value and c.price_minor is not None
    parts.append((0.16 if value else 0.08, scaled_by_hand(pool, c, money=money)))
    total = sum(weight for weight, _ in parts)
    return 100 * exp(sum(w / total * log(min(1.0, max(0.01, v))) for w, v in parts))


@given(briefs, pools)
def test_the_ranking_agrees_with_the_formula_worked_out_by_hand(brief: Brief, pool: Pool) -> None:
    for match in rank(brief, pool).matches:
        by_hand = score_by_hand(brief, pool, pool[int(match.id)])
        assert match.score == pytest.approx(by_hand, rel=1e-9)


@given(briefs, pools)
def test_every_score_and_figure_stays_in_its_range(brief: Brief, pool: Pool) -> None:
    ranking = rank(brief, pool)
    assert sum(ranking.weights.values()) == pytest.approx(1)
    for match in ranking.matches:
        assert 0 < match.score <= 100
        for component in match.components:
            assert 0 < component.value <= 1
            assert 0 <= component.share_of_score <= 1 + 1e-9
            if component.share is not None:
                assert component.low is not None
                assert component.high is not None
                assert 0 <= component.low <= component.share <= component.high <= 1


@given(briefs, pools)
def test_points_add_up_to_the_distance_from_the_median_creator(brief: Brief, pool: Pool) -> None:
    for match in rank(brief, pool).matches:
        usual = sum(c.weight * log(c.pool_median) for c in match.components)
        points = sum(component.points for component in match.components)
        assert points == pytest.approx(100 * (log(match.score / 100) - usual), abs=1e-6)
        if match.score < 99.999:
            assert sum(c.share_of_score for c in match.components) == pytest.approx(1)


@given(briefs, pools, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(brief: Brief, pool: Pool, random: object) -> None:
    shuffled = list(pool)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    market = Population.of(pool)
    before, after = rank(brief, pool, market), rank(brief, shuffled, market)
    assert [match.id for match in before.matches] == [match.id for match in after.matches]


@given(briefs, pools, st.data())
def test_a_hundred_times_the_size_leaves_every_score_unchanged(
    brief: Brief, pool: Pool, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, len(pool) - 1))
    small = pool[row]
    grown = replace(
        small,
        engagements_per_post=small.engagements_per_post and small.engagements_per_post * 100,
        price_minor=small.price_minor and small.price_minor * 100,
    )
    before = {match.id: match.score for match in rank(brief, pool).matches}
    after = rank(brief, [*pool[:row], grown, *pool[row + 1 :]]).matches
    assert all(isclose(before[match.id], match.score, rel_tol=1e-9) for match in after)


def test_no_input_holds_the_size_of_an_account() -> None:
    names = {field.name for kind in (Profile, Brief, Target, Cells) for field in fields(kind)}
    assert not [name for name in names if "follow" in name or "reach" in name or "view" in name]


@pytest.mark.parametrize("followers", [1_000, 8_240, 824_000, 10**9])
def test_a_larger_export_is_not_worth_more_than_a_thousand_people(followers: int) -> None:
    assert aged_n(followers, 0) == 1_000


@settings(max_examples=50)
@given(pools, st.floats(0, 0.9), st.floats(0, 0.1), st.floats(0, 1000))
def test_more_of_the_audience_wanted_never_lowers_a_score(
    pool: Pool, share: float, more: float, n: float
) -> None:
    market = Population.of(pool)
    brief = Brief([Target("country", {"SE": 1})], topics={"food": 1})

    def scored(part: float) -> float:
        audience = {"country": Cells({"SE": part}, n)}
        return rank(brief, [replace(pool[0], audience=audience)], market).matches[0].score

    assert scored(share + more) >= scored(share) * (1 - 1e-12)
    assert scored(share) > -inf
