"""The pages people see: paying, 3-D Secure, onboarding, and a look at the sandbox itself."""

from datetime import UTC, datetime

from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue

from marketplace.stripe_sandbox import banks
from marketplace.stripe_sandbox import payer as payers
from marketplace.stripe_sandbox.banks import Bank
from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.cards import BY_NUMBER, CARDS, Card, find
from marketplace.stripe_sandbox.errors import StripeError
from marketplace.stripe_sandbox.operations import (
    accounts,
    charging,
    checkout,
    checkout_more,
    payment_methods,
    payments,
)
from marketplace.stripe_sandbox.operations.payments import AUTHENTICATION_FAILED
from marketplace.stripe_sandbox.sandbox import Sandbox
from marketplace.stripe_sandbox.store import Json

bp = Blueprint("pages", __name__)
OUTCOMES = ("complete", "missing", "rejected")
DECLINED = 402
MISTYPED = 422


def moment(epoch: int | str) -> str:
    """Version 2 of the API tells the time in text."""
    if isinstance(epoch, str):
        epoch = int(datetime.fromisoformat(epoch).timestamp())
    return datetime.fromtimestamp(epoch, UTC).strftime("%-d %B %Y, %H:%M UTC")


def day(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%-d %B %Y")


def _opened() -> tuple[Sandbox, Call]:
    sandbox: Sandbox = current_app.extensions["sandbox"]
    return sandbox, sandbox.call(request.host_url.rstrip("/"))


def _gone(title: str, words: str) -> ResponseReturnValue:
    return render_template("nothing.html", title=title, words=words), 404


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
    return _form(session, _chosen())


def _chosen() -> dict[str, str]:
    """A test card or account picked from the tables below the form."""
    if card := BY_NUMBER.get(request.args.get("card", "")):
        return {"number": card.shown, "expiry": "12 / 34", "cvc": "123"}
    if bank := banks.BY_NUMBER.get(request.args.get("account", "")):
        return {"account": bank.shown, "method": "bank"}
    return {}


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
    if any(item["adjustable_quantity"] for item in session["_line_items"]):
        checkout_more.adjust(session, dict(request.form))
        call.store.save(session)
    payer = payers.read(request.form, session, call.now())
    if payer.problems:
        return _form(session, payer.typed, payer.problems), MISTYPED
    if payer.means.asks_3d_secure:
        return _ask(call, session, payer)
    return _after_trying(call, session, payer.details, payer.typed, payer.means)


def _ask(call: Call, session: Json, payer: payers.Payer) -> ResponseReturnValue:
    session["_attempt"] = {
        "number": payer.means.number,
        "payer": payer.details,
        "typed": payer.typed,
    }
    call.store.save(session)
    url = f"{call.base_url}/c/pay/{session['id']}/3d-secure"
    if session["mode"] == "payment":
        payments.ask_for_3d_secure(call, checkout.intent_of(call, session, payer.details), url)
    return redirect(url, 303)


def _after_trying(
    call: Call, session: Json, details: Json, typed: dict[str, str], means: Card | Bank
) -> ResponseReturnValue:
    if error := _try(call, session, details, means):
        return _form(session, typed, refusal=str(error)), DECLINED
    checkout.complete(call, session, details)
    return redirect(_success_url(session), 303)


def _try(call: Call, session: Json, details: Json, means: Card | Bank) -> StripeError | None:
    if session["mode"] == "subscription":
        try:
            with call.store.undone_on_error():
                method = payment_methods.make(call, means, details)
                return checkout.subscribe(call, session, method, details)
        except StripeError as error:
            return error
    method = payment_methods.make(call, means, details)
    if session["mode"] == "setup":
        return checkout_more.save(call, session, method)
    intent = checkout.intent_of(call, session, details)
    return charging.draw(call, intent, method, details)


@bp.get("/c/recover/<name>")
def recover(name: str) -> ResponseReturnValue:
    """An expired page, opened once more from the link in its event."""
    sandbox, call = _opened()
    with sandbox.store.transaction():
        session = _session(call, name)
        again = checkout_more.recovered(call, session) if session else None
    return redirect(again["url"], 303) if again else _no_such_payment()


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
    details, means = attempt["payer"], find(attempt["number"])
    if request.form.get("outcome") == "complete":
        return _after_trying(call, session, details, attempt["typed"], means)
    error = AUTHENTICATION_FAILED
    if session["mode"] == "payment":
        intent = checkout.intent_of(call, session, details)
        error = str(payments.fail_3d_secure(call, intent))
    return _form(session, attempt["typed"], refusal=error), DECLINED


@bp.get("/3d-secure/<name>")
def ask_3d_secure_for_intent(name: str) -> ResponseReturnValue:
    """Where an intent that was confirmed through the API sends its payer."""
    sandbox, call = _opened()
    with sandbox.store.lock:
        intent = _asking(call, name)
    if intent is None:
        return _no_such_payment()
    shown = {"amount_total": intent["amount"], "currency": intent["currency"]}
    return render_template("secure.html", session=shown)


@bp.post("/3d-secure/<name>")
def answer_3d_secure_for_intent(name: str) -> ResponseReturnValue:
    sandbox, call = _opened()
    with sandbox.store.transaction():
        intent = _asking(call, name)
        if intent is None:
            return _no_such_payment()
        call.account = intent["_owner"]
        if request.form.get("outcome") != "complete":
            payments.fail_3d_secure(call, intent)
        else:
            method = call.find("payment_method", intent["payment_method"])
            charging.draw(call, intent, method)
    sandbox.courier.wake.set()
    if intent.get("_return_url"):
        return redirect(f"{intent['_return_url']}?payment_intent={name}", 303)
    words = f"The payment is now: {intent['status'].replace('_', ' ')}."
    return render_template("nothing.html", title="3-D Secure", words=words)


def _asking(call: Call, name: str) -> Json | None:
    intent = call.store.get(name)
    is_asking = intent and intent["object"] == "payment_intent"
    return intent if intent and is_asking and intent["status"] == "requires_action" else None


def _session(call: Call, name: str) -> Json | None:
    session = call.store.get(name)
    return session if session and session["object"] == checkout.KIND else None


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
        banks=payers.offered(session),
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
        return _setup(call.store.get(account), link)


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
        return _setup(account, link), MISTYPED
    call.store.save(link | {"_used": True})
    bank = request.form.get("bank", "") or accounts.GOOD_BANK
    accounts.finish_onboarding(call, account, outcome, bank)
    return redirect(link["_return_url"], 303)


def _setup(account: Json | None, link: Json) -> str:
    failing = [(f"000{number}", why[0]) for number, why in banks.PAYOUT_FAILURES.items()]
    return render_template("setup.html", account=account, link=link, banks=failing)


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
