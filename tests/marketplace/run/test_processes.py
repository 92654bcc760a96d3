import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from marketplace.run import CannotRun, logs
from marketplace.run.processes import Child, Patience, Program, identity, stop_all, sweep

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("up", flush=True)
time.sleep(60)
"""


def script(name: str, text: str) -> Program:
    return Program(name, (sys.executable, "-c", text))


def test_every_wait_is_longer_and_the_sixth_end_in_a_minute_is_the_last(tmp_path: Path) -> None:
    patience = Patience("web", tmp_path / "web.log")
    waits = [patience.delay(now=float(n)) for n in range(5)]
    assert waits == sorted(set(waits))
    with pytest.raises(CannotRun, match="6 times within a minute"):
        patience.delay(now=6.0)


def test_ends_long_ago_are_forgiven(tmp_path: Path) -> None:
    patience = Patience("web", tmp_path / "web.log")
    assert len({patience.delay(now=n * 61.0) for n in range(20)}) == 1


def test_a_program_that_ignores_being_asked_is_killed(tmp_path: Path) -> None:
    child = Child(script("stubborn", STUBBORN), {}, tmp_path)
    child.start()
    while not child.log.read_bytes():
        pass
    stop_all([child], seconds=0.1)
    assert child.has_stopped()


def test_a_failure_shows_only_what_this_start_said(tmp_path: Path) -> None:
    (tmp_path / "web.log").write_text("yesterday\n")
    child = Child(script("web", "raise SystemExit('today')"), {}, tmp_path)
    child.start()
    while not child.has_stopped():
        pass
    assert "today" in str(child.failure())
    assert "yesterday" not in str(child.failure())
    child.end()


def test_the_sweep_leaves_a_stranger_with_the_same_pid_alone() -> None:
    with subprocess.Popen(["sleep", "60"]) as stranger:
        sweep([{"pid": stranger.pid, "born": time.time() - 1000}], seconds=0.1)
        assert stranger.poll() is None
        sweep([identity(stranger.pid)], seconds=5)
        assert not psutil.pid_exists(stranger.pid)


def test_the_sweep_survives_nonsense() -> None:
    sweep([{}, {"pid": 2.0**40, "born": 1.0}, {"pid": "x", "born": 0}])  # type: ignore[dict-item]


def test_a_long_log_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "LONGEST", 10)
    log = tmp_path / "web.log"
    log.write_text("a long enough line\n")
    with logs.opened(log) as new:
        new.write(b"new\n")
    assert logs.tail(log) == "    new"
    assert (tmp_path / "web.log.1").exists()
