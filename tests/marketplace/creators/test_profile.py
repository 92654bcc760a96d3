"""What creators say of themselves, their accounts and their prices."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import (
    Audience,
    Creator,
    DeliverableType,
    PlatformAccount,
)
from models.clock import now
from tests import builders


def count_audiences(db: Session) -> int:
    db.rollback()
    return db.scalar(select(func.count()).select_from(Audience)) or 0


def test_a_creator_saves_who_they_are(db: Session, client: FlaskClient, creator: Creator) -> None:
    page = client.get("/profile")
    assert "How brands see you" in page.text
    given = {"name": "Ida B", "about": "Trails", "country": "NO", "city": "Oslo"}
    given |= {"languages": ["no", "en"], "topics": ["hiking", "dogs"], "is_available": "yes"}
    given |= {"also_about": ["alcohol"]}
    assert client.post("/profile", data=given).status_code == 303
    db.refresh(creator)
    assert (creator.name, creator.country) == ("Ida B", "NO")
    assert (creator.topics, creator.languages) == (["hiking", "dogs"], ["no", "en"])
    assert creator.also_about == ["alcohol"]


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
