"""What a text is about, and which topics stand for one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from matching.described import DESCRIBED
from matching.topics import CLOSE, GROUPS, IN_GROUP, NEAR, suggest, widened
from models.taxonomy import INTEREST_GROUPS, INTERESTS
from tests.bench import topics as bench

LINES = (Path(__file__).parent / "briefs.txt").read_text(encoding="utf-8").splitlines()
BRIEFS = [
    (set(labels.split()), text.strip())
    for labels, _, text in (line.partition("|") for line in LINES if not line.startswith("#"))
]
FOREIGN = 24  # the last so many are in Swedish and German


def right(briefs: list[tuple[set[str], str]], top: int) -> float:
    """The part of briefs of which one label is among the first suggestions."""
    hits = [bool(labels & set(list(suggest(text))[:top])) for labels, text in briefs]
    return sum(hits) / len(hits)


def test_topics_are_those_of_the_taxonomy_and_each_is_described() -> None:
    assert dict(GROUPS) == INTEREST_GROUPS
    assert set(DESCRIBED) == set(INTERESTS)
    assert {label for labels, _ in BRIEFS for label in labels} == set(INTERESTS)


def test_nearness_is_the_same_both_ways_and_below_a_topic_itself() -> None:
    assert NEAR["hiking"]["camping"] == CLOSE > NEAR["hiking"]["surfing"] == IN_GROUP
    assert "makeup" not in NEAR["hiking"]
    for one, others in NEAR.items():
        assert one not in others
        assert all(NEAR[other][one] == part < 1 for other, part in others.items())


def test_a_vector_keeps_its_own_topics_and_gains_their_neighbours() -> None:
    wide = widened({"hiking": 1.0, "tea": 0.5})
    assert wide["hiking"] == 1
    assert wide["coffee"] == 0.5 * CLOSE
    assert "finance" not in wide
    assert widened({"bees": 1.0}) == {"bees": 1.0}
    assert widened({}) == {}


def test_briefs_held_out_are_understood_as_often_as_the_documentation_says() -> None:
    english, foreign = BRIEFS[:-FOREIGN], BRIEFS[-FOREIGN:]
    assert len(english) >= 120
    assert right(english, 1) > 0.5
    assert right(english, 3) > 0.65
    assert right(foreign, 1) > 0.75
    assert right(foreign, 3) > 0.9


@pytest.mark.parametrize("text", ["", "   ", "12 345", "zzzq", "We sell things", "😀 ___ ---"])
def test_a_text_about_nothing_known_suggests_nothing(text: str) -> None:
    assert suggest(text) == {}


def test_suggestions_come_best_first_from_one_down_and_no_more_than_asked_for() -> None:
    text = "Hiking boots and a tent for camping trips with the dog, coffee on the stove"
    found = suggest(text)
    assert next(iter(found.values())) == 1
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert len(found) <= 5
    assert list(suggest(text, top=2)) == list(found)[:2]
    assert suggest(text.upper()) == found


def test_a_very_long_text_is_read_all_the_same() -> None:
    assert next(iter(suggest("knitting wool " * 5_000))) == "knitting"


def test_what_is_measured_is_every_brief_there_is() -> None:
    given = bench.texts()
    assert len(given) == 148
    line = bench.measured("briefs", given[:3], rounds=1)
    assert line["texts"] == 3
    assert line["letters"] == sum(map(len, given[:3])) // 3
