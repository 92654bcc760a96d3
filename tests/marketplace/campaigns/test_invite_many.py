"""Inviting several at once: each hears once, and the brand is told what became of each."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kit.clock import in_days
from models import Campaign, CampaignStatus, DealStatus, Invitation, InvitationStatus, Notice
from tests import builders


@pytest.fixture
def campaign(db: Session) -> Campaign:
    return builders.campaign(db, builders.brand(db))


def sent(db: Session, campaign: Campaign) -> int:
    waiting = Invitation.status == InvitationStatus.SENT
    found = select(func.count()).where(Invitation.campaign_id == campaign.id, waiting)
    return db.scalar(found) or 0


def test_each_of_several_is_invited_once_however_often_it_is_sent(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    three = [builders.creator(db, name=f"Creator {number}") for number in range(3)]
    db.commit()
    client.sign_in(campaign.brand.person)
    data = {"creator": [one.slug for one in three], "message": "Your trails."}
    page = client.post(f"/campaigns/{campaign.slug}/invite", data=data).text
    assert "3 of 3 are invited" in page
    again = client.post(f"/campaigns/{campaign.slug}/invite", data=data).text
    assert "0 of 3 are invited" in again
    assert "Creator 1 is already invited and has not answered yet." in again
    assert sent(db, campaign) == 3
    assert {one.message for one in db.scalars(select(Invitation))} == {"Your trails."}
    told = select(func.count()).where(Notice.kind == "invitation_sent")
    assert db.scalar(told) == 3


def test_whoever_said_no_applied_works_or_is_away_is_passed_over_and_why_is_said(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    names = ("Said No", "Has Applied", "At Work", "Away Now", "Just Right")
    said_no, applied, works, away, right = (builders.creator(db, name=name) for name in names)
    away.is_available = False
    declined = Invitation(campaign=campaign, creator=said_no, due_at=in_days(7))
    declined.status = InvitationStatus.DECLINED
    builders.add(db, declined)
    builders.application(db, campaign, applied)
    builders.deal(db, campaign.brand, works, DealStatus.FUNDED, campaign=campaign)
    builders.deal(db, campaign.brand, right, DealStatus.DECLINED, campaign=campaign)
    db.commit()
    client.sign_in(campaign.brand.person)
    data = {"creator": [one.slug for one in (said_no, applied, works, away, right)]}
    page = client.post(f"/campaigns/{campaign.slug}/invite", data=data).text
    assert "1 of 5 are invited" in page
    assert "Said No has said no to this campaign." in page
    assert "Has Applied has already applied." in page
    assert "You already have a deal with At Work for this campaign." in page
    assert "Away Now takes no new work now." in page
    assert sent(db, campaign) == 1


def test_the_page_before_says_what_it_could_come_to(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida, noah = builders.creator(db, name="Ida B"), builders.creator(db, name="Noah B")
    builders.rate(db, ida, price_minor=70_000)
    db.commit()
    client.sign_in(campaign.brand.person)
    page = client.get(
        f"/campaigns/{campaign.slug}/invite?creator={ida.slug}&creator={noah.slug}"
    ).text
    assert "Invite 2 creators" in page
    assert "Asks for €2,100.00" in page
    assert "1 of 2 name a price" in page
    assert "That is more than is left" in page
    assert "Nobody is ticked" in client.get(f"/campaigns/{campaign.slug}/invite").text


def test_nothing_is_sent_when_nobody_is_ticked_or_the_campaign_is_closed(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida = builders.creator(db)
    db.commit()
    client.sign_in(campaign.brand.person)
    nobody = client.post(f"/campaigns/{campaign.slug}/invite?creator={ida.slug}", data={})
    assert nobody.status_code == 422
    assert "Tick at least one creator" in nobody.text
    campaign.status = CampaignStatus.CLOSED
    db.commit()
    data = {"creator": ida.slug}
    assert client.post(f"/campaigns/{campaign.slug}/invite", data=data).status_code == 409
    page = client.get(f"/campaigns/{campaign.slug}/invite?creator={ida.slug}").text
    assert "This campaign takes no applications" in page
    assert sent(db, campaign) == 0


def test_only_the_campaigns_brand_invites(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida, stranger = builders.creator(db), builders.brand(db)
    db.commit()
    for person in (ida.person, stranger.person):
        client.sign_in(person)
        answer = client.post(f"/campaigns/{campaign.slug}/invite", data={"creator": ida.slug})
        assert answer.status_code == 404
    assert sent(db, campaign) == 0


def test_a_brand_sends_no_more_than_two_hundred_an_hour(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida = builders.creator(db)
    db.commit()
    client.sign_in(campaign.brand.person)
    lots = {"creator": [ida.slug, *(f"nobody-{number}" for number in range(150))]}
    assert client.post(f"/campaigns/{campaign.slug}/invite", data=lots).status_code in (200, 422)
    assert client.post(f"/campaigns/{campaign.slug}/invite", data=lots).status_code == 429
    alone = client.post(f"/creators/{ida.slug}/invite", data={"campaign": campaign.slug})
    assert alone.status_code == 429
