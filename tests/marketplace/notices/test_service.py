from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.notices import queries
from marketplace.notices.service import tell
from marketplace.notices.words import WORDS, words
from models import Notice
from models.clock import now
from tests import builders
from tests.marketplace.accounts.jobs import mails

DATA = {
    "who": "Fjällhem",
    "title": "Spring boots",
    "amount": {"minor": 48_000, "currency": "eur"},
    "waits": {"minor": 9_000, "currency": "eur"},
    "until": "2031-03-05",
}


@pytest.mark.parametrize("kind", sorted(WORDS))
def test_every_kind_of_notice_reads_as_words(app, kind):
    with app.test_request_context():
        said = words(kind, DATA)
    for text in said:
        assert "%(" not in text
        assert "…" not in text
        assert text[0] == text[0].upper()


def test_amounts_and_days_are_spoken(app):
    with app.test_request_context():
        said = words("offer_made", DATA)
    assert said.subject == "Fjällhem offers you €480.00"
    assert "by 5 March 2031" in said.sentence


def test_an_unknown_kind_and_missing_data_stop_no_page(app):
    with app.test_request_context():
        assert words("never_heard_of", {}).subject == "News for you"
        assert words("offer_made", {}).subject == "… offers you …"
        assert words("offer_made", {"who": "50%", "until": "soon"}).subject.startswith("50%")


def test_telling_writes_a_notice_and_queues_the_same_words_as_a_mail(db):
    one = builders.brand(db).person
    tell(db, one, "offer_made", path="/deals/7", **DATA)
    notice = db.scalars(select(Notice)).one()
    assert (notice.person_id, notice.path) == (one.id, "/deals/7")
    assert notice.mailed_at
    mail = mails(db)[0]
    assert mail["to"] == one.email
    assert mail["subject"] == "Fjällhem offers you €480.00"
    assert "http://localhost/deals/7" in mail["text"]


def test_who_wants_no_mail_gets_none(db):
    one = builders.person(db, wants_mail=False)
    assert tell(db, one, "welcome", path="/today").mailed_at is None
    assert not mails(db)


def test_what_is_unread_comes_first_then_the_newest(db):
    one = builders.person(db)
    told = [tell(db, one, "welcome", path=f"/{n}") for n in range(4)]
    for age, notice in enumerate(reversed(told)):
        notice.created_at = now() - timedelta(hours=age)
    told[3].read_at = now()
    tell(db, builders.person(db), "welcome", path="/other")
    db.flush()
    paths = [notice.path for notice in db.scalars(queries.notices(for_=one))]
    assert paths == ["/2", "/1", "/0", "/3"]
    assert queries.unread(db, for_=one) == 3
