"""Lists of campaigns, one campaign, and what its brand does with it."""

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from marshmallow import EXCLUDE

from marketplace import access
from marketplace.campaigns import queries, service
from marketplace.campaigns.schemas import BrowseIn, apply_in, extend_in, initial
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go, paged
from marketplace.kit.routing import me
from models import Campaign, Person

from .blueprint import bp


@bp.get("/campaigns", allow=access.brand)
def index() -> ResponseReturnValue:
    return render_template("campaigns/index.html", lines=queries.own_list(db(), for_=me()))


@bp.get("/campaigns/open", allow=access.anyone)
def browse() -> ResponseReturnValue:
    """Anyone may look; a filter that isn't one of ours filters nothing."""
    known = BrowseIn()
    asked = {name: value for name, value in request.args.items() if value}
    chosen = {name: value for name, value in asked.items() if not known.validate({name: value})}
    chosen = known.load(chosen, unknown=EXCLUDE)
    form = Form(known, **chosen)
    page = paged(db(), queries.browse(**chosen))
    return render_template("campaigns/browse.html", page=page, chosen=chosen, form=form)


@bp.get("/campaigns/<campaign:campaign>", allow=access.reader_of_campaign)
def show(campaign: Campaign) -> ResponseReturnValue:
    return page_of(campaign, Form(apply_in(campaign.currency)))


def page_of(campaign: Campaign, form: Form) -> ResponseReturnValue:
    """A campaign's page, perhaps with what was wrong with an application."""
    viewer: Person | None = me() if current_user.is_authenticated else None
    is_own = access.owner_of_campaign(viewer, campaign)
    page = render_template(
        "campaigns/show.html",
        campaign=campaign,
        form=form,
        is_own=is_own,
        viewer=viewer,
        lacking=queries.lacks(db(), campaign, viewer.creator) if viewer and viewer.creator else [],
        standing=queries.standing(db(), campaign, for_=viewer),
        line=queries.one_line(db(), campaign) if is_own else None,
        fee_bps=current_app.extensions["config"].deal_fee_bps,
    )
    return page, form.status


@bp.post("/campaigns/<campaign:campaign>/close", allow=access.owner_of_campaign)
def close(campaign: Campaign) -> ResponseReturnValue:
    service.close(db(), campaign, by=me())
    return go(".show", campaign=campaign, saying=_("Closed. It takes no more applications"))


@bp.post("/campaigns/<campaign:campaign>/reopen", allow=access.owner_of_campaign)
def reopen(campaign: Campaign) -> ResponseReturnValue:
    service.reopen(db(), campaign, by=me())
    return go(".show", campaign=campaign, saying=_("Open again for applications"))


@bp.form("/campaigns/<campaign:campaign>/extend", allow=access.owner_of_campaign)
def extend(campaign: Campaign) -> ResponseReturnValue:
    """More money, more time: the two things that change after publishing."""
    if campaign.may("publish"):
        return go(".edit", campaign=campaign, step="price")
    form = Form(extend_in(campaign), **initial("price", campaign))
    if form.accepted():
        service.extend(db(), campaign, **form.data, by=me())
        return go(".show", campaign=campaign, saying=_("Saved. Creators see it now"))
    return render_template("campaigns/extend.html", campaign=campaign, form=form), form.status
