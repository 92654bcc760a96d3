"""The pages people see: paying, 3-D Secure, onboarding, and a look at the sandbox itself."""

from datetime import UTC, datetime

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.stripe_sandbox import payer as payers
from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.cards import BY_NUMBER, CARDS, find
from marketplace.stripe_sandbox.errors import StripeError
from marketplace.stripe_sandbox.operations import accounts, checkout, payments
from marketplace.stripe_sandbox.sandbox import Sandbox
from marketplace.stripe_sandbox.store import Json

bp = Blueprint("pages", __name__)
OUTCOMES = ("complete", "missing", "rejected")
DECLINED = 402
MISTYPED = 422


def moment(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%-d %B %Y, %H:%M UTC")


def day(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%-d %B %Y")


def _opened() -> tuple[Sandbox, Call]:
    sandbox: Sandbox = current_app.extensions["sandbox"]
    return sandbox, sandbox.call(request.host_url.rstrip("/"))


def _gone(title: str, words: str) -> ResponseReturnValue:
    return render_template("nothing.html", title=title, words=words), 404


@bp.get("/")
def home() -> ResponseReturnValue:
    sandbox, _ = _opened()
    with sandbox.store.lock:
        deliveries = sandbox.store.db.execute(
            "SELECT outcome, count(*) AS n FROM deliveries GROUP BY outcome ORDER BY n DESC"
        ).fetchall()
        return render_template(
            "home.html",
            now=sandbox.store.now(),
            counts=sandbox.store.counts(),
            deliveries=deliveries,
            newest=[body for body in sandbox.store.newest(60) if body["object"] != "event"][:20],
        )


# Paying


@bp.get("/c/pay/<name>")
def pay(name: str) -> ResponseReturnValue:
    sandbox, call = _opened()
    with sandbox.store.transaction():
        sandbox.catch_up(call)
        session = _session(call, name)
    if session is None:
        return _no_such_payment()
    if session["status"] != "open":
        return render_template("closed.html", session=session, success_url=_success_url(session))
    chosen = BY_NUMBER.get(request.args.get("card", ""))
    typed = {"number": chosen.shown, "expiry": "12 / 34", "cvc": "123"} if chosen else {}
    return _form(session, typed)


@bp.post("/c/pay/<name>")
def submit_payment(name: str) -> ResponseReturnValue:
    sandbox, call = _opened()
    try:
        with sandbox.store.transaction():
            sandbox.catch_up(call)
            return _submit(call, name)
    finally:
        sandbox.courier.wake.set()


def _submit(call: Call, name: str) -> ResponseReturnValue:
    session = _session(call, name)
    if session is None:
        return _no_such_payment()
    call.account = session["_owner"]
    if session["status"] == "complete":  # pressed twice
        return redirect(_success_url(session), 303)
    if session["status"] != "open":
        return render_template("closed.html", session=session, success_url=""), 409
    payer = payers.read(request.form, session, call.now())
    if payer.problems:
        return _form(session, payer.typed, payer.problems), MISTYPED
    card, intent = find(payer.number), _intent(call, session, payer.details)
    if card.asks_3d_secure:
        session["_attempt"] = {"number": card.number, "payer": payer.details, "typed": payer.typed}
        call.store.save(session)
        url = f"{call.base_url}/c/pay/{name}/3d-secure"
        payments.ask_for_3d_secure(call, intent, url)
        return redirect(url, 303)
    error = payments.try_card(call, intent, card, payer.details)
    return _after_trying(call, session, payer.details, payer.typed, error)


def _after_trying(
    call: Call, session: Json, details: Json, typed: dict[str, str], error: StripeError | None
) -> ResponseReturnValue:
    if error is None:
        checkout.complete(call, session, details)
        return redirect(_success_url(session), 303)
    return _form(session, typed, refusal=str(error)), DECLINED


@bp.get("/c/pay/<name>/3d-secure")
def ask_3d_secure(name: str) -> ResponseReturnValue:
    sandbox, call = _opened()
    with sandbox.store.lock:
        session = _session(call, name)
    if session is None:
        return _no_such_payment()
    if session["status"] != "open" or not session.get("_attempt"):
        return redirect(f"/c/pay/{name}", 303)
    return render_template("secure.html", session=session)


@bp.post("/c/pay/<name>/3d-secure")
def answer_3d_secure(name: str) -> ResponseReturnValue:
    sandbox, call = _opened()
    try:
        with sandbox.store.transaction():
            sandbox.catch_up(call)
            return _answered(call, name)
    finally:
        sandbox.courier.wake.set()


def _answered(call: Call, name: str) -> ResponseReturnValue:
    session = _session(call, name)
    if session is None:
        return _no_such_payment()
    call.account = session["_owner"]
    attempt = session.pop("_attempt", None)
    if session["status"] != "open" or attempt is None:
        return redirect(f"/c/pay/{name}", 303)
    call.store.save(session)
    intent = _intent(call, session, attempt["payer"])
    if request.form.get("outcome") != "complete":
        error: StripeError | None = payments.fail_3d_secure(call, intent)
    else:
        error = payments.try_card(call, intent, find(attempt["number"]), attempt["payer"])
    return _after_trying(call, session, attempt["payer"], attempt["typed"], error)


def _session(call: Call, name: str) -> Json | None:
    session = call.store.get(name)
    return session if session and session["object"] == checkout.KIND else None


def _intent(call: Call, session: Json, details: Json) -> Json:
    intent = call.store.get(session["payment_intent"] or "")
    if intent is None:
        intent = payments.new_intent(call, session)
        session["payment_intent"] = intent["id"]
        call.store.save(session)
    if details["shipping"]:
        intent["shipping"] = details["shipping"] | {
            "carrier": None,
            "phone": details["phone"],
            "tracking_number": None,
        }
        call.store.save(intent)
    return intent


def _form(
    session: Json, typed: dict[str, str], problems: dict[str, str] | None = None, refusal: str = ""
) -> str:
    return render_template(
        "pay.html",
        session=session,
        typed=typed,
        problems=problems or {},
        refusal=refusal,
        cards=CARDS,
        countries=payers.countries(session),
    )


def _success_url(session: Json) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _no_such_payment() -> ResponseReturnValue:
    return _gone(
        "There is no such payment",
        "Check the address, or go back to where you came from and pay from there.",
    )


# Onboarding


@bp.get("/setup/<account>/<token>")
def onboarding(account: str, token: str) -> ResponseReturnValue:
    sandbox, call = _opened()
    with sandbox.store.lock:
        link = _link(call, account, token)
        if link is None:
            return _no_such_link()
        if _is_spent(call, link):
            return redirect(link["_refresh_url"], 303)
        return render_template("setup.html", account=call.store.get(account), link=link)


@bp.post("/setup/<account>/<token>")
def finish_onboarding(account: str, token: str) -> ResponseReturnValue:
    sandbox, call = _opened()
    try:
        with sandbox.store.transaction():
            return _finish(call, account, token, request.form.get("outcome", ""))
    finally:
        sandbox.courier.wake.set()


def _finish(call: Call, name: str, token: str, outcome: str) -> ResponseReturnValue:
    link = _link(call, name, token)
    if link is None:
        return _no_such_link()
    if _is_spent(call, link):
        return redirect(link["_refresh_url"], 303)
    account = call.store.get(name)
    assert account is not None
    if outcome not in OUTCOMES:
        return render_template("setup.html", account=account, link=link), MISTYPED
    call.store.save(link | {"_used": True})
    accounts.finish_onboarding(call, account, outcome)
    return redirect(link["_return_url"], 303)


def _link(call: Call, account: str, token: str) -> Json | None:
    link = call.store.get(token)
    return (
        link if link and link["object"] == "account_link" and link["_account"] == account else None
    )


def _is_spent(call: Call, link: Json) -> bool:
    return bool(link["_used"]) or link["expires_at"] <= call.now()


def _no_such_link() -> ResponseReturnValue:
    return _gone(
        "There is no such link", "Go back to where you came from and start again from there."
    )
