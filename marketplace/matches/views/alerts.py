"""How a creator hears of new deals, and the link that stops the mails."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go
from marketplace.kit.routing import me
from marketplace.matches import queries, service
from marketplace.matches.queries import alerts
from marketplace.matches.schemas import AlertsIn
from marketplace.matches.words.alerts import PACES

from .blueprint import bp


@bp.form("/deals-that-fit/alerts", allow=access.creator)
def alerts_of() -> ResponseReturnValue:
    creator = me().creator
    assert creator is not None
    known = alerts.choice_of(db(), creator)
    form = Form(AlertsIn(), pace=known.pace.value, least=known.least)
    if form.accepted():
        service.choose(db(), creator, **form.data)
        return go(".for_creator", saying=_("Saved. This is how you hear of new deals"))
    found = queries.for_creator(db(), creator)
    scores = [fit.score for fit in found if fit.score is not None]
    page = render_template(
        "matches/alerts.html",
        form=form,
        paces=[(pace.value, *said) for pace, said in PACES.items()],
        reached=sum(score >= known.least for score in scores),
        compared=len(scores),
        least=known.least,
        most_told=service.MOST_TOLD,
        wants_mail=me().wants_mail,
    )
    return page, form.status


@bp.form("/alerts/stop/<token>", allow=access.anyone)
def stop_alerts(token: str) -> ResponseReturnValue:
    """The link in a mail asks, one button stops, and a mail program may post at once (RFC 8058).

    Opening it changes nothing: programs that look where links lead open it before people do.
    """
    creator = service.creator_of(db(), token)
    if creator is None:
        raise NotFound
    done = ""
    if request.method == "POST":
        done = "again" if request.form.get("do") == "again" else "stopped"
        service.stop(db(), creator, is_again=done == "again")
    return render_template("matches/stopped.html", done=done)
