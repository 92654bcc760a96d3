"""The demo clock: days pass at a click, here and in the stand-in for Stripe."""

from datetime import UTC, datetime

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from marketplace import access
from marketplace.admin import service
from marketplace.admin.queries import place
from marketplace.admin.schemas import CLOCK_DAYS, ClockIn
from marketplace.deals import words as deals
from marketplace.disputes import words as disputes
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go
from marketplace.shop import words as shop

from .door import bp, config

STATES = {
    "deals": deals.STATES,
    "orders": shop.ORDER,
    "returns": shop.RETURN,
    "disputes": disputes.STATES,
}


@bp.form("/demo/clock", allow=access.signed_in)
def advance_clock() -> ResponseReturnValue:
    """Only on the sandbox: with real money, time passes by itself."""
    settings = config()
    if not settings.is_demo or settings.stripe_api_base is None:
        abort(404)
    form = Form(ClockIn())
    if form.accepted():
        days = form.data["days"]
        service.advance_clock(db(), days=days, sandbox=settings.stripe_api_base)
        said = ngettext(
            "%(num)s day has passed. What was due happens now.",
            "%(num)s days have passed. What was due happens now.",
            days,
        )
        return go(".advance_clock", saying=said)
    seconds = service.sandbox_time(settings.stripe_api_base)
    page = render_template(
        "admin/clock.html",
        form=form,
        days=CLOCK_DAYS,
        theirs=None if seconds is None else datetime.fromtimestamp(seconds, UTC),
        due=place.next_due(db()),
        states=STATES,
    )
    return page, form.status
