import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

pytestmark = pytest.mark.story
STAND_IN = Path(__file__).with_name("stand_in.py")
ROOT = Path(__file__).parents[3]


class Run:
    """One `make run` over stand-ins, and everything it printed."""

    def __init__(self, var_dir: Path, port: int, broken: str = "") -> None:
        self.var_dir, self.port = var_dir, port
        env = {k: v for k, v in os.environ.items() if not k.startswith(("STRIPE", "DATABASE"))}
        env |= {
            "VAR_DIR": str(var_dir),
            "PORT": str(port),
            "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        }
        self.process = subprocess.Popen(
            [sys.executable, STAND_IN, broken],
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.printed = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.printed += line

    def says(self, words: str) -> None:
        until(lambda: words in self.printed or self.process.poll() is not None)
        self._finish_reading()
        assert words in self.printed

    def _finish_reading(self) -> None:
        if self.process.poll() is not None:
            self._reader.join(5)

    def ends(self) -> int:
        code = self.process.wait(25)
        self._finish_reading()
        return code

    def close(self) -> None:
        assert self.process.stdout
        self.process.wait()
        self._reader.join(5)
        self.process.stdout.close()

    def stops(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.ends()

    def children(self) -> dict[str, psutil.Process]:
        found = {}
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children():
                with suppress(psutil.NoSuchProcess):  # a zombie has no command line either
                    found[" ".join(child.cmdline())] = child
        return found

    def worker(self) -> psutil.Process:
        return next(child for words, child in self.children().items() if "signal.pause" in words)


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        threading.Event().wait(0.02)


def two_free_ports() -> int:
    """A port with a free one above it, from a range no other test process picks from."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    for port in random.sample(range(12_000 + worker * 1000, 13_000 + worker * 1000, 2), 500):
        try:
            with socket.socket() as web, socket.socket() as sandbox:
                web.bind(("127.0.0.1", port))
                sandbox.bind(("127.0.0.1", port + 1))
                return port
        except OSError:
            continue
    raise AssertionError("no two free ports")


@pytest.fixture
def start(tmp_path: Path, copy_made: Callable[[Path], Path]) -> Iterator[Callable[..., Run]]:
    port, runs = two_free_ports(), []
    (tmp_path / "var").mkdir()
    copy_made(tmp_path / "var" / "postgres")

    def run(broken: str = "") -> Run:
        runs.append(Run(tmp_path / "var", port, broken))
        return runs[-1]

    yield run
    for one in runs:
        if one.process.poll() is None:
            one.stops()
        one.close()


def nothing_listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_it_starts_everything_and_ctrl_c_stops_all_of_it(start: Callable[..., Run]) -> None:
    run = start()
    run.says("is ready at")
    assert f"http://127.0.0.1:{run.port}" in run.printed
    assert "The demo world is there" in run.printed
    assert "alongside_web" in (run.var_dir / "log" / "migrate.log").read_text()
    for port in (run.port, run.port + 1):
        with urlopen(f"http://127.0.0.1:{port}/healthz") as response:
            assert response.status == 200
    children = list(run.children().values())
    assert len(children) == 4, "web, worker, sandbox and the database"
    assert run.stops() == 0
    assert "Your data is kept" in run.printed
    assert not any(child.is_running() for child in children)
    assert nothing_listens(run.port)
    assert nothing_listens(run.port + 1)


def test_a_second_start_keeps_everything_and_makes_no_second_demo_world(
    start: Callable[..., Run],
) -> None:
    first = start()
    first.says("is ready at")
    secrets = (first.var_dir / "secrets.json").read_text()
    first.stops()
    second = start()
    second.says("is ready at")
    assert "only this once" not in second.printed
    assert (first.var_dir / "secrets.json").read_text() == secrets
    assert (first.var_dir / "secrets.json").stat().st_mode & 0o077 == 0


def test_sigterm_stops_it_too(start: Callable[..., Run]) -> None:
    run = start()
    run.says("is ready at")
    run.process.terminate()
    assert run.ends() == 0


def test_a_taken_port_is_said_before_anything_is_made(tmp_path: Path) -> None:
    port = two_free_ports()
    with socket.socket() as other:
        other.bind(("127.0.0.1", port + 1))
        other.listen()
        run = Run(tmp_path / "var", port)
        assert run.ends() == 1
        run.close()
    assert f"Port {port + 1} (for the Stripe sandbox) is taken by another program" in run.printed
    assert f"make run PORT={port + 10}" in run.printed
    assert not (tmp_path / "var" / "postgres").exists()


def test_a_second_run_in_the_same_checkout_is_refused(start: Callable[..., Run]) -> None:
    first = start()
    first.says("is ready at")
    second = start()
    assert second.ends() == 1
    assert f"already running at http://127.0.0.1:{first.port}" in second.printed
    assert first.process.poll() is None


def test_a_killed_child_is_started_again(start: Callable[..., Run]) -> None:
    run = start()
    run.says("is ready at")
    killed = run.worker()
    killed.kill()
    run.says("The worker has stopped; starting it again")
    until(lambda: any("signal.pause" in w for w in run.children()) and run.worker() != killed)


def test_a_killed_database_is_started_again(start: Callable[..., Run]) -> None:
    run = start()
    run.says("is ready at")
    pid_file = run.var_dir / "postgres" / "postmaster.pid"
    first = pid_file.read_text().split()[0]
    os.kill(int(first), signal.SIGKILL)
    run.says("The database has stopped; starting it again")
    until(lambda: pid_file.exists() and pid_file.read_text().split()[:1] not in ([first], []))
    assert run.stops() == 0


def test_a_supervisor_killed_outright_leaves_nothing_and_can_be_started_again(
    start: Callable[..., Run],
) -> None:
    run = start()
    run.says("is ready at")
    children = list(run.children().values())
    run.process.kill()
    if sys.platform.startswith("linux"):
        until(lambda: not any(child.is_running() for child in children))
    again = start()
    again.says("is ready at")
    assert again.stops() == 0


def test_a_program_that_cannot_start_is_named_with_what_it_said(
    start: Callable[..., Run],
) -> None:
    run = start("migrate")
    assert run.ends() == 1
    assert "The migrate could not start" in run.printed
    assert "the stand-in was told to die" in run.printed
    assert nothing_listens(run.port + 1), "what had been started is stopped"


def test_a_program_that_keeps_dying_stops_everything(start: Callable[..., Run]) -> None:
    run = start()
    run.says("is ready at")

    def kill() -> bool:
        for words, child in run.children().items():
            if "signal.pause" in words:
                child.kill()
        return run.process.poll() is not None

    until(kill)
    assert run.ends() == 1
    assert "The worker has stopped 6 times within a minute" in run.printed
    assert "worker.log" in run.printed


def test_a_demo_world_broken_off_is_started_over(start: Callable[..., Run]) -> None:
    first = start("demo")
    first.says("Making the demo world")
    first.stops()
    assert json.loads((first.var_dir / "demo.json").read_text()) == {"state": "begun"}
    second = start()
    second.says("is ready at")
    assert "was not finished last time" in second.printed
