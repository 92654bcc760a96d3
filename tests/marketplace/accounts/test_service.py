from datetime import timedelta

import pytest

from marketplace.accounts import service
from models import PersonKind, SignIn
from models.clock import real_now
from tests import builders


def test_a_person_is_known_by_their_token(db):
    one = builders.brand(db).person
    token = service.start_sign_in(db, one, agent="Firefox")
    assert service.person_of_token(db, token) is one
    assert service.person_of_token(db, token + "x") is None
