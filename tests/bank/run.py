"""Start a PostgreSQL, let writers loose on it, kill, restart, and judge what is left."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.sharedctypes import RawValue
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from flask import Flask

from marketplace import create_app
from marketplace.config import Config
from marketplace.run.postgres import Embedded
from tests.bank import auditor
from tests.bank.designs import Careless, Design, of_name
from tests.bank.writer import work
from tests.place import ROOT


@dataclass(frozen=True)
class Plan:
    """How hard, and how long: until everything asked for has happened, or the time is up."""

    seed: str
    design: str = "ours"
    processes: int = 12
    writers: int = 4
    seconds: float = 60
    worker_kills: int = 20
    postgres_kills: int = 4
    duplicates: int = 10_000
    at_most: float = 1_200


@dataclass
class Verdict:
    """What came of a run."""

    plan: Plan
    writes: int = 0
    duplicates: int = 0
    looks: int = 0
    worker_kills: int = 0
    postgres_kills: int = 0
    seconds: float = 0
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def reached(self) -> bool:
        plan = self.plan
        return (
            self.worker_kills >= plan.worker_kills
            and self.postgres_kills >= plan.postgres_kills
            and self.duplicates >= plan.duplicates
        )

    def __str__(self) -> str:
        plan = self.plan
        found = "; ".join(f"{name} ({count} x)" for name, count in sorted(self.wrong.items()))
        return (
            f"{plan.design}: {plan.processes * plan.writers} writers, {self.writes} acknowledged"
            f" writes, {self.duplicates} duplicate deliveries, {self.worker_kills} workers and"
            f" {self.postgres_kills} PostgreSQL killed, {self.looks} looks in"
            f" {self.seconds:.0f} s: {found or 'nothing wrong'}"
        )


class Bank:
    """A database of its own, with our tables and those of the careless designs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = Embedded(folder / "postgres", tied=True)
        self.urls = self.server.start()
        env = {**os.environ, "DATABASE_URL": self.urls.app, "DATABASE_OWNER_URL": self.urls.owner}
        self.env = env | {"VAR_DIR": str(folder), "STRIPE_WEBHOOK_SECRET": "whsec_bank"}
        command = [sys.executable, "-m", "alembic", "-c", "migrations/alembic.ini"]
        subprocess.run([*command, "upgrade", "head"], cwd=ROOT, env=self.env, check=True)
        self.owner = self.urls.owner.replace("+psycopg", "")

    def app(self) -> Flask:
        return create_app(Config.from_env(self.env))

    def set_up(self, design: Design) -> None:
        if isinstance(design, Careless):
            with psycopg.connect(self.owner, autocommit=True) as connection:
                design.set_up(connection)

    def kill(self) -> None:
        """As a power cut would, as far as PostgreSQL can tell; then start it again."""
        pid = int((self.server.data_dir / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, signal.SIGKILL)
        self.server.start()


@contextmanager
def bank() -> Iterator[Bank]:
    folder = Path(tempfile.mkdtemp(prefix="alongside-bank-"))
    one = Bank(folder)
    try:
        yield one
    finally:
        one.server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Run:
    """One plan, carried out. Everything drawn by lot comes from the seed."""

    def __init__(self, bank: Bank, plan: Plan) -> None:
        self.bank, self.plan, self.verdict = bank, plan, Verdict(plan)
        self.design, self.dice = of_name(plan.design), Random(plan.seed)
        self.folder = Path(tempfile.mkdtemp(prefix=f"{plan.design}-", dir=bank.folder))
        self.told: Any = RawValue("L", 0)
        self.lives: Counter[int] = Counter()
        self.children: dict[int, int] = {}
        bank.set_up(self.design)
        self.app = bank.app()

    def __call__(self) -> Verdict:
        began = time.monotonic()
        watch = self._fork(self._audit)
        try:
            for number in range(self.plan.processes):
                self._start_worker(number)
            self._trouble(began)
        finally:
            for pid in self.children.values():
                _end(pid)
            _end(watch)
        self.verdict.seconds = time.monotonic() - began
        self._judge()
        return self.verdict

    def _trouble(self, began: float) -> None:
        """Kill by lot, evenly over the time; then let them be until all was delivered."""
        plan = self.plan
        kills = ["worker"] * plan.worker_kills + ["postgres"] * plan.postgres_kills
        self.dice.shuffle(kills)
        times = sorted(self.dice.uniform(0.08, 0.95) * plan.seconds for _ in kills)
        for at, what in zip(times, kills, strict=True):
            time.sleep(max(0.0, began + at - time.monotonic()))
            self._all_at_work()
            if what == "worker":
                self._kill_worker()
            else:
                self.bank.kill()
                self.verdict.postgres_kills += 1
        time.sleep(max(0.0, began + plan.seconds - time.monotonic()))
        while time.monotonic() - began < plan.at_most and self._duplicates() < plan.duplicates:
            self._all_at_work()
            time.sleep(2)

    def _all_at_work(self) -> None:
        """A worker ends only when it is killed; one that ended by itself proves nothing."""
        for number, pid in list(self.children.items()):
            if os.waitpid(pid, os.WNOHANG)[0]:
                del self.children[number]
                raise RuntimeError("A worker ended by itself: what it said stands above.")

    def _kill_worker(self) -> None:
        number = self.dice.randrange(self.plan.processes)
        _end(self.children[number])
        self.verdict.worker_kills += 1
        self._start_worker(number)

    def _start_worker(self, number: int) -> None:
        who = f"{self.plan.seed}-{number}-{self.lives[number]}"
        self.lives[number] += 1
        args = (self.app, self.design, self.told, self.folder, who, self.plan.writers)
        self.children[number] = self._fork(lambda: work(*args))

    def _audit(self) -> None:
        auditor.keep_looking(self.bank.owner, self.design, self.folder / "looks")

    @staticmethod
    def _fork(what: Any) -> int:
        """A child of this process: everything is imported already, so a new life is cheap."""
        pid = os.fork()
        if pid:
            return pid
        try:
            what()
        finally:
            os._exit(1)

    def _duplicates(self) -> int:
        return sum(ack.get("new") is False for ack in auditor.acknowledged(self.folder))

    def _judge(self) -> None:
        acks = list(auditor.acknowledged(self.folder))
        self.verdict.writes = len(acks)
        self.verdict.duplicates = self._duplicates()
        self.verdict.looks, seen = auditor.looks(self.folder / "looks")
        self.verdict.wrong.update({f"seen while running: {name}": n for name, n in seen.items()})
        with psycopg.connect(self.bank.owner, autocommit=True) as connection:
            self.verdict.wrong.update(auditor.look(connection, self.design))
        self.verdict.wrong.update(auditor.missing(self.bank.owner, self.design, acks))


def _end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
