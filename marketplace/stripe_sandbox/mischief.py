"""Webhooks going wrong on purpose: doubled, twinned, late, out of order, dropped, badly signed."""

import re
import time
from typing import Any

from marketplace.stripe_sandbox.store import Store

HOW = {
    "duplicate": "the same event twice",
    "twin": "two events for one thing, each with its own id",
    "delay": "some seconds late",
    "reorder": "the last first",
    "drop": "never, though it is in the list of events",
    "bad_signature": "first with a signature of another secret, then properly",
    "stale": "first with a signature ten minutes old, then properly",
}
LONGEST = 3600
STEP = 0.3  # between events that arrive in reverse


def problem_with(given: Any) -> str | None:
    if not isinstance(given, dict):
        return "Send a JSON object"
    times, seconds = given.get("times", 1), given.get("seconds", 1)
    is_number = isinstance(times, int) and not isinstance(times, bool)
    is_wait = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    checks = (
        (given.get("how") in HOW, f"Give how as one of {', '.join(HOW)}"),
        (_is_pattern(given.get("match", ".*")), 'Give match, a pattern such as "charge[.].*"'),
        (is_number and 1 <= times <= 1000, "Give times as a whole number from 1 to 1000"),
        (is_wait and 0 <= seconds <= LONGEST, f"Give seconds from 0 to {LONGEST}"),
    )
    return next((words for is_right, words in checks if not is_right), None)


def _is_pattern(match: Any) -> bool:
    try:
        return isinstance(match, str) and bool(re.compile(match))
    except re.error:
        return False


def order(store: Store, given: dict[str, Any]) -> None:
    with store.transaction():
        store.db.execute(
            "INSERT INTO mischief (pattern, how, seconds, times) VALUES (?, ?, ?, ?)",
            (
                given.get("match", ".*"),
                given["how"],
                given.get("seconds", 1),
                given.get("times", 1),
            ),
        )


def plan(store: Store, kind: str) -> tuple[str, float]:
    """What is to happen to an event of this kind, and when it may leave."""
    rows = store.db.execute("SELECT * FROM mischief WHERE times > 0 ORDER BY id").fetchall()
    for row in rows:
        if re.fullmatch(row["pattern"], kind):
            store.db.execute("UPDATE mischief SET times = times - 1 WHERE id = ?", (row["id"],))
            wait = {"delay": row["seconds"], "reorder": row["times"] * STEP}.get(row["how"], 0)
            return row["how"], time.time() + wait if wait else 0
    return "", 0


def post(store: Store, event: str, endpoint: str, how: str, leaves_at: float) -> int:
    """Put an event on its way to one endpoint; gives how many deliveries that makes."""
    if how == "drop":
        store.db.execute(
            "INSERT INTO deliveries (event, endpoint, outcome, how) VALUES (?, ?, 'dropped', ?)",
            (event, endpoint, how),
        )
        return 0
    copies = 2 if how == "duplicate" else 1
    for _ in range(copies):
        store.db.execute(
            "INSERT INTO deliveries (event, endpoint, next_at, how) VALUES (?, ?, ?, ?)",
            (event, endpoint, leaves_at, how),
        )
    return copies
