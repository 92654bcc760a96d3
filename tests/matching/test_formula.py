"""The formula against a plain reference, and what must hold of it for any market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from math import exp, inf, isclose, log, sqrt
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import WEIGHTS, Brief, Cells, Population, Profile, Target, aged_n, rank

COUNTRIES, AGES, LANGUAGES = ("SE", "DE", "FR", "US"), ("18-24", "25-34"), ("sv", "de")
TOPICS = ("food", "hiking", "books")

Pool = list[Profile]


def cells(codes: Sequence[str]) -> st.SearchStrategy[Cells]:
    """A distribution with something left over, on a sample of any size."""
    weights = st.lists(st.floats(0, 1), min_size=len(codes) + 1, max_size=len(codes) + 1)

    def build(parts: list[float], n: float, trust: float) -> Cells:
        total = sum(parts) or 1.0
        shares = {code: part / total for code, part in zip(codes, parts, strict=False)}
        return Cells(shares, n, trust)

    return st.builds(build, weights, st.floats(0, 1000), st.sampled_from((1.0, 0.97, 0.75)))


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


def percentile(numbers: list[float], part: float = 0.975) -> float:
    ordered = sorted(numbers)
    at = part * (len(ordered) - 1)
    low = ordered[int(at)]
    return low + (at - int(at)) * (ordered[min(int(at) + 1, len(ordered) - 1)] - low)


def seen_by_hand(c: Profile, dimension: str) -> Cells | None:
    own = c.audience.get(dimension)
    if own and own.n:
        return own
    joint = c.audience.get("age_gender")
    if dimension == "age" and joint and joint.n:
        ages = {code.partition(":")[0]: share for code, share in joint.shares.items()}
        return Cells(ages, joint.n, joint.trust)
    if dimension == "gender" and joint and joint.n:
        return Cells({"female": sum(joint.shares.values())}, joint.n, joint.trust)
    return None


def weight_by_hand(cells: Cells) -> float:
    return cells.trust * cells.n / (cells.n + 15)


def mean_by_hand(parts: list[tuple[float, Cells]], code: str, other: float) -> float:
    """The weighted mean of a cell, three creators like `other` among them."""
    total = sum(w * s.shares.get(code, 0) for w, s in parts) + 3 * other
    return total / (sum(w for w, _ in parts) + 3)


def usual_by_hand(pool: Pool, c: Profile, dimension: str, code: str) -> float:
    measured = [(p, s) for p in pool if (s := seen_by_hand(p, dimension))]
    trust = sum(weight_by_hand(s) for _, s in measured)
    if not trust:
        return 0.0
    everyone = sum(weight_by_hand(s) * s.shares.get(code, 0) for _, s in measured) / trust
    if dimension == "language" and (home := home_by_hand(c)):
        there = [(weight_by_hand(s), s) for p, s in measured if home_by_hand(p) == home]
        if there:
            return mean_by_hand(there, code, everyone)
    if not c.topics:
        return everyone
    alike = [(weight_by_hand(s), s) for p, s in measured if p.main_topic == c.main_topic]
    return mean_by_hand(alike, code, everyone)


def home_by_hand(c: Profile) -> str | None:
    countries = c.audience.get("country")
    if not countries or not countries.n:
        return None
    return max(sorted(countries.shares), key=lambda code: countries.shares[code])


CODES = {
    "country": COUNTRIES,
    "age": AGES,
    "language": LANGUAGES,
    "age_gender": tuple(f"{age}:female" for age in AGES),
}


def kappa_by_hand(pool: Pool, dimension: str) -> float:
    apart, weight = 30 / 16, 30.0
    for c in pool:
        cells = seen_by_hand(c, dimension)
        if not cells or cells.n < 2:
            continue
        prior = {code: usual_by_hand(pool, c, dimension, code) for code in CODES[dimension]}
        spread = sum(share * (1 - share) for share in prior.values())
        if spread < 0.01:
            continue
        off = sum((cells.shares.get(code, 0) - share) ** 2 for code, share in prior.items())
        apart += weight_by_hand(cells) * (off / spread - 1 / cells.n)
        weight += weight_by_hand(cells) * (1 - 1 / cells.n)
    kappa = weight / apart - 1 if apart > 0 else inf
    return min(60.0, max(2.0, kappa))


def observed_by_hand(pool: Pool, c: Profile, dimension: str, code: str) -> tuple[float, Cells]:
    if found := seen_by_hand(c, dimension):
        return found.shares.get(code, 0.0), found
    if dimension == "age_gender" and (ages := seen_by_hand(c, "age")):
        women = usual_by_hand(pool, c, "gender", "female")
        return ages.shares.get(code.partition(":")[0], 0.0) * women, ages
    return 0.0, Cells({}, 0)


def likeness_by_hand(pool: Pool, c: Profile, target: Target) -> float:
    total = 0.0
    kappa = kappa_by_hand(pool, target.dimension)
    for code, wanted in target.wanted.items():
        observed, cells = observed_by_hand(pool, c, target.dimension, code)
        usual = usual_by_hand(pool, c, target.dimension, code)
        part = cells.trust * cells.n / (cells.n + kappa)
        share = part * observed + (1 - part) * usual
        if target.kind == "set":
            total += wanted / max(target.wanted.values()) * share
        else:
            total += sqrt(share * wanted)
    return total if target.kind == "set" else total**2


def near_by_hand(wanted: str, own: str) -> float:
    """Nothing is near among these but what a test adds: food, hiking and books are apart."""
    return float(wanted == own)


def cosine_by_hand(pool: Pool, c: Profile, wanted: dict[str, float]) -> float:
    def cosine(own: dict[str, float]) -> float:
        dot = sum(
            near_by_hand(topic, other) * own[other] * weight
            for topic, weight in wanted.items()
            for other in own
        )
        return dot / sqrt(sum(v * v for v in own.values()) * sum(v * v for v in wanted.values()))

    known = [dict(p.topics) for p in pool if p.topics]
    if c.topics:
        return min(1.0, cosine(dict(c.topics)))
    return min(1.0, sum(map(cosine, known)) / len(known)) if known else 0.0


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
    top = percentile(everyone) if everyone else 0.0
    if top == 0:
        return 0.5
    usual = min(1.0, median(everyone) / top)
    if own and percentile(own) > 0:
        part = len(own) / (len(own) + 20)
        usual = part * min(1.0, median(own) / percentile(own)) + (1 - part) * usual
        top = percentile(own) ** part * top ** (1 - part)
    mine = of(c)
    return usual if mine is None else min(1.0, mine / top)


def score_by_hand(brief: Brief, pool: Pool, c: Profile) -> float:
    value = brief.mode == "value"
    group = {"country": "geo", "age": "age", "age_gender": "age", "language": "interest"}
    weights = WEIGHTS[brief.mode]
    parts: list[tuple[float, float]] = []
    for target in brief.targets:
        weight = weights[group[target.dimension]] * target.weight
        parts.append((weight, likeness_by_hand(pool, c, target)))
    if brief.topics:
        cosine = cosine_by_hand(pool, c, dict(brief.topics))
        parts.append((weights["topic"], 0.05 + 0.95 * cosine))
    if value:
        parts.append((weights["auth"], genuine_by_hand(c)))
    sold = (c.conversions + 4) / (c.expected_conversions + 4)
    parts.append((weights["perf"], sold / 2.5))
    parts.append((weights["rel"], (c.completed + 9) / (c.deals + 10)))
    money = value and c.price_minor is not None
    parts.append((weights["value" if value else "eng"], scaled_by_hand(pool, c, money=money)))
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


@pytest.mark.wide
@settings(max_examples=3_000)
@given(briefs, pools, st.data())
def test_in_thousands_of_markets_no_size_of_anybody_changes_a_score(
    brief: Brief, pool: Pool, data: st.DataObject
) -> None:
    """Everyone grows by a factor of their own; priors and scales are those of the grown market."""
    before = {match.id: match.score for match in rank(brief, pool).matches}
    grown = []
    for one in pool:
        times = data.draw(st.sampled_from((1, 10, 100, 10_000)))
        price = one.price_minor and one.price_minor * times
        made = one.engagements_per_post and one.engagements_per_post * times
        grown.append(replace(one, engagements_per_post=made, price_minor=price))
    after = {match.id: match.score for match in rank(brief, grown).matches}
    for one in pool:
        assert isclose(before[one.id], after[one.id], rel_tol=1e-9)
