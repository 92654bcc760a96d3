"""Several people at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from marketplace.accounts import service
from marketplace.kit.db import unit_of_work
from models import Creator, Person, PersonKind

TOGETHER = 4


@pytest.fixture
def join(app):
    def one(email):
        with app.app_context(), unit_of_work() as db:
            service.sign_up(
                db,
                kind=PersonKind.CREATOR,
                name="Ida Bergström",
                email=email,
                password="four unrelated words",
            )

    def tried(email):
        try:
            one(email)
        except service.AddressTaken:
            return "taken"
        return "joined"

    def all_at_once(emails):
        with ThreadPoolExecutor(TOGETHER) as people:
            return sorted(people.map(tried, emails))

    return all_at_once


def test_one_address_joins_once_however_many_try(app, join):
    assert join(["ida@example.org"] * TOGETHER) == ["joined"] + ["taken"] * (TOGETHER - 1)
    with app.app_context(), unit_of_work() as db:
        assert len(db.scalars(select(Person.id)).all()) == 1


def test_people_of_one_name_get_a_slug_each(app, join):
    assert join([f"ida{n}@example.org" for n in range(TOGETHER)]) == ["joined"] * TOGETHER
    with app.app_context(), unit_of_work() as db:
        slugs = sorted(db.scalars(select(Creator.slug)))
    assert slugs == ["ida-bergstrom", *(f"ida-bergstrom-{n}" for n in range(2, TOGETHER + 1))]
