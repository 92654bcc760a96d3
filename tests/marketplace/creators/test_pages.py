"""A creator's pages, as a creator, a brand and a passer-by meet them."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from models import (
    Audience,
    CampaignStatus,
    Creator,
    DealStatus,
    DeliverableType,
    Delivery,
    PlatformAccount,
    Provenance,
)
from models.clock import now
from tests import builders

CSV = (
    b"dimension,code,value,sample\ncountry,SE,72%,8240\ncountry,NO,9%,8240\ncountry,Mars,1%,8240\n"
)


def table(content: bytes = CSV, name: str = "audience.csv", **more: str) -> dict[str, object]:
    day = now().date().isoformat()
    return {"file": (io.BytesIO(content), name), "taken_on": day} | more


@pytest.fixture
def creator(db: Session, client: FlaskClient) -> Creator:
    made = builders.creator(db)
    db.commit()
    client.sign_in(made.person)
    return made


@pytest.fixture
def account(db: Session, creator: Creator) -> PlatformAccount:
    made = builders.account(db, creator)
    db.commit()
    return made


def seal_of(page: str) -> str:
    return page.split('name="preview" value="')[1].split('"', maxsplit=1)[0]


def count_audiences(db: Session) -> int:
    db.rollback()
    return db.scalar(select(func.count()).select_from(Audience)) or 0


def test_a_creator_saves_who_they_are(db: Session, client: FlaskClient, creator: Creator) -> None:
    page = client.get("/profile")
    assert "How brands see you" in page.text
    given = {"name": "Ida B", "about": "Trails", "country": "NO", "city": "Oslo"}
    given |= {"languages": ["no", "en"], "topics": ["hiking", "dogs"], "is_available": "yes"}
    assert client.post("/profile", data=given).status_code == 303
    db.refresh(creator)
    assert (creator.name, creator.country) == ("Ida B", "NO")
    assert (creator.topics, creator.languages) == (["hiking", "dogs"], ["no", "en"])


def test_six_topics_are_too_many_and_nothing_is_saved(
    db: Session, client: FlaskClient, creator: Creator
) -> None:
    given = {"name": "Ida B", "country": "SE", "languages": ["sv"]}
    given["topics"] = ["hiking", "dogs", "tea", "books", "film", "music"]  # type: ignore[assignment]
    page = client.post("/profile", data=given)
    assert page.status_code == 422
    assert "Choose 5 topics or fewer" in page.text
    db.refresh(creator)
    assert creator.topics == ["hiking"]


def test_a_rarer_language_is_added_by_name(
    db: Session, client: FlaskClient, creator: Creator
) -> None:
    given = {"name": "Ida B", "country": "SE", "topics": ["hiking"], "another": "is"}
    assert client.post("/profile", data=given).status_code == 303
    db.refresh(creator)
    assert creator.languages == ["is"]
    assert "Icelandic" in client.get("/profile").text


def test_an_empty_profile_form_says_what_to_enter(client: FlaskClient, creator: Creator) -> None:
    page = client.post("/profile", data={})
    assert page.status_code == 422
    for words in (
        "Enter the name people know you by",
        "Choose one to five topics",
        "Choose a language you publish in",
    ):
        assert words in page.text


def test_an_account_is_added_edited_and_removed(
    db: Session, client: FlaskClient, creator: Creator
) -> None:
    assert "Where do you publish?" in client.get("/profile/accounts").text
    assert client.get("/profile/accounts/new").status_code == 200
    given = {"platform": "tiktok", "handle": "@Ida.Stigen", "followers": "8,240"}
    given |= {"posts_counted": "12", "engagements": "4800"}
    assert client.post("/profile/accounts/new", data=given).status_code == 303
    made = db.scalars(select(PlatformAccount)).one()
    assert (made.handle, made.followers) == ("ida.stigen", 8240)
    path = f"/profile/accounts/{made.id}"
    assert "400" in client.get("/profile/accounts").text
    assert client.get(path).status_code == 200
    assert client.post(path, data=given | {"followers": "9000"}).status_code == 303
    db.refresh(made)
    assert made.followers == 9000
    assert "Remove @ida.stigen?" in client.get(f"{path}/remove").text
    assert client.post(f"{path}/remove").status_code == 303
    db.rollback()
    assert db.scalars(select(PlatformAccount)).all() == []


def test_removing_an_account_takes_its_audiences_along(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    builders.audience(db, account, superseded_at=now())
    builders.audience(db, account)
    db.commit()
    client.post(f"/profile/accounts/{account.id}/remove")
    assert count_audiences(db) == 0


def test_a_handle_belongs_to_one_creator(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    other = builders.creator(db)
    db.commit()
    client.sign_in(other.person)
    given = {"platform": "instagram", "handle": account.handle.upper(), "followers": "1"}
    given |= {"posts_counted": "0", "engagements": "0"}
    page = client.post("/profile/accounts/new", data=given)
    assert page.status_code == 422
    assert f"@{account.handle} is here already" in page.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"handle": "two words"}, "Use letters, numbers, dots"),
        ({"followers": "-1"}, "Enter a whole number"),
        ({"platform": "myspace"}, "Choose one of the options"),
        ({"posts_counted": "0"}, "Enter how many posts these reactions are from"),
        ({"engagements": ""}, "Enter the likes"),
    ],
)
def test_a_wrong_account_says_what_to_type(
    client: FlaskClient, creator: Creator, wrong: dict[str, str], words: str
) -> None:
    given = {"platform": "tiktok", "handle": "ida", "followers": "1"}
    given |= {"posts_counted": "1", "engagements": "1"}
    page = client.post("/profile/accounts/new", data=given | wrong)
    assert page.status_code == 422
    assert words in page.text


def test_prices_are_set_and_taken_away(db: Session, client: FlaskClient, creator: Creator) -> None:
    assert client.get("/profile/prices").status_code == 200
    client.post("/profile/prices", data={"reel": "160", "story": "45.50"})
    db.refresh(creator)
    assert {r.type: r.price_minor for r in creator.rates} == {
        DeliverableType.REEL: 16_000,
        DeliverableType.STORY: 4_550,
    }
    assert 'value="160.00"' in client.get("/profile/prices").text
    client.post("/profile/prices", data={"reel": "170"})
    db.expire_all()
    assert {r.type: r.price_minor for r in creator.rates} == {DeliverableType.REEL: 17_000}
    page = client.post("/profile/prices", data={"reel": "cheap"})
    assert page.status_code == 422
    assert "Enter an amount" in page.text


def test_a_file_is_previewed_and_kept_only_after_a_yes(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    path = f"/profile/accounts/{account.id}/import"
    assert client.get(path).status_code == 200
    page = client.post(path, data=table())
    assert "Nothing is kept yet" in page.text
    assert "Sweden 72%" in page.text
    assert "Line 4: “Mars” isn’t a country" in page.text
    assert count_audiences(db) == 0
    done = client.post(f"{path}/keep", data={"preview": seal_of(page.text)})
    assert done.status_code == 303
    kept = db.scalars(select(Audience)).one()
    assert kept.dimensions == {"country": {"n": 8240, "cells": {"SE": 0.72, "NO": 0.09}}}
    assert (kept.provenance, kept.format) == (Provenance.FILE, "csv")


def test_a_newer_file_takes_the_place_of_the_older(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    builders.audience(db, account)
    db.commit()
    path = f"/profile/accounts/{account.id}/import"
    page = client.post(path, data=table())
    client.post(f"{path}/keep", data={"preview": seal_of(page.text)})
    db.rollback()
    audiences = db.scalars(select(Audience)).all()
    assert len(audiences) == 2
    assert [one.format for one in audiences if one.superseded_at is None] == ["csv"]


def test_what_was_shown_cannot_be_changed_on_the_way_back(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    path = f"/profile/accounts/{account.id}/import"
    seal = seal_of(client.post(path, data=table()).text)
    for wrong in ("A" + seal, seal[:-2], "", "x.y.z"):
        page = client.post(f"{path}/keep", data={"preview": wrong})
        assert page.status_code == 422
        assert "Choose the file again" in page.text
    assert count_audiences(db) == 0


def test_a_preview_of_one_account_cannot_be_kept_for_another(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    other = builders.account(db, account.creator)
    db.commit()
    seal = seal_of(client.post(f"/profile/accounts/{account.id}/import", data=table()).text)
    page = client.post(f"/profile/accounts/{other.id}/import/keep", data={"preview": seal})
    assert page.status_code == 422
    assert count_audiences(db) == 0


def test_instagrams_json_is_read(client: FlaskClient, account: PlatformAccount) -> None:
    results = [{"dimension_values": ["25-34", "F"], "value": 310}]
    results.append({"dimension_values": ["25-34", "M"], "value": 90})
    breakdown = {"dimension_keys": ["age", "gender"], "results": results}
    metric = {"name": "follower_demographics", "total_value": {"breakdowns": [breakdown]}}
    content = json.dumps({"data": [metric]}).encode()
    page = client.post(
        f"/profile/accounts/{account.id}/import", data=table(content, "instagram.json")
    )
    assert "Women 25–34 78%" in page.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"  \n ", "The file is empty"),
        (b"a,b\n1,2\n", "Name them dimension, code and value"),
        (b"PK\x03\x04zip", "This is a spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "This isn’t a text file"),
        (b"{}", "There is no follower_demographics"),
        (b'{"data": [1, {"name": 7, "total_value": 3}]}', "There is no follower_demographics"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"data": NaN}', "no count can be"),
        (b"[" + b"9" * 5000 + b"]", "no count can be"),
        (b'{"data": [', "breaks off"),
        (b"dimension,code,value\ncountry,=cmd|'/C calc'!A0,50%\n", "looks like a formula"),
        (b"dimension,code,value\n", "There are no numbers"),
        (b"x" * 5_000_001, "5 MB or smaller"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    db: Session, client: FlaskClient, account: PlatformAccount, content: bytes, words: str
) -> None:
    page = client.post(f"/profile/accounts/{account.id}/import", data=table(content))
    # The test client leaves the body of a large post open.
    page.request.environ["wsgi.input"].close()
    assert page.status_code == 422
    assert words in page.text
    assert count_audiences(db) == 0


def test_the_day_of_an_export_lies_in_the_last_two_years(
    client: FlaskClient, account: PlatformAccount
) -> None:
    path = f"/profile/accounts/{account.id}/import"
    tomorrow = (now() + timedelta(days=1)).date().isoformat()
    assert "Enter a day that has been" in client.post(path, data=table(taken_on=tomorrow)).text
    assert "last two years" in client.post(path, data=table(taken_on="2001-01-01")).text


def test_a_creator_can_type_their_audience_in(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    path = f"/profile/accounts/{account.id}/typed"
    assert client.get(path).status_code == 200
    given = {"ages.25-34": "40", "ages.35-44": "22.5", "genders.female": "60"}
    given |= {"countries.0": "SE", "shares.0": "72"}
    assert client.post(path, data=given).status_code == 303
    kept = db.scalars(select(Audience)).one()
    assert kept.provenance == Provenance.SELF_DECLARED
    assert kept.dimensions["age"] == {"n": 30, "cells": {"25-34": 0.4, "35-44": 0.225}}
    assert kept.dimensions["country"]["cells"] == {"SE": 0.72}
    assert "Nobody counted." in client.get("/profile/audience").text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Enter at least one share you know"),
        ({"ages.25-34": "80", "ages.35-44": "30"}, "These add up to 110 percent"),
        ({"ages.25-34": "most"}, "Enter a percentage"),
        ({"shares.0": "10"}, "Choose the country of this share"),
        ({"countries.0": "SE"}, "Enter how many percent live there"),
        ({"countries.0": "XX", "shares.0": "10"}, "Choose one of the countries"),
        (
            {"countries.0": "SE", "shares.0": "1", "countries.1": "SE", "shares.1": "1"},
            "Choose each country once",
        ),
    ],
)
def test_typed_shares_that_cannot_be_say_so(
    db: Session,
    client: FlaskClient,
    account: PlatformAccount,
    given: dict[str, str],
    words: str,
) -> None:
    page = client.post(f"/profile/accounts/{account.id}/typed", data=given)
    assert page.status_code == 422
    assert words in page.text
    for value in given.values():
        assert value == "XX" or f'value="{value}"' in page.text
    assert count_audiences(db) == 0


def test_the_audience_page_shows_where_numbers_come_from_and_what_they_say(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    assert "First, tell brands who listens to you" in client.get("/profile/audience").text
    builders.audience(db, account)
    db.commit()
    page = client.get("/profile/audience").text
    assert "1,840 people with known age" in page
    assert "72% of the audience lives in Sweden. Eight in ten are 25–44." in page
    assert "In full until" in page
    assert client.get(f"/profile/audience/{account.id}").text.count("<svg") > 10


def test_without_an_account_the_audience_page_names_the_first_step(
    client: FlaskClient, creator: Creator
) -> None:
    assert "First, name one account" in client.get("/profile/audience").text


def test_a_small_sample_is_too_small_to_say(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    few = {"country": {"n": 12, "cells": {"SE": 1.0}}, "age": {"n": 9, "cells": {"25-34": 1.0}}}
    builders.audience(db, account, dimensions=few)
    db.commit()
    page = client.get("/profile/audience").text
    assert page.count("Too few to say") == 2
    assert "Too few people are known" in page


def test_each_account_has_its_own_tab(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    other = builders.account(db, account.creator)
    db.commit()
    page = client.get(f"/profile/audience/{other.id}").text
    assert f"/profile/audience/{account.id}" in page


def test_nobody_else_gets_at_an_account(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    other = builders.creator(db)
    db.commit()
    client.sign_in(other.person)
    for end in ("", "/remove", "/import", "/typed"):
        assert client.get(f"/profile/accounts/{account.id}{end}").status_code == 404
    assert client.get(f"/profile/audience/{account.id}").status_code == 404


def test_anyone_may_look_at_a_creator(db: Session, client: FlaskClient) -> None:
    creator = builders.creator(db, about="Trails.\n\nAnd tents.")
    builders.audience(db, builders.account(db, creator))
    db.commit()
    page = client.get(f"/creators/{creator.slug}").text
    assert "72% of the audience lives in Sweden" in page
    assert "Invite" not in page
    assert "No deliveries due yet" in page


def test_a_creator_who_said_nothing_yet_has_a_page_too(db: Session, client: FlaskClient) -> None:
    creator = builders.creator(db, topics=[], languages=[], city="")
    db.commit()
    assert "Not said yet" in client.get(f"/creators/{creator.slug}").text


def test_who_is_suspended_has_no_page(db: Session, client: FlaskClient) -> None:
    creator = builders.creator(db)
    creator.person.suspended_at = now()
    db.commit()
    assert client.get(f"/creators/{creator.slug}").status_code == 404


def test_deliveries_on_time_are_counted_by_their_first_day(
    db: Session, client: FlaskClient
) -> None:
    creator = builders.creator(db)
    today = now().date()
    for late, status in ((0, DealStatus.RELEASED), (2, DealStatus.DELIVERED)):
        deal = builders.deal(db, to=creator, status=status, deliver_by=today - timedelta(days=late))
        builders.add(db, Delivery(deal=deal, number=1, links=["https://example.org"]))
    past = today - timedelta(days=3)
    builders.deal(db, to=creator, status=DealStatus.FUNDED, deliver_by=past)
    builders.deal(db, to=creator, status=DealStatus.FUNDED)
    db.commit()
    page = client.get(f"/creators/{creator.slug}").text
    assert "1 of 3 deliveries on time" in page
    assert "Work done here" in page


def test_a_brand_can_invite_to_its_open_campaigns_only(db: Session, client: FlaskClient) -> None:
    creator, brand = builders.creator(db), builders.brand(db)
    builders.campaign(db, brand, title="Spring boots")
    builders.campaign(db, brand, title="Not ready", status=CampaignStatus.DRAFT)
    builders.campaign(db, builders.brand(db), title="Of another")
    db.commit()
    client.sign_in(brand.person)
    page = client.get(f"/creators/{creator.slug}").text
    assert "Spring boots" in page
    assert "Not ready" not in page
    assert "Of another" not in page
    assert f'action="/creators/{creator.slug}/invite"' in page


def test_a_brand_without_a_campaign_is_told_to_start_one(db: Session, client: FlaskClient) -> None:
    creator, brand = builders.creator(db), builders.brand(db)
    db.commit()
    client.sign_in(brand.person)
    assert "Start a campaign" in client.get(f"/creators/{creator.slug}").text


def test_the_example_file_is_one_we_read(client: FlaskClient) -> None:
    from marketplace.creators import formats

    parsed = formats.read(client.get("/profile/audience/example.csv").data)
    assert set(parsed.dimensions) == {"age_gender", "country", "city", "language", "interest"}
    assert parsed.problems == []


def test_no_page_asks_the_database_too_often(
    db: Session, client: FlaskClient, app: Flask, account: PlatformAccount
) -> None:
    builders.audience(db, account)
    for _number in range(4):
        builders.audience(db, builders.account(db, account.creator))
        builders.deal(db, to=account.creator, status=DealStatus.RELEASED)
    db.commit()
    asked: list[str] = []
    engine = app.extensions["engine"]

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        for path in ("/profile/audience", "/profile/accounts", f"/creators/{account.creator.slug}"):
            asked.clear()
            assert client.get(path).status_code == 200
            assert len(asked) <= 12, "\n".join(asked)
    finally:
        event.remove(engine, "before_cursor_execute", note)
