"""How long it takes to name the topics of a text: `.venv/bin/python -m tests.bench.topics`.

One JSON line for the briefs of the tests, one for 2,000 letters of them joined; each beside only
splitting the same text into its words.
"""

import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from matching.topics import suggest

BRIEFS = Path(__file__).parent.parent / "matching" / "briefs.txt"
ROUNDS = 20
_WORDS = re.compile(r"[^\W\d_]{2,}")


def texts() -> list[str]:
    lines = BRIEFS.read_text(encoding="utf-8").splitlines()
    return [line.partition("|")[2].strip() for line in lines if "|" in line]


def each_ms(work: Callable[[str], object], given: Sequence[str], rounds: int) -> list[float]:
    took = []
    for text in given * rounds:
        began = time.perf_counter()
        work(text)
        took.append(1_000 * (time.perf_counter() - began))
    return sorted(took)


def measured(name: str, given: list[str], rounds: int = ROUNDS) -> dict[str, object]:
    suggest("")  # the descriptions are counted once a process
    ours, words = each_ms(suggest, given, rounds), each_ms(_WORDS.findall, given, rounds)
    half, most = (ours[int(len(ours) * part)] for part in (0.5, 0.95))
    return {
        "bench": "topics",
        "of": name,
        "texts": len(given),
        "letters": sum(map(len, given)) // len(given),
        "p50_ms": round(half, 3),
        "p95_ms": round(most, 3),
        "times_splitting": round(half / words[len(words) // 2], 1),
    }


if __name__ == "__main__":
    briefs = texts()
    print(json.dumps(measured("briefs", briefs)))
    print(json.dumps(measured("a long text", [" ".join(briefs)[:2_000]], rounds=500)))
