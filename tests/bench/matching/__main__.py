"""Every engine on the same briefs by turns, a JSON line each: `make bench-matching N=1000000`."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from matching.engine import Query, Snapshot
from matching.engine.encode import Encoder
from matching.engine.layout import ROW_BYTES, Columns
from matching.engine.snapshot import joined
from tests.bench.matching import truth
from tests.bench.matching.briefs import queries
from tests.bench.matching.bytes_of import needed
from tests.bench.matching.changes import changes
from tests.bench.matching.engines import Faiss, NumPy, PgVector, pgvector, vectors
from tests.bench.matching.told import facts, market
from tests.bench.matching.world import World, chunks

Array = NDArray[Any]
BRIEFS, ROUNDS = 40, 3
#: Vectors in a graph, and in a database, take minutes to build: so many at most.
GRAPH, TABLE = 100_000, 50_000
#: Above this the world is made again a chunk at a time, and only the engine itself is measured.
WHOLE = 2_000_000


def say(line: dict[str, Any]) -> None:
    print(json.dumps({"bench": "matching"} | line), flush=True)


@njit
def _sum(numbers: Array) -> float:
    total = 0
    for number in numbers:
        total += number
    return total


def bandwidth(big: Array) -> float:
    """Bytes a second that one thread reads, now."""
    began = time.perf_counter()
    _sum(big)
    return big.nbytes / (time.perf_counter() - began)


class Bench:
    def __init__(self, n: int, folder: Path) -> None:
        self.n, self.path = n, folder / "creators.snap"
        self.population, self.tables = market()
        self.big = np.ones(48_000_000, np.int64)
        bandwidth(self.big[:1000])
        self.times: dict[tuple[str, float], list[float]] = defaultdict(list)
        self.recall: dict[tuple[str, float], list[float]] = defaultdict(list)
        self.wrong: dict[tuple[str, float], int] = defaultdict(int)
        self.selected: dict[float, list[float]] = defaultdict(list)
        self.read: list[float] = []
        self.sizes: dict[str, int] = {}
        self.bytes: dict[float, list[float]] = defaultdict(list)
        self.touched: dict[float, list[float]] = defaultdict(list)

    def build(self) -> World | None:
        began = time.perf_counter()
        kept, parts = [], []
        encoder = Encoder(self.tables, self.population)
        made = 0.0
        for part in chunks(self.n):
            one = facts(part, self.tables, self.population)
            start = time.perf_counter()
            parts.append(encoder.columns(one))
            made += time.perf_counter() - start
            if self.n <= WHOLE:
                kept.append(part)
        columns = joined(parts)
        parts.clear()
        start = time.perf_counter()
        Snapshot.write_columns(self.path, columns, self.tables, self.population)
        written = time.perf_counter() - start
        self._opened(columns, made, written, time.perf_counter() - began)
        if self.n <= WHOLE:
            unsorted = self.path.with_name("unsorted.snap")
            Snapshot.write_columns(
                unsorted, columns, self.tables, self.population, as_they_lie=True
            )
            self.unsorted = Snapshot.open(unsorted)
        return World.joined(kept) if kept else None

    def _opened(self, columns: Columns, made: float, written: float, whole: float) -> None:
        start = time.perf_counter()
        self.snapshot = Snapshot.open(self.path)
        opened = time.perf_counter() - start
        start = time.perf_counter()
        self.snapshot.warm()
        say(
            {
                "engine": "alongside",
                "what": "build",
                "n": self.n,
                "encode_s": round(made, 2),
                "sort_write_fsync_s": round(written, 2),
                "with_making_the_world_s": round(whole, 1),
                "open_and_verify_ms": round(1e3 * opened, 1),
                "warm_ms": round(1e3 * (time.perf_counter() - start), 1),
                "row_bytes": ROW_BYTES,
                "bytes_a_creator": round(self.snapshot.nbytes / self.n, 1),
            }
        )

    def scaled(self, query: Query) -> Query:
        return replace(query, value=self.snapshot.value_scales(query.work, query.currency))

    def ask(self, name: str, share: float, find: Callable[[], Any]) -> Any:
        found = None
        for _ in range(ROUNDS):
            start = time.perf_counter()
            found = find()
            self.times[name, share].append(time.perf_counter() - start)
        return found

    def judge(self, name: str, share: float, found: Array, best: Array, fine: Array) -> None:
        self.wrong[name, share] += int((~fine[found]).sum())
        if len(best):
            self.recall[name, share].append(float(np.isin(best, found).mean()))

    def lines(self) -> Iterator[dict[str, Any]]:
        speed = median(self.read)
        for (name, share), took in self.times.items():
            p50 = median(took)
            ours = name.startswith("alongside")
            line = {
                "engine": name,
                "n": self.sizes.get(name, self.n),
                "selectivity": share,
                "selected": round(median(self.selected[share]), 5),
                "min_ms": round(1e3 * min(took), 3),
                "p50_ms": round(1e3 * p50, 3),
                "p95_ms": round(1e3 * float(np.percentile(took, 95)), 3),
                "recall_at_100": round(float(np.mean(self.recall[name, share])), 4),
                "filter_violations": self.wrong[name, share],
                "read_gb_s": round(speed / 1e9, 1),
            }
            if ours:
                bytes_needed = median(self.bytes[share])
                line["bytes_needed"] = int(bytes_needed)
                line["bytes_touched"] = int(median(self.touched[share]))
                line["roofline_share"] = round(bytes_needed / speed / p50, 3)
            base = self.times.get(("numpy_float32", share))
            if base and name != "numpy_float32" and self.sizes.get(name, self.n) == self.n:
                line["times_numpy"] = round(median(base) / p50, 1)
            yield line


def rows_by_id(world: World) -> Callable[[Any], Array]:
    order = np.argsort(world.ids[:, 0], kind="stable")
    keys = world.ids[order, 0]

    def of(ids: Any) -> Array:
        wanted = np.array([one.int >> 64 for one in ids], np.uint64)
        return order[np.searchsorted(keys, wanted)].astype(np.int64)

    return of


@dataclass(frozen=True)
class Rival:
    """One engine: the rows it finds for a query, on a market or the beginning of it."""

    name: str
    world: World
    find: Callable[[Query, Array], Any]
    rows: Callable[[Any], Array] = np.asarray


def rivals(bench: Bench, world: World, stack: ExitStack) -> list[Rival]:
    by_id = rows_by_id(world)
    numpy, made = NumPy(world, bench.population), vectors(world, bench.population)
    flat, graph = Faiss(made, hnsw=False), Faiss(made[:GRAPH], hnsw=True)
    small, few = _first(world, GRAPH), _first(world, TABLE)
    connection, table = stack.enter_context(pgvector(few, made[:TABLE]))
    exact, index = (PgVector(connection, table, hnsw=hnsw) for hnsw in (False, True))
    start = time.perf_counter()
    connection.execute("CREATE INDEX ON creators_bench USING hnsw (v vector_ip_ops)")
    took = round(time.perf_counter() - start, 1)
    say({"engine": "pgvector_hnsw", "what": "build", "n": len(few), "s": took})
    return [
        Rival("alongside", world, lambda q, _: bench.snapshot.scan(q).ids, by_id),
        Rival("alongside_unsorted", world, lambda q, _: bench.unsorted.scan(q).ids, by_id),
        Rival("numpy_float32", world, lambda q, _: numpy.find(q)),
        Rival("faiss_flat", world, flat.find),
        Rival("faiss_hnsw", small, graph.find),
        Rival("pgvector_exact", few, lambda q, _: exact.find(q)),
        Rival("pgvector_hnsw", few, lambda q, _: index.find(q)),
    ]


def compare(bench: Bench, world: World, stack: ExitStack, briefs: int) -> None:
    engines = rivals(bench, world, stack)
    bench.sizes |= {one.name: len(one.world) for one in engines}
    for share, plain in queries(briefs):
        query = bench.scaled(plain)
        bench.read.append(bandwidth(bench.big))
        needs, touched = needed(bench.snapshot, query)
        bench.bytes[share].append(needs)
        bench.touched[share].append(touched)
        known: dict[int, tuple[Array, Array]] = {}
        for one in engines:
            size = len(one.world)
            if size not in known:
                known[size] = truth.top(one.world, query, bench.population)
            best, fine = known[size]
            found = bench.ask(one.name, share, partial(one.find, query, fine))
            bench.judge(one.name, share, one.rows(found), best, fine)
        bench.selected[share].append(float(known[len(world)][1].mean()))


def _first(world: World, rows: int) -> World:
    return world.take(slice(0, min(rows, len(world))))


def alone(bench: Bench) -> None:
    """The engine by itself, against the truth of each chunk, made again from its number."""
    asked = [(share, bench.scaled(query)) for share, query in queries(2)]
    best: list[list[tuple[float, int]]] = [[] for _ in asked]
    fine = [0] * len(asked)
    for world in chunks(bench.n):
        for at, (_, query) in enumerate(asked):
            rows, meets = truth.top(world, query, bench.population)
            fine[at] += int(meets.sum())
            reached = truth.scores(world.take(rows), query, bench.population)
            ids = (world.ids[rows, 0]).tolist()
            best[at] = sorted([*best[at], *zip(reached.tolist(), ids, strict=True)])[-100:]
    for at, (share, query) in enumerate(asked):
        bench.read.append(bandwidth(bench.big))
        found = bench.ask("alongside", share, lambda q=query: bench.snapshot.scan(q))
        ids = {one.int >> 64 for one in found.ids}
        bench.recall["alongside", share].append(float(np.mean([one in ids for _, one in best[at]])))
        bench.selected[share].append(fine[at] / bench.n)
        bench.wrong["alongside", share] += found.pool != fine[at]
        needs, touched = needed(bench.snapshot, query)
        bench.bytes[share].append(needs)
        bench.touched[share].append(touched)


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    briefs = int(sys.argv[2]) if len(sys.argv) > 2 else BRIEFS
    with tempfile.TemporaryDirectory(prefix="alongside-bench-") as folder, ExitStack() as stack:
        bench = Bench(n, Path(folder))
        world = bench.build()
        if world is None:
            alone(bench)
        else:
            compare(bench, world, stack, briefs)
        for line in bench.lines():
            say(line)
        if world is not None:
            for line in changes(bench.path, n):
                say(line)


if __name__ == "__main__":
    main()
