"""Lists of many creators at once, for those who run the place."""

from datetime import timedelta

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from marketplace import access
from marketplace.creators import queries, service
from marketplace.creators.schemas import RosterIn
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go
from marketplace.kit.routing import me
from marketplace.kit.sheets import csv_file
from models import Platform, Roster, RosterStatus
from models.roster import KEPT_DAYS

from .blueprint import bp

_SHOWN = 40
#: A page that waits is asked for again after as many seconds, with or without JavaScript.
_AGAIN = "2"


@bp.form("/admin/creators/import", allow=access.admin)
def import_roster() -> ResponseReturnValue:
    form = Form(RosterIn(), platform=Platform.INSTAGRAM.value)
    if form.accepted():
        file = form.data["file"]
        roster = service.start_roster(
            db(),
            file_name=file.name,
            content=file.content,
            platform=form.data["platform"],
            invites=form.data["invites"],
            by=me(),
        )
        return go(".show_roster", roster=roster)
    earlier = queries.rosters(db())
    page = render_template(
        "creators/rosters.html",
        form=form,
        earlier=earlier,
        broken=queries.broken_off(db(), earlier),
        kept_days=KEPT_DAYS,
    )
    return page, form.status


@bp.get("/admin/creators/import/<roster:roster>", allow=access.admin)
def show_roster(roster: Roster) -> ResponseReturnValue:
    wrong = roster.wrong[1:] if roster.counts.get("wrong") else []
    is_broken = bool(queries.broken_off(db(), [roster]))
    page = make_response(
        render_template(
            "creators/roster.html",
            roster=roster,
            wrong=wrong[:_SHOWN],
            shown=_SHOWN,
            is_broken=is_broken,
            kept_days=KEPT_DAYS,
            gone_on=roster.created_at + timedelta(days=KEPT_DAYS),
        )
    )
    if roster.is_working and not is_broken:
        page.headers["Refresh"] = _AGAIN
    return page


@bp.get("/admin/creators/import/<roster:roster>/wrong.csv", allow=access.admin)
def wrong_rows(roster: Roster) -> ResponseReturnValue:
    """The rows to mend, with what is wrong with each; it can be chosen again as it is."""
    if not roster.wrong:
        raise NotFound
    header, *rows = roster.wrong
    titles = [_("Line"), _("What to mend"), *header["cells"]]
    lines = [[row["line"], row["why"], *row["cells"]] for row in rows]
    return csv_file("rows-to-mend", titles, lines)


@bp.post("/admin/creators/import/<roster:roster>/keep", allow=access.admin)
def keep_roster(roster: Roster) -> ResponseReturnValue:
    service.keep_roster(db(), roster)
    return go(".show_roster", roster=roster)


@bp.post("/admin/creators/import/<roster:roster>/again", allow=access.admin)
def try_again(roster: Roster) -> ResponseReturnValue:
    service.try_again(db(), roster)
    return go(".show_roster", roster=roster)


@bp.post("/admin/creators/import/<roster:roster>/drop", allow=access.admin)
def drop_roster(roster: Roster) -> ResponseReturnValue:
    service.drop_roster(db(), roster)
    is_saved = roster.status == RosterStatus.SAVED
    saying = _("The list is forgotten. The creators stay") if is_saved else _("Thrown away")
    return go(".import_roster", saying=saying)
