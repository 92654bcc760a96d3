"""The engine: a market of creators as columns in one file, and the scan that ranks them.

Write a `Snapshot` of `Entry`s, open it in any number of processes, ask it a `Query`. It
proposes candidates under exact filters; the float64 formula then ranks those. How it is
laid out, how it is kept fast, and when to move on: `docs/matching.md`, "The engine".
"""

from . import compiled as _compiled  # noqa: F401 before anything is compiled
from .entry import Conditions, Entry, Found, Query
from .snapshot import Full, Snapshot
from .stored import Damaged

__all__ = ["Conditions", "Damaged", "Entry", "Found", "Full", "Query", "Snapshot"]
