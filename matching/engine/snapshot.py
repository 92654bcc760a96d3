"""A market as a file: written by one process, scanned by all."""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from matching.population import Population, Scale
from matching.profiles import Brief, Mode, Target

from . import coding
from .encode import Encoder, batches, facts_of
from .entry import Conditions, Entry, Found, Query
from .layout import BLOCK, CHOSEN, Columns
from .likeness import likeness
from .order import order
from .plan import Plan, plan
from .rows import Index, mend, pack, unpack, write_row
from .scales import value_scales
from .search import higher, search
from .stored import Damaged, Stored, blocks_of, create, last_of, publish
from .summary import summarise
from .sums import bad_blocks, block_sum, settled
from .tables import Tables, population_as_dict, population_from_dict

#: So much of a snapshot is left free for accounts that come later.
SPARE = 0.1


#: A block is locked for microseconds, unless its writer is made to wait, or died: seconds.
_PAUSES = (0.0005, 0.002, 0.008)
_NONE = Conditions()
MODES: tuple[Mode, ...] = ("value", "fit")


class Full(Exception):
    """No row is left for another account: write the snapshot anew."""


class Snapshot:
    """An open snapshot. Any number of processes read; one opens it `for_writing`.

    Snapshot.write(path, entries, population)      the whole market, in place of the old
    Snapshot.open(path)                            the file there now, or the last good one
    .scan(query), .place(query, score), .neighbours(id, conditions)
    .put(entries, seq=), .remove(ids, seq=)        in place, seen by every process at once
    .applied                                       the last outbox number put
    .replaced()                                    a newer one is at the path: open it
    """

    def __init__(self, stored: Stored) -> None:
        self._stored = stored
        self.stored = stored.read_only()
        self._holds = -1
        self._index = Index()
        self._described()

    @classmethod
    def write(
        cls,
        path: Path,
        entries: Iterable[Entry],
        population: Population,
        *,
        applied: int = 0,
        generation: int = 1,
    ) -> None:
        """Build the snapshot beside `path`, make sure it is on the disk, and put it there."""
        tables = Tables.of(population)
        parts = []
        for batch in batches(entries):
            tables.learn(batch)
            facts = facts_of(batch, tables, population)
            parts.append(Encoder(tables, population).columns(facts))
        cls.write_columns(
            path, joined(parts), tables, population, applied=applied, generation=generation
        )

    @classmethod
    def write_columns(
        cls,
        path: Path,
        columns: Columns,
        tables: Tables,
        population: Population,
        *,
        applied: int = 0,
        generation: int = 1,
        as_they_lie: bool = False,
    ) -> None:
        """As `write`, of rows that are encoded already; unsorted only to see what that costs."""
        new = path.with_name(path.name + ".new")
        plain = {"tables": tables.as_dict(), "population": population_as_dict(population)}
        stored = create(new, int(columns.size * (1 + SPARE)) + BLOCK, generation, plain)
        rows: Any = slice(None) if as_they_lie else order(columns, tables)
        fill(stored, columns, rows)
        stored.set_applied(applied)
        stored.flush()
        publish(new, path)

    @classmethod
    def open(cls, path: Path, *, for_writing: bool = False) -> Snapshot:
        """The snapshot at `path`; the one before it, if that one is damaged."""
        try:
            return cls(sound(path, for_writing))
        except (Damaged, FileNotFoundError):
            if not last_of(path).exists():
                raise
        if for_writing:
            last_of(path).replace(path)
            return cls(sound(path, for_writing))
        return cls(sound(last_of(path), for_writing))

    @property
    def applied(self) -> int:
        return self._stored.applied

    @property
    def generation(self) -> int:
        return self._stored.generation

    @property
    def rows(self) -> int:
        """How many rows are in use, those taken out included."""
        return self._stored.rows

    @property
    def nbytes(self) -> int:
        """What the file takes up; rows nobody uses yet take up nothing."""
        return self._stored.nbytes

    @property
    def population(self) -> Population:
        """The market's priors and scales, as they were when it was written."""
        self._described()
        return self._population

    def warm(self) -> None:
        """Have everything compiled, or loaded from the cache, before somebody waits for it.

        For whoever writes, that is what a change takes: the first row is written as it is.
        """
        if self._stored.writable:
            self._put(self._stored.blocks.take(np.arange(min(self.rows, 1))))
            return
        for mode in MODES:
            query = Query(Brief([Target("country", {"": 1})], {"": 1}, mode=mode), work={"reel": 1})
            self.scan(query, 1)
            self.place(query, 50.0)

    @classmethod
    def compile(cls) -> None:
        """Have scans compiled where there is no snapshot yet, on one that nobody is in."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "empty.snap"
            cls.write(path, [], Population.of([]))
            cls.open(path).warm()

    def replaced(self) -> bool:
        """Whether a newer snapshot has taken this one's place at its path."""
        return self._stored.replaced()

    def scan(self, query: Query, k: int = 400) -> Found:
        """The best k for the query, by the engine's approximate score."""
        planned, without = self.plan(query), self.rows_left_out(query)
        found = search(self.stored, planned, without, k)
        for pause in _PAUSES:
            if not found.unread:
                break
            time.sleep(pause)
            found = search(self.stored, planned, without, k)
        return Found(
            ids=self.ids_of(found.rows),
            scores=(100 * np.exp2(found.octaves)).tolist(),
            rows=found.rows.tolist(),
            pool=found.pool,
            medians=found.medians,
            sampled=found.sampled,
            unread=found.unread,
            sure=found.sure,
        )

    def place(self, query: Query, score: float) -> int:
        """How many who meet the conditions score higher than this."""
        octaves = float(np.log2(score / 100)) if score > 0 else -np.inf
        return higher(self.stored, self.plan(query), self.rows_left_out(query), octaves)

    def neighbours(self, id: uuid.UUID, conditions: Conditions = _NONE, k: int = 50) -> Found:
        """The accounts whose audiences are most like this one's, itself left out.

        Ranked by the product over dimensions of the squared Bhattacharyya coefficient, each
        dimension alike: it is a query for this account's own audience.
        """
        brief = self._brief_like(id)
        if not brief.targets:
            return Found((), (), (), 0, {})
        query = Query(brief, replace(conditions, without=[*conditions.without, id]))
        return self.scan(query, k)

    def value_scales(
        self, work: Mapping[str, int], currency: str, platforms: Collection[str] = ()
    ) -> dict[str | None, Scale]:
        """The scale of engagements per price of this work, by platform; None is everyone."""
        query = Query(Brief(), Conditions(platforms=platforms), work, currency)
        return value_scales(self.plan(query).asked, self._stored.blocks)

    def put(self, entries: Sequence[Entry], *, seq: int | None = None) -> None:
        """Change these accounts, or add them; then remember the outbox number."""
        self._learn(entries)
        facts = facts_of(entries, self._tables, self._population)
        self._put(self._encoder.columns(facts))
        if seq is not None:
            self._stored.set_applied(seq)

    def remove(self, ids: Iterable[uuid.UUID], *, seq: int | None = None) -> None:
        """Take accounts out of every scan, until they are put again."""
        for row in self._rows_of(list(ids)):
            one = pack(self._stored.blocks.take([row]))
            gone = unpack(one)
            gone.bytes[CHOSEN] = 0
            write_row(self._stored, int(row), pack(gone))
        if seq is not None:
            self._stored.set_applied(seq)

    def flush(self) -> None:
        """Have the changes so far on the disk before going on."""
        self._stored.flush()

    def ids_of(self, rows: Any) -> list[uuid.UUID]:
        high, low = self._stored.ids_of(rows).tolist()
        return [uuid.UUID(int=a << 64 | b) for a, b in zip(high, low, strict=True)]

    def rows_left_out(self, query: Query) -> Any:
        return np.array(sorted(self._rows_of(query.conditions.without)), np.int64)

    def plan(self, query: Query) -> Plan:
        self._described()
        return plan(query, self._tables, self._population)

    def _described(self) -> None:
        """Read the description again if the writer has replaced it."""
        if self._holds == self._stored.holds:
            return
        self._holds = self._stored.holds
        plain = self._stored.description()
        self._tables = Tables.from_dict(plain["tables"])
        self._population = population_from_dict(plain["population"])
        self._encoder = Encoder(self._tables, self._population)

    def _learn(self, entries: Sequence[Entry]) -> None:
        if not self._tables.learn(entries):
            return
        plain = {
            "tables": self._tables.as_dict(),
            "population": population_as_dict(self._population),
        }
        if not self._stored.describe(plain):
            raise Full("no room for more codes")
        self._described()

    def _put(self, made: Columns) -> None:
        index = self._index.upto(self._stored)
        for place in range(made.size):
            one = made.take(slice(place, place + 1))
            row = index.find(int(one.ids[0, 0]), int(one.ids[1, 0]))
            if row is None:
                row = self._stored.rows
                if row == self._stored.capacity:
                    raise Full(f"all {row} rows are in use")
            write_row(self._stored, row, pack(one))
            if row == self._stored.rows:
                self._stored.set_rows(row + 1)
                index.upto(self._stored)

    def _rows_of(self, ids: Collection[uuid.UUID]) -> list[int]:
        if not ids:
            return []
        index = self._index.upto(self._stored)
        found = (index.find(one.int >> 64, one.int & (1 << 64) - 1) for one in ids)
        return [row for row in found if row is not None]

    def _brief_like(self, id: uuid.UUID) -> Brief:
        rows = self._rows_of([id])
        if not rows:
            raise KeyError(id)
        one = unpack(pack(self._stored.blocks.take(rows[:1])))
        return likeness(one, self._tables, self._population)


def joined(parts: Sequence[Columns]) -> Columns:
    if not parts:
        return Columns.empty(0)
    return Columns(*(np.concatenate(same, axis=-1) for same in zip(*parts, strict=True)))


def fill(stored: Stored, columns: Columns, rows: Any) -> None:
    """These rows in this order into a new file, with what is known of each block."""
    stored.blocks.fill(columns, rows)
    stored.set_rows(columns.size)
    for block in range(blocks_of(columns.size)):
        summarise(block, stored.raw, stored.summary, coding.PRICES)
        stored.sums[block] = block_sum(stored, block)


def sound(path: Path, for_writing: bool) -> Stored:
    """The file at a path, looked through. A block somebody is writing right now is no damage."""
    stored = Stored(path, writable=for_writing)
    if for_writing:
        mend(stored)
    for block in bad_blocks(stored):
        if not settled(stored, block):
            raise Damaged(f"{path} has a block whose sum does not hold: {block}")
    return stored
