"""Where flows are run and killed: a database and a stand-in for Stripe that can be set back.

Each flow is run once, in the process that all deaths are forked from, so that everything is
imported, compiled and warm. Before each of its steps what is there is marked: kept in tables
beside the tables, and in a copy of the stand-in's own. A death begins at the mark before its line.
"""

import gc
import os
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
from marketplace.books import verify
from marketplace.config import Config
from marketplace.payments import gateway
from tests.bank.run import Bank
from tests.money.flows import begin, drive
from tests.money.world import SECRET, World
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
    """Writes down where every line of the watched files is run first: after which mark."""

    def __init__(self) -> None:
        self.mark = 0
        self.seen: dict[Line, int] = {}
        self.watched: dict[str, str | None] = {}

    def __call__(self, frame: FrameType, event: str, _arg: Any) -> Any:
        path = frame.f_code.co_filename
        if path not in self.watched:
            name = path.removeprefix(f"{ROOT}/")
            self.watched[path] = name if name.startswith(WATCHED) else None
        name = self.watched[path]
        return None if name is None else self._following(name)

    def _following(self, name: str) -> Callable[..., Any]:
        def local(frame: FrameType, event: str, _arg: Any) -> Any:
            if event == "line":
                self.seen.setdefault((name, frame.f_lineno), self.mark)
            return local

        return local


