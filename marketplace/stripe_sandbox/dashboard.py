"""A look inside, like a small Stripe dashboard: every object, its events, and where they went."""

import json
import re
import time
from collections.abc import Collection
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from marketplace.stripe_sandbox import happenings
from marketplace.stripe_sandbox.outside import as_of_now
from marketplace.stripe_sandbox.sandbox import Sandbox
from marketplace.stripe_sandbox.store import PLATFORM, Json

bp = Blueprint("dashboard", __name__)
A_PAGE = 50
NEWEST = 2**62
# What each list shows: its address, its name, the kinds of object in it.
EVENTS = ["event", "v2.core.event"]
# Each sale spells out its own: too many to be news.
NO_NEWS = {*EVENTS, "price", "product"}
LISTS: dict[str, tuple[str, list[str]]] = {
    "payments": ("Payments", ["payment_intent"]),
    "charges": ("Charges", ["charge"]),
    "checkouts": ("Checkout pages", ["checkout.session"]),
    "transfers": ("Transfers", ["transfer", "transfer_reversal"]),
    "refunds": ("Refunds", ["refund"]),
    "disputes": ("Disputes", ["dispute", "radar.early_fraud_warning"]),
    "payouts": ("Payouts", ["payout", "topup"]),
    "transactions": ("Balance lines", ["balance_transaction"]),
    "accounts": ("Accounts", ["account"]),
    "customers": ("Customers", ["customer", "payment_method", "setup_intent"]),
    "subscriptions": ("Subscriptions", ["subscription", "invoice", "invoiceitem"]),
    "catalog": ("Products and prices", ["product", "price"]),
    "events": ("Events", EVENTS),
    "endpoints": ("Webhook endpoints", ["webhook_endpoint", "v2.core.event_destination"]),
}
STEPS = {"hour": 3600, "day": 86_400, "days": 3 * 86_400, "month": 31 * 86_400}
ID = re.compile(r"&#34;([a-z]{2,6}_(?:test_)?[A-Za-z0-9]{14,})&#34;")
GOOD = {"succeeded", "paid", "complete", "active", "won", "available", "delivered", "enabled"}
BAD = {"failed", "lost", "canceled", "expired", "requires_payment_method", "past_due", "dropped"}


def linked(value: Any, known: Collection[str]) -> Markup:
    """JSON whose ids lead to what they name; what lies within another has no page."""
    text = str(escape(json.dumps(value, indent=2, ensure_ascii=False)))

    def link(found: re.Match[str]) -> str:
        name = found[1]
        if name not in known:
            return found[0]
        return f'&#34;<a href="/dashboard/object/{name}">{name}</a>&#34;'

    return Markup(ID.sub(link, text))  # noqa: S704 - escaped above; an id has only letters


def state(status: str) -> str:
    """A colour's name for a status."""
    return "good" if status in GOOD else "bad" if status in BAD else "open"


def _sandbox() -> Sandbox:
    sandbox: Sandbox = current_app.extensions["sandbox"]
    return sandbox


@bp.before_request
def _only_from_here() -> None:
    """A page of another site must not press our buttons."""
    here = ("same-origin", "none")
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in here:
        abort(403)


@bp.context_processor
def _navigation() -> dict[str, Any]:
    return {"lists": {name: title for name, (title, _) in LISTS.items()}, "platform": PLATFORM}


@bp.get("/")
def home() -> ResponseReturnValue:
    sandbox = _sandbox()
    with sandbox.store.lock:
        db = sandbox.store.db
        outcomes = db.execute(
            "SELECT outcome, count(*) AS n FROM deliveries GROUP BY outcome ORDER BY n DESC"
        ).fetchall()
        ordered = db.execute(
            "SELECT pattern, moment || ' ' || kind AS what, times FROM faults WHERE times > 0"
            " UNION ALL SELECT pattern, how, times FROM mischief WHERE times > 0"
        ).fetchall()
        kinds = [kind for _, of in LISTS.values() for kind in of if kind not in NO_NEWS]
        newest = sandbox.store.browse(kinds, NEWEST, 12)
        return render_template(
            "home.html",
            now=sandbox.store.now(),
            balances=_balances(sandbox),
            counts=_counts(sandbox),
            outcomes=outcomes,
            ordered=ordered,
            newest=newest,
        )


def _counts(sandbox: Sandbox) -> list[tuple[str, str, int]]:
    counts = sandbox.store.counts()
    rows = (
        (name, title, sum(counts.get(kind, 0) for kind in kinds))
        for name, (title, kinds) in LISTS.items()
    )
    return [row for row in rows if row[2]]


