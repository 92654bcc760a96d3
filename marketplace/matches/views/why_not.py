"""Why is this creator not here? Every reason, for whoever misses one."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.matches import queries, words
from marketplace.matches.queries import Narrow
from marketplace.matches.schemas import filters_in
from models import Campaign

from .blueprint import bp
from .matches import here


@bp.get("/campaigns/<campaign:campaign>/why-not", allow=access.owner_of_campaign)
def why_not(campaign: Campaign) -> ResponseReturnValue:
    asked = request.args.get("q", "")[:80].strip()
    form = Form.in_address(filters_in(campaign.currency))
    narrow = Narrow(**form.data)
    creators, count = queries.called(db(), asked)

    def link(endpoint: str, values: dict[str, Any]) -> str:
        if not endpoint:
            return here(campaign, form, *values["without"])
        return url_for(endpoint, **values)

    return render_template(
        "matches/why_not.html",
        campaign=campaign,
        asked=asked,
        kept=form.asked,
        count=count,
        most=queries.MOST_COUNTED,
        answers=[
            (one, words.why_not.answer(one.creator.name, one.fit, narrow))
            for one in queries.found(db(), campaign, creators)
        ],
        back=here(campaign, form),
        link=link,
        words=words,
    )
