"""The pages of matches, as a brand and a creator see them."""

import json
import math

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from marketplace.kit.clock import in_days
from matching import FORMULA_VERSION
from models import (
    Application,
    Campaign,
    CampaignStatus,
    Creator,
    DealStatus,
    Invitation,
    Platform,
    PlatformAccount,
    Provenance,
    Rate,
)
from tests import builders


def rate(db: Session, of: Creator, minor: int = 15_000, type: str = "reel") -> Rate:
    return builders.add(db, Rate(creator=of, type=type, price_minor=minor, currency="eur"))


def measured(db: Session, name: str, share: float = 0.72, **values: object) -> Creator:
    """A creator of whose audience this share lives in Sweden."""
    made = builders.creator(db, name=name, **values)
    account = builders.account(db, made)
    cells = {"25-34:female": 0.3, "25-34:male": 0.7}
    dimensions = {
        "age_gender": {"n": 1840, "cells": cells},
        "country": {"n": 8240, "cells": {"SE": share, "NO": 1 - share}},
    }
    builders.audience(db, account, dimensions=dimensions, provenance=Provenance.API)
    rate(db, made)
    return made


@pytest.fixture
def campaign(db: Session) -> Campaign:
    return builders.campaign(db, builders.brand(db))


def url(campaign: Campaign, rest: str = "") -> str:
    return f"/campaigns/{campaign.slug}/matches{rest}"


