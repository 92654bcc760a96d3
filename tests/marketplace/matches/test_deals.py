"""A creator's list of deals: narrowed in the address, each with its clock, and why not."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from models import Brand, Creator
from models.clock import now
from tests import builders


@pytest.fixture
def ida(db: Session) -> Creator:
    made = builders.creator(db, languages=["sv"])
    builders.audience(db, builders.account(db, made))
    return made


@pytest.fixture
def brand(db: Session) -> Brand:
    return builders.brand(db)


def work(kind: str) -> list[dict[str, object]]:
    return [{"type": kind, "count": 1, "note": ""}]


@pytest.fixture
def several(db: Session, brand: Brand, ida: Creator) -> None:
    soon = now().date() + timedelta(days=3)
    builders.campaign(db, brand, title="Dear", price_max_minor=90_000, deliverables=work("video"))
    builders.campaign(db, brand, title="Cheap", price_max_minor=40_000, apply_by=soon)
    builders.campaign(
        db, brand, title="Shared", price_min_minor=None, price_max_minor=None, commission_bps=1_000
    )
    there = {"platforms": ["instagram"]}
    builders.campaign(db, brand, title="There", price_max_minor=50_000, required=there)
    db.commit()


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("", {"Dear", "Cheap", "Shared", "There"}),
        ("pays=500", {"Dear", "There"}),
        ("work=video", {"Dear"}),
        ("platform=tiktok", {"Dear", "Cheap", "Shared"}),
        ("platform=instagram&pays=500", {"Dear", "There"}),
        (f"by={(now().date() + timedelta(days=4)).isoformat()}", {"Cheap"}),
        ("pays=lots", {"Dear", "Cheap", "Shared", "There"}),
        ("pays=99999", set()),
    ],
)
@pytest.mark.usefixtures("several")
def test_a_list_shows_what_is_asked_for(client, ida: Creator, asked: str, kept: set[str]) -> None:
    client.sign_in(ida.person)
    answer = client.get(f"/deals-that-fit?{asked}")
    assert answer.status_code == (422 if "lots" in asked else 200)
    shown = {name for name in ("Dear", "Cheap", "Shared", "There") if f">{name}</a>" in answer.text}
    assert shown == kept
    assert "4 open deals fit you" in answer.text
    if asked and "lots" not in asked:
        assert f"{len(kept)} of 4 open deals that fit you" in answer.text


@pytest.mark.usefixtures("several")
def test_each_deal_has_its_clock_and_its_place(client, db: Session, ida: Creator) -> None:
    builders.audience(db, builders.account(db, builders.creator(db)))
    db.commit()
    client.sign_in(ida.person)
    page = client.get("/deals-that-fit").text
    assert page.count('class="ring') == 4
    assert "14 days left" in page
    assert "of 2 who meet the conditions" in page


def test_what_keeps_somebody_out_is_said_with_what_would_change_it(
    client, db: Session, brand: Brand, ida: Creator
) -> None:
    builders.campaign(db, brand, title="Norsk", required={"languages": ["no"]})
    builders.campaign(db, brand, title="Far", required={"countries": ["DE"]})
    builders.campaign(db, brand, title="Short", required={"platforms": ["tiktok"]})
    db.commit()
    client.sign_in(ida.person)
    page = client.get("/deals-that-fit").text
    assert "Add the language, if you publish in it" in page
    assert "Add the account, if you have one" in page
    assert "Nothing here would change that." in page


def test_what_a_campaign_looks_for_stands_out_in_the_charts(
    client, db: Session, brand: Brand, ida: Creator
) -> None:
    campaign = builders.campaign(db, brand)
    db.commit()
    client.sign_in(brand.person)
    page = client.get(f"/campaigns/{campaign.slug}/matches/{ida.slug}").text
    assert "Not looked for" in page
    assert page.count("not looked for") > 5
    assert 'class="bar unsought"' in page
    own = client.get(f"/creators/{ida.slug}").text
    assert "ot looked for" not in own
    assert "unsought" not in own
