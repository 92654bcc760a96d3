"""The page a brand opens first: all that waits for it, and figures that agree with the lists."""

import re

from marketplace.kit.clock import now
from models import DealStatus, Dispute, DisputeReason, DisputeStatus
from tests import builders
from tests.world import order


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_everything_that_waits_for_a_brand_is_on_its_first_page(client, db):
    brand = builders.brand(db)
    campaign = builders.campaign(db, brand)
    builders.application(db, campaign)
    builders.deal(db, brand, status=DealStatus.ACCEPTED, accepted_at=now())
    order(db, brand, builders.creator(db), builders.product(db, brand))
    db.commit()
    client.sign_in(brand.person)
    page = words_of(client.get("/today"))
    assert "3 things need you" in page
    assert "1 order to send" in page
    assert "1 application waits for your answer" in page
    assert "You agreed. Pay €480.00 to begin" in page


def test_an_offer_is_no_deal_of_a_campaign_before_it_is_accepted(client, db):
    brand = builders.brand(db)
    campaign = builders.campaign(db, brand)
    builders.deal(db, brand, campaign=campaign)
    db.commit()
    client.sign_in(brand.person)
    for path in ("/today", "/campaigns"):
        assert 'data-label="Deals">0<' in client.get(path).text


def test_approved_money_counts_as_held_until_it_has_arrived(client, db):
    brand = builders.brand(db)
    for status in (DealStatus.DELIVERED, DealStatus.APPROVED):
        builders.deal(db, brand, status=status)
    db.commit()
    client.sign_in(brand.person)
    page = words_of(client.get("/today"))
    assert "€960.00 2 deals. €480.00 of it is on its way" in page


def test_what_a_ruling_gave_back_is_not_counted_as_paid(client, db):
    brand = builders.brand(db)
    campaign = builders.campaign(db, brand)
    deal = builders.deal(db, brand, status=DealStatus.SETTLED, campaign=campaign, ended_at=now())
    db.add(
        Dispute(
            deal=deal,
            opened_by=brand.person,
            reason=DisputeReason.LATE,
            statement="It came a week late.",
            asks_minor=18_000,
            currency=deal.currency,
            status=DisputeStatus.RULED,
            ruled_at=now(),
            to_brand_minor=18_000,
            to_creator_minor=30_000,
            why="A third of it was late.",
        )
    )
    db.commit()
    client.sign_in(brand.person)
    page = words_of(client.get("/today"))
    assert "€300.00" in page
    assert "€480.00" not in page
