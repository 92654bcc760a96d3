"""The bench runs, and what it says of us holds at a small size too."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.wide
def test_the_bench_finds_the_best_and_breaks_no_filter() -> None:
    command = [sys.executable, "-m", "tests.bench.matching", "20000", "4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    ours = [one for one in lines if one["engine"].startswith("alongside") and "p50_ms" in one]
    ranked = [one for one in ours if "recall_at_100" in one]
    assert len(ranked) == 8
    assert min(one["recall_at_100"] for one in ranked) == 1.0
    assert {one["filter_violations"] for one in ranked} == {0}
    assert [one["torn_reads"] for one in ours if "torn_reads" in one] == [0]
    assert next(one for one in lines if one.get("what") == "build")["bytes_a_creator"] < 200
    others = {one["engine"] for one in lines}
    assert others >= {
        "numpy_float32",
        "faiss_flat",
        "faiss_hnsw",
        "pgvector_exact",
        "pgvector_hnsw",
    }
