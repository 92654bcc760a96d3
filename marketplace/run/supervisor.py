"""Starts everything in order, keeps it running, and stops it in order."""

import shutil
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from marketplace.run import ports, programs, welcome
from marketplace.run.claim import Claim
from marketplace.run.environment import Plan, check, filled
from marketplace.run.postgres import Embedded, Urls
from marketplace.run.processes import Child, Patience, Program, stop_all

READY_WITHIN = 60.0
TO_FINISH = 10.0  # seconds for what is under way; the database takes a few more
TICK = 0.1


class Stopped(BaseException):
    """Somebody asked for the end while something was being waited for."""


class Supervisor:
    def __init__(self, env: Mapping[str, str]) -> None:
        self.plan = Plan.of(env)
        self._given = env
        self._env: dict[str, str] = {}
        self._claim = Claim(self.plan.var_dir, self.plan.address)
        self._children: list[Child] = []
        self._server = Embedded(self.plan.database_dir, tied=True, say=say)
        self._server_patience = Patience("database", self._server.log)
        self._server_due: float | None = None
        self._asked = 0

    def run(self) -> int:
        """Until it is asked to stop. Raises CannotRun when it has to give up."""
        began = time.monotonic()
        self._listen()
        if self.plan.is_production:
            check(filled(self._given, self.plan, None))
        self._claim.take()
        self._check_ports()
        try:
            self._start()
            say(welcome.text(self.plan, time.monotonic() - began))
            while True:
                self._pause()
                self._mend()
        except Stopped:
            say("\nStopping …")
            return 0
        finally:
            self._stop()

    def _listen(self) -> None:
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._ask_to_stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup means it
            signal.signal(signal.SIGHUP, self._ask_to_stop)

    def _ask_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked += 1

    def _pause(self) -> None:
        time.sleep(TICK)
        if self._asked:
            raise Stopped

    # -- starting ----------------------------------------------------------------------------

    def _check_ports(self) -> None:
        plan = self.plan
        ports.check_free(plan.port, plan.port + 10)
        if plan.is_sandboxed:
            ports.check_free(plan.sandbox_port, plan.port + 10, " (for the Stripe sandbox)")

    def _start(self) -> None:
        plan = self.plan
        urls = self._start_database() if plan.is_embedded else None
        self._env = filled(self._given, plan, urls)
        check(self._env)
        demo = programs.DemoWorld(plan)
        if demo.was_interrupted:
            say("The demo world was not finished last time: starting it over")
            self._server.start_over()
        if self._server.created or demo.was_interrupted:
            forget(plan.stripe_state)  # it would remember payments our new ledger has never seen
        if plan.is_sandboxed:
            self._launch(programs.sandbox(plan, self._env))
        self._finish(programs.migrate(), "The database has its tables")
        self._launch(programs.web(plan))
        for child in self._children:
            self._await(child)
        if demo.is_wanted(database_is_new=self._server.created):
            say("Making the demo world (only this once) …")
            demo.begin()
            self._finish(programs.demo(), "The demo world is there")
            demo.finished()
        # Not before: the demo world runs the jobs of its half year itself.
        self._launch(programs.worker())
        self._await(self._children[-1])

    def _start_database(self) -> Urls:
        if not self.plan.database_dir.exists():
            say("Making the database (only this once) …")
        urls = self._server.start()
        say("The database runs")
        return urls

    def _launch(self, program: Program) -> None:
        child = Child(program, self._env, self.plan.log_dir)
        self._children.append(child)
        child.start()
        self._claim.remember(self._children)

    def _await(self, child: Child) -> None:
        health, deadline = child.program.health, time.monotonic() + READY_WITHIN
        while health and not ports.answers(health):
            if child.has_stopped() or time.monotonic() > deadline:
                raise child.failure()
            self._pause()
        if child.has_stopped():
            raise child.failure()
        say(f"The {child.program.name} runs")

    def _finish(self, program: Program, done: str) -> None:
        """Run something that ends by itself, and that must end well."""
        self._launch(program)
        child = self._children[-1]
        while not child.has_stopped():
            self._pause()
        if child.exit_code() != 0:
            raise child.failure()
        self._children.remove(child)
        say(done)

    # -- running -----------------------------------------------------------------------------

    def _mend(self) -> None:
        """Start again what has ended, after a while that grows."""
        now = time.monotonic()
        if self.plan.is_embedded and not self._server.is_running():
            self._mend_database(now)
        for child in self._children:
            if child.due is None and child.has_stopped():
                child.due = now + child.patience.delay(now)
                complain(f"The {child.program.name} has stopped; starting it again. {child.log}")
            elif child.due is not None and now >= child.due:
                child.end()
                child.start()
                self._claim.remember(self._children)

    def _mend_database(self, now: float) -> None:
        if self._server_due is None:
            self._server_due = now + self._server_patience.delay(now)
            complain(f"The database has stopped; starting it again. {self._server.log}")
        elif now >= self._server_due:
            self._server_due = None
            self._server.start()

    # -- stopping ----------------------------------------------------------------------------

    def _stop(self) -> None:
        """The sandbox outlives those who talk to it, and the database outlives everyone."""
        sandbox = [c for c in self._children if c.program.name == programs.SANDBOX]
        rest = [c for c in self._children if c not in sandbox]
        stop_all(rest, TO_FINISH)
        stop_all(sandbox, 2.0)
        if self.plan.is_embedded:
            self._server.stop()
        self._claim.release()
        say("Stopped. Your data is kept.")


def forget(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def say(line: str) -> None:
    print(line, flush=True)


def complain(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
