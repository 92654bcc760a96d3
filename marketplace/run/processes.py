"""One program run as a child: its own log, its own process group, and an end in any case."""

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from marketplace.config import ROOT
from marketplace.run import CannotRun, logs, tie

MOST_RESTARTS, WITHIN = 5, 60.0
FIRST_WAIT = 0.25  # doubled each time


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    command: tuple[str, ...]
    health: str | None = None  # an address that answers 200 once the program is ready


class Patience:
    """Counts the ends of one program: a longer wait after each, and none after too many."""

    def __init__(self, name: str, log: Path) -> None:
        self._name, self._log = name, log
        self._ends: deque[float] = deque()

    def delay(self, now: float) -> float:
        """How long to wait before starting it again."""
        while self._ends and now - self._ends[0] > WITHIN:
            self._ends.popleft()
        if len(self._ends) >= MOST_RESTARTS:
            raise CannotRun(
                f"The {self._name} has stopped {MOST_RESTARTS + 1} times within a minute. "
                f"Read {self._log}. It ends:\n{logs.tail(self._log)}"
            )
        self._ends.append(now)
        return FIRST_WAIT * 2.0 ** (len(self._ends) - 1)


class Child:
    def __init__(self, program: Program, env: Mapping[str, str], log_dir: Path) -> None:
        self.program = program
        self.log = log_dir / f"{program.name}.log"
        self.patience = Patience(program.name, self.log)
        self.due: float | None = None  # when to start it again
        self._env = dict(env)
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    def start(self) -> None:
        self.due = None
        with logs.opened(self.log) as log:
            self._log_start = log.tell()
            self._process = subprocess.Popen(
                self.program.command,
                cwd=ROOT,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal must reach the supervisor only
                preexec_fn=tie.to_parent(signal.SIGTERM),  # noqa: PLW1509  (no threads here)
            )

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def exit_code(self) -> int | None:
        """None while it runs, and where it was never started."""
        return self._process.poll() if self._process else None

    def ask_to_stop(self) -> None:
        """To the program only: it knows how to end its own children in order."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def has_stopped(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def end(self) -> None:
        """Whatever of its group still runs is killed."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def failure(self) -> CannotRun:
        said = logs.tail(self.log, since=self._log_start) or "    (nothing)"
        name = self.program.name
        return CannotRun(f"The {name} could not start. The end of {self.log}:\n{said}")


def identity(pid: int) -> dict[str, float]:
    """A pid alone is soon somebody else's; with its time of birth it is not."""
    return {"pid": pid, "born": psutil.Process(pid).create_time()}


def sweep(identities: list[dict[str, float]], seconds: float = 12.0) -> None:
    """End what an earlier supervisor left behind when it was killed."""
    left = [process for one in identities if (process := _same(one))]
    for process in left:
        with suppress(psutil.Error):
            process.terminate()
    _, stubborn = psutil.wait_procs(left, timeout=seconds)
    for process in stubborn:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _same(one: dict[str, float]) -> psutil.Process | None:
    try:
        process = psutil.Process(int(one["pid"]))
        return process if process.create_time() == one["born"] else None
    except (psutil.Error, KeyError, ValueError, TypeError):
        return None


def stop_all(children: list[Child], seconds: float) -> None:
    """Ask all at once, wait for the slowest, then make sure."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not all(child.has_stopped() for child in children):
        time.sleep(0.02)
    for child in children:
        child.end()
