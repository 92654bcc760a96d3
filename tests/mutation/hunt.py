"""One run of pytest that first notes which test runs which line, and then tries the mutants.

Everything is imported and the database is migrated once; each mutant lives in a fork of this
process and dies with it. It is tried against the tests that run its lines, those first that
noticed something before; a test counts only if it passes, in the same place, without the mutant.
"""

import os
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation import sql
from tests.mutation.lines import Line, Loaded, noted
from tests.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).parent.parent.parent
# A mutant that its nearest tests don't notice counts as alive, whatever the others would say.
MOST_TESTS = 60
# What takes so much longer than without a mutant has no end.
SECONDS, TIMES = 20, 5
SQL = "migrations/sql"
FAULT, ENDLESS = 255, "(it never ends)"


class Hunt:
    """A plugin of pytest. `lives` is told each survivor at once, `done` how many were tried."""

    def __init__(
        self,
        near: dict[str, list[str]],
        lives: Callable[[str, int, str], None],
        done: Callable[[str, int], None],
    ) -> None:
        self.near, self.lives, self.done = near, lives, done
        self.took: dict[str, float] = {}
        self.runs: dict[str, set[Line]] = {}
        self.kills: Counter[tuple[str, int, str]] = Counter()
        self.trusted: set[str] = {ENDLESS}
        self.banned: set[str] = set()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.session = session
        self.items = {item.nodeid: item for item in session.items}
        self._look()
        self._let_go()
        for target in self.near:
            tried = self._try_sql() if target == SQL else self._try_all(target)
            self.done(target, tried)
        return True

    def _look(self) -> None:
        """Run every test once, and note its lines."""
        files = {str(ROOT / target) for target in self.near}
        items = list(self.items.values())
        for item, following in zip(items, [*items[1:], items[0]], strict=True):
            began = time.monotonic()
            with noted(files) as seen:
                passed = _passes(item, following)
            self.took[item.nodeid] = time.monotonic() - began
            self.runs[item.nodeid] = seen
            if not passed:
                self._leave_out(item.nodeid)
        print(f"{len(items)} tests looked at in {sum(self.took.values()):.0f} s", flush=True)

    def _leave_out(self, name: str) -> None:
        print(f"left out, for it fails by itself: {name}", flush=True)
        self.banned.add(name)

    def _let_go(self) -> None:
        """What two processes can't share is closed; each fork opens its own."""
        anybody = next(iter(self.items.values()))
        fixtures = self.session._fixturemanager

        def fixture(name: str) -> Any:
            (found,) = fixtures.getfixturedefs(name, anybody)
            return found

        self.database = fixture("database").cached_result[0]
        fixture("_app").cached_result[0].extensions["engine"].dispose()
        anybody._initrequest()
        for name in ("_eraser", "_stripe"):
            fixture(name).finish(anybody._request)
        anybody._request = False

    def _try_all(self, target: str) -> int:
        loaded, count = Loaded(ROOT / target), 0
        for mutant in mutants((ROOT / target).read_text()):
            count += 1
            if not self._is_noticed(target, mutant, loaded):
                self.lives(target, mutant.lines.start, mutant.said)
        return count

    def _tests_of(self, target: str, mutant: Mutant, loaded: Loaded) -> list[str]:
        """Those that run its lines: first what knows this function's faults, then what is near."""
        lines, function = set(mutant.lines), mutant.function
        if not lines & loaded.lines:  # a default, or a line without code of its own
            lines = set(range(function.lineno, (function.end_lineno or 0) + 1))
        wanted = {(loaded.file, line) for line in lines}
        tests = [name for name, seen in self.runs.items() if seen & wanted]

        def likelihood(name: str) -> tuple[int, int, float]:
            near = [name.startswith(one) for one in (*self.near[target], "")]
            return -self.kills[target, function.lineno, name], near.index(True), self.took[name]

        return sorted((name for name in tests if name not in self.banned), key=likelihood)

    def _is_noticed(self, target: str, mutant: Mutant, loaded: Loaded) -> bool:
        while True:
            tests = self._tests_of(target, mutant, loaded)[:MOST_TESTS]
            killer = self._failing(tests, lambda: loaded.become(mutant.tree))
            if killer is None:
                return False
            if killer not in self.trusted:
                if self._failing(tests[: tests.index(killer) + 1]) is not None:
                    self._leave_out(killer)
                    continue
                self.trusted.add(killer)
            self.kills[target, mutant.function.lineno, killer] += 1
            return True

    def _failing(self, tests: list[str], become: Callable[[], None] = lambda: None) -> str | None:
        """The first of these tests that fails in a fork of this process."""
        pid = os.fork()
        if pid == 0:
            self._be_the_fork(tests, become)
        _, status = os.waitpid(pid, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
            return ENDLESS
        number = os.waitstatus_to_exitcode(status)
        if number < 0 or number == FAULT:
            raise RuntimeError(f"the fork ended with {number}")
        return tests[number - 1] if number else None

    def _be_the_fork(self, tests: list[str], become: Callable[[], None]) -> None:
        try:
            become()
            items = [self.items[name] for name in tests]
            for number, item in enumerate(items, 1):
                signal.alarm(SECONDS + TIMES * int(self.took[item.nodeid]))
                self.session._setupstate.teardown_exact(item)
                if not _passes(item, items[min(number, len(items) - 1)]):
                    os._exit(number)
            os._exit(0)
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
            os._exit(FAULT)

    def _try_sql(self) -> int:
        """Each change in a database of its own."""
        tests = [name for name in self.items if name.startswith(sql.TESTS)]
        changes = sql.changes(self.database)
        for said, change in changes.items():
            sql.fresh(self.database, change)
            if self._failing(tests) is None:
                self.lives(SQL, 0, said)
        sql.fresh(self.database, "SELECT")
        return len(changes)


def _passes(item: pytest.Item, following: pytest.Item) -> bool:
    return not any(one.failed for one in runtestprotocol(item, log=False, nextitem=following))
