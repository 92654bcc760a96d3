"""What Stripe told: the list, one event, and working it again."""

import json
from types import SimpleNamespace
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from marketplace import access
from marketplace.admin import service, words
from marketplace.admin.queries import books
from marketplace.admin.queries import events as queries
from marketplace.kit.db import db
from marketplace.kit.pages import go, paged
from marketplace.payments.events import BODY_KEPT
from models import StripeEvent

from .door import asked, bp


@bp.get("/admin/events", allow=access.admin)
def events() -> ResponseReturnValue:
    filters = {name: asked(name) for name in ("status", "found", "search")}
    kept: dict[str, Any] = {name: value for name, value in filters.items() if value}
    return render_template(
        "admin/events.html",
        counts=queries.counts(db()),
        page=paged(db(), queries.events(**filters)),
        page_url=lambda number: url_for(".events", page=number, **kept),
        form=SimpleNamespace(values=filters, errors={}),
        looked=queries.looked(db()),
        words=words,
    )


@bp.get("/admin/events/<stripeevent:event>", allow=access.admin)
def event(event: StripeEvent) -> ResponseReturnValue:
    whole = queries.whole(db(), event)
    return render_template(
        "admin/event.html",
        whole=whole,
        event=event,
        body=json.dumps(whole.body, indent=2, ensure_ascii=False),
        body_days=BODY_KEPT.days,
        names=books.owners_of(db(), whole.journals),
        words=words,
    )


@bp.post("/admin/events/<stripeevent:event>/again", allow=access.admin)
def absorb_again(event: StripeEvent) -> ResponseReturnValue:
    service.absorb_again(db(), event)
    return go(".event", event=event, saying=_("The event is in the queue again."))


@bp.post("/admin/events/again", allow=access.admin)
def absorb_all_failed() -> ResponseReturnValue:
    count = service.absorb_all_failed(db())
    said = ngettext("%(num)s event is worked again.", "%(num)s events are worked again.", count)
    return go(".events", saying=said if count else _("No event has failed."))


@bp.post("/admin/events/look", allow=access.admin)
def look_for_lost() -> ResponseReturnValue:
    service.look_for_lost(db())
    return go(".events", saying=_("We are asking Stripe what happened. Look again in a moment."))
