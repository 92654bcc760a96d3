"""A creator who is signed in, and an account of theirs."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import (
    Creator,
    PlatformAccount,
)
from tests import builders


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
