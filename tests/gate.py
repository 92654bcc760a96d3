"""What may be left out of a test run: nothing in silence, and under NO_SKIP=1 nothing at all.

Loaded by the Makefile with `-p tests.gate`.
"""

import os
import shutil
from collections.abc import Generator

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WHY = "no Chromium is on PATH"
FORBIDDEN = "NO_SKIP=1 forbids skipping, and this was skipped"


def chromium() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if chromium():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=WHY))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and os.environ.get("NO_SKIP") == "1" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{FORBIDDEN}: {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped and os.environ.get("NO_SKIP") == "1":
        report.outcome = "failed"
        report.longrepr = f"{FORBIDDEN}: {_reason(report)}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    said = report.longrepr
    return said[-1] if isinstance(said, tuple) else str(said)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    if any(WHY in str(report.longrepr) for report in skipped):
        terminalreporter.line(f"skipped: browser tests, because {WHY}")
