"""Things going wrong on purpose: before an operation, or after its commit but before its answer."""

import re
from typing import Any

from marketplace.stripe_sandbox.errors import StripeError
from marketplace.stripe_sandbox.sandbox import Sandbox

BODIES = {
    409: (
        "invalid_request_error",
        "lock_timeout",
        "Another API request or Stripe process is currently accessing this object.",
    ),
    429: ("invalid_request_error", "rate_limit", "Request rate limit exceeded."),
    500: ("api_error", None, "An unknown error occurred."),
}
MOMENTS = ("before", "after")


def problem_with(given: Any) -> str | None:
    """What is wrong with an order for faults, in words."""
    if not isinstance(given, dict):
        return "Send a JSON object"
    times = given.get("times", 1)
    is_number = isinstance(times, int) and not isinstance(times, bool)
    checks = (
        (_is_pattern(given.get("match")), 'Give match, a pattern such as "post /v1/transfers"'),
        (given.get("when", "before") in MOMENTS, 'Give when as "before" or "after"'),
        (given.get("status", 500) in BODIES, "Give status as 409, 429 or 500"),
        (is_number and 1 <= times <= 1000, "Give times as a whole number from 1 to 1000"),
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
            "INSERT INTO faults (pattern, moment, status, times) VALUES (?, ?, ?, ?)",
            (
                given["match"],
                given.get("when", "before"),
                given.get("status", 500),
                given.get("times", 1),
            ),
        )


def before(sandbox: Sandbox, request: str) -> None:
    _strike(sandbox, request, "before")


def after(sandbox: Sandbox, request: str) -> None:
    _strike(sandbox, request, "after")


def _strike(sandbox: Sandbox, request: str, moment: str) -> None:
    db = sandbox.store.db
    with sandbox.store.transaction():
        rows = db.execute(
            "SELECT * FROM faults WHERE moment = ? AND times > 0 ORDER BY id", (moment,)
        ).fetchall()
        struck = next((row for row in rows if re.fullmatch(row["pattern"], request)), None)
        if struck is None:
            return
        db.execute("UPDATE faults SET times = times - 1 WHERE id = ?", (struck["id"],))
    kind, code, message = BODIES[struck["status"]]
    raise StripeError(struck["status"], kind, message, code=code)
