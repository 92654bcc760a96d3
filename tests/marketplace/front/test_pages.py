from dataclasses import replace

import pytest

from models import DealStatus, ShelfItem
from tests import builders


@pytest.fixture
def world(db):
    """One of everything the front page can show."""
    brand = builders.brand(db, name="Kallkälla")
    who = builders.creator(db)
    builders.audience(db, builders.account(db, who))
    builders.campaign(db, brand, title="Winter nights outside")
    builders.deal(db, brand, who, DealStatus.FUNDED, title="Three reels")
    product = builders.product(db, brand)
    builders.add(db, ShelfItem(creator=who, product=product, commission_bps=1200))
    db.commit()
    return who


def test_an_empty_house_has_a_front_page_without_pictures(client):
    page = client.get("/").text
    assert "Too few to say" in page
    assert "<figure" not in page
    assert "/join/brand" in page


def test_the_front_page_shows_a_real_match_deal_and_shelf(client, world):
    page = client.get("/").text
    assert page.count("<figure") == 3
    for words in ("Winter nights outside", "Three reels", "Stig hiking boots", "€149.00"):
        assert words in page


def test_outside_a_demo_nobodys_deal_or_match_is_named(client, app, config, world, monkeypatch):
    monkeypatch.setitem(app.extensions, "config", replace(config, stripe_secret_key="sk_test_1"))
    page = client.get("/").text
    assert page.count("<figure") == 3
    assert "A deal under way" in page
    for words in ("Winter nights outside", "Three reels"):
        assert words not in page


def test_who_is_signed_in_is_led_to_their_start_page(client, world):
    assert "Go to your start page" in client.sign_in(world.person).get("/").text


def test_the_rules_stand_with_the_numbers_the_program_uses(client):
    page = client.get("/how").text
    for anchor in ("ranking", "money", "fees", "cancel", "disputes", "returns"):
        assert f'id="{anchor}"' in page
    for words in ("72 hours", "10% of the price", "5 days", "14 days after they arrive"):
        assert words in page


@pytest.mark.parametrize(
    ("whose", "said"),
    [("platform", "is borne by us"), ("creator", "off the creator’s part"), ("brand", "surcharge")],
)
def test_the_rules_say_who_bears_stripes_fee(app, client, monkeypatch, whose, said):
    config = replace(app.extensions["config"], stripe_fee_borne_by=whose)
    monkeypatch.setitem(app.extensions, "config", config)
    assert said in client.get("/how").text


def test_the_numbers_say_how_they_are_counted(client, world):
    page = client.get("/numbers").text
    assert "How each number is counted" in page
    assert "/numbers.csv" in page
