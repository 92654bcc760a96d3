"""A process that scans for some seconds, and knows both states each changing row may be in."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from matching.engine import Entry, Query, Snapshot, slow
from matching.engine.encode import Encoder, facts_of
from matching.engine.tables import Tables
from tests.bench.matching.briefs import queries
from tests.bench.matching.told import entries
from tests.bench.matching.world import CHUNK, chunk

CHANGING = 2_000


def states(n: int) -> tuple[list[Entry], list[Entry]]:
    """The first accounts as they are, and each with the next one's profile."""
    some = entries(chunk(0, min(CHUNK, n)).take(slice(0, CHANGING)))
    after = [*some[1:], some[0]]
    return some, [
        replace(one, profile=other.profile) for one, other in zip(some, after, strict=True)
    ]


class Whole:
    """For one query, the score of each changing account in either state."""

    def __init__(self, snapshot: Snapshot, query: Query, both: Sequence[Sequence[Entry]]) -> None:
        planned = snapshot.plan(query)
        tables = Tables.from_dict(snapshot.stored.description()["tables"])
        encoder = Encoder(tables, snapshot.population)
        self.scores: dict[object, list[float]] = {}
        for some in both:
            columns = encoder.columns(facts_of(some, tables, snapshot.population))
            reached = 100 * np.exp2(slow.octaves(planned, columns))
            for one, score in zip(some, reached.tolist(), strict=True):
                self.scores.setdefault(one.id, []).append(score)

    def torn(self, ids: Sequence[object], scores: Sequence[float]) -> int:
        """How many were found with a score that neither state has."""
        return sum(
            min(abs(score - known) for known in self.scores[id]) > 0.02
            for id, score in zip(ids, scores, strict=True)
            if id in self.scores
        )


def main() -> None:
    snapshot, n, seconds = Snapshot.open(Path(sys.argv[1])), int(sys.argv[2]), float(sys.argv[3])
    both = states(n)
    asked = [replace(q, value=snapshot.value_scales(q.work, q.currency)) for _, q in queries(4)]
    known = [Whole(snapshot, query, both) for query in asked]
    snapshot.warm()
    print("ready", flush=True)
    took, unread, bad, met = [], 0, 0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for query, whole in zip(asked, known, strict=True):
            start = time.perf_counter()
            found = snapshot.scan(query)
            took.append(time.perf_counter() - start)
            unread += found.unread
            bad += whole.torn(found.ids, found.scores)
            met += sum(id in whole.scores for id in found.ids)
    print(json.dumps({"took": took, "unread": unread, "torn": bad, "met": met}))


if __name__ == "__main__":
    main()