def dying_before(line: Line) -> Callable[..., Any]:
    """Follows no more than it must: the functions of one file that begin above the line."""
    path, number = f"{ROOT}/{line[0]}", line[1]

    def local(frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "line" and frame.f_lineno == number:
            os._exit(DEAD)
        return local

    def follow(frame: FrameType, event: str, _arg: Any) -> Any:
        code = frame.f_code
        return local if code.co_filename == path and code.co_firstlineno <= number else None

    return follow


class Lab:
    def __init__(self, one: Bank, sandbox: str) -> None:
        self.sandbox = sandbox
        env = one.env | {"STRIPE_API_BASE": sandbox, "STRIPE_WEBHOOK_SECRET": SECRET}
        self.app: Flask = create_app(Config.from_env(env))
        self.owner = psycopg.connect(one.owner, autocommit=True)
        self.owner.execute("SET session_replication_role = replica")
        self.tables = self.owner.execute(_TABLES).fetchall()
        self._run(self._each(_BESIDE))
        accounts = [self._account() for _ in range(2)]
        self.world = World(self.app, sandbox, accounts)
        self.world.others_pay(1_000_000)
        self._order("keep/nothing")

    def _account(self) -> str:
        with self.app.app_context():
            made = gateway.create_account(str(uuid.uuid4()), email="a@example.org", country="DE")
            link = gateway.onboarding_link(
                made.id, refresh_url=self.sandbox, return_url=self.sandbox
            )[0]
        requests.post(link, {"outcome": "complete"}, allow_redirects=False, timeout=20)
        return made.id

    # -- a flow ----------------------------------------------------------------------------------

    def lines(self, flow: str) -> tuple[list[Line], dict[str, Any]]:
        """Every line the flow runs, and what comes of it when nobody dies."""
        self._run(self._each(_FORGET))
        self._order("bring_back/nothing")
        self.flow, self.id, self.watch = flow, begin(self.world, flow), Watch()
        self.world.mark = self._mark
        try:
            self._mark()
            drive(self.world, flow, self.id)
        finally:
            sys.settrace(None)
            self.world.mark = lambda: None
        expected = self._outcome()
        self._prove()
        gc.freeze()
        return list(self.watch.seen), expected

    def _mark(self) -> None:
        """Everything as it is now can be had again by one message to each."""
        sys.settrace(None)
        self.watch.mark += 1
        self._run(self._each(_KEEP.replace("{mark}", str(self.watch.mark))))
        self._order(f"keep/{self.watch.mark}")
        sys.settrace(self.watch)

    def crash(self, line: Line) -> dict[str, Any]:
        """What comes of it when the process dies before this line, and another goes on."""
        mark = str(self.watch.seen[line])
        self._run(self._each(_AGAIN.replace("{mark}", mark)))
        self._order(f"bring_back/{mark}")

        def run() -> None:
            sys.settrace(dying_before(line))
            drive(self.world, self.flow, self.id)

        ended = self._child(run)
        if ended != DEAD:
            raise Died(f"{self.flow} did not come to {line[0]}:{line[1]} (ended with {ended})")
        try:
            drive(self.world, self.flow, self.id)
        except Exception as error:  # noqa: BLE001 whatever it is, it is told
            return {"recovery": f"{type(error).__name__}: {error}"}
        return self._outcome()

    def _child(self, run: Callable[[], None]) -> int:
        """Run it in a process of its own; how that ended."""
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                gc.disable()
                self.app.extensions["engine"].dispose(close=False)
                run()
                code = 0
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    # -- what is there, and what was -------------------------------------------------------------

    def _outcome(self) -> dict[str, Any]:
        """Everything that must be the same, without the ids, which never are."""
        found: dict[str, Any] = {
            name: self.owner.execute(query).fetchall()  # type: ignore[call-overload]
            for name, query in _SAME.items()
        }
        answer = requests.get(f"{self.sandbox}/_lab/balances", timeout=20)
        return found | {"stripe": answer.json()}

    def _prove(self) -> None:
        """Every check of the books passes where nobody died; the rest is compared with that."""
        with self.world.work() as db:
            found = [one.name for one in verify.verify(db) if not one.passed]
        # Others' money, and tips of nobody, are at Stripe or in the books alone.
        wrong = [name for name in found if name != verify.BALANCE and self.flow != "tip"]
        if wrong:
            raise Died(f"{self.flow} leaves books that are wrong: {wrong}")

    def _run(self, statements: str) -> None:
        self.owner.execute(statements)  # type: ignore[call-overload]

    def _each(self, statement: str) -> str:
        """One message for all tables."""
        return "; ".join(
            statement.format(name=name, beside=f'kept."{name}"', columns=columns)
            for name, columns in self.tables
        )

    def _order(self, what: str) -> None:
        requests.post(f"{self.sandbox}/_lab/{what}", timeout=20).raise_for_status()


_TABLES = """
SELECT format('%I.%I', t.schemaname, t.tablename),
    (SELECT string_agg(quote_ident(c.column_name), ', ' ORDER BY c.ordinal_position)
     FROM information_schema.columns c WHERE c.table_schema = t.schemaname
     AND c.table_name = t.tablename AND c.is_generated = 'NEVER')
FROM pg_tables t WHERE t.schemaname IN ('public', 'ledger')
AND t.tablename NOT IN ('alembic_version', 'kind')
"""
_BESIDE = """CREATE SCHEMA IF NOT EXISTS kept;
CREATE UNLOGGED TABLE {beside} AS SELECT 0 AS mark_, {columns} FROM {name} WITH NO DATA"""
_FORGET = "DELETE FROM {name}; TRUNCATE {beside}"
_KEEP = "INSERT INTO {beside} SELECT {mark}, {columns} FROM {name}"
_AGAIN = """DELETE FROM {name}; INSERT INTO {name} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {columns} FROM {beside} WHERE mark_ = {mark}"""
_STATES = (
    *("deals", "orders", "returns", "disputes", "checkouts", "transfers", "refunds", "reversals"),
    *("chargebacks", "payouts", "payout_accounts"),
)
_SAME = {
    "journals": "SELECT j.kind, a.kind, e.amount, count(*) FROM ledger.journal j JOIN ledger.entry"
    " e ON e.journal_id = j.id JOIN ledger.account a ON a.id = e.account_id GROUP BY 1, 2, 3"
    " ORDER BY 1, 2, 3",
    "balances": "SELECT kind, sum(balance) FROM ledger.balance GROUP BY 1 ORDER BY 1",
    "states": " UNION ALL ".join(
        f"SELECT '{table}', status, count(*) FROM {table} GROUP BY 2" for table in _STATES
    )
    + " ORDER BY 1, 2",
    "heard": "SELECT type, status, count(*) FROM stripe_events GROUP BY 1, 2 ORDER BY 1, 2",
    "told": "SELECT kind, count(*) FROM notices GROUP BY 1 ORDER BY 1",
    "mails": "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'mail'",
    "jobs": "SELECT task_name, count(*) FROM procrastinate_jobs WHERE queue_name <> 'mail'"
    " GROUP BY 1 ORDER BY 1",
}


@contextmanager
def sandbox(folder: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.money.stand_in", str(folder / "stripe"), str(port)]
    log = (folder / "sandbox.log").open("w")
    process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
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
