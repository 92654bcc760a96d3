"""Rank receipts: worked out again to the last digit, and refused when anything was changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import fields, replace
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Brief, Cells, Population, Profile, Target, people, rank
from matching.plain import Malformed, built, plain
from matching.receipt import Arrangement, Receipt, digest, made, published, read, written
from matching.recompute import differences, main

ROOT = Path(__file__).parent.parent.parent
BRIEF = Brief(
    [
        people({"25-34": 1, "35-44": 1}, {"female": 1}),
        Target("country", {"SE": 1, "NO": 0.5}, weight=1.6),
        Target("language", {"sv": 0.7, "en": 0.3}, kind="distribution"),
    ],
    topics={"hiking": 0.9, "coffee": 0.4},
)


def someone(key: int | str, random: Random) -> Profile:
    sweden, norway = random.uniform(0, 0.6), random.uniform(0, 0.4)
    women = random.random()
    audience: dict[str, Cells] = {}
    if random.random() < 0.9:
        audience["country"] = Cells({"SE": sweden, "NO": norway}, random.uniform(5, 900))
        audience["age"] = Cells({"25-34": 0.3, "35-44": random.uniform(0, 0.5)}, 77)
        if random.random() < 0.5:
            audience["gender"] = Cells({"female": women, "male": 1 - women}, 300)
    return Profile(
        id=key,
        platform=random.choice(["instagram", "tiktok", "youtube"]),
        audience=audience,
        topics={"hiking": random.random(), "tea": 0.2} if random.random() < 0.8 else {},
        engagements_per_post=random.uniform(10, 900) if random.random() < 0.8 else None,
        engagement_rate=random.random() / 9,
        credibility=(random.randint(1, 60), 60) if random.random() < 0.7 else None,
        completed=random.randint(0, 3),
        deals=3,
        price_minor=random.randint(1_000, 90_000) if random.random() < 0.7 else None,
    )


def receipt_of(
    size: int = 60, page: int = 1, sorted_by: str = "fit", seed: int = 1, rows: int = 12
) -> Receipt:
    brief = BRIEF
    random = Random(seed)
    pool = [someone(f"creator-{number}", random) for number in range(size)]
    market = Population.of(pool)
    ranking = rank(brief, pool, market)
    by_id = {profile.id: profile for profile in pool}
    places = [(match.place, by_id[match.id]) for match in ranking.matches]
    first, last = (page - 1) * rows + 1, min(page * rows, size)
    arrangement = None
    if sorted_by == "fit":
        owed = [random.choice([0, 0, random.random(), 2.5]) for _ in places]
        scores = [match.score for match in ranking.matches]
        arrangement = Arrangement.of(
            scores,
            owed,
            "boots 2026-11-30",
            first=first,
            last=last,
            places=[place for place, _ in places],
        )
        shown = [places[slot.place - 1] for slot in arrangement.slots[first - 1 :]]
    else:
        shown = sorted(places, key=lambda one: str(one[1].id))[first - 1 : last]
    medians = {one.key: one.pool_median for one in ranking.matches[0].components}
    if "eng" in medians:
        medians["value"] = medians["eng"]
    return made(
        brief,
        market,
        shown,
        pool=size,
        medians=medians,
        about={"campaign": "boots", "page": page, "order": sorted_by},
        arrangement=arrangement,
    )


@pytest.mark.parametrize("page", [1, 2, 5])
@pytest.mark.parametrize("seed", range(4))
def test_a_receipt_is_worked_out_again_to_the_last_digit(page: int, seed: int) -> None:
    receipt = receipt_of(page=page, seed=seed)
    again = read(written(receipt))
    assert plain(again) == plain(receipt)
    assert differences(again) == []
    assert len(again.rows) == 12


def test_what_is_near_in_a_market_goes_with_the_receipt() -> None:
    random = Random(4)
    interests = {"hiking": {"hiking": 0.5, "tea": 0.4}, "tea": {"tea": 0.5, "hiking": 0.4}}
    pool = [
        replace(
            someone(number, random),
            topics={topic: 1.0},
            audience={"interest": Cells(interests.get(topic, {topic: 0.6}), 400)},
        )
        for number, topic in enumerate(["hiking", "tea", "film", "film"] * 15)
    ]
    market, ranking = Population.of(pool), rank(BRIEF, pool)
    near = market.near["hiking"]["tea"]
    assert near > 0.1
    medians = {one.key: one.pool_median for one in ranking.matches[0].components}
    medians.setdefault("value", medians.get("eng", 1))
    by_id = {profile.id: profile for profile in pool}
    placed = [(match.place, by_id[match.id]) for match in ranking.matches]
    receipt = read(written(made(BRIEF, market, placed, pool=60, medians=medians, about={})))
    assert differences(receipt) == []
    assert receipt.population.near["hiking"] == {"tea": near}
    scores = [published(match.score) for match in ranking.matches]
    assert [row.score for row in receipt.rows] == scores


def test_its_scores_are_those_of_the_ranking() -> None:
    random = Random(5)
    pool = [someone(number, random) for number in range(40)]
    ranking = rank(BRIEF, pool)
    market, by_id = Population.of(pool), {profile.id: profile for profile in pool}
    medians = {one.key: one.pool_median for one in ranking.matches[0].components}
    medians.setdefault("value", medians.get("eng", 1))
    placed = [(match.place, by_id[match.id]) for match in ranking.matches]
    receipt = made(BRIEF, market, placed, pool=40, medians=medians, about={})
    for match, row in zip(ranking.matches, receipt.rows, strict=True):
        assert row.score == published(match.score)
        for shown, term in zip(match.components, row.terms, strict=True):
            assert term.value == published(shown.value)
            assert term.key == shown.key


def test_it_tells_nothing_that_the_brief_does_not_look_at() -> None:
    receipt = receipt_of()
    for row in receipt.rows:
        assert row.profile.audience.keys() <= {"age_gender", "country", "language"}
        assert row.profile.language_codes == ()
    text = written(receipt)
    assert "18-24" not in text
    assert '"gender"' not in text
    topics = {row.profile.main_topic for row in receipt.rows}
    assert {topic for topic, _ in receipt.population.shares} <= topics | {None}


def test_one_creators_own_receipt_holds_nobody_else() -> None:
    random = Random(8)
    pool = [someone(f"creator-{number}", random) for number in range(30)]
    market, ranking = Population.of(pool), rank(BRIEF, pool)
    match = ranking.matches[16]
    own = next(profile for profile in pool if profile.id == match.id)
    medians = {one.key: one.pool_median for one in match.components}
    medians.setdefault("value", medians.get("eng", 1))
    receipt = made(BRIEF, market, [(17, own)], pool=30, medians=medians, about={})
    text = written(receipt)
    assert [other.id for other in pool if f'"{other.id}"' in text] == [own.id]
    assert differences(read(text)) == []


def test_a_list_sorted_otherwise_is_held_to_scores_and_places() -> None:
    receipt = read(written(receipt_of(sorted_by="name")))
    assert receipt.arrangement is None
    assert differences(receipt) == []
    assert [row.place for row in receipt.rows] != sorted(row.place for row in receipt.rows)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from leaves(one, (*path, name))
    elif isinstance(value, list) and value:
        for place, one in enumerate(value):
            yield from leaves(one, (*path, place))
    else:
        yield path


def edited(values: Any, path: tuple[Any, ...], how: int) -> Any:
    """A copy in which one value is another of its kind."""
    copy = deepcopy(values)
    inside = copy
    for step in path[:-1]:
        inside = inside[step]
    old = inside[path[-1]]
    if isinstance(old, str):
        new: Any = old + "x"
    elif isinstance(old, float):
        new = old + (1e-9 if how else 0.25)
    elif isinstance(old, int):
        new = old + 1
    elif old is None:
        new = 0.125
    else:
        new = ["x"]
    inside[path[-1]] = new
    return copy


RECEIPT = json.loads(written(receipt_of(size=16, page=2, rows=3)))
# What only the database knows, and what nothing was worked out from.
TOLD = {"about", "pool"}


def test_every_value_that_is_edited_is_noticed() -> None:
    for number, path in enumerate(leaves(RECEIPT)):
        with pytest.raises(Malformed):
            read(json.dumps(edited(RECEIPT, path, number % 2)))


def test_whatever_was_counted_with_can_not_be_edited_even_with_a_new_digest() -> None:
    """A value in the file either decides what comes out, or is one of the few only told."""
    unnoticed = set()
    for path in leaves(RECEIPT):
        if path[0] in TOLD or path == ("digest",):
            continue
        changed = edited(RECEIPT, path, 0)
        changed["digest"] = digest(changed)
        try:
            if not differences(read(json.dumps(changed))):
                unnoticed.add(".".join(str(step) for step in path if not isinstance(step, int)))
        except Malformed:
            pass
    # Names, scales nobody in these rows stands on, and credits too far down to decide anything.
    scales = {name for name in unnoticed if re.match(r"population\.(value|engagement)\b", name)}
    assert unnoticed - scales <= {
        "arrangement.credits",
        "arrangement.places",
        "arrangement.scores",
        "arrangement.seed",
        "population.shares",
        "rows.profile.engagement_rate",
        "rows.profile.engagements_per_post",
        "rows.profile.id",
        "rows.profile.language_codes",
        "rows.profile.platform",
        "rows.profile.price_minor",
    }


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        (("rows", 0, "score"), "high", "rows[0].score must be a number"),
        (("rows", 0, "score"), True, "rows[0].score must be a number"),
        (("rows", 1, "profile", "deals"), 1.5, "rows[1].profile.deals must be a whole number"),
        (("rows", 0, "profile", "completed"), 99, "rows[0].profile: deals: 99 of 3"),
        (("rows", 0, "profile", "platform"), 7, "rows[0].profile.platform must be a text"),
        (("rows",), {}, "rows must be a list"),
        (("weights",), [], "weights must be an object"),
        (("population", "value"), [1], "population.value must be a list of pairs"),
        (("brief", "mode"), "size", "brief.mode must be one of value, fit"),
        (("brief", "targets", 0, "dimension"), "shoe", "shoe is not one of"),
        (("arrangement", "slots", 0, "kind"), "paid", "arrangement.slots[0].kind must be one of"),
        (("rows", 0, "profile", "followers"), 9, "rows[0].profile.followers is not known"),
        (("format",), "other", "format must be"),
    ],
)
def test_a_receipt_of_another_shape_is_refused_with_the_place(
    path: tuple[Any, ...], value: Any, wrong: str
) -> None:
    copy = deepcopy(RECEIPT)
    inside = copy
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    with pytest.raises(Malformed) as caught:
        read(json.dumps(copy))
    assert wrong in str(caught.value)


@pytest.mark.parametrize("name", sorted(RECEIPT))
def test_nothing_may_be_missing(name: str) -> None:
    with pytest.raises(Malformed, match=f"{name} is missing"):
        read(json.dumps({key: value for key, value in RECEIPT.items() if key != name}))


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "no JSON"),
        (b"{", "no JSON"),
        (b"[1]", "must be an object"),
        (b"null", "must be an object"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": 1, "a": 2}', "a is given twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1" * 10_000, "no JSON"),
        (b"\xff\xfe\x00", "can’t be read"),
    ],
)
def test_any_file_gets_one_sentence_and_no_traceback(
    content: bytes, wrong: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "receipt.json"
    path.write_bytes(content)
    assert main([str(path)]) == 1
    said = capsys.readouterr()
    assert wrong in said.err
    assert said.err.count("\n") == 1


def test_a_missing_file_and_no_file_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none.json")]) == 1
    assert "can’t be read" in capsys.readouterr().err
    assert main([]) == 1
    assert "Name one receipt" in capsys.readouterr().err


junk = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
PATHS = list(leaves(RECEIPT))


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(PATHS), junk), min_size=1, max_size=3))
def test_no_edit_makes_it_fall_over(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    copy = deepcopy(RECEIPT)
    for path, value in changes:
        inside = copy
        try:
            for step in path[:-1]:
                inside = inside[step]
            inside[path[-1]] = value
        except (TypeError, KeyError, IndexError):
            continue
    copy["digest"] = digest(copy)
    with suppress(ValueError):  # Malformed, or no JSON to begin with
        differences(read(json.dumps(copy, allow_nan=False)))


def test_two_rows_can_not_change_places() -> None:
    for arranged in (True, False):
        copy = json.loads(written(receipt_of(size=40, sorted_by="fit" if arranged else "name")))
        copy["rows"][0], copy["rows"][1] = copy["rows"][1], copy["rows"][0]
        copy["rows"][0]["place"], copy["rows"][1]["place"] = (
            copy["rows"][1]["place"],
            copy["rows"][0]["place"],
        )
        copy["digest"] = digest(copy)
        assert differences(read(json.dumps(copy)))


def test_every_field_of_a_profile_and_a_brief_goes_there_and_back() -> None:
    profile = someone("ida", Random(3))
    again = built(Profile, json.loads(json.dumps(plain(profile))), "profile")
    for one in fields(Profile):
        assert plain(getattr(again, one.name)) == plain(getattr(profile, one.name))
    brief = built(Brief, json.loads(json.dumps(plain(BRIEF))), "brief")
    assert plain(brief) == plain(BRIEF)
    market = Population.of([someone(number, Random(number)) for number in range(30)])
    assert plain(built(Population, json.loads(json.dumps(plain(market))), "")) == plain(market)


@given(st.floats(0, 100))
def test_figures_are_rounded_as_ties_are(number: float) -> None:
    assert published(number) == float(np.round(number, 9))
    assert published(published(number)) == published(number)
    assert float(f"{published(number):.9f}") == published(number)
