"""Where compiled code is kept: a folder for each state of the sources.

numba compares a cached function with its own file alone, and not with those it calls: after
an update it could run what is no longer there.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from numba import config

from matching.population import FEWEST
from matching.profiles import MOST_N
from matching.score import FLOOR, TOPIC_FLOOR

_HERE = Path(__file__).parent
#: What is compiled, and what stands in it as a constant.
_SOURCES = (
    *("bare", "block", "bounds", "coding", "count", "entry", "judge", "layout", "machine"),
    *("plan", "rows", "scan", "summary", "sums", "terms"),
)


def place() -> Path:
    digest = sha256(repr((FLOOR, TOPIC_FLOOR, FEWEST, MOST_N)).encode())
    for name in _SOURCES:
        digest.update((_HERE / f"{name}.py").read_bytes())
    kept = Path(config.CACHE_DIR) if config.CACHE_DIR else _HERE / "__pycache__"
    return kept / f"engine-{digest.hexdigest()[:16]}"


config.CACHE_DIR = str(place())
