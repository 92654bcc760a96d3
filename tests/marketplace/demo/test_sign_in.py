"""The demo world's people are offered where one signs in, when they are there."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.demo import PEOPLE
from tests import builders


def test_only_those_who_are_here_are_offered(client: FlaskClient, db: Session) -> None:
    assert "Or look around as one of these" not in client.get("/sign-in").text
    who, address, _password = PEOPLE[1]
    builders.creator(db).person.email = address
    db.commit()
    page = client.get("/sign-in").text
    assert who in page
    assert PEOPLE[0][0] not in page
