"""Receipts as they are downloaded from the pages, worked out again."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.kit.settings import settings
from marketplace.matches.queries import snapshots
from marketplace.matches.service.building import rebuild
from matching.receipt import digest, read
from matching.recompute import differences, main
from models import Campaign, Creator, Exposure
from models.clock import now
from tests import builders
from tests.marketplace.matches.test_pages import measured, url

PAGE = 12


@pytest.fixture
def campaign(db: Session) -> Campaign:
    return builders.campaign(db, builders.brand(db))


def crowd(db: Session, size: int = 30) -> list[Creator]:
    """Creators whose fit lies close together, some of them with credit."""
    made = [measured(db, f"Creator {n:02}", 0.7 - n / 400) for n in range(size)]
    month = now().date().replace(day=1)
    for number, one in enumerate(made):
        if number % 4 == 3:
            builders.add(db, Exposure(creator_id=one.id, month=month, owed=number / 20))
    db.commit()
    return made


@pytest.fixture(params=["sql", "columnar"])
def prepared(request: pytest.FixtureRequest, db: Session) -> Iterator[Callable[[], None]]:
    """Lets the engine know who is there: both ways to a ranking have receipts."""
    found = settings().matching_dir
    yield rebuild if request.param == "columnar" else lambda: None
    snapshots.forget(found)
    shutil.rmtree(found, ignore_errors=True)


def shown_in(page: str) -> list[str]:
    """Names on a page, as they stand there."""
    return [part.split("</a>")[0].split(">")[-1] for part in page.split('<div class="who">')[1:]]


@pytest.mark.parametrize(
    "asked", ["", "?page=2", "?page=3", "?most=500", "?fit=20&city=ume", "?small_first=yes"]
)
def test_the_receipt_of_a_list_gives_the_order_on_the_page(
    db: Session,
    client: FlaskClient,
    campaign: Campaign,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    prepared: Callable[[], None],
    asked: str,
) -> None:
    names = {one.slug: one.name for one in crowd(db)}
    prepared()
    client.sign_in(campaign.brand.person)
    page = client.get(url(campaign, asked)).text
    link = next(part.split('"')[0] for part in page.split('href="') if "matches.json" in part)
    got = client.get(link.replace("&amp;", "&"))
    assert got.headers["Content-Disposition"].startswith("attachment")
    receipt = read(got.text)
    assert [names[str(row.profile.id)] for row in receipt.rows] == shown_in(page)
    (tmp_path / "receipt.json").write_text(got.text, encoding="utf-8")
    assert main([str(tmp_path / "receipt.json")]) == 0
    assert "Right to the last digit" in capsys.readouterr().out
    assert (receipt.arrangement is None) == ("small" in asked)


def test_a_list_that_was_lifted_and_drawn_says_where_and_why(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    crowd(db)
    client.sign_in(campaign.brand.person)
    receipt = read(client.get(f"/campaigns/{campaign.slug}/matches.json").text)
    assert receipt.arrangement is not None
    kinds = [slot.kind for slot in receipt.arrangement.slots]
    assert kinds[4] == kinds[9] == "drawn"
    assert "lifted" in kinds
    assert receipt.arrangement.seed == f"{campaign.slug} {now().date().isoformat()}"
    page = client.get(url(campaign)).text
    assert page.count("Drawn for this place") == 2
    assert "Seen less than their share lately" in page


def test_somebody_else_moved_up_in_a_downloaded_list_is_noticed(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    crowd(db)
    client.sign_in(campaign.brand.person)
    values = json.loads(client.get(f"/campaigns/{campaign.slug}/matches.json").text)
    values["rows"][0], values["rows"][5] = values["rows"][5], values["rows"][0]
    values["digest"] = digest(values)
    assert differences(read(json.dumps(values)))


def test_pages_of_one_day_agree_and_miss_nobody(
    db: Session, client: FlaskClient, campaign: Campaign, prepared: Callable[[], None]
) -> None:
    made = crowd(db)
    prepared()
    client.sign_in(campaign.brand.person)
    names = [
        n for page in (1, 2, 3) for n in shown_in(client.get(url(campaign, f"?page={page}")).text)
    ]
    assert sorted(names) == sorted(one.name for one in made)
    assert shown_in(client.get(url(campaign)).text) == names[:PAGE]


def test_a_creators_receipt_is_their_own_and_right(
    db: Session, client: FlaskClient, campaign: Campaign, prepared: Callable[[], None]
) -> None:
    made = crowd(db)
    prepared()
    own = made[7]
    got = client.sign_in(own.person).get(url(campaign, f"/{own.slug}/receipt.json"))
    assert differences(read(got.text)) == []
    assert [one.slug for one in made if f'"{one.slug}"' in got.text] == [own.slug]


def test_only_the_brand_can_download_its_list(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    made = crowd(db, 3)
    other = builders.brand(db)
    db.commit()
    address = f"/campaigns/{campaign.slug}/matches.json"
    assert client.get(address).status_code == 303
    assert client.sign_in(other.person).get(address).status_code == 404
    assert client.sign_in(made[0].person).get(address).status_code == 404
    client.sign_in(campaign.brand.person)
    assert client.get(address).status_code == 200
    assert client.get(address + "?page=9").status_code == 404


def test_no_followers_are_in_a_receipt(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    made = crowd(db, 14)
    made[0].accounts[0].followers = 7_654_321
    db.commit()
    client.sign_in(campaign.brand.person)
    text = client.get(f"/campaigns/{campaign.slug}/matches.json").text
    assert "7654321" not in text
    assert json.loads(text)["never_used"][0] == "followers"
