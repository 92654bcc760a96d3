"""Die before every line of the money's code, come back, and compare with who never died.

`make crash-lines` takes every line of every flow; `--sample 6` takes so many of each, and
`--seed` says which. The process dies as by SIGKILL: nothing is caught, closed or rolled back.
"""

import argparse
import os
import random
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
import requests
from flask import Flask

from marketplace import create_app
from marketplace.config import Config
from marketplace.kit.db import unit_of_work
from marketplace.payments import gateway
from tests.bank.run import Bank, bank
from tests.conftest import _EMPTY
from tests.money.flows import FLOWS, SECRET, drive
from tests.place import ROOT

# Everything between a click or a webhook and the money.
WATCHED = (
    *("marketplace/payments/", "marketplace/deals/service/", "marketplace/shop/service/"),
    *("marketplace/disputes/service", "marketplace/webhooks/", "marketplace/worker/"),
    *("marketplace/kit/jobs.py", "marketplace/kit/db.py"),
)
DEAD = 137
Line = tuple[str, int]


class Died(AssertionError):
    """A child ended otherwise than it should."""


class Watch:
    """Follows the lines of the watched files; dies before `line`, or writes all of them down."""

    def __init__(self, line: Line | None) -> None:
        self.line, self.seen = line, dict[Line, None]()
        self.watched: dict[str, str | None] = {}

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> Any:
        path = frame.f_code.co_filename
        if path not in self.watched:
            name = path.removeprefix(f"{ROOT}/")
            self.watched[path] = name if name.startswith(WATCHED) else None
        name = self.watched[path]
        return None if name is None else self._trace(name)

    def _trace(self, name: str) -> Callable[..., Any]:
        def local(frame: FrameType, event: str, _arg: Any) -> Any:
            if event == "line":
                at = (name, frame.f_lineno)
                if at == self.line:
                    os._exit(DEAD)
                self.seen[at] = None
            return local

        return local


class Lab:
    """A database and a sandbox of their own, and one flow after the other on them."""

    def __init__(self, one: Bank, sandbox: str) -> None:
        self.bank = one
        env = one.env | {"STRIPE_API_BASE": sandbox, "STRIPE_WEBHOOK_SECRET": SECRET}
        self.app: Flask = create_app(Config.from_env(env))
        self.accounts = [self._account(sandbox) for _ in range(2)]
        with psycopg.connect(one.owner, autocommit=True) as owner:
            row = owner.execute(_EMPTY).fetchone()
            assert row
            self.empty: str = row[0]

    def _account(self, sandbox: str) -> str:
        with self.app.app_context():
            made = gateway.create_account(str(uuid.uuid4()), email="a@example.org", country="SE")
            link = gateway.onboarding_link(made.id, refresh_url=sandbox, return_url=sandbox)[0]
        requests.post(link, {"outcome": "complete"}, allow_redirects=False, timeout=20)
        return made.id

    def lines(self, flow: str) -> tuple[list[Line], dict[str, Any]]:
        """Every line the flow runs, and what comes of it when nobody dies."""
        id, before = self._scene(flow)
        said = self.bank.folder / "lines"

        def run() -> None:
            watch = Watch(None)
            sys.settrace(watch)
            drive(self.app, flow, id)
            sys.settrace(None)
            said.write_text("\n".join(f"{name}:{number}" for name, number in watch.seen))

        if self._child(run):
            raise Died(f"{flow} failed by itself")
        found = [line.rsplit(":", 1) for line in said.read_text().splitlines()]
        return [(name, int(number)) for name, number in found], self._outcome(before)

    def crash(self, flow: str, line: Line) -> dict[str, Any]:
        """What comes of it when the process dies before this line, and another goes on."""
        id, before = self._scene(flow)

        def run() -> None:
            sys.settrace(Watch(line))
            drive(self.app, flow, id)

        ended = self._child(run)
        if ended != DEAD:
            raise Died(f"{flow} did not come to {line[0]}:{line[1]} (ended with {ended})")
        if self._child(lambda: drive(self.app, flow, id)):
            return {"recovery": "failed"}
        return self._outcome(before)

    def _scene(self, flow: str) -> tuple[uuid.UUID, int]:
        with psycopg.connect(self.bank.owner, autocommit=True) as owner:
            owner.execute("SET session_replication_role = replica")
            owner.execute(self.empty)  # type: ignore[call-overload]
        with self.app.app_context():
            with unit_of_work() as db:
                id = FLOWS[flow][0](db, self.accounts)
            before = gateway.balance("eur").minor
        self.app.extensions["engine"].dispose()
        return id, before

    def _outcome(self, before: int) -> dict[str, Any]:
        """Everything that must be the same, without the ids, which never are."""
        with psycopg.connect(self.bank.owner, autocommit=True) as owner:
            found: dict[str, Any] = {
                name: owner.execute(query).fetchall()  # type: ignore[call-overload]
                for name, query in _SAME.items()
            }
        with self.app.app_context():
            found["stripe"] = gateway.balance("eur").minor - before
        return found

    def _child(self, run: Callable[[], None]) -> int:
        """Run it in a process of its own; how that ended."""
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                self.app.extensions["engine"].dispose(close=False)
                run()
                code = 0
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


