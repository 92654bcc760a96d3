"""The brief, step by step, as a brand fills it in."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import object_session

from models import Campaign, CampaignStatus, Event, Money
from tests import builders as make
from tests.marketplace.campaigns import forms


@pytest.fixture
def brand(db, client):
    made = make.brand(db)
    db.commit()
    client.sign_in(made.person)
    return made


@pytest.fixture
def draft(db, brand):
    blank = {"about": "", "deliverables": [], "sought": {}, "disclosure": "", "rights": {}}
    nothing = dict.fromkeys(
        ("budget_minor", "price_min_minor", "price_max_minor", "apply_by", "deliver_by")
    )
    values = blank | nothing | {"slug": "spring-boots"}
    made = make.campaign(db, brand, status=CampaignStatus.DRAFT, **values)
    db.commit()
    return made


def test_a_brand_goes_through_all_steps_and_publishes(client, db, brand):
    assert client.get("/campaigns/new").status_code == 200
    at = client.post("/campaigns/new", data=forms.PRODUCT).headers["Location"]
    assert at == "/campaigns/spring-boots/edit/audience"
    for data in (forms.AUDIENCE, forms.WORK, forms.price()):
        assert client.get(at).status_code == 200
        answer = client.post(at, data=data)
        assert answer.status_code == 303, answer.text
        at = answer.headers["Location"]
    assert at == "/campaigns/spring-boots/edit/publish"
    assert "Everything is there" in client.get(at).text
    answer = client.post("/campaigns/spring-boots/publish")
    assert answer.headers["Location"] == "/campaigns/spring-boots"
    campaign = db.scalar(select(Campaign))
    assert campaign.status == CampaignStatus.OPEN
    assert campaign.sought == {
        "age_gender": ["25-34:female", "35-44:female"],
        "country": ["SE", "NO"],
        "language": ["sv"],
        "interest": {"hiking": 8, "repair": 3},
        "weights": {"age_gender": 5, "country": 9},
    }
    assert campaign.required == {
        "platforms": ["instagram"],
        "most_followers": 50_000,
        "avoid": ["gambling"],
    }
    assert campaign.deliverables == [
        {"type": "reel", "count": 3, "note": "One outdoors"},
        {"type": "story", "count": 1, "note": ""},
    ]
    assert campaign.rights["exclusive_days"] == 14
    assert campaign.budget == Money(200_000, "eur")
    assert campaign.commission_bps == 1_250
    assert {event.verb for event in db.scalars(select(Event))} == {"start", "save", "publish"}


def test_two_campaigns_may_have_the_same_title(client, brand):
    for slug in ("spring-boots", "spring-boots-2"):
        at = client.post("/campaigns/new", data=forms.PRODUCT).headers["Location"]
        assert at == f"/campaigns/{slug}/edit/audience"


def test_a_title_can_not_take_the_address_of_a_page(client, brand):
    at = client.post("/campaigns/new", data=forms.PRODUCT | {"title": "Open"}).headers["Location"]
    assert at == "/campaigns/campaign-open/edit/audience"


def test_a_draft_keeps_what_there_is(client, db, draft):
    at = f"/campaigns/{draft.slug}/edit/price"
    answer = client.post(at, data={"budget": "2000", "do": "draft"})
    assert answer.headers["Location"] == at
    db.refresh(draft)
    assert draft.budget_minor == 200_000
    assert draft.apply_by is None
    assert "2000" in client.get(at).text


def test_going_on_asks_for_everything_and_saves_nothing(client, db, draft):
    answer = client.post(f"/campaigns/{draft.slug}/edit/price", data={"budget": "2000"})
    assert answer.status_code == 422
    assert "Enter the last day to apply" in answer.text
    assert 'value="2000"' in answer.text
    db.refresh(draft)
    assert draft.budget_minor is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"budget": "lots"}, "Enter an amount, like 250 or 249.50"),
        ({"budget": "500"}, "Enter a budget that covers the highest price"),
        ({"price_max": "200"}, "Enter a highest price that is not below the lowest"),
        ({"price_max": ""}, "Enter the highest price as well"),
        ({"price_min": "", "price_max": "", "commission": ""}, "Enter the highest price, a comm"),
        ({"commission": "95"}, "Enter a percentage from 0 to 90"),
        ({"apply_by": "31/12"}, "Enter a date, like 2027-03-31"),
        ({"apply_by": "2020-01-01"}, "Enter a day that has not passed"),
        ({"deliver_by": forms.in_days(3)}, "Enter a day on or after the last day to apply"),
        ({"deliver_by": "9999-12-31"}, "Enter a day within the next three years"),
    ],
)
def test_a_wrong_price_says_what_to_type(client, db, draft, wrong, words):
    answer = client.post(f"/campaigns/{draft.slug}/edit/price", data=forms.price(**wrong))
    assert answer.status_code == 422
    assert words in answer.text
    db.refresh(draft)
    assert draft.budget_minor is None


@pytest.mark.parametrize(
    ("step", "wrong", "words"),
    [
        ("product", {"title": ""}, "Enter a title"),
        ("product", {"title": "x" * 121}, "The title must be 120 characters or fewer"),
        ("product", {"title": "A", "about": "B"}, "Choose a product, or type what you sell"),
        ("product", {"title": "A", "product": "1"}, "Choose one of the options"),
        ("audience", {}, "Say who should see it"),
        ("audience", {"interest.hiking": "12"}, "Enter a whole number from 1 to 10"),
        ("audience", {"interest.nonsense": "3"}, "Say who should see it"),
        ("audience", {"country": ["Sweden"]}, "Choose one of the options"),
        ("audience", {"age_gender": ["female"]}, "Choose one of the options"),
        ("work", {"disclosure": "Ad"}, "Say what should be made"),
        ("work", {"count.reel": "-1", "disclosure": "Ad"}, "Enter a whole number from 0 to 20"),
        ("work", {"count.reel": "1"}, "Say how the ad is to be marked"),
        ("work", {"count.reel": "1", "organic_days": "99999"}, "Enter a whole number from 0 to"),
    ],
)
def test_a_wrong_step_says_what_to_do_and_saves_nothing(client, draft, step, wrong, words):
    answer = client.post(f"/campaigns/{draft.slug}/edit/{step}", data=wrong)
    assert answer.status_code == 422
    assert words in answer.text
    object_session(draft).refresh(draft)
    assert (draft.title, draft.sought, draft.deliverables) == ("Spring boots", {}, [])


@pytest.mark.parametrize(
    ("field", "code", "shown"),
    [
        ("more_country", "IS", "Iceland"),
        ("more_language", "is", "Icelandic"),
        ("more_interest", "trains", 'name="interest.trains"'),
        ("more_required_country", "JP", "Japan"),
    ],
)
def test_add_shows_one_more_tick_and_saves_nothing(client, draft, field, code, shown):
    at = f"/campaigns/{draft.slug}/edit/audience"
    answer = client.post(at, data={"do": "add", field: code, "country": ["SE"]})
    assert answer.status_code == 200
    assert shown in answer.text
    object_session(draft).refresh(draft)
    assert draft.sought == {}


def test_what_was_chosen_beside_add_counts_without_pressing_it(client, db, draft):
    data = {"more_country": "IS", "country": ["SE"], "more_interest": "trains"}
    client.post(f"/campaigns/{draft.slug}/edit/audience", data=data)
    db.refresh(draft)
    assert draft.sought["country"] == ["SE", "IS"]
    assert draft.sought["interest"] == {"trains": 5}


def test_an_unknown_step_is_not_found(client, draft):
    assert client.get(f"/campaigns/{draft.slug}/edit/money").status_code == 404


def test_publishing_too_early_says_what_is_missing(client, db, draft):
    page = client.get(f"/campaigns/{draft.slug}/edit/publish").text
    assert "Enter a budget" in page
    assert "/edit/price" in page
    answer = client.post(f"/campaigns/{draft.slug}/publish")
    assert answer.status_code == 409
    assert "Say what should be made" in answer.text
    db.refresh(draft)
    assert draft.status == CampaignStatus.DRAFT


def test_what_is_published_is_edited_no_more(client, db, brand):
    campaign = make.campaign(db, brand)
    db.commit()
    answer = client.post(f"/campaigns/{campaign.slug}/edit/product", data=forms.PRODUCT)
    assert answer.headers["Location"] == f"/campaigns/{campaign.slug}"
    db.refresh(campaign)
    assert campaign.product_text == ""


def test_another_brand_neither_sees_nor_edits_a_draft(client, db, draft):
    other = make.brand(db)
    db.commit()
    client.sign_in(other.person)
    for path in ("", "/edit/product", "/edit/publish", "/applications", "/extend"):
        assert client.get(f"/campaigns/{draft.slug}{path}").status_code == 404
    assert client.post(f"/campaigns/{draft.slug}/publish").status_code == 404


def test_the_panel_counts_who_could_do_it_and_what_they_ask(client, db, draft):
    for number in range(6):
        creator = make.creator(db, country="SE" if number else "NO")
        make.account(db, creator)
        make.rate(db, creator, price_minor=10_000 + number * 10_000)
    make.account(db, make.creator(db, is_available=False))
    draft.deliverables = [{"type": "reel", "count": 2, "note": ""}]
    db.commit()
    page = client.get(f"/campaigns/{draft.slug}/edit/work").text
    assert '<p class="figure">6</p>' in page
    assert "€450–€950" in page
    draft.required = {"countries": ["SE"], "languages": ["sv", "no"], "platforms": ["instagram"]}
    db.commit()
    page = client.get(f"/campaigns/{draft.slug}/edit/work").text
    assert '<p class="figure">5</p>' in page
    draft.required = {"countries": ["SE"], "languages": ["fi"]}
    db.commit()
    page = client.get(f"/campaigns/{draft.slug}/edit/work").text
    assert '<p class="figure">0</p>' in page
    assert "Too few to say" in page
