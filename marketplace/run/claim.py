"""One supervisor a checkout: who it is, and what it started, for the next one to know."""

import json
from pathlib import Path
from typing import NamedTuple

from marketplace.run import CannotRun
from marketplace.run.locks import FileLock
from marketplace.run.processes import Child, identity, sweep

FILE = "run.json"


class LastRun(NamedTuple):
    address: str
    children: list[dict[str, float]]


class Claim:
    def __init__(self, var_dir: Path, address: str) -> None:
        self._lock = FileLock(var_dir / "run.lock")
        self._file = var_dir / FILE
        self._address = address

    def take(self) -> None:
        """Be the one, and end what one that was killed left behind."""
        last = last_run(self._file.parent)
        if not self._lock.try_alone():
            raise CannotRun(f"Alongside is already running at {last.address or self._address}")
        sweep(last.children)

    def remember(self, children: list[Child]) -> None:
        running = [identity(child.pid) for child in children if child.pid]
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps({"address": self._address, "children": running}))
        new.replace(self._file)

    def release(self) -> None:
        self._file.unlink(missing_ok=True)
        self._lock.release()


def last_run(var_dir: Path) -> LastRun:
    """The run that is on, or one that was killed before it could put its note away."""
    try:
        state = json.loads((var_dir / FILE).read_text())
        return LastRun(str(state["address"]), list(state["children"]))
    except (OSError, ValueError, KeyError, TypeError):
        return LastRun("", [])
