"""Jobs that failed."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.admin import service, words
from marketplace.admin.queries import machine as queries
from marketplace.kit.db import db
from marketplace.kit.pages import go

from .door import bp


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
