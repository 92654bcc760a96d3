"""What fits a creator: open deals, the best first."""

from datetime import datetime
from typing import NamedTuple

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace import access
from marketplace.kit.clock import end_of_day
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import FEW, asked_page, cut
from marketplace.kit.routing import me
from marketplace.matches import queries, words
from marketplace.matches.queries import Fit, exposure
from marketplace.matches.queries.deals import DealFilter
from marketplace.matches.schemas import deals_in
from marketplace.matches.words.deals import reasons

from .blueprint import bp
from .cards import Card, card


class Deal(NamedTuple):
    card: Card
    ends_at: datetime | None


@bp.get("/deals-that-fit", allow=access.creator)
def for_creator() -> ResponseReturnValue:
    creator = me().creator
    assert creator is not None
    form = Form.in_address(deals_in(current_app.extensions["config"].currency))
    chosen = DealFilter(**form.data)
    fits = queries.for_creator(db(), creator)
    fitting = [fit for fit in fits if fit.score is not None]
    page = cut([fit for fit in fitting if chosen.keeps(fit.campaign)], asked_page(), size=FEW)
    answer = render_template(
        "matches/for_creator.html",
        creator=creator,
        form=form,
        fitting=len(fitting),
        page=page,
        deals=[_deal(fit) for fit in page.rows],
        others=[(fit.campaign, reasons(fit)) for fit in fits if fit.score is None],
        is_listed=bool(creator.accounts) and creator.is_available,
        advice=queries.what_would_raise(fits),
        seen=exposure.own(db(), creator.id),
        words=words,
        page_url=lambda number: url_for(".for_creator", page=number, **form.asked),
    )
    return answer, form.status


def _deal(fit: Fit) -> Deal:
    last_day = fit.campaign.apply_by
    return Deal(card(fit, is_own=True), end_of_day(last_day) if last_day else None)