_SAME = {
    "journals": "SELECT j.kind, a.kind, e.amount, count(*) FROM ledger.journal j JOIN ledger.entry"
    " e ON e.journal_id = j.id JOIN ledger.account a ON a.id = e.account_id GROUP BY 1, 2, 3"
    " ORDER BY 1, 2, 3",
    "balances": "SELECT kind, sum(balance) FROM ledger.balance GROUP BY 1 ORDER BY 1",
    "states": " UNION ALL ".join(
        f"SELECT '{table}', status, count(*) FROM {table} GROUP BY 2"
        for table in ("deals", "orders", "returns", "checkouts", "transfers", "refunds", "disputes")
    )
    + " ORDER BY 1, 2",
    "jobs": "SELECT task_name, count(*) FROM procrastinate_jobs WHERE queue_name <> 'mail'"
    " GROUP BY 1",
}


@contextmanager
def sandbox(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "PORT": str(port - 1), "VAR_DIR": str(folder)}
    command = [sys.executable, "-c", _SERVE.format(folder=str(folder / "stripe"), port=port)]
    log = (folder / "sandbox.log").open("w")
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                requests.get(address, timeout=2)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield address
    finally:
        process.kill()
        process.wait()
        log.close()


_SERVE = """
import logging
from pathlib import Path
from werkzeug.serving import make_server
from marketplace.stripe_sandbox import create_sandbox
logging.disable(logging.INFO)
make_server("127.0.0.1", {port}, create_sandbox(Path("{folder}")), threaded=True).serve_forever()
"""


def main() -> int:
    asked = argparse.ArgumentParser(prog="make crash-lines")
    asked.add_argument("--sample", type=int, default=0, help="so many lines of each flow, not all")
    asked.add_argument("--seed", default=os.environ.get("SEED") or str(random.randrange(10**6)))
    asked.add_argument("flows", nargs="*", default=list(FLOWS))
    given = asked.parse_args()
    dice, wrong, died = random.Random(given.seed), 0, 0
    print(f"SEED={given.seed}")
    with bank() as one, sandbox(one.folder) as address:
        one.server.fast()
        lab = Lab(one, address)
        for flow in given.flows:
            lines, expected = lab.lines(flow)
            chosen = (
                lines if not given.sample else dice.sample(lines, min(given.sample, len(lines)))
            )
            began = time.monotonic()
            for line in chosen:
                found = lab.crash(flow, line)
                died += 1
                if found != expected:
                    wrong += 1
                    print(f"WRONG: {flow}, dead before {line[0]}:{line[1]}")
                    for name in found:
                        if found[name] != expected.get(name):
                            print(f"  {name}: {found[name]}\n  not {expected.get(name)}")
            took = time.monotonic() - began
            print(
                f"{flow}: died before {len(chosen)} of {len(lines)} lines, {took:.0f} s", flush=True
            )
    print(f"{died} deaths, {wrong} wrong outcomes")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
