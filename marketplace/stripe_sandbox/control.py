"""The sandbox's own switches, which Stripe doesn't have: the clock, faults, and a look inside."""

from typing import Any

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from marketplace.stripe_sandbox import faults
from marketplace.stripe_sandbox.errors import StripeError
from marketplace.stripe_sandbox.sandbox import Sandbox

bp = Blueprint("control", __name__, url_prefix="/_sandbox")
FARTHEST = 50 * 366 * 86_400
LATEST = 4_102_444_800  # the year 2100


def _sandbox() -> Sandbox:
    sandbox: Sandbox = current_app.extensions["sandbox"]
    return sandbox


@bp.get("/clock")
def clock() -> ResponseReturnValue:
    return {"now": _sandbox().store.now()}


@bp.post("/clock")
def move_clock() -> ResponseReturnValue:
    given = request.get_json(silent=True)
    sandbox = _sandbox()
    with sandbox.store.transaction():
        sandbox.store.move_clock(_steps(sandbox, given))
        sandbox.catch_up(sandbox.call())
        now = sandbox.store.now()
    sandbox.courier.wake.set()
    return {"now": now}


class Mistake(ValueError):
    """What is wrong with an order, in words."""


def _steps(sandbox: Sandbox, given: Any) -> int:
    """How far to move."""
    if (
        not isinstance(given, dict)
        or len(given) != 1
        or not {"advance_seconds", "set"} & set(given)
    ):
        raise Mistake('Send one of {"advance_seconds": 3600} or {"set": 1767225600} as JSON')
    name, value = next(iter(given.items()))
    if not isinstance(value, int) or isinstance(value, bool):
        raise Mistake(f"Give {name} as a whole number of seconds")
    if name == "advance_seconds":
        if not 0 < value <= FARTHEST:
            raise Mistake(f"Give advance_seconds from 1 to {FARTHEST}")
        return value
    if not 0 <= value <= LATEST:
        raise Mistake(f"Give set as seconds since 1970, at most {LATEST}")
    steps = value - sandbox.store.now()
    if steps < 0 and not sandbox.store.is_untouched():
        raise Mistake("Give a later time: the clock goes back only while nothing has happened yet")
    return steps


@bp.errorhandler(Mistake)
def mistake(error: Mistake) -> ResponseReturnValue:
    return {"error": str(error)}, 400


@bp.post("/faults")
def order_faults() -> ResponseReturnValue:
    given: dict[str, Any] = request.get_json(silent=True) or {}
    if problem := faults.problem_with(given):
        raise Mistake(problem)
    faults.order(_sandbox(), given)
    return {"ordered": given}


@bp.get("/state")
def state() -> ResponseReturnValue:
    sandbox = _sandbox()
    with sandbox.store.lock:
        waiting = sandbox.store.db.execute(
            "SELECT count(*) FROM deliveries WHERE next_at IS NOT NULL"
        ).fetchone()[0]
        outcomes = sandbox.store.db.execute(
            "SELECT outcome, count(*) FROM deliveries GROUP BY outcome"
        ).fetchall()
        left = sandbox.store.db.execute("SELECT coalesce(sum(times), 0) FROM faults").fetchone()[0]
        return {
            "now": sandbox.store.now(),
            "objects": sandbox.store.counts(),
            "deliveries": {"waiting": waiting, "outcomes": {row[0]: row[1] for row in outcomes}},
            "faults_left": left,
        }


@bp.app_errorhandler(StripeError)
def stripe_error(error: StripeError) -> ResponseReturnValue:
    return {"error": error.body}, error.status
