"""From a file, or by hand, to a kept audience: nothing is saved before a yes."""

import io
import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.creators import formats
from marketplace.creators.formats import example, roster
from models import Audience, Platform, PlatformAccount, Provenance
from models.clock import now
from tests import builders

CSV = (
    b"dimension,code,value,sample\ncountry,SE,72%,8240\ncountry,NO,9%,8240\ncountry,Mars,1%,8240\n"
)


def table(content: bytes = CSV, name: str = "audience.csv", **more: str) -> dict[str, object]:
    day = now().date().isoformat()
    return {"file": (io.BytesIO(content), name), "taken_on": day} | more


def seal_of(page: str) -> str:
    return page.split('name="preview" value="')[1].split('"', maxsplit=1)[0]


def count_audiences(db: Session) -> int:
    db.rollback()
    return db.scalar(select(func.count()).select_from(Audience)) or 0


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
        (b"PK\x03\x04zip", "The zip can’t be opened"),
        (b"\xd0\xcf\x11\xe0", "This is a spreadsheet"),
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


@pytest.mark.parametrize(
    ("name", "platform", "known"),
    [
        ("instagram.json", Platform.INSTAGRAM, {"age_gender", "country"}),
        ("youtube-studio.csv", Platform.YOUTUBE, {"age"}),
        ("youtube-analytics.json", Platform.YOUTUBE, {"age_gender", "country"}),
        ("tiktok.json", Platform.TIKTOK, {"age", "gender", "country", "city"}),
        (
            "vendor.json",
            Platform.INSTAGRAM,
            {"age_gender", "age", "gender", "country", "city", "language", "interest"},
        ),
        (
            "audience.csv",
            Platform.TIKTOK,
            {"age_gender", "country", "city", "language", "interest"},
        ),
    ],
)
def test_every_example_on_the_page_is_imported_as_it_is(
    db: Session,
    client: FlaskClient,
    account: PlatformAccount,
    name: str,
    platform: Platform,
    known: set[str],
) -> None:
    account.platform = platform
    db.commit()
    path = f"/profile/accounts/{account.id}/import"
    assert f"/import/examples/{name}" in client.get(path).text
    content = client.get(f"/import/examples/{name}").data
    assert formats.read(content).problems == []
    page = client.post(path, data=table(content, name))
    assert "Nothing is kept yet" in page.text
    assert client.post(f"{path}/keep", data={"preview": seal_of(page.text)}).status_code == 303
    kept = db.scalars(select(Audience)).one()
    assert kept.dimensions.keys() == known


def test_the_example_of_a_list_brings_every_row(client: FlaskClient) -> None:
    found = roster.read_list(client.get("/import/examples/creators.csv").data)
    assert (len(found.rows), found.wrong) == (3, [])
    assert all(row.counts["followers"] and row.topics and row.country for row in found.rows)
    # Nobody has an address of ours to be written to by whoever tries it.
    assert all(row.email.endswith("@example.org") for row in found.rows if row.email)


def test_there_is_no_example_but_those_and_each_is_tried(client: FlaskClient) -> None:
    assert set(example.AUDIENCES) == {
        *("instagram.json", "youtube-studio.csv", "youtube-analytics.json"),
        *("tiktok.json", "vendor.json", "audience.csv"),
    }
    assert client.get("/import/examples/../own.py").status_code == 404
    assert client.get("/import/examples/nothing.csv").status_code == 404
