"""An offer is made where somebody can take it up, and once."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.deals import service
from marketplace.kit.clock import now, today
from models import Campaign, CampaignStatus, Creator, Deal, DealStatus, Money, Refused
from tests import builders


def offer(db: Session, campaign: Campaign, creator: Creator, **values: object) -> Deal:
    given = {"price": Money(48_000, "eur"), "deliver_by": today() + timedelta(days=20)} | values
    by = campaign.brand.person
    return service.offer(db, campaign, creator, fee_bps=1_000, by=by, **given)  # type: ignore[arg-type]


def test_a_draft_is_offered_to_nobody(db: Session) -> None:
    draft = builders.campaign(db, builders.brand(db), status=CampaignStatus.DRAFT)
    with pytest.raises(Refused):
        offer(db, draft, builders.creator(db))


def test_a_closed_campaign_answers_its_applications_and_asks_nobody_new(db: Session) -> None:
    campaign = builders.campaign(db, builders.brand(db))
    application = builders.application(db, campaign)
    campaign.status, campaign.closed_at = CampaignStatus.CLOSED, now()
    with pytest.raises(Refused):
        offer(db, campaign, builders.creator(db))
    offer(db, campaign, application.creator, application=application)


def test_of_two_offers_for_the_same_work_one_is_made(db: Session) -> None:
    campaign, creator = builders.campaign(db, builders.brand(db)), builders.creator(db)
    first = offer(db, campaign, creator)
    with pytest.raises(Refused):
        offer(db, campaign, creator)
    service.withdraw(db, first, by=campaign.brand.person)
    offer(db, campaign, creator)


def test_nobody_offers_or_pays_a_closed_account(db: Session) -> None:
    campaign, creator = builders.campaign(db, builders.brand(db)), builders.creator(db)
    deal = builders.deal(db, campaign.brand, creator, DealStatus.ACCEPTED)
    creator.person.suspended_at = now()
    with pytest.raises(Refused):
        offer(db, campaign, creator)
    with pytest.raises(Refused):
        service.start_funding(db, deal, by=campaign.brand.person)


def test_a_day_at_the_end_of_the_calendar_is_asked_for_again(
    client: FlaskClient, db: Session
) -> None:
    deal = builders.deal(db)
    db.commit()
    client.sign_in(deal.creator.person)  # type: ignore[attr-defined]
    typed = {"price": "500", "deliver_by": "9999-12-31"}
    answer = client.post(f"/deals/{deal.id}/counter", data=typed)
    assert answer.status_code == 422
    assert "or an earlier day: money may be held for 87 days at most" in answer.text


def test_terms_that_changed_since_they_were_read_are_not_accepted(
    client: FlaskClient, db: Session
) -> None:
    deal = builders.deal(db)
    brand, creator = deal.brand.person, deal.creator.person
    day, higher, lower = deal.deliver_by, Money(60_000, "eur"), Money(20_000, "eur")
    service.counter(db, deal, price=higher, deliver_by=day, by=creator)
    service.counter(db, deal, price=lower, deliver_by=day, by=brand)
    db.commit()
    client.sign_in(creator)  # type: ignore[attr-defined]
    assert client.post(f"/deals/{deal.id}/accept", data={"offer": "1"}).status_code == 409
    assert 'name="offer" value="3"' in client.get(f"/deals/{deal.id}").text
    assert client.post(f"/deals/{deal.id}/accept", data={"offer": "3"}).status_code == 303


def test_who_makes_an_offer_sees_what_is_usually_asked(client: FlaskClient, db: Session) -> None:
    campaign, creator = builders.campaign(db, builders.brand(db)), builders.creator(db)
    builders.account(db, creator)
    builders.rate(db, creator, price_minor=15_000)
    db.commit()
    client.sign_in(campaign.brand.person)  # type: ignore[attr-defined]
    page = client.get(f"/campaigns/{campaign.slug}/offer/{creator.slug}").text
    assert "<dt>Their usual price for it</dt><dd>€450.00</dd>" in page
    assert 'value="450.00"' in page


def test_a_day_that_has_passed_is_said_at_its_field(client: FlaskClient, db: Session) -> None:
    campaign, creator = builders.campaign(db, builders.brand(db)), builders.creator(db)
    db.commit()
    client.sign_in(campaign.brand.person)  # type: ignore[attr-defined]
    typed = {"price": "300", "deliver_by": today().isoformat(), "message": "Shall we?"}
    answer = client.post(f"/campaigns/{campaign.slug}/offer/{creator.slug}", data=typed)
    assert answer.status_code == 422
    assert "Enter a day after today" in answer.text
    assert "Shall we?" in answer.text
