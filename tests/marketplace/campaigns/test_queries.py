"""No page asks the database more the longer its list is."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from marketplace.campaigns import service
from models import DealStatus
from tests import builders as make

MOST = 12


@contextmanager
def counted(app) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        said.append(statement)

    engine = app.extensions["engine"]
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def campaign(db):
    brand = make.brand(db)
    campaigns = [make.campaign(db, brand) for _ in range(5)]
    for one in campaigns:
        make.product(db, brand)
        for _ in range(4):
            make.application(db, one)
            service.invite(db, one, make.creator(db), message="", by=brand.person)
            make.deal(db, of=brand, status=DealStatus.FUNDED, campaign=one)
    db.commit()
    return campaigns[0]


PATHS = ["/campaigns", "/campaigns/open", "/campaigns/{c}", "/campaigns/{c}/applications"]
PATHS += ["/brands/{b}", "/campaigns/new", "/brand"]


@pytest.mark.parametrize("path", PATHS)
def test_a_brand_page_asks_little(app, client, campaign, path):
    client.sign_in(campaign.brand.person)
    with counted(app) as said:
        assert client.get(path.format(c=campaign.slug, b=campaign.brand.slug)).status_code == 200
    assert len(said) <= MOST, "\n".join(said)


@pytest.mark.parametrize("path", ["/applications", "/campaigns/open", "/campaigns/{c}"])
def test_a_creator_page_asks_little(app, client, db, campaign, path):
    creator = make.creator(db)
    for _ in range(4):
        of = make.brand(db)
        make.application(db, make.campaign(db, of), creator)
        service.invite(db, make.campaign(db, of), creator, message="", by=of.person)
    db.commit()
    client.sign_in(creator.person)
    with counted(app) as said:
        assert client.get(path.format(c=campaign.slug)).status_code == 200
    assert len(said) <= MOST, "\n".join(said)
