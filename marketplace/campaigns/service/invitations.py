"""A brand asks one creator to look at a campaign; the creator applies, says no, or lets it end."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.campaigns.queries import is_bound
from marketplace.kit.clock import end_of_day, in_days, now, today
from marketplace.kit.db import one_by_one
from marketplace.notices.service import tell
from models import (
    Application,
    ApplicationStatus,
    Campaign,
    CampaignStatus,
    Creator,
    Deal,
    DealStatus,
    Invitation,
    InvitationStatus,
    Person,
    Refused,
)

DAYS_TO_ANSWER = 7
_CAME_TO_NOTHING = (
    DealStatus.DECLINED,
    DealStatus.WITHDRAWN,
    DealStatus.EXPIRED,
    DealStatus.CANCELLED,
)


def invite(
    db: Session, campaign: Campaign, creator: Creator, *, message: str, by: Person
) -> Invitation:
    """Ask a creator to apply. They have seven days, and no longer than anybody else."""
    campaign.lock()
    _may_invite(db, campaign, creator)
    assert campaign.apply_by is not None
    due_at = min(in_days(DAYS_TO_ANSWER), end_of_day(campaign.apply_by))
    invitation = Invitation(campaign=campaign, creator=creator, message=message, due_at=due_at)
    invitation.status = InvitationStatus.SENT
    db.add(invitation)
    invitation.tell("invite", by=by)
    tell(
        db,
        creator.person,
        "invitation_sent",
        path=f"/campaigns/{campaign.slug}",
        who=campaign.brand.name,
        title=campaign.title,
        until=due_at.isoformat(),
    )
    return invitation


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of asking one of several: an invitation, or why there is none."""

    creator: Creator
    invitation: Invitation | None = None
    why_not: str = ""


def invite_many(
    db: Session, campaign: Campaign, creators: Sequence[Creator], *, message: str, by: Person
) -> list[Asked]:
    """Ask several at once. Who can't be asked is passed over, so that asking twice asks once."""
    campaign.lock()
    _may_ask_anybody(campaign)
    said_no = set(
        db.scalars(
            select(Invitation.creator_id).where(
                Invitation.campaign_id == campaign.id,
                Invitation.status == InvitationStatus.DECLINED,
            )
        )
    )
    asked = []
    for creator in creators:
        why_not = _why_not(db, campaign, creator)
        if not why_not and creator.id in said_no:
            why_not = _("%(name)s has said no to this campaign.", name=creator.name)
        if why_not:
            asked.append(Asked(creator, why_not=why_not))
        else:
            made = invite(db, campaign, creator, message=message, by=by)
            asked.append(Asked(creator, made))
    return asked


def _may_invite(db: Session, campaign: Campaign, creator: Creator) -> None:
    _may_ask_anybody(campaign)
    if why_not := _why_not(db, campaign, creator):
        raise Refused(why_not)


def _may_ask_anybody(campaign: Campaign) -> None:
    if campaign.status != CampaignStatus.OPEN:
        raise Refused(_("Only an open campaign can invite. Publish or reopen it first."))
    if campaign.apply_by is not None and campaign.apply_by < today():
        raise Refused(_("The last day to apply has passed. Give the campaign a later one first."))


def _why_not(db: Session, campaign: Campaign, creator: Creator) -> str:
    """Why this creator can't be asked now, in words; nothing if they can."""
    name = creator.name
    if not creator.is_available or not creator.person.is_active:
        return _("%(name)s takes no new work now. Invite somebody else.", name=name)
    if is_bound(db, campaign, creator):
        return _("%(name)s is bound to another brand of your kind for now.", name=name)
    if waiting_invitation(db, campaign, creator):
        return _("%(name)s is already invited and has not answered yet.", name=name)
    applied = select(Application.id).where(
        Application.campaign_id == campaign.id,
        Application.creator_id == creator.id,
        Application.status.in_([ApplicationStatus.SENT, ApplicationStatus.OFFERED]),
    )
    if db.scalar(applied):
        return _("%(name)s has already applied. Answer the application.", name=name)
    dealt = select(Deal.id).where(
        Deal.campaign_id == campaign.id,
        Deal.creator_id == creator.id,
        Deal.status.not_in(_CAME_TO_NOTHING),
    )
    if db.scalar(dealt):
        return _("You already have a deal with %(name)s for this campaign.", name=name)
    return ""


def waiting_invitation(db: Session, campaign: Campaign, creator: Creator) -> Invitation | None:
    return db.scalar(
        select(Invitation).where(
            Invitation.campaign_id == campaign.id,
            Invitation.creator_id == creator.id,
            Invitation.status == InvitationStatus.SENT,
        )
    )


def refuse(db: Session, invitation: Invitation, *, note: str = "", by: Person) -> None:
    """The creator says no."""
    invitation.move("decline", by=by, note=note)
    campaign = invitation.campaign
    tell(
        db,
        campaign.brand.person,
        "invitation_declined",
        path=f"/campaigns/{campaign.slug}/applications",
        who=invitation.creator.name,
        title=campaign.title,
    )


def tick(db: Session) -> int:
    """End the invitations whose time is up. Returns how many."""
    due = (
        select(Invitation)
        .where(Invitation.status == InvitationStatus.SENT, Invitation.due_at < now())
        .order_by(Invitation.due_at)
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    return one_by_one(db, db.scalars(due).all(), lambda one: one.move("expire", by=None))
