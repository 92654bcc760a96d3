"""Inviting and applying, and the answers to both."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.campaigns import service
from models import (
    Application,
    ApplicationStatus,
    DealStatus,
    InvitationStatus,
    Money,
    Notice,
    Refused,
)
from models.clock import now
from tests import builders as make

OFFER = {"price": "480", "pitch": "Three reels from my own trails."}


@pytest.fixture
def campaign(db):
    return make.campaign(db, make.brand(db))


@pytest.fixture
def creator(db):
    made = make.creator(db)
    make.account(db, made)
    return made


@pytest.fixture
def invitation(db, campaign, creator):
    return service.invite(db, campaign, creator, message="You mend!", by=campaign.brand.person)


def kinds(db, person):
    return set(db.scalars(select(Notice.kind).where(Notice.person_id == person.id)))


def test_a_creator_applies_with_a_price_and_the_brand_is_told(client, db, campaign, creator):
    db.commit()
    client.sign_in(creator.person)
    assert "Apply until" in client.get(f"/campaigns/{campaign.slug}").text
    answer = client.post(f"/campaigns/{campaign.slug}/apply", data=OFFER)
    assert answer.headers["Location"] == "/applications"
    application = db.scalar(select(Application))
    assert application.price == Money(48_000, "eur")
    assert "application_sent" in kinds(db, campaign.brand.person)
    assert "Spring boots" in client.get("/applications").text
    assert "You have applied for €480.00" in client.get(f"/campaigns/{campaign.slug}").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"price": ""}, "Enter your price"),
        ({"price": "much"}, "Enter an amount"),
        ({"price": "-5"}, "Enter €1.00 or more"),
        ({"pitch": " "}, "Say what you would make"),
        ({"pitch": "x" * 2_001}, "must be 2000 characters or fewer"),
    ],
)
def test_a_wrong_application_says_what_to_type(client, db, campaign, wrong, words):
    creator = make.creator(db)
    make.account(db, creator)
    db.commit()
    client.sign_in(creator.person)
    answer = client.post(f"/campaigns/{campaign.slug}/apply", data=OFFER | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.scalar(select(func.count()).select_from(Application)) == 0


def test_applying_twice_is_refused(client, db, campaign, creator):
    make.application(db, campaign, creator)
    db.commit()
    client.sign_in(creator.person)
    answer = client.post(f"/campaigns/{campaign.slug}/apply", data=OFFER)
    assert answer.status_code == 409
    assert "You have already applied" in answer.text


def test_nobody_applies_after_the_last_day_or_to_what_is_closed(db, campaign, creator):
    price = Money(48_000, "eur")
    campaign.apply_by = now().date() - timedelta(days=1)
    with pytest.raises(Refused, match="last day"):
        service.apply(db, campaign, creator, price=price, pitch="", by=creator.person)
    service.close(db, campaign, by=campaign.brand.person)
    with pytest.raises(Refused, match="no applications"):
        service.apply(db, campaign, creator, price=price, pitch="", by=creator.person)


def test_what_was_withdrawn_can_be_sent_again_and_what_was_declined_can_not(db, campaign, creator):
    price, by = Money(48_000, "eur"), creator.person
    first = service.apply(db, campaign, creator, price=price, pitch="", by=by)
    service.withdraw(db, first, by=by)
    second = service.apply(db, campaign, creator, price=price, pitch="", by=by)
    service.decline(db, second, by=campaign.brand.person)
    with pytest.raises(Refused, match="has answered"):
        service.apply(db, campaign, creator, price=price, pitch="", by=by)
    service.invite(db, campaign, creator, message="", by=campaign.brand.person)
    third = service.apply(db, campaign, creator, price=price, pitch="", by=by)
    assert third.status == ApplicationStatus.SENT


@pytest.mark.parametrize(
    ("required", "words"),
    [
        ({"countries": ["NO"]}, "live in other countries"),
        ({"languages": ["no", "fi"]}, "publish in other languages"),
        ({"platforms": ["youtube"]}, "on other platforms"),
        ({"most_followers": 5_000}, "with fewer followers"),
        ({"avoid": ["alcohol"]}, "keeps away from something"),
    ],
)
def test_who_lacks_what_is_required_can_not_apply_unless_invited(
    client, db, creator, required, words
):
    campaign = make.campaign(db, make.brand(db), required=required)
    creator.also_about = ["alcohol"]
    db.commit()
    client.sign_in(creator.person)
    at = f"/campaigns/{campaign.slug}"
    assert words in client.get(at).text
    answer = client.post(f"{at}/apply", data=OFFER)
    assert answer.status_code == 409
    assert words in answer.text
    service.invite(db, campaign, creator, message="", by=campaign.brand.person)
    db.commit()
    assert client.post(f"{at}/apply", data=OFFER).status_code == 303


def test_who_is_bound_to_another_brand_can_not_apply_to_a_rival(client, db, campaign, creator):
    deal = make.deal(db, to=creator, status=DealStatus.FUNDED)
    deal.campaign = make.campaign(db, deal.brand)
    deal.terms = deal.terms | {"rights": {"exclusive_days": 30}}
    db.commit()
    client.sign_in(creator.person)
    answer = client.post(f"/campaigns/{campaign.slug}/apply", data=OFFER)
    assert answer.status_code == 409
    assert "for another brand for now" in answer.text


def test_a_creator_without_an_account_is_led_to_add_one(client, db, campaign):
    creator = make.creator(db)
    db.commit()
    client.sign_in(creator.person)
    assert "Add an account" in client.get(f"/campaigns/{campaign.slug}").text


def test_a_brand_does_not_apply(client, db, campaign):
    db.commit()
    client.sign_in(campaign.brand.person)
    assert client.post(f"/campaigns/{campaign.slug}/apply", data=OFFER).status_code == 404


def test_the_brand_reads_applications_and_declines_with_a_word(client, db, campaign, creator):
    application = make.application(db, campaign, creator, pitch="From my own trails.")
    db.commit()
    client.sign_in(campaign.brand.person)
    page = client.get(f"/campaigns/{campaign.slug}/applications").text
    assert "From my own trails." in page
    assert f"/applications/{application.id}/offer" in page
    at = f"/applications/{application.id}/decline"
    assert client.get(at).status_code == 200
    assert client.post(at, data={"note": "Next spring."}).status_code == 303
    db.refresh(application)
    assert application.status == ApplicationStatus.DECLINED
    assert "application_declined" in kinds(db, creator.person)
    assert client.post(at).status_code == 409


def test_only_the_applicant_withdraws(client, db, campaign, creator):
    application = make.application(db, campaign, creator)
    db.commit()
    at = f"/applications/{application.id}/withdraw"
    assert client.sign_in(campaign.brand.person).post(at).status_code == 404
    assert client.sign_in(creator.person).post(at).status_code == 303
    assert client.post(at).status_code == 409


def test_a_brand_invites_from_a_creators_page(client, db, campaign, creator):
    db.commit()
    client.sign_in(campaign.brand.person)
    at = f"/creators/{creator.slug}/invite"
    assert client.get(at).status_code == 200
    answer = client.post(at, data={"campaign": campaign.slug, "message": "You mend!"})
    assert answer.headers["Location"] == f"/campaigns/{campaign.slug}/applications"
    assert "invitation_sent" in kinds(db, creator.person)
    assert "Waiting for an answer" in client.get(answer.headers["Location"]).text
    again = client.post(at, data={"campaign": campaign.slug})
    assert again.status_code == 409
    assert "is already invited" in again.text


def test_a_brand_invites_to_its_own_campaigns_only(client, db, campaign, creator):
    other = make.brand(db)
    db.commit()
    client.sign_in(other.person)
    at = f"/creators/{creator.slug}/invite"
    assert client.post(at, data={"campaign": campaign.slug}).status_code == 422
    assert "You have no open campaign" in client.get(at).text


def test_an_invited_creator_sees_the_clock_and_says_yes_with_a_price(
    client, db, campaign, creator, invitation
):
    db.commit()
    client.sign_in(creator.person)
    page = client.get(f"/campaigns/{campaign.slug}").text
    assert "invites you" in page
    assert "You mend!" in page
    assert "days left" in page
    assert "Look and answer" in client.get("/applications").text
    client.post(f"/campaigns/{campaign.slug}/apply", data=OFFER)
    db.refresh(invitation)
    assert invitation.status == InvitationStatus.ACCEPTED
    assert db.scalar(select(Application.invitation_id)) == invitation.id


def test_an_invited_creator_says_no_and_the_brand_is_told(
    client, db, campaign, creator, invitation
):
    stranger = make.creator(db)
    db.commit()
    at = f"/invitations/{invitation.id}/decline"
    assert client.sign_in(stranger.person).post(at).status_code == 404
    assert client.sign_in(creator.person).post(at).status_code == 303
    db.refresh(invitation)
    assert invitation.status == InvitationStatus.DECLINED
    assert "invitation_declined" in kinds(db, campaign.brand.person)


def test_an_invitation_ends_when_its_time_is_up(db, invitation):
    assert service.tick(db) == 0
    invitation.due_at = now() - timedelta(minutes=1)
    assert service.tick(db) == 1
    assert invitation.status == InvitationStatus.EXPIRED
    assert service.tick(db) == 0


def test_an_invitation_never_outlasts_the_last_day_to_apply(db, campaign, creator):
    campaign.apply_by = now().date()
    made = service.invite(db, campaign, creator, message="", by=campaign.brand.person)
    assert made.due_at < now() + timedelta(days=1, minutes=1)


def test_who_takes_no_work_is_not_invited(db, campaign, creator):
    creator.is_available = False
    with pytest.raises(Refused, match="takes no new work"):
        service.invite(db, campaign, creator, message="", by=campaign.brand.person)


def test_a_creator_with_nothing_is_told_the_first_step(client, db, creator):
    db.commit()
    assert "See open campaigns" in client.sign_in(creator.person).get("/applications").text
