"""A snapshot outlives whoever dies while writing it, and is never half of one."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from matching import Brief, Population, Target
from matching.engine import Damaged, Entry, Full, Query, Snapshot
from matching.engine.layout import BLOCK
from matching.engine.stored import Stored, last_of
from tests.matching.engine.market import market

QUERY = Query(Brief([Target("country", {"SE": 1})], {"topic01": 1}), work={"reel": 1})
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    return market(600)


@pytest.fixture
def path(tmp_path: Path, entries: list[Entry]) -> Path:
    found = tmp_path / "creators.snap"
    Snapshot.write(found, entries, Population.of(one.profile for one in entries), applied=7)
    return found


def spoil(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 0x55]))


def somewhere_in_rows(path: Path) -> int:
    """A byte of the first block's first column, counted from the start of the file."""
    stored = Stored(path)
    base = stored.locks.ctypes.data
    offset = stored.raw.ctypes.data - base
    whole = path.read_bytes()
    return whole.index(stored.locks.tobytes()[:4], 4096 + 2 * stored.room) + offset


def test_a_snapshot_says_what_was_applied_and_how_many_there_are(path: Path) -> None:
    snapshot = Snapshot.open(path)
    assert snapshot.applied == 7
    assert snapshot.rows == 600


def test_a_damaged_row_is_noticed(path: Path) -> None:
    spoil(path, somewhere_in_rows(path))
    with pytest.raises(Damaged):
        Snapshot.open(path)


@pytest.mark.parametrize("at", [0, 9, 40, 4096 + 20])
def test_a_damaged_beginning_is_noticed(path: Path, at: int) -> None:
    spoil(path, at if at < 4096 else 4096 + Stored(path).room + 20)
    with pytest.raises(Damaged):
        Snapshot.open(path)


@pytest.mark.parametrize("left", [0, 100, 5000])
def test_a_cut_file_is_noticed(path: Path, left: int) -> None:
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(Damaged):
        Snapshot.open(path)


def test_the_one_before_is_opened_when_the_newest_is_damaged(
    path: Path, entries: list[Entry]
) -> None:
    population = Population.of(one.profile for one in entries)
    Snapshot.write(path, entries[:300], population, applied=9, generation=2)
    assert Snapshot.open(path).applied == 9
    spoil(path, somewhere_in_rows(path))
    before = Snapshot.open(path)
    assert (before.applied, before.rows) == (7, 600)
    assert last_of(path).exists()
    writer = Snapshot.open(path, for_writing=True)
    assert writer.applied == 7
    assert Snapshot.open(path).applied == 7


def test_whoever_has_the_old_file_open_can_tell(path: Path, entries: list[Entry]) -> None:
    reader = Snapshot.open(path)
    assert not reader.replaced()
    population = Population.of(one.profile for one in entries)
    Snapshot.write(path, entries[:100], population, generation=2)
    assert reader.replaced()
    assert reader.scan(QUERY).pool > 100
    assert Snapshot.open(path).generation == 2


def test_a_full_snapshot_says_so(path: Path) -> None:
    writer = Snapshot.open(path, for_writing=True)
    with pytest.raises(Full):
        writer.put(market(BLOCK * 4, seed=9))


def test_what_is_taken_out_is_found_no_more_until_it_is_put_again(
    path: Path, entries: list[Entry]
) -> None:
    writer, reader = Snapshot.open(path, for_writing=True), Snapshot.open(path)
    first = reader.scan(QUERY).ids[0]
    pool = reader.scan(QUERY).pool
    writer.remove([first], seq=12)
    found = reader.scan(QUERY)
    assert first not in found.ids
    assert (found.pool, reader.applied) == (pool - 1, 12)
    writer.remove([uuid.uuid4()])
    writer.put([one for one in entries if one.id == first])
    assert reader.scan(QUERY).ids[0] == first


WRITER = """
import sys
from pathlib import Path
from matching.engine import Snapshot
from tests.matching.engine.market import market
writer = Snapshot.open(Path(sys.argv[1]), for_writing=True)
entries, others = market(600), market(600, seed=int(sys.argv[2]))
writer.put(entries[:1])
print("ready", flush=True)
from dataclasses import replace
while True:
    for one, other in zip(entries, others):
        writer.put([replace(other, id=one.id)])
"""


@pytest.mark.wide
def test_a_writer_killed_at_any_moment_is_finished_by_the_next(path: Path) -> None:
    rng = random.Random(3)
    for attempt in range(12):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(attempt + 2)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
        time.sleep(rng.uniform(0.01, 0.2))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        reader = Snapshot.open(path)
        assert reader.scan(QUERY).unread in (0, BLOCK)
        mended = Snapshot.open(path, for_writing=True)
        assert mended.scan(QUERY).unread == 0
        assert mended.rows == 600
        assert reader.scan(QUERY).pool == mended.scan(QUERY).pool
