"""On the way to Stripe's pages and back: paying, and being able to be paid."""

import time

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace import access
from marketplace.kit.clock import now
from marketplace.kit.db import db
from marketplace.kit.pages import FEW, asked_page, cut, go
from marketplace.kit.routing import Blueprint, me
from models import Checkout, CheckoutStatus

from . import queries, service, standing, words

bp = Blueprint("payments", __name__)

# How long a page waits for the worker before it shows itself and asks again.
_PATIENCE_SECONDS = 2.5


@bp.get("/pay/<checkout:checkout>", allow=access.payer)
def pay(checkout: Checkout) -> ResponseReturnValue:
    """Lead on to the hosted payment page as soon as the worker has opened it."""
    if checkout.status == CheckoutStatus.WAITING:
        _wait_for(checkout, lambda: checkout.status != CheckoutStatus.WAITING)
    if checkout.status == CheckoutStatus.OPEN and checkout.url:
        return redirect(checkout.url, 303)
    if checkout.status == CheckoutStatus.PAID:
        return redirect(checkout.success_path, 303)
    headers = {"Refresh": "2"} if checkout.status == CheckoutStatus.WAITING else {}
    return render_template("payments/pay.html", checkout=checkout), 200, headers


@bp.get("/payouts", allow=access.earner)
def payouts() -> ResponseReturnValue:
    account = service.account_of(db(), me().id)
    waiting = queries.blocked_transfers(db(), for_=me())
    paid_out = queries.payouts(db(), for_=me())
    ways = queries.ways(db(), paid_out, for_=me())
    return render_template(
        "payments/payouts.html",
        account=account,
        standing=standing.standing(account),
        sent_back=standing.came_back(paid_out),
        waiting=waiting,
        page=cut(ways, asked_page()),
        page_url=lambda number: url_for(".payouts", page=number),
        paid_out=paid_out[::-1][:FEW],
        words=words,
    )


@bp.post("/payouts/start", allow=access.earner)
def start_payouts() -> ResponseReturnValue:
    owner = me().creator or me().brand
    service.set_up_payouts(db(), me(), owner.country if owner else "SE")
    return go(".onboarding")


@bp.get("/payouts/go", allow=access.earner)
def onboarding() -> ResponseReturnValue:
    """Lead on to Stripe's onboarding as soon as the worker has a link."""
    account = service.account_of(db(), me().id)
    if account is None:
        return redirect(url_for(".payouts"), 303)
    _wait_for(account, lambda: account.link_url is not None)
    if account.link_url and account.link_until and account.link_until > now():
        return redirect(account.link_url, 303)
    return render_template("payments/onboarding.html"), 200, {"Refresh": "2"}


@bp.get("/payouts/again", allow=access.earner)
def again() -> ResponseReturnValue:
    """Stripe sends people here when a link was used up: offer a new one."""
    return go(".payouts")


@bp.get("/payouts/back", allow=access.earner)
def back() -> ResponseReturnValue:
    """Coming back proves nothing: read the account again, then show it."""
    account = service.account_of(db(), me().id)
    if account is None:
        return redirect(url_for(".payouts"), 303)
    if "asked" not in request.args:
        service.refresh_account(db(), account)
        return redirect(url_for(".back", asked=1), 303)
    since = account.checked_at
    _wait_for(account, lambda: account.checked_at != since or account.transfers_active)
    return redirect(url_for(".payouts"), 303)


def _wait_for(row: object, done: object) -> None:
    """Look at a row until the worker has changed it, for a moment at most."""
    session = db()
    until = time.monotonic() + _PATIENCE_SECONDS
    while not done() and time.monotonic() < until:  # type: ignore[operator]
        session.rollback()
        time.sleep(0.05)
        session.refresh(row)
