"""Asking one creator, or several at once, to look at a campaign."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.campaigns import queries, service
from marketplace.campaigns.schemas import invite_in, invite_many_in
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.limits import limiter
from marketplace.kit.pages import go
from marketplace.kit.routing import me
from models import Campaign, Creator

from .blueprint import bp

MOST_AT_ONCE = 50


def _how_many() -> int:
    return max(1, len(set(request.form.getlist("creator"))))


# One brand's invitations, each counted, whether it is sent alone or with others.
sent_by_one_brand = limiter.shared_limit(
    "200 per hour",
    scope="invitations",
    key_func=lambda: str(me().id),
    methods=["POST"],
    cost=_how_many,
)


@bp.form("/creators/<creator:creator>/invite", allow=access.brand)
@sent_by_one_brand
def invite(creator: Creator) -> ResponseReturnValue:
    """Posted from a creator's page or a match; alone, it is a page of its own."""
    brand = me().brand
    assert brand is not None
    campaigns = queries.open_of(db(), brand)
    form = Form(invite_in(campaigns), campaign=request.args.get("campaign", ""))
    if form.accepted():
        campaign = form.data["campaign"]
        service.invite(db(), campaign, creator, message=form.data["message"], by=me())
        saying = _("%(name)s is invited and has seven days to answer", name=creator.name)
        return go(".applications", campaign=campaign, saying=saying)
    page = render_template("campaigns/invite.html", form=form, creator=creator, campaigns=campaigns)
    return page, form.status


@bp.form("/campaigns/<campaign:campaign>/invite", allow=access.owner_of_campaign)
@sent_by_one_brand
def invite_many(campaign: Campaign) -> ResponseReturnValue:
    """Whoever was ticked, with one message; then what became of each."""
    asked = list(dict.fromkeys(request.values.getlist("creator")))[:MOST_AT_ONCE]
    creators = queries.named(db(), asked)
    form = Form(invite_many_in(creators), creator=list(creators))
    if form.accepted():
        chosen, message = form.data["creator"], form.data["message"]
        sent = service.invite_many(db(), campaign, chosen, message=message, by=me())
        return render_template("campaigns/invited.html", campaign=campaign, sent=sent)
    page = render_template(
        "campaigns/invite_many.html",
        campaign=campaign,
        form=form,
        creators=creators,
        line=queries.one_line(db(), campaign),
        prices=queries.prices_of(db(), campaign, list(creators.values())),
    )
    return page, form.status
