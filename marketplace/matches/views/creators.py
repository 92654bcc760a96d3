"""What fits a creator: open deals, the best first."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.pages import FEW, asked_page, cut
from marketplace.kit.routing import me
from marketplace.matches import queries, words
from marketplace.matches.queries import exposure

from .blueprint import bp
from .cards import card


@bp.get("/deals-that-fit", allow=access.creator)
def for_creator() -> ResponseReturnValue:
    creator = me().creator
    assert creator is not None
    fits = queries.for_creator(db(), creator)
    fitting = [fit for fit in fits if fit.score is not None]
    page = cut(fitting, asked_page(), size=FEW)
    return render_template(
        "matches/for_creator.html",
        creator=creator,
        page=page,
        cards=[card(fit, is_own=True) for fit in page.rows],
        others=[fit for fit in fits if fit.score is None],
        is_listed=bool(creator.accounts) and creator.is_available,
        advice=queries.what_would_raise(fits),
        seen=exposure.own(db(), creator.id),
        words=words,
        page_url=_here,
    )


def _here(number: int) -> str:
    return url_for(request.endpoint or "", page=number)
