"""The whole place, started as people start it: database, sandbox, web, worker, demo world."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser

from tests.browser import Visitor, chromium, opened

ROOT = Path(__file__).parent.parent.parent
READY_WITHIN = 240


@dataclass(frozen=True)
class Place:
    """A running Alongside: its address, the sandbox's, and where it keeps things."""

    address: str
    sandbox: str
    var: Path
    env: dict[str, str]

    def flask(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A command of ours, as typed in a shell."""
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def proves_its_books(self) -> None:
        """Every check passes, and the ledger's Stripe account is the sandbox's balance."""
        done = self.flask("ledger", "verify")
        assert done.returncode == 0, done.stdout + done.stderr


def _two_free_ports() -> int:
    for _ in range(50):
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                two.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return int(port)
    raise RuntimeError("no two free ports beside each other")


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if at := os.environ.get("STORY_AT"):  # a place that runs already, with its own settings
        port = int(at.rsplit(":", 1)[1])
        yield Place(at, f"http://127.0.0.1:{port + 1}", Path("var"), dict(os.environ))
        return
    port, var = _two_free_ports(), tmp_path_factory.mktemp("place")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "STRIPE_"))}
    env |= {"PORT": str(port), "VAR_DIR": str(var), "PYTHONUNBUFFERED": "1"}
    address = f"http://127.0.0.1:{port}"
    log = (var / "run.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "marketplace.run"], cwd=ROOT, env=env, stdout=log, stderr=log
    )
    until = time.monotonic() + READY_WITHIN
    while "is ready at" not in (var / "run.log").read_text():
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            raise AssertionError((var / "run.log").read_text())
        time.sleep(0.2)
    yield Place(address, f"http://127.0.0.1:{port + 1}", var, env)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0, "it did not stop cleanly"
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=2)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if chromium() is None:
        pytest.skip("no Chromium is on PATH")
    with opened() as one:
        yield one


@pytest.fixture
def visit(place: Place, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """`visit()` opens a window; after the test none may have complained."""
    visitors: list[Visitor] = []

    def open_window(**options: Any) -> Visitor:
        visitors.append(Visitor(browser, place.address, **options))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        visitor.context.close()
    assert [said for visitor in visitors for said in visitor.complaints] == []
