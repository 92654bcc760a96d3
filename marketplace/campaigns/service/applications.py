"""A creator asks to work on a campaign, with a price; the brand answers."""

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.campaigns.queries import lacks
from marketplace.campaigns.words import LACKS
from marketplace.kit.clock import today
from marketplace.notices.service import tell
from models import (
    Application,
    ApplicationStatus,
    Campaign,
    CampaignStatus,
    Creator,
    Money,
    Person,
    Refused,
)

from .invitations import waiting_invitation


def apply(
    db: Session, campaign: Campaign, creator: Creator, *, price: Money, pitch: str, by: Person
) -> Application:
    """Apply, and so say yes to an invitation that waits. One live application a campaign."""
    campaign.lock()
    _may_apply(db, campaign, creator)
    invitation = waiting_invitation(db, campaign, creator)
    if invitation:
        invitation.move("accept", by=by)
    application = Application(
        campaign=campaign,
        creator=creator,
        invitation_id=invitation and invitation.id,
        status=ApplicationStatus.SENT,
        pitch=pitch,
        price_minor=price.minor,
        currency=price.currency,
    )
    db.add(application)
    application.tell("apply", by=by)
    tell(
        db,
        campaign.brand.person,
        "application_sent",
        path=f"/campaigns/{campaign.slug}/applications",
        who=creator.name,
        title=campaign.title,
        amount=price.plain(),
    )
    return application


def _may_apply(db: Session, campaign: Campaign, creator: Creator) -> None:
    if campaign.status != CampaignStatus.OPEN or not campaign.brand.person.is_active:
        raise Refused(_("This campaign takes no applications now."))
    if campaign.apply_by is not None and campaign.apply_by < today():
        raise Refused(_("The last day to apply has passed."))
    statuses = set(
        db.scalars(
            select(Application.status).where(
                Application.campaign_id == campaign.id, Application.creator_id == creator.id
            )
        )
    )
    if statuses & {ApplicationStatus.SENT, ApplicationStatus.OFFERED}:
        raise Refused(_("You have already applied. The brand has your application."))
    # Whoever was asked may answer, whatever else holds.
    if waiting_invitation(db, campaign, creator):
        return
    if ApplicationStatus.DECLINED in statuses:
        raise Refused(_("The brand has answered your application to this campaign."))
    if lacking := lacks(db, campaign, creator):
        raise Refused(str(LACKS[lacking[0]]))


def withdraw(db: Session, application: Application, *, by: Person) -> None:
    application.move("withdraw", by=by)


def decline(db: Session, application: Application, *, note: str = "", by: Person) -> None:
    """The brand chooses others. The creator is told, with the note."""
    application.move("decline", by=by, note=note)
    tell(
        db,
        application.creator.person,
        "application_declined",
        path="/applications",
        who=application.campaign.brand.name,
        title=application.campaign.title,
    )