def test_a_brand_sees_who_fits_best_first_and_why(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    measured(db, "Noah Berg", 0.15)
    ida = measured(db, "Ida Bergström")
    db.commit()
    page = client.sign_in(campaign.brand.person).get(url(campaign))
    assert page.status_code == 200
    assert "2 creators fit this campaign" in page.text
    assert page.text.index("Ida Bergström") < page.text.index("Noah Berg")
    assert "72% of Ida Bergström’s audience lives in Sweden (half of all creators here" in page.text
    assert f'action="/creators/{ida.slug}/invite"' in page.text
    assert f"/campaigns/{campaign.slug}/offer/{ida.slug}" in page.text
    assert "8,240 followers" in page.text


def test_a_hundred_times_the_followers_change_nothing_but_the_number_shown(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    measured(db, "Noah Berg", 0.15)
    measured(db, "Ida Bergström")
    db.commit()
    client.sign_in(campaign.brand.person)
    before = client.get(url(campaign)).text
    db.execute(
        update(PlatformAccount)
        .where(PlatformAccount.creator_id.in_(db.query(Creator.id).filter_by(name="Noah Berg")))
        .values(followers=824_000)
    )
    db.commit()
    after = client.get(url(campaign)).text
    assert "824,000 followers" in after
    assert after.replace("824,000", "8,240") == before


def test_only_the_brand_of_a_campaign_sees_its_matches(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida, other = measured(db, "Ida Bergström"), measured(db, "Noah Berg")
    stranger = builders.brand(db)
    db.commit()
    assert client.get(url(campaign)).status_code == 303
    assert client.sign_in(stranger.person).get(url(campaign)).status_code == 404
    assert client.sign_in(ida.person).get(url(campaign)).status_code == 404
    assert client.get(url(campaign, f"/{ida.slug}")).status_code == 200
    assert client.get(url(campaign, f"/{other.slug}")).status_code == 404


def test_a_campaign_nobody_fits_says_what_the_page_is_for(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    db.commit()
    page = client.sign_in(campaign.brand.person).get(url(campaign))
    assert "Nobody fits this campaign yet" in page.text
    assert "No creator meets every condition" in page.text


def test_a_draft_that_asks_for_nothing_yet_can_be_looked_at(
    db: Session, client: FlaskClient
) -> None:
    empty = {"budget_minor": None, "price_min_minor": None, "price_max_minor": None}
    draft = builders.campaign(
        db,
        builders.brand(db),
        status=CampaignStatus.DRAFT,
        sought={},
        deliverables=[],
        apply_by=None,
        deliver_by=None,
        **empty,
    )
    measured(db, "Ida Bergström")
    db.commit()
    page = client.sign_in(draft.brand.person).get(url(draft))
    assert "1 creator fits this campaign" in page.text
    assert "Invite" not in page.text


def test_the_list_narrows_by_platform_price_and_who_was_asked(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida = measured(db, "Ida Bergström")
    noah = measured(db, "Noah Berg")
    noah.rates[0].price_minor = 90_000
    noah.accounts[0].platform = Platform.TIKTOK
    builders.add(db, Invitation(campaign=campaign, creator=ida, due_at=in_days(7)))
    db.commit()
    client.sign_in(campaign.brand.person)
    assert "Noah Berg" not in client.get(url(campaign, "?most=500")).text
    assert "Noah Berg" not in client.get(url(campaign, "?platform=instagram")).text
    newer = client.get(url(campaign, "?is_new=yes")).text
    assert "Ida Bergström" not in newer
    assert "2 creators fit this campaign" in newer
    assert "1 of 2 fit" in newer
    assert "None of them is left" in client.get(url(campaign, "?most=1")).text


@pytest.mark.parametrize(
    "query", ["most=cheap", "platform=myspace", "most=-1", "most=9999999999999", "is_new=maybe"]
)
def test_a_filter_that_cannot_be_read_says_so_and_narrows_nothing(
    db: Session, client: FlaskClient, campaign: Campaign, query: str
) -> None:
    measured(db, "Ida Bergström")
    db.commit()
    page = client.sign_in(campaign.brand.person).get(url(campaign, f"?{query}"))
    assert page.status_code == 422
    assert "There is one thing to put right" in page.text
    assert "Ida Bergström" in page.text


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=²", "page=999999", "endpoint=x&_scheme=y"]
)
def test_strange_page_numbers_and_unknown_filters_are_harmless(
    db: Session, client: FlaskClient, campaign: Campaign, query: str
) -> None:
    measured(db, "Ida Bergström")
    db.commit()
    page = client.sign_in(campaign.brand.person).get(url(campaign, f"?{query}"))
    assert page.status_code == 200


def test_a_long_list_has_pages_that_keep_the_filter(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    for number in range(20):
        measured(db, f"Creator {number}", 0.1 + number / 50)
    db.commit()
    client.sign_in(campaign.brand.person)
    first = client.get(url(campaign, "?most=900")).text
    assert first.count('class="card match"') == 12
    assert "Page 1 of 2" in first
    assert "page=2&amp;most=900" in first or "most=900&amp;page=2" in first
    assert client.get(url(campaign, "?most=900&page=2")).text.count('class="card match"') == 8


def test_what_lies_between_the_two_is_shown_instead_of_buttons(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    invited, applied, working = (measured(db, name) for name in ("Ida B", "Noah B", "Léa M"))
    builders.add(db, Invitation(campaign=campaign, creator=invited, due_at=in_days(7)))
    builders.add(
        db, Application(campaign=campaign, creator=applied, price_minor=40_000, currency="eur")
    )
    deal = builders.deal(db, campaign.brand, working, DealStatus.FUNDED, campaign=campaign)
    builders.deal(db, campaign.brand, invited, DealStatus.DECLINED, campaign=campaign)
    db.commit()
    page = client.sign_in(campaign.brand.person).get(url(campaign)).text
    assert "Invited" in page
    assert "Has applied" in page
    assert f'href="/deals/{deal.id}"' in page
    assert 'action="/creators/' not in page


def test_the_receipt_holds_all_it_takes_to_work_the_score_out_again(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida = measured(db, "Ida Bergström")
    for number in range(6):
        measured(db, f"Creator {number}", 0.1 * number)
    db.commit()
    client.sign_in(campaign.brand.person)
    got = client.get(url(campaign, f"/{ida.slug}/receipt.json"))
    assert got.headers["Content-Disposition"].startswith("attachment")
    receipt = json.loads(got.text)
    assert receipt["formula"] == FORMULA_VERSION
    (row,) = receipt["rows"]
    product = math.prod(term["value"] ** term["weight"] for term in row["terms"])
    assert 100 * product == pytest.approx(row["score"])
    terms, inputs = {term["key"]: term for term in row["terms"]}, row["profile"]
    usual = {(topic, dim): shares for (topic, dim), shares in receipt["population"]["shares"]}
    audience = inputs["audience"]["country"]
    n, seen = audience["n"], audience["shares"]["SE"]
    believed = audience["trust"] * n / (n + receipt["population"]["kappa"]["country"])
    shrunk = believed * seen + (1 - believed) * usual["hiking", "country"]["SE"]
    assert shrunk == pytest.approx(terms["country"]["value"])
    value = inputs["engagements_per_post"] * terms["auth"]["value"] / inputs["price_minor"]
    top = receipt["population"]["value"]["instagram"]["top"]
    assert min(1, value / top) == pytest.approx(terms["value"]["value"])
    assert "8240" not in got.text


def test_one_match_tells_the_brand_and_the_creator_why(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida = measured(db, "Ida Bergström")
    measured(db, "Noah Berg", 0.2)
    db.commit()
    client.sign_in(campaign.brand.person)
    page = client.get(url(campaign, f"/{ida.slug}")).text
    assert "72% of Ida Bergström’s audience" in page
    assert "place 1 of 2" in page
    assert "8,240 followers: shown, and not used." in page
    assert (
        "72% of your audience" in client.sign_in(ida.person).get(url(campaign, f"/{ida.slug}")).text
    )


def test_who_is_not_compared_is_told_why(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    campaign.required = {"countries": ["NO"], "platforms": ["tiktok"], "languages": ["no", "da"]}
    ida = measured(db, "Ida Bergström")
    away = measured(db, "Noah Berg", is_available=False)
    bare = builders.creator(db, name="Léa Martin")
    db.commit()
    client.sign_in(campaign.brand.person)
    page = client.get(url(campaign, f"/{ida.slug}")).text
    assert "Ida Bergström does not meet every condition" in page
    assert "Asks for creators in Norway" in page
    assert "Asks for an account on TikTok" in page
    assert "Asks for creators who publish in Norwegian or Danish" in page
    assert "Takes no new work now" in client.get(url(campaign, f"/{away.slug}")).text
    assert "Names no account" in client.get(url(campaign, f"/{bare.slug}")).text
    assert client.get(url(campaign, f"/{ida.slug}/receipt.json")).status_code == 404


def test_a_creator_finds_open_deals_the_best_fit_first(db: Session, client: FlaskClient) -> None:
    ida = measured(db, "Ida Bergström")
    measured(db, "Noah Berg", 0.2)
    brand = builders.brand(db)
    near = builders.campaign(db, brand, title="Near home")
    builders.campaign(db, brand, title="Far away", sought={"country": ["JP"]})
    builders.campaign(db, brand, title="Norway only", required={"countries": ["NO"]})
    builders.campaign(db, brand, title="Too late", apply_by=in_days(-2).date())
    builders.campaign(db, brand, title="A draft", status=CampaignStatus.DRAFT)
    db.commit()
    page = client.sign_in(ida.person).get("/deals-that-fit").text
    assert "2 open deals fit you" in page
    assert page.index("Near home") < page.index("Far away") < page.index("Norway only")
    assert "1 open deal asks for something else" in page
    assert "Asks for creators in Norway." in page
    assert "Too late" not in page
    assert "A draft" not in page
    assert "72% of your audience lives in Sweden" in page
    assert f"/campaigns/{near.slug}" in page
    assert "€300 to €600" in page


def test_a_creator_without_an_account_is_told_the_first_step(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    bare = builders.creator(db)
    db.commit()
    page = client.sign_in(bare.person).get("/deals-that-fit").text
    assert "First, say where you publish" in page


def test_a_creator_who_takes_no_work_is_told_how_to_change_that(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida = measured(db, "Ida Bergström", is_available=False)
    db.commit()
    page = client.sign_in(ida.person).get("/deals-that-fit").text
    assert "You take no new work now" in page


def test_the_score_is_the_same_on_both_sides(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida = measured(db, "Ida Bergström", 0.4)
    measured(db, "Noah Berg", 0.2)
    db.commit()
    brands = client.sign_in(campaign.brand.person).get(url(campaign, f"/{ida.slug}/receipt.json"))
    creators = client.sign_in(ida.person).get(url(campaign, f"/{ida.slug}/receipt.json"))
    first, second = json.loads(brands.text), json.loads(creators.text)
    own = {"about": "", "digest": ""}
    assert first | own == second | own
    assert second["about"]["seen_this_month"]["times_shown"] == 0
    assert "seen_this_month" not in first["about"]
