import pytest
from sqlalchemy import select

from marketplace.accounts import service
from models import Person, PersonKind, SignIn
from models.clock import now
from tests import builders
from tests.marketplace.accounts.jobs import mails

PASSWORD = "four unrelated words"
JOIN = {"name": "Ida Bergström", "email": "ida@example.org", "password": PASSWORD}


@pytest.fixture
def ida(db):
    made = service.sign_up(db, kind=PersonKind.CREATOR, **JOIN)
    db.commit()
    return made


def enter(client, password=PASSWORD, email="ida@example.org", **values):
    return client.post("/sign-in", data={"email": email, "password": password} | values)


def test_joining_as_a_creator_signs_in_and_goes_to_the_start_page(client, db):
    assert "Join as a creator" in client.get("/join").text
    assert client.get("/join/creator").status_code == 200
    answer = client.post("/join/creator", data=JOIN)
    assert (answer.status_code, answer.location) == (303, "/today")
    assert client.get("/settings").status_code == 200
    assert db.scalars(select(Person)).one().creator.name == "Ida Bergström"


def test_joining_as_a_brand_makes_the_brand(client, db):
    assert client.get("/join/brand").status_code == 200
    client.post("/join/brand", data=JOIN | {"brand_name": "Fjällhem"})
    assert db.scalars(select(Person)).one().brand.slug == "fjallhem"


def test_an_empty_form_says_what_to_enter_and_saves_nothing(client, db):
    answer = client.post("/join/brand", data={})
    assert answer.status_code == 422
    for words in ("Enter the name of the brand", "Enter your name", "Enter your email address"):
        assert words in answer.text
    assert not db.scalars(select(Person)).all()


def test_a_password_that_is_the_brands_name_is_not_taken(client):
    data = JOIN | {"brand_name": "Fjällhem of Sweden", "password": "fjällhem of sweden"}
    assert "not your name" in client.post("/join/brand", data=data).text


def test_a_taken_address_is_said_neutrally_and_what_was_typed_is_kept(client, ida):
    answer = client.post("/join/creator", data=JOIN | {"name": "Somebody Else"})
    assert answer.status_code == 422
    assert "Enter another address" in answer.text
    assert "Somebody Else" in answer.text
    assert PASSWORD not in answer.text


@pytest.mark.parametrize("name", ["\x00", " ", "x" * 81])
def test_a_name_that_is_no_name_is_refused(client, name):
    assert client.post("/join/creator", data=JOIN | {"name": name}).status_code == 422


def test_signing_in_goes_on_to_where_one_wanted_to_be(client, ida):
    answer = client.get("/settings?a=1")
    assert answer.location == "/sign-in?next=/settings?a%3D1"
    assert "/settings?a=1" in client.get(answer.location).text
    assert enter(client, next="/settings?a=1").location == "/settings?a=1"
    assert client.get("/sign-in").location == "/today"


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_signing_in_never_leads_to_another_host(client, ida, target):
    assert enter(client, next=target).location == "/today"


def test_an_admin_starts_at_the_desk(client, db):
    service.sign_up(db, kind=PersonKind.ADMIN, **JOIN)
    db.commit()
    assert enter(client).location == "/admin"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, ida):
    wrong = enter(client, "not the password")
    unknown = enter(client, email="nobody@example.org")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text == unknown.text.replace("nobody@example.org", "ida@example.org")


def test_a_closed_account_is_told_so_only_with_the_right_password(client, db, ida):
    ida.suspended_at = now()
    db.commit()
    assert "closed" in enter(client).text
    assert "closed" not in enter(client, "not the password").text


def test_signing_in_changes_the_cookie_and_signing_out_ends_it(client, db, ida):
    with client.session_transaction() as session:
        session["planted"] = "by someone else"
    enter(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        cookie = dict(session)
    client.post("/sign-out")
    with client.session_transaction() as session:
        session.update(cookie)
    assert client.get("/settings").status_code == 303
    assert db.scalars(select(SignIn)).one().ended_at


def test_a_forgotten_password_is_reset_by_mail(client, db, ida):
    assert client.get("/forgot").status_code == 200
    known = client.post("/forgot", data={"email": "ida@example.org"})
    unknown = client.post("/forgot", data={"email": "nobody@example.org"})
    assert known.text == unknown.text.replace("nobody@", "ida@")
    token = reset_token(db)
    assert "ida@example.org" in client.get(f"/reset/{token}").text
    assert client.post(f"/reset/{token}", data={"password": "short"}).status_code == 422
    answer = client.post(f"/reset/{token}", data={"password": "another good one"})
    assert answer.location == "/today"
    again = client.get(f"/reset/{token}")
    assert again.status_code == 410
    assert "/forgot" in again.text


def reset_token(db):
    return mails(db)[-1]["text"].split("/reset/")[1].split()[0]


def test_settings_are_kept(client, db, ida):
    client.sign_in(ida)
    assert "ida@example.org" in client.get("/settings").text
    data = {"name": "Ida B", "theme": "dark", "timezone": "Asia/Tokyo"}
    assert client.post("/settings", data=data).status_code == 303
    db.refresh(ida)
    assert (ida.name, ida.theme, ida.timezone, ida.wants_mail) == (
        *("Ida B", "dark", "Asia/Tokyo"),
        False,
    )


@pytest.mark.parametrize("wrong", [{"theme": "pink"}, {"timezone": "Mars/Base"}, {"name": ""}])
def test_settings_of_another_shape_change_nothing(client, db, ida, wrong):
    client.sign_in(ida)
    data = {"name": "Ida B", "theme": "dark", "timezone": "Asia/Tokyo"} | wrong
    assert client.post("/settings", data=data).status_code == 422
    db.refresh(ida)
    assert ida.name == "Ida Bergström"


def test_the_password_changes_only_with_the_present_one(client, db, ida):
    client.sign_in(ida)
    assert client.get("/settings/password").status_code == 200
    data = {"present": "not the password", "password": "another good one"}
    assert "this one is not it" in client.post("/settings/password", data=data).text
    data["present"] = PASSWORD
    assert client.post("/settings/password", data=data).status_code == 303
    assert client.get("/settings").status_code == 200
    assert service.check_password(db, "ida@example.org", "another good one")


def test_one_signs_out_everywhere_else(app, client, ida):
    elsewhere = app.test_client().sign_in(ida)
    client.sign_in(ida)
    assert "2 places" in client.get("/settings").text
    client.post("/settings/sign-out-others")
    assert "here only" in client.get("/settings").text
    assert elsewhere.get("/settings").status_code == 303


def test_a_brand_has_settings_too(client, db):
    one = builders.brand(db).person
    db.commit()
    assert client.sign_in(one).get("/settings").status_code == 200