def _balances(sandbox: Sandbox) -> list[Json]:
    now = sandbox.store.now()
    rows = sandbox.store.db.execute(
        "SELECT account, currency, sum(net) AS total, count(*) AS n,"
        " coalesce(sum(net) FILTER (WHERE available_on <= ?), 0) AS available"
        " FROM entries GROUP BY account, currency ORDER BY account = ? DESC, account, currency",
        (now, PLATFORM),
    )
    return [dict(row) | {"pending": row["total"] - row["available"]} for row in rows.fetchall()]


@bp.post("/dashboard/clock")
def move_clock() -> ResponseReturnValue:
    sandbox, steps = _sandbox(), STEPS.get(request.form.get("step", ""))
    if steps is None:
        abort(400)
    with sandbox.store.transaction():
        sandbox.store.move_clock(steps)
        sandbox.catch_up(sandbox.call(request.host_url.rstrip("/")))
    sandbox.courier.wake.set()
    return redirect("/", 303)


@bp.get("/dashboard/balances")
def balances() -> ResponseReturnValue:
    sandbox = _sandbox()
    with sandbox.store.lock:
        return render_template(
            "balances.html", balances=_balances(sandbox), now=sandbox.store.now()
        )


@bp.get("/dashboard/deliveries")
def deliveries() -> ResponseReturnValue:
    sandbox, before = _sandbox(), _before()
    with sandbox.store.lock:
        rows = _deliveries(sandbox, "id < ?", before)
        return render_template("deliveries.html", rows=rows, real_now=int(time.time()))


def _deliveries(sandbox: Sandbox, where: str, value: Any) -> list[Json]:
    found = sandbox.store.db.execute(
        f"SELECT * FROM deliveries WHERE {where} ORDER BY id DESC LIMIT ?",  # noqa: S608 - ours
        (value, A_PAGE),
    )
    rows = [dict(row) for row in found.fetchall()]
    for row in rows:
        event, endpoint = sandbox.store.get(row["event"]), sandbox.store.get(row["endpoint"])
        row |= {"type": (event or {}).get("type", ""), "url": (endpoint or {}).get("url", "")}
    return rows


def _before() -> int:
    given = request.args.get("before", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else NEWEST


@bp.get("/dashboard/<name>")
def listing(name: str) -> ResponseReturnValue:
    if name not in LISTS:
        abort(404)
    sandbox, (title, kinds) = _sandbox(), LISTS[name]
    with sandbox.store.lock:
        rows = sandbox.store.browse(kinds, _before(), A_PAGE + 1)
    shown = rows[:A_PAGE]
    more = shown[-1]["_seq"] if len(rows) > A_PAGE else None
    return render_template("list.html", title=title, name=name, rows=shown, more=more)


@bp.get("/dashboard/object/<name>")
def one(name: str) -> ResponseReturnValue:
    return _one(name)


def _one(name: str, problem: str = "") -> ResponseReturnValue:
    sandbox = _sandbox()
    with sandbox.store.lock:
        body = sandbox.store.get(name)
        if body is None:
            abort(404)
        is_event = body["object"] in EVENTS
        shown = as_of_now(sandbox.store, body)
        known = sandbox.store.known(ID.findall(str(escape(json.dumps(shown)))))
        page = render_template(
            "object.html",
            body=body,
            problem=problem,
            shown=shown,
            known=known,
            events=[] if is_event else sandbox.store.about(name, A_PAGE),
            rows=_deliveries(sandbox, "event = ?", name) if is_event else [],
            possible=happenings.HAPPENINGS.get(body["object"], {}),
        )
    return (page, 409) if problem else page


@bp.post("/dashboard/object/<name>")
def act(name: str) -> ResponseReturnValue:
    """A button under an object: something happens to it, or its event is sent again."""
    sandbox, what = _sandbox(), request.form.get("what", "")
    problem = ""
    try:
        with sandbox.store.transaction():
            if what == "resend":
                sandbox.store.send_again(name)
            else:
                happenings.happen(sandbox.call(request.host_url.rstrip("/")), name, what, {})
    except happenings.Impossible as error:
        problem = str(error)
    sandbox.courier.wake.set()
    return _one(name, problem) if problem else redirect(f"/dashboard/object/{name}", 303)


@bp.get("/express/<account>/<token>")
def express(account: str, token: str) -> ResponseReturnValue:
    """Where a login link leads: what a creator would see at Stripe."""
    sandbox = _sandbox()
    with sandbox.store.lock:
        body = sandbox.store.get(account)
        if body is None or body["object"] != "account":
            abort(404)
        rows = [row for row in _balances(sandbox) if row["account"] == account]
        payouts = sandbox.store.find("payout", account)[::-1][:A_PAGE]
        return render_template("express.html", account=body, balances=rows, payouts=payouts)


@bp.errorhandler(404)
def not_here(_: Exception) -> ResponseReturnValue:
    words = "Check the address, or choose from the lists on the first page."
    return render_template("nothing.html", title="There is nothing here", words=words), 404
