"""A brand's lists: kept to itself, made once, and shown with today's fit."""

import csv
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.lists import service
from models import Brand, Campaign, Creator, PersonKind, Refused, SavedCreator, SavedList
from models.clock import now
from tests import builders


@pytest.fixture
def brand(db: Session) -> Brand:
    return builders.brand(db)


@pytest.fixture
def ida(db: Session) -> Creator:
    made = builders.creator(db, name="Ida Bergström")
    builders.audience(db, builders.account(db, made))
    builders.rate(db, made)
    return made


@pytest.fixture
def saved(db: Session, brand: Brand) -> SavedList:
    return service.start(db, brand, name="Spring", by=brand.person)


def entry_of(db: Session, saved: SavedList) -> SavedCreator:
    return db.scalars(select(SavedCreator).where(SavedCreator.list_id == saved.id)).one()


def count(db: Session, model: type) -> int:
    return db.scalar(select(func.count()).select_from(model)) or 0


def test_a_list_of_one_name_is_made_once_however_it_is_spelt(db: Session, brand: Brand) -> None:
    first = service.start(db, brand, name="Spring", by=brand.person)
    assert service.start(db, brand, name="SPRING", by=brand.person) is first
    other = builders.brand(db)
    assert service.start(db, other, name="Spring", by=other.person) is not first


def test_the_database_refuses_two_lists_of_one_name(db: Session, brand: Brand) -> None:
    builders.add(db, SavedList(brand=brand, name="Spring"))
    with pytest.raises(IntegrityError):
        builders.add(db, SavedList(brand=brand, name="sprinG"))


def test_adding_twice_keeps_one_and_its_note(
    db: Session, brand: Brand, saved: SavedList, ida: Creator
) -> None:
    assert service.add(db, saved, [ida, ida], by=brand.person) == 1
    service.annotate(db, entry_of(db, saved), note="Ask in May", by=brand.person)
    assert service.add(db, saved, [ida], by=brand.person) == 0
    assert entry_of(db, saved).note == "Ask in May"


def test_a_list_and_the_number_of_lists_have_an_end(
    db: Session,
    brand: Brand,
    saved: SavedList,
    ida: Creator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "MOST_CREATORS", 1)
    monkeypatch.setattr(service, "MOST_LISTS", 1)
    service.add(db, saved, [ida], by=brand.person)
    with pytest.raises(Refused, match="Start another"):
        service.add(db, saved, [builders.creator(db)], by=brand.person)
    with pytest.raises(Refused, match="Delete one"):
        service.start(db, brand, name="Autumn", by=brand.person)


def test_deleting_a_list_leaves_the_creators(
    db: Session, brand: Brand, saved: SavedList, ida: Creator
) -> None:
    service.add(db, saved, [ida], by=brand.person)
    service.delete(db, saved, by=brand.person)
    assert (count(db, SavedList), count(db, SavedCreator), count(db, Creator)) == (0, 0, 1)


@pytest.mark.parametrize(
    ("method", "rest"),
    [
        ("get", ""),
        ("get", "/creators.csv"),
        ("get", "/rename"),
        ("post", "/rename"),
        ("post", "/delete"),
    ],
)
def test_nobody_else_comes_to_a_list(
    db: Session, client: FlaskClient, saved: SavedList, ida: Creator, method: str, rest: str
) -> None:
    stranger, admin = builders.brand(db), builders.person(db, PersonKind.ADMIN)
    db.commit()
    for person in (stranger.person, ida.person, admin):
        client.sign_in(person)
        answer = getattr(client, method)(f"/lists/{saved.id}{rest}", data={"name": "Mine"})
        assert answer.status_code == 404
    db.refresh(saved)
    assert saved.name == "Spring"


def test_nobody_else_changes_a_note_takes_a_creator_off_or_adds_to_a_list(
    db: Session, client: FlaskClient, brand: Brand, saved: SavedList, ida: Creator
) -> None:
    service.add(db, saved, [ida], by=brand.person)
    entry, stranger = entry_of(db, saved), builders.brand(db)
    db.commit()
    client.sign_in(stranger.person)
    assert client.post(f"/saved/{entry.id}/remove").status_code == 404
    assert client.post(f"/saved/{entry.id}/note", data={"note": "x"}).status_code == 404
    answer = client.post("/lists/add", data={"creator": ida.slug, "saved": str(saved.id)})
    assert answer.status_code == 422
    assert count(db, SavedCreator) == 1


def test_ticked_creators_go_to_a_new_list_and_then_to_the_same_one(
    db: Session, client: FlaskClient, brand: Brand, ida: Creator
) -> None:
    noah = builders.creator(db, name="Noah Berg")
    db.commit()
    client.sign_in(brand.person)
    page = client.get(f"/lists/add?creator={ida.slug}&creator={noah.slug}&creator=nobody").text
    assert "Save 2 creators to a list" in page
    data = {"creator": [ida.slug, noah.slug], "name": "Spring"}
    answer = client.post("/lists/add", data=data, follow_redirects=True)
    assert "2 creators added to “Spring”" in answer.text
    again = client.post("/lists/add", data=data, follow_redirects=True)
    assert "0 creators added to “Spring”; 2 were on it" in again.text
    assert (count(db, SavedList), count(db, SavedCreator)) == (1, 2)


