"""Things going wrong on purpose, at a named moment of a named request.

before: nothing was begun. during: begun, failed, and the failure is what a retry is told.
kept: done, yet the failure is what a retry is told. after: done, and only the answer is lost.
"""

import re
import sqlite3
import time
from typing import Any

from flask import request

from marketplace.stripe_sandbox.errors import StripeError
from marketplace.stripe_sandbox.sandbox import Sandbox

BODIES = {
    409: (
        "invalid_request_error",
        "lock_timeout",
        "This object cannot be accessed right now: another API request or process has it.",
    ),
    429: (
        "invalid_request_error",
        "rate_limit",
        "Request rate limit exceeded. See https://stripe.com/docs/rate-limits",
    ),
    500: ("api_error", None, "An unknown error occurred."),
    503: ("api_error", None, "Stripe is temporarily unavailable."),
}
MOMENTS = ("before", "during", "kept", "after")
KINDS = ("error", "slow", "lost")
LONGEST_WAIT = 60


class Lost(Exception):
    """No answer at all: the connection is closed."""


def problem_with(given: Any) -> str | None:
    """What is wrong with an order for faults, in words."""
    if not isinstance(given, dict):
        return "Send a JSON object"
    times, seconds = given.get("times", 1), given.get("seconds", 0)
    kind, moment = given.get("kind", "error"), given.get("when", "before")
    is_number = isinstance(times, int) and not isinstance(times, bool)
    is_wait = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    checks = (
        (_is_pattern(given.get("match")), 'Give match, a pattern such as "post /v1/transfers"'),
        (moment in MOMENTS, f"Give when as one of {', '.join(MOMENTS)}"),
        (kind in KINDS, f"Give kind as one of {', '.join(KINDS)}"),
        (
            kind == "error" or moment in ("before", "after"),
            "Give when as before or after: only an error can come in between",
        ),
        (given.get("status", 500) in BODIES, "Give status as 409, 429, 500 or 503"),
        (is_number and 1 <= times <= 1000, "Give times as a whole number from 1 to 1000"),
        (is_wait and 0 <= seconds <= LONGEST_WAIT, f"Give seconds from 0 to {LONGEST_WAIT}"),
    )
    return next((words for is_right, words in checks if not is_right), None)


def _is_pattern(match: Any) -> bool:
    """A regular expression for the whole of a request's verb and path."""
    try:
        return isinstance(match, str) and bool(re.compile(match))
    except re.error:
        return False


def order(sandbox: Sandbox, given: dict[str, Any]) -> None:
    with sandbox.store.transaction():
        sandbox.store.db.execute(
            "INSERT INTO faults (pattern, moment, kind, status, seconds, times)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                given["match"],
                given.get("when", "before"),
                given.get("kind", "error"),
                given.get("status", 500),
                given.get("seconds", 0),
                given.get("times", 1),
            ),
        )


def strike(sandbox: Sandbox, asked: str, moment: str) -> None:
    """What was ordered for this moment of this request happens now."""
    with sandbox.store.transaction():
        row = _take(sandbox, asked, moment)
    if row is None:
        return
    if row["seconds"]:
        time.sleep(row["seconds"])
    if row["kind"] == "lost":
        raise Lost
    if row["kind"] == "error":
        raise _error(row["status"])


def error_for(sandbox: Sandbox, asked: str, moment: str) -> StripeError | None:
    """The same inside a transaction that is already open."""
    row = _take(sandbox, asked, moment)
    return None if row is None else _error(row["status"])


def _take(sandbox: Sandbox, asked: str, moment: str) -> sqlite3.Row | None:
    db = sandbox.store.db
    rows = db.execute("SELECT * FROM faults WHERE moment = ? AND times > 0 ORDER BY id", (moment,))
    for row in rows.fetchall():
        if re.fullmatch(row["pattern"], asked):
            db.execute("UPDATE faults SET times = times - 1 WHERE id = ?", (row["id"],))
            return row
    return None


def _error(status: int) -> StripeError:
    kind, code, message = BODIES[status]
    return StripeError(status, kind, message, code=code)


def hang_up() -> None:
    """Close the connection under the answer, as a network would."""
    if connection := request.environ.get("werkzeug.socket"):
        connection.shutdown(2)
