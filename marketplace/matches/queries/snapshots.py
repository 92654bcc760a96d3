"""The snapshot of the engine as this process has it open; opened anew when another takes its place.

The worker's indexer writes it (`matches/service/indexer.py`), every process maps it.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock

from matching.engine import Damaged, Snapshot

from .known import Known
from .usual import Usual

NAME = "creators.snap"


@dataclass(frozen=True, slots=True)
class Opened:
    """A snapshot, the yardsticks that were taken when it was built, and who was read since."""

    snapshot: Snapshot
    usual: Usual
    known: Known = field(default_factory=Known)


_opened: dict[Path, Opened] = {}
_lock = Lock()


def current(folder: Path) -> Opened | None:
    """The present snapshot in a folder; None when there is none that can be read."""
    known = _opened.get(folder)
    if known is not None and not known.snapshot.replaced():
        return known
    with _lock:
        known = _opened.get(folder)
        if known is None or known.snapshot.replaced():
            try:
                known = _open(folder)
            except (Damaged, FileNotFoundError):
                # One that was replaced by nothing readable goes on serving, as long as it is open.
                return _opened.get(folder)
            _opened[folder] = known
    return known


def _open(folder: Path) -> Opened:
    snapshot = Snapshot.open(folder / NAME)
    plain = json.loads(priced_of(folder, snapshot.generation).read_text())
    return Opened(snapshot, Usual.from_list(snapshot.population, plain["priced"]))


def priced_of(folder: Path, generation: int) -> Path:
    """Beside each snapshot, what its yardsticks of value are made of."""
    return folder / f"priced-{generation}.json"


def day_of(folder: Path, generation: int) -> date | None:
    """When it was built: samples get older, and what is usual changes."""
    try:
        return date.fromisoformat(json.loads(priced_of(folder, generation).read_text())["day"])
    except FileNotFoundError:
        return None


def forget(folder: Path) -> None:
    """Open it anew next time: for tests, which put another in the same place."""
    with _lock:
        _opened.pop(folder, None)