def test_adding_without_a_list_or_anybody_says_what_to_do(
    db: Session, client: FlaskClient, brand: Brand, ida: Creator
) -> None:
    db.commit()
    client.sign_in(brand.person)
    answer = client.post("/lists/add", data={"creator": ida.slug})
    assert answer.status_code == 422
    assert "Choose a list, or enter a name for a new one" in answer.text
    assert "Tick whom you want to save" in client.get("/lists/add").text


def test_a_list_shows_who_fits_the_chosen_campaign_best_first_and_why_others_are_not_compared(
    db: Session, client: FlaskClient, brand: Brand, saved: SavedList, ida: Creator
) -> None:
    campaign = builders.campaign(db, brand)
    away = builders.creator(db, name="Away Now", is_available=False)
    builders.account(db, away)
    gone = builders.creator(db, name="Gone Person")
    gone.person.suspended_at = now()
    service.add(db, saved, [ida, away, gone], by=brand.person)
    db.commit()
    client.sign_in(brand.person)
    plain = client.get(f"/lists/{saved.id}").text
    assert "3 creators" in plain
    page = client.get(f"/lists/{saved.id}?campaign={campaign.slug}").text
    assert "1 of 3 meet the conditions of “Spring boots”" in page
    assert f'href="/campaigns/{campaign.slug}/matches/{ida.slug}"' in page
    assert "Takes no new work now" in page
    assert "Not here any more" in page
    assert page.index("Ida Bergström") < page.index("Away Now")
    assert f'formaction="/campaigns/{campaign.slug}/invite"' in page


def test_another_brands_campaign_measures_nothing(
    db: Session, client: FlaskClient, brand: Brand, saved: SavedList, ida: Creator
) -> None:
    theirs: Campaign = builders.campaign(db, builders.brand(db))
    service.add(db, saved, [ida], by=brand.person)
    db.commit()
    page = client.sign_in(brand.person).get(f"/lists/{saved.id}?campaign={theirs.slug}").text
    assert f"/campaigns/{theirs.slug}" not in page


def test_notes_are_kept_shown_and_never_too_long(
    db: Session, client: FlaskClient, brand: Brand, saved: SavedList, ida: Creator
) -> None:
    service.add(db, saved, [ida], by=brand.person)
    entry = entry_of(db, saved)
    db.commit()
    client.sign_in(brand.person)
    kept = client.post(
        f"/saved/{entry.id}/note", data={"note": "Ask in May"}, follow_redirects=True
    )
    assert "Ask in May" in kept.text
    long = client.post(f"/saved/{entry.id}/note", data={"note": "x" * 501})
    assert long.status_code == 422
    assert "500 characters or fewer" in long.text
    gone = client.post(f"/saved/{entry.id}/remove", follow_redirects=True)
    assert "Ida Bergström is no longer on this list" in gone.text
    assert "Nobody is on this list yet" in gone.text


def test_a_name_that_is_taken_is_said_and_a_list_can_keep_its_own(
    db: Session, client: FlaskClient, brand: Brand, saved: SavedList
) -> None:
    service.start(db, brand, name="Autumn", by=brand.person)
    db.commit()
    client.sign_in(brand.person)
    taken = client.post(f"/lists/{saved.id}/rename", data={"name": "autumn"})
    assert taken.status_code == 422
    assert "one of your lists is called so already" in taken.text
    for name in ("SPRING", "Early spring"):
        assert client.post(f"/lists/{saved.id}/rename", data={"name": name}).status_code == 303
    gone = client.post(f"/lists/{saved.id}/delete", follow_redirects=True).text
    assert "“Early spring” is deleted" in gone


def test_the_file_of_a_list_runs_no_formula(
    db: Session, client: FlaskClient, brand: Brand, saved: SavedList, ida: Creator
) -> None:
    campaign = builders.campaign(db, brand)
    evil = builders.creator(db, name="=HYPERLINK(1)")
    service.add(db, saved, [ida, evil], by=brand.person)
    for entry in db.scalars(select(SavedCreator)):
        entry.note = "+1+1"
    db.commit()
    client.sign_in(brand.person)
    answer = client.get(f"/lists/{saved.id}/creators.csv?campaign={campaign.slug}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["Name"] for row in rows} == {"Ida Bergström", "'=HYPERLINK(1)"}
    assert {row["Note"] for row in rows} == {"'+1+1"}
    assert rows[0]["Fit for Spring boots"] > "1"
    assert rows[0]["Price"] == "480.00"
    plain = csv.reader(io.StringIO(client.get(f"/lists/{saved.id}/creators.csv").text))
    assert next(plain)[-1] == "Added"


def test_a_brand_without_lists_is_told_where_to_begin(
    db: Session, client: FlaskClient, brand: Brand, ida: Creator
) -> None:
    db.commit()
    assert client.sign_in(ida.person).get("/lists").status_code == 404
    client.sign_in(brand.person)
    assert "You keep no list yet" in client.get("/lists").text
    made = client.post("/lists", data={"name": "Ask again"}, follow_redirects=True)
    assert "Nobody is on this list yet" in made.text
    assert client.post("/lists", data={"name": " "}).status_code == 422
