"""One supervisor a checkout: who it is, and what it started, for the next one to know."""

import json
from pathlib import Path

from marketplace.run import CannotRun
from marketplace.run.locks import FileLock
from marketplace.run.processes import Child, identity, sweep


class Claim:
    def __init__(self, var_dir: Path, address: str) -> None:
        self._lock = FileLock(var_dir / "run.lock")
        self._file = var_dir / "run.json"
        self._address = address

    def take(self) -> None:
        """Be the one, and end what one that was killed left behind."""
        if not self._lock.try_alone():
            address, _ = self._read()
            raise CannotRun(f"Alongside is already running at {address or self._address}")
        sweep(self._read()[1])

    def remember(self, children: list[Child]) -> None:
        running = [identity(child.pid) for child in children if child.pid]
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps({"address": self._address, "children": running}))
        new.replace(self._file)

    def release(self) -> None:
        self._file.unlink(missing_ok=True)
        self._lock.release()

    def _read(self) -> tuple[str, list[dict[str, float]]]:
        try:
            state = json.loads(self._file.read_text())
            return str(state["address"]), list(state["children"])
        except (OSError, ValueError, KeyError, TypeError):
            return "", []
