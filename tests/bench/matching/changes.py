"""Rows that change while others scan: what a change costs, and whether a torn row is ever seen."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from matching.engine import Snapshot
from tests.bench.matching.reader import states
from tests.place import ROOT

READERS, SECONDS = 3, 8.0


def changes(path: Path, n: int) -> Iterator[dict[str, Any]]:
    before, after = states(n)
    writer = Snapshot.open(path, for_writing=True)
    writer.put(before[:10])
    took = []
    for one in before[:500]:
        start = time.perf_counter()
        writer.put([one])
        took.append(time.perf_counter() - start)
    yield {
        "engine": "alongside",
        "what": "update",
        "n": writer.rows,
        "p50_us": round(1e6 * float(np.median(took))),
        "p95_us": round(1e6 * float(np.percentile(took, 95))),
    }
    command = [sys.executable, "-m", "tests.bench.matching.reader", str(path), str(n), str(SECONDS)]
    readers = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(READERS)
    ]
    for reader in readers:
        assert reader.stdout
        assert reader.stdout.readline() == "ready\n"
    changed, end = 0, time.monotonic() + SECONDS
    while time.monotonic() < end:
        place = changed % len(before)
        writer.put([(after if changed // len(before) % 2 == 0 else before)[place]])
        changed += 1
        time.sleep(0.0005)
    told = [json.loads(reader.communicate()[0]) for reader in readers]
    scans = np.concatenate([one["took"] for one in told])
    yield {
        "engine": "alongside",
        "what": "three processes scan while rows change",
        "n": writer.rows,
        "changes": changed,
        "scans": len(scans),
        "changing_rows_met": sum(one["met"] for one in told),
        "p50_ms": round(1e3 * float(np.median(scans)), 2),
        "p95_ms": round(1e3 * float(np.percentile(scans, 95)), 2),
        "unread_rows": sum(one["unread"] for one in told),
        "torn_reads": sum(one["torn"] for one in told),
    }
