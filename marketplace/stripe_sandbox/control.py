"""The sandbox's own switches, which Stripe doesn't have: the clock, faults, and a look inside."""

from typing import Any

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from marketplace.stripe_sandbox import faults, happenings, mischief
from marketplace.stripe_sandbox.errors import StripeError
from marketplace.stripe_sandbox.outside import public
from marketplace.stripe_sandbox.sandbox import Sandbox

bp = Blueprint("control", __name__, url_prefix="/_sandbox")
FARTHEST = 50 * 366 * 86_400
SETTINGS = {
    "fees_after_seconds": "in seconds: a charge's balance transaction comes that much later",
    "countered_fee": "in minor units: taken when a dispute is countered, returned when it is won",
}
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


@bp.post("/webhooks")
def order_mischief() -> ResponseReturnValue:
    given: dict[str, Any] = request.get_json(silent=True) or {}
    if problem := mischief.problem_with(given):
        raise Mistake(problem)
    mischief.order(_sandbox().store, given)
    return {"ordered": given}


@bp.post("/calm")
def calm() -> ResponseReturnValue:
    """Nothing that was ordered and has not come to pass happens any more."""
    sandbox = _sandbox()
    with sandbox.store.transaction():
        sandbox.store.db.execute("UPDATE faults SET times = 0")
        sandbox.store.db.execute("UPDATE mischief SET times = 0")
    return {}


@bp.post("/resend")
def resend() -> ResponseReturnValue:
    """An event once more to everyone it went to, as from Stripe's dashboard."""
    given: dict[str, Any] = request.get_json(silent=True) or {}
    name, sandbox = given.get("event"), _sandbox()
    with sandbox.store.transaction():
        if sandbox.store.send_again(str(name)) == 0:
            raise Mistake("Give event as the id of an event that was sent to someone")
    sandbox.courier.wake.set()
    return {"resent": name}


@bp.post("/happen")
def happen() -> ResponseReturnValue:
    """What only a bank or Stripe itself can do: {"to": "po_…", "what": "fail"}."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise Mistake('Send {"to": "po_1", "what": "fail"} as JSON')
    sandbox = _sandbox()
    try:
        with sandbox.store.transaction():
            call = sandbox.call(request.host_url.rstrip("/"))
            body = happenings.happen(call, str(given.get("to")), str(given.get("what")), given)
    except happenings.Impossible as error:
        raise Mistake(str(error)) from error
    sandbox.courier.wake.set()
    return public(body)


@bp.post("/settings")
def settings() -> ResponseReturnValue:
    """How this Stripe charges: the fee later than the success, the fee for countering."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict) or not given or set(given) - set(SETTINGS):
        raise Mistake(f"Send some of {', '.join(SETTINGS)} as JSON")
    for name, value in given.items():
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= FARTHEST:
            raise Mistake(f"Give {name} as a whole number, {SETTINGS[name]}")
    store = _sandbox().store
    with store.transaction():
        for name, value in given.items():
            store.set(name, value)
        return {name: store.setting(name) for name in SETTINGS}


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
