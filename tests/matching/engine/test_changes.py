"""Rows change in place: others see it at once, whole, and as if it had always been so."""

from __future__ import annotations

import random
import threading
import uuid
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching import Brief, Cells, Population, Profile, Target
from matching.engine import Entry, Query, Snapshot, slow
from tests.matching.engine.market import brief, market

WORK = {"reel": 1}


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return market(700)


@pytest.fixture(scope="module")
def population(entries: list[Entry]) -> Population:
    return Population.of(one.profile for one in entries)


def written(folder: Path, entries: list[Entry], population: Population) -> Path:
    path = folder / f"{uuid.uuid4()}.snap"
    Snapshot.write(path, entries, population)
    return path


def test_a_changed_snapshot_answers_as_one_written_anew(
    tmp_path: Path, entries: list[Entry], population: Population
) -> None:
    others = market(700, seed=5)
    after = [replace(other, id=one.id) for one, other in zip(entries, others, strict=True)]
    after += market(20, seed=6)
    path = written(tmp_path, entries, population)
    writer, reader = Snapshot.open(path, for_writing=True), Snapshot.open(path)
    writer.put(after, seq=99)
    anew = Snapshot.open(written(tmp_path, after, population))
    for seed in range(10):
        query = Query(brief(random.Random(seed)), work=WORK, currency="sek")
        one, two = reader.scan(query, 100), anew.scan(query, 100)
        assert one.pool == two.pool
        assert one.scores == pytest.approx(two.scores, rel=1e-4)
    assert reader.applied == 99


def test_getting_ready_changes_nothing(
    tmp_path: Path, entries: list[Entry], population: Population
) -> None:
    path = written(tmp_path, entries, population)
    before = path.read_bytes()
    Snapshot.open(path).warm()
    assert path.read_bytes() == before
    writer, reader = Snapshot.open(path, for_writing=True), Snapshot.open(path)
    asked = Query(brief(random.Random(3)), work=WORK, currency="sek")
    found = reader.scan(asked, 100)
    writer.warm()
    assert (writer.rows, writer.applied) == (reader.rows, reader.applied) == (len(entries), 0)
    assert reader.scan(asked, 100) == found
    assert Snapshot.open(path).scan(asked, 100) == found


@pytest.mark.parametrize("for_writing", [False, True])
def test_a_market_of_nobody_gets_ready_too(tmp_path: Path, *, for_writing: bool) -> None:
    path = written(tmp_path, [], Population.of([]))
    one = Snapshot.open(path, for_writing=for_writing)
    one.warm()
    assert one.rows == 0
    Snapshot.compile()


def test_a_snapshot_learns_countries_and_languages_it_has_not_met(
    tmp_path: Path, entries: list[Entry], population: Population
) -> None:
    path = written(tmp_path, entries, population)
    writer, reader = Snapshot.open(path, for_writing=True), Snapshot.open(path)
    new = replace(entries[0], id=uuid.uuid4(), country="MT", chosen=127)
    writer.put([new])
    from matching.engine import Conditions

    asked = Query(Brief(topics={"topic00": 1}), Conditions(countries=["MT"]))
    assert list(reader.scan(asked).ids) == [new.id]


def test_bounds_hold_whatever_changed(
    tmp_path: Path, entries: list[Entry], population: Population
) -> None:
    """Every row scores below its block's bound, or blocks would be skipped that matter."""
    from matching.engine import scan
    from matching.engine.layout import BLOCK
    from matching.engine.stored import blocks_of

    path = written(tmp_path, entries, population)
    writer = Snapshot.open(path, for_writing=True)
    others = market(300, seed=8)
    writer.put([replace(o, id=e.id) for e, o in zip(entries, others, strict=False)])
    reader = Snapshot.open(path)
    for seed in range(30):
        query = Query(brief(random.Random(seed)), work={"reel": 2, "post": 1}, currency="sek")
        planned = reader.plan(query)
        blocks = blocks_of(reader.rows)
        bound, *_ = scan.survey(
            reader.stored.raw,
            reader.stored.summary,
            planned.asked,
            reader.stored.locks.ctypes.data,
            blocks,
        )
        rows = reader.stored.blocks.take(range(blocks * BLOCK))
        for step, logs in enumerate(slow.components(planned, rows).values()):
            most = (planned.asked.step_weight[step] * logs).reshape(blocks, BLOCK).max(axis=1)
            assert (most <= bound[step, :blocks] + 1e-6).all()


def good_and_bad() -> tuple[Entry, Entry]:
    def one(share: float, topic: str, sold: int, price: int) -> Entry:
        cells = {
            "country": Cells({"SE": share}, 1000),
            "interest": Cells({"topic01": share}, 1000),
            "city": Cells({"city 1": share / 2}, 1000),
        }
        profile = Profile(
            id=0,
            platform="tiktok",
            audience=cells,
            topics={topic: 1.0},
            engagements_per_post=500,
            conversions=sold,
            expected_conversions=4,
        )
        key = uuid.UUID(int=42)
        return Entry(key, profile, prices={"reel": price}, currency="sek", country="SE")

    return one(0.9, "topic01", 9, 10_000), one(0.05, "topic02", 0, 900_000)


@pytest.mark.wide
def test_no_scan_ever_sees_half_a_change(
    tmp_path: Path, entries: list[Entry], population: Population
) -> None:
    path = written(tmp_path, entries, population)
    writer, reader = Snapshot.open(path, for_writing=True), Snapshot.open(path)
    good, bad = good_and_bad()
    targets = [
        Target("country", {"SE": 1}),
        Target("interest", {"topic01": 1}),
        Target("city", {"city 1": 1}),
    ]
    query = Query(Brief(targets, {"topic01": 1}), work={"reel": 1}, currency="sek")
    seen: set[float] = set()
    whole = set()
    for one in (good, bad):
        writer.put([one])
        whole.add(_score(reader, query, good.id))
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            writer.put([good])
            writer.put([bad])

    changing = threading.Thread(target=change)
    changing.start()
    try:
        for _ in range(1500):
            found = _score(reader, query, good.id)
            if found:
                seen.add(found)
    finally:
        stop.set()
        changing.join()
    assert len(whole) == 2
    for score in seen:
        assert min(abs(score - one) for one in whole) < 1e-3


def _score(reader: Snapshot, query: Query, key: uuid.UUID) -> float:
    found = reader.scan(query, 1000)
    return dict(zip(found.ids, found.scores, strict=True)).get(key, 0.0)


def test_neighbours_have_the_likest_audiences(
    tmp_path: Path, entries: list[Entry], population: Population
) -> None:
    twin = replace(entries[3], id=uuid.uuid4(), chosen=127)
    path = written(tmp_path, [*entries, twin], population)
    reader = Snapshot.open(path)
    found = reader.neighbours(entries[3].id)
    assert found.ids[0] == twin.id
    assert entries[3].id not in found.ids
    assert found.scores[0] > found.scores[1]
    assert np.all(np.diff(found.scores) <= 0)


def test_a_place_counts_those_who_score_higher(
    tmp_path: Path, entries: list[Entry], population: Population
) -> None:
    reader = Snapshot.open(written(tmp_path, entries, population))
    query = Query(brief(random.Random(4)), work=WORK, currency="sek")
    found = reader.scan(query, 500)
    for place in (0, 10, 77, 300):
        score = found.scores[place]
        assert reader.place(query, score + 1e-4) <= place
        assert reader.place(query, score - 1e-4) >= place
