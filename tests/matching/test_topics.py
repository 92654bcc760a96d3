"""What a text is about, and which topics stand for one another."""

from __future__ import annotations

from pathlib import Path

import pytest

from matching import Brief, Cells, Population, Profile, rank
from matching.described import DESCRIBED
from matching.score import wanted_topics
from matching.topics import CLOSE, GROUPS, IN_GROUP, MOST_NEAR, NEAR, suggest, widened
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
    wide = widened({"hiking": 1.0, "tea": 0.5}, NEAR)
    assert wide["hiking"] == 1
    assert wide["coffee"] == 0.5 * CLOSE
    assert "finance" not in wide
    assert widened({"bees": 1.0}, NEAR) == {"bees": 1.0}
    assert widened({}, NEAR) == {}


def market_where(interests: dict[str, dict[str, float]], creators: int = 10) -> Population:
    """So many creators a topic, with the interests of their audiences."""
    return Population.of(
        Profile(
            id=f"{topic} {number}",
            platform="youtube",
            audience={"interest": Cells(shares, 500)},
            topics={topic: 1.0},
        )
        for topic, shares in interests.items()
        for number in range(creators)
    )


def test_a_market_says_itself_what_is_near() -> None:
    apart = market_where({topic: {topic: 0.5} for topic in ("hiking", "camping", "tea")})
    assert apart.near["hiking"]["camping"] < 0.5 * NEAR["hiking"]["camping"]
    # Of what this market doesn't know, the table says the same as ever.
    assert apart.near["hiking"]["outdoors"] == NEAR["hiking"]["outdoors"]
    together = market_where(
        {
            "hiking": {"hiking": 0.4, "tea": 0.3},
            "tea": {"tea": 0.4, "hiking": 0.3},
            "camping": {"camping": 0.5},
        }
    )
    assert 0.15 < together.near["hiking"]["tea"] < MOST_NEAR
    assert together.near["hiking"]["tea"] == together.near["tea"]["hiking"]


def test_the_more_creators_say_what_is_near_the_less_the_table_does() -> None:
    interests = {topic: {topic: 0.5} for topic in ("hiking", "camping", "tea")}
    parts = [market_where(interests, many).near["hiking"]["camping"] for many in (1, 5, 50, 500)]
    assert parts == sorted(parts, reverse=True)
    assert parts[0] > 0.8 * NEAR["hiking"]["camping"]
    assert parts[3] < 0.02 * NEAR["hiking"]["camping"]


def test_nothing_stands_for_a_topic_as_the_topic_itself_does() -> None:
    alike = market_where(
        {"hiking": {"hiking": 0.5, "tea": 0.5}, "tea": {"tea": 0.5, "hiking": 0.5}, "film": {}},
        creators=5_000,
    )
    assert alike.near["hiking"]["tea"] == pytest.approx(MOST_NEAR, rel=0.01)


def test_interest_one_way_is_not_nearness() -> None:
    """Everybody's audience may like music; that makes no topic stand for music."""
    one_way = market_where(
        {"hiking": {"hiking": 0.4, "tea": 0.3}, "tea": {"tea": 0.6}, "film": {"film": 0.5}}
    )
    assert "tea" not in one_way.near["hiking"]


def test_where_audiences_tell_nothing_of_a_topic_the_table_stands_in() -> None:
    assert Population.of([]).near == NEAR
    silent = market_where({"hiking": {"film": 0.5}, "camping": {"film": 0.5}})
    assert silent.near == NEAR


def test_creators_are_ranked_by_what_is_near_in_their_own_market() -> None:
    apart = market_where({topic: {topic: 0.5} for topic in ("hiking", "camping", "tea")})
    brief = Brief(topics={"hiking": 1.0})
    table = Population.of([])
    assert wanted_topics(brief, apart)["camping"] < wanted_topics(brief, table)["camping"]
    camper = Profile(id="ida", platform="youtube", topics={"camping": 1.0})
    fits = [
        rank(brief, [camper], market).matches[0].component("topic") for market in (table, apart)
    ]
    assert [round(one.value, 2) for one in fits if one] == [0.24, 0.11]


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
