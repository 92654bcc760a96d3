"""A campaign after its brief: seen, browsed, raised, closed, opened again."""

from datetime import timedelta

import pytest

from marketplace.campaigns import service
from models import CampaignStatus, DealStatus, InvitationStatus, Refused
from models.clock import now
from tests import builders as make
from tests.marketplace.campaigns import forms


@pytest.fixture
def campaign(db):
    made = make.campaign(db, make.brand(db))
    db.commit()
    return made


def test_anyone_reads_an_open_campaign_and_is_asked_to_join(client, campaign):
    page = client.get(f"/campaigns/{campaign.slug}").text
    assert "Join to apply" in page
    assert "3 reels" in page
    assert "€300–€600" in page
    assert "Women 25–34" in page


def test_a_draft_is_read_by_its_brand_alone(client, db, campaign):
    campaign.status, campaign.published_at = CampaignStatus.DRAFT, None
    db.commit()
    assert client.get(f"/campaigns/{campaign.slug}").status_code in (303, 404)
    client.sign_in(campaign.brand.person)
    assert "Go on with the brief" in client.get(f"/campaigns/{campaign.slug}").text


def test_the_brand_sees_its_budget_used_and_what_waits(client, db, campaign):
    make.application(db, campaign)
    for status in (
        DealStatus.ACCEPTED,
        DealStatus.FUNDED,
        DealStatus.RELEASED,
        DealStatus.DECLINED,
    ):
        make.deal(db, of=campaign.brand, status=status, campaign=campaign)
    db.commit()
    client.sign_in(campaign.brand.person)
    page = client.get(f"/campaigns/{campaign.slug}").text
    assert "One application waits for you" in page
    assert "€1,440 of €2,000 used" in page
    home = client.get("/campaigns").text
    assert "1 new" in home
    assert "€1,440 of €2,000" in home


def test_a_brand_without_campaigns_is_told_the_first_step(client, db):
    brand = make.brand(db)
    db.commit()
    page = client.sign_in(brand.person).get("/campaigns").text
    assert "Start a campaign" in page


def test_open_campaigns_are_browsed_by_interest_and_country(client, db, campaign):
    make.campaign(db, campaign.brand, title="Tea time", sought={"interest": {"tea": 3}})
    make.campaign(db, campaign.brand, title="Too late", apply_by=now().date() - timedelta(days=1))
    make.campaign(db, campaign.brand, title="Hidden", status=CampaignStatus.DRAFT)
    db.commit()
    everything = client.get("/campaigns/open").text
    assert "Tea time" in everything
    assert "Spring boots" in everything
    assert "Too late" not in everything
    assert "Hidden" not in everything
    assert "Spring boots" not in client.get("/campaigns/open?interest=tea").text
    assert "Tea time" not in client.get("/campaigns/open?country=SE").text
    assert "No open campaign is like that" in client.get("/campaigns/open?country=JP").text


def test_filters_that_are_not_ours_filter_nothing(client, campaign):
    for query in ("interest=%00", "country=1'--", "page=x", "interest=a&interest=b", "page=999999"):
        assert client.get(f"/campaigns/open?{query}").status_code == 200


def test_a_closed_campaign_ends_its_invitations_and_opens_again(client, db, campaign):
    creator = make.creator(db)
    invitation = service.invite(db, campaign, creator, message="", by=campaign.brand.person)
    db.commit()
    client.sign_in(campaign.brand.person)
    client.post(f"/campaigns/{campaign.slug}/close")
    db.refresh(campaign)
    db.refresh(invitation)
    assert campaign.status == CampaignStatus.CLOSED
    assert campaign.closed_at is not None
    assert invitation.status == InvitationStatus.EXPIRED
    client.post(f"/campaigns/{campaign.slug}/reopen")
    db.refresh(campaign)
    assert campaign.status == CampaignStatus.OPEN
    assert campaign.closed_at is None


def test_closing_twice_is_refused(client, db, campaign):
    client.sign_in(campaign.brand.person)
    client.post(f"/campaigns/{campaign.slug}/close")
    assert client.post(f"/campaigns/{campaign.slug}/close").status_code == 409


def test_a_campaign_past_its_last_day_opens_only_with_a_later_one(db, campaign):
    by = campaign.brand.person
    campaign.apply_by = now().date() - timedelta(days=1)
    service.close(db, campaign, by=by)
    with pytest.raises(Refused):
        service.reopen(db, campaign, by=by)


def test_budget_is_raised_and_dates_are_put_off(client, db, campaign):
    client.sign_in(campaign.brand.person)
    at = f"/campaigns/{campaign.slug}/extend"
    assert client.get(at).status_code == 200
    data = {"budget": "2,500", "apply_by": forms.in_days(20), "deliver_by": forms.in_days(40)}
    assert client.post(at, data=data).status_code == 303
    db.refresh(campaign)
    assert campaign.budget_minor == 250_000
    assert campaign.apply_by == now().date() + timedelta(days=20)


@pytest.mark.parametrize(
    "less", [{"budget": "100"}, {"apply_by": forms.in_days(1)}, {"budget": ""}]
)
def test_what_creators_were_told_is_never_cut(client, db, campaign, less):
    client.sign_in(campaign.brand.person)
    data = {"budget": "2,000", "apply_by": forms.in_days(14), "deliver_by": forms.in_days(30)}
    answer = client.post(f"/campaigns/{campaign.slug}/extend", data=data | less)
    assert answer.status_code == 422
    db.refresh(campaign)
    assert campaign.budget_minor == 200_000
