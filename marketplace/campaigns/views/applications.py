"""Applying, and the answers to applications and invitations."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace import access
from marketplace.campaigns import queries, service
from marketplace.campaigns.schemas import DeclineIn, apply_in
from marketplace.kit.db import db
from marketplace.kit.forms import Form
from marketplace.kit.pages import go, paged
from marketplace.kit.routing import me
from models import Application, Campaign, Invitation

from .blueprint import bp
from .campaigns import page_of


@bp.form("/campaigns/<campaign:campaign>/apply", allow=access.creator_for_campaign)
def apply(campaign: Campaign) -> ResponseReturnValue:
    creator = me().creator
    assert creator is not None
    form = Form(apply_in(campaign.currency))
    if form.accepted():
        service.apply(db(), campaign, creator, **form.data, by=me())
        saying = _("Sent. %(name)s answers with an offer, or declines", name=campaign.brand.name)
        return go(".mine", saying=saying)
    return page_of(campaign, form)


@bp.get("/campaigns/<campaign:campaign>/applications", allow=access.owner_of_campaign)
def applications(campaign: Campaign) -> ResponseReturnValue:
    found = queries.applications_to(db(), campaign)
    return render_template(
        "campaigns/applications.html",
        campaign=campaign,
        applications=found,
        deals=queries.deals_of(db(), found),
        invitations=queries.invitations_to(db(), campaign),
    )


@bp.get("/applications", allow=access.creator)
def mine() -> ResponseReturnValue:
    creator = me().creator
    assert creator is not None
    page = paged(db(), queries.applications_of(creator))
    return render_template(
        "campaigns/mine.html",
        invitations=queries.invitations_of(db(), creator),
        page=page,
        deals=queries.deals_of(db(), page.rows),
    )


@bp.post("/invitations/<invitation:invitation>/decline", allow=access.invited)
def refuse(invitation: Invitation) -> ResponseReturnValue:
    service.refuse(db(), invitation, by=me())
    return go(".mine", saying=_("Declined. Saying no never touches your fit for other work"))


@bp.post("/applications/<application:application>/withdraw", allow=access.applicant)
def withdraw(application: Application) -> ResponseReturnValue:
    service.withdraw(db(), application, by=me())
    return go(".mine", saying=_("Withdrawn"))


@bp.form("/applications/<application:application>/decline", allow=access.chooser_of_application)
def decline(application: Application) -> ResponseReturnValue:
    form = Form(DeclineIn())
    if form.accepted():
        service.decline(db(), application, **form.data, by=me())
        saying = _("Declined. %(name)s has been told", name=application.creator.name)
        return go(".applications", campaign=application.campaign, saying=saying)
    page = render_template("campaigns/decline.html", form=form, application=application)
    return page, form.status
