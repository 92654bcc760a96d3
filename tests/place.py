"""The whole place, started as people start it: database, sandbox, web, worker, demo world."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import requests

from marketplace.run.environment import Plan, filled
from marketplace.run.postgres import Embedded

ROOT = Path(__file__).parent.parent
READY_WITHIN = 240
_DUE: LiteralString = """
    SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')
    AND coalesce(scheduled_at, clock_timestamp()) <= clock_timestamp()
"""


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
            check=False,
        )

    def settings(self) -> dict[str, str]:
        """The environment its programs run in."""
        plan = Plan.of(self.env)
        return filled(self.env, plan, Embedded(plan.database_dir).urls())

    def forget_tries(self) -> None:
        """So many strangers from one address would rightly be held up."""
        self._sql("DELETE FROM rate_counters")

    def order_pages(self) -> list[str]:
        """What shoppers were sent: an order in each state, behind its code."""
        codes = self._sql("SELECT max(code) FROM orders GROUP BY status ORDER BY status")
        return [f"/orders/{code}" for (code,) in codes]

    def _sql(self, statement: LiteralString) -> list[tuple[Any, ...]]:
        owner = self.env.get("DATABASE_OWNER_URL") or Embedded(self.var / "postgres").urls().owner
        with psycopg.connect(owner.replace("+psycopg", ""), autocommit=True) as connection:
            done = connection.execute(statement)
            return done.fetchall() if done.description else []

    def proves_its_books(self) -> None:
        """Every check passes, and the ledger's Stripe account is the sandbox's balance.

        The worker may finish first: after the demo clock has jumped, what was asked for a moment
        before it looks as if it had waited for days.
        """
        until = time.monotonic() + 60
        while self._sql(_DUE) != [(0,)] and time.monotonic() < until:
            time.sleep(0.2)
        done = self.flask("ledger", "verify")
        assert done.returncode == 0, done.stdout + done.stderr


@contextmanager
def running(var: Path) -> Iterator[Place]:
    """Start all of it on free ports, keeping its things in `var`, and stop all of it."""
    if at := os.environ.get("STORY_AT"):  # a place that runs already, with its own settings
        port = int(at.rsplit(":", 1)[1])
        var = Path(os.environ.get("VAR_DIR", "var"))
        yield Place(at, f"http://127.0.0.1:{port + 1}", var, dict(os.environ))
        return
    port = two_free_ports()
    env = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "STRIPE_"))}
    env |= {"PORT": str(port), "VAR_DIR": str(var), "PYTHONUNBUFFERED": "1"}
    address = f"http://127.0.0.1:{port}"
    said = var / "run.log"
    with said.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "marketplace.run"], cwd=ROOT, env=env, stdout=log, stderr=log
        )
    try:
        _wait_for(process, said)
        yield Place(address, f"http://127.0.0.1:{port + 1}", var, env)
    finally:
        process.send_signal(signal.SIGINT)
        ended = process.wait(30)
    assert ended == 0, f"it did not stop cleanly:\n{said.read_text()}"
    assert not _answers(address), "something still answers"


def _wait_for(process: subprocess.Popen[bytes], said: Path) -> None:
    until = time.monotonic() + READY_WITHIN
    while "is ready at" not in said.read_text():
        if process.poll() is not None or time.monotonic() > until:
            raise AssertionError(said.read_text())
        time.sleep(0.2)


def _answers(address: str) -> bool:
    try:
        requests.get(address, timeout=2)
    except requests.ConnectionError:
        return False
    return True


def two_free_ports() -> int:
    """The first of two free ports beside each other: the sandbox takes the second."""
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
