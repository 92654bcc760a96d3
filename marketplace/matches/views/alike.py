"""Creators whose audience is like one's, for a brand that found somebody good."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from marketplace import access
from marketplace.campaigns.queries import own_list
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import FEW, asked_page, cut
from marketplace.kit.routing import me
from marketplace.matches import queries, words
from marketplace.matches.schemas import within_in
from models import Creator

from .blueprint import bp


@bp.get("/creators/<creator:creator>/alike", allow=access.brand)
def alike(creator: Creator) -> ResponseReturnValue:
    campaigns = [line.campaign for line in own_list(db(), for_=me())]
    form = Form.in_address(within_in(campaigns))
    campaign = form.data["campaign"]
    likest = queries.lookalikes(db(), creator, within=campaign)
    if likest is None:
        raise NotFound
    kept = {"campaign": campaign.slug} if campaign else {}
    page = render_template(
        "matches/alike.html",
        creator=creator,
        campaigns=campaigns,
        campaign=campaign,
        form=form,
        likest=likest,
        page=cut(likest.found, asked_page(), size=FEW),
        words=words,
        page_url=lambda number: url_for(
            request.endpoint or "", creator=creator, page=number, **kept
        ),
    )
    return page, form.status
