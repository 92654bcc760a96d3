"""Jobs that failed, and what Stripe told."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.admin import service, words
from marketplace.admin.queries import machine as queries
from marketplace.kit.db import db
from marketplace.kit.pages import go, paged
from models import StripeEvent

from .door import asked, bp


@bp.get("/admin/jobs", allow=access.admin)
def jobs() -> ResponseReturnValue:
    return render_template(
        "admin/jobs.html",
        counts=queries.job_counts(db()),
        failed=queries.failed_jobs(db()),
        words=words,
    )


@bp.post("/admin/jobs/<int(max=9223372036854775806):number>/again", allow=access.admin)
def run_again(number: int) -> ResponseReturnValue:
    service.run_again(db(), number)
    return go(".jobs", saying=_("The job is in its queue again."))


@bp.get("/admin/events", allow=access.admin)
def events() -> ResponseReturnValue:
    status = asked("status")
    return render_template(
        "admin/events.html",
        counts=queries.event_counts(db()),
        page=paged(db(), queries.events(status)),
        status=status,
        words=words,
    )


@bp.post("/admin/events/<stripeevent:event>/again", allow=access.admin)
def absorb_again(event: StripeEvent) -> ResponseReturnValue:
    service.absorb_again(db(), event)
    return go(".events", saying=_("The event is in the queue again."))
