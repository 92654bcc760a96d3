import pytest

from marketplace.kit.mail import deliver
from marketplace.notices.service import tell
from tests import builders


@pytest.fixture
def told(db):
    one = builders.brand(db).person
    notice = tell(db, one, "message_sent", path="/settings", who="Ida", title="Boots")
    db.commit()
    return notice


def test_notices_lead_to_what_they_are_about_and_are_read_by_that(client, db, told):
    client.sign_in(told.person)
    page = client.get("/notices").text
    assert "One notice you have not read" in page
    assert "Ida wrote to you" in page
    answer = client.get(f"/notices/{told.id}")
    assert (answer.status_code, answer.location) == (303, "/settings")
    assert "You have read everything" in client.get("/notices").text


def test_all_notices_are_read_at_once(client, told):
    client.sign_in(told.person)
    assert client.post("/notices/read").status_code == 303
    assert "You have read everything" in client.get("/notices").text


def test_an_empty_page_says_what_it_is(client, db):
    one = builders.brand(db).person
    db.commit()
    assert "Nothing has happened yet" in client.sign_in(one).get("/notices").text


def test_someone_elses_notice_is_not_there(client, db, told):
    other = builders.brand(db).person
    db.commit()
    assert client.sign_in(other).get(f"/notices/{told.id}").status_code == 404


def test_many_notices_stand_on_pages(client, db, told):
    for _ in range(30):
        tell(db, told.person, "welcome", path="/today")
    db.commit()
    client.sign_in(told.person)
    assert "page=2" in client.get("/notices").text
    assert client.get("/notices?page=2").status_code == 200
    assert client.get("/notices?page=-1").status_code == 200


def test_the_mailbox_shows_mails_with_links_to_follow(client, app, db):
    deliver(
        "ida@example.org", "Välkommen, <Ida>", "See\nhttp://localhost/today?a=1&b=2\n<b>!</b>\n"
    )
    page = client.get("/mailbox").text
    assert "Välkommen, &lt;Ida&gt;" in page
    link = page.split('href="/mailbox/')[1].split('"')[0]
    mail = client.get(f"/mailbox/{link}").text
    assert '<a href="http://localhost/today?a=1&amp;b=2">' in mail
    assert "&lt;b&gt;" in mail


@pytest.mark.parametrize("name", ["x.eml", "..%2f..%2fsecret", "20310101-000000-000000-x.eml"])
def test_what_is_no_mail_is_not_found(client, name):
    assert client.get(f"/mailbox/{name}").status_code == 404


def test_there_is_no_mailbox_outside_a_demo(client, app, config, monkeypatch):
    from dataclasses import replace

    for other in (
        replace(config, is_production=True),
        replace(config, smtp_url="smtp://localhost"),
        replace(config, stripe_secret_key="sk_test_real"),
    ):
        monkeypatch.setitem(app.extensions, "config", other)
        assert client.get("/mailbox").status_code == 404
