"""A brand's page, and the form it is made with."""

from datetime import timedelta

from models import CampaignStatus, DealStatus
from models.clock import now
from tests import builders as make

WHOLE = {
    "name": "Fjällhem",
    "about": "Boots that last.\nWe mend them, too.",
    "website": "https://fjallhem.example",
    "country": "SE",
    "returns_address": "Storgatan 1\n903 26 Umeå",
}


def test_a_brand_says_who_it_is_and_others_read_it(client, db):
    brand = make.brand(db, name="Old name")
    db.commit()
    client.sign_in(brand.person)
    assert client.get("/brand").status_code == 200
    answer = client.post("/brand", data=WHOLE)
    assert answer.headers["Location"] == f"/brands/{brand.slug}"
    page = client.get(answer.headers["Location"]).text
    assert "Fjällhem" in page
    assert "We mend them, too." in page
    assert "Sweden" in page
    assert "Storgatan" not in page


def test_what_was_typed_is_kept_and_nothing_is_saved_when_something_is_wrong(client, db):
    brand = make.brand(db, name="Old name")
    db.commit()
    client.sign_in(brand.person)
    answer = client.post("/brand", data=WHOLE | {"website": "fjallhem", "country": "XX"})
    assert answer.status_code == 422
    assert "Enter a link that starts with https://" in answer.text
    assert "We mend them, too." in answer.text
    db.refresh(brand)
    assert brand.name == "Old name"


def test_a_brand_without_a_name_is_told_to_enter_one(client, db):
    brand = make.brand(db)
    db.commit()
    answer = client.sign_in(brand.person).post("/brand", data=WHOLE | {"name": " "})
    assert "Enter the name of your brand" in answer.text


def test_creators_have_no_brand_to_edit(client, db):
    creator = make.creator(db)
    db.commit()
    assert client.sign_in(creator.person).get("/brand").status_code == 404


def test_a_young_brand_has_too_few_deals_to_say_anything(client, db):
    brand = make.brand(db)
    make.product(db, brand)
    make.campaign(db, brand, title="Wool basics")
    make.campaign(db, brand, title="Secret plan", status=CampaignStatus.DRAFT)
    db.commit()
    page = client.get(f"/brands/{brand.slug}").text
    assert "Too few to say" in page
    assert "Wool basics" in page
    assert "Stig hiking boots" in page
    assert "Secret plan" not in page


def test_how_long_a_brand_takes_to_look_at_work_is_the_middle_of_its_deals(client, db):
    brand = make.brand(db)
    for days in (1, 2, 5):
        deal = make.deal(db, of=brand, status=DealStatus.RELEASED)
        deal.delivered_at = now() - timedelta(days=10)
        deal.approved_at = deal.delivered_at + timedelta(days=days)
    db.commit()
    page = client.get(f"/brands/{brand.slug}").text
    assert "2 days" in page
    assert "3 of 3 accepted" in page
