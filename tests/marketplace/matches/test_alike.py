"""The page of creators whose audience is like somebody's."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.kit.settings import settings
from marketplace.matches.queries import snapshots
from marketplace.matches.service.building import rebuild
from models import Creator
from models.clock import now
from tests import builders


def measured(
    db: Session, name: str, sweden: float, n: int = 900, followers: int = 5_000, **values: object
) -> Creator:
    made = builders.creator(db, name=name, **values)
    country = {"n": n, "cells": {"SE": sweden, "NO": 1 - sweden}}
    account = builders.account(db, made, followers=followers)
    builders.audience(db, account, dimensions={"country": country})
    return made


@pytest.fixture(params=["sql", "columnar"])
def prepared(request: pytest.FixtureRequest, db: Session) -> Iterator[Callable[[], None]]:
    """Lets the engine know who is there: both ways to a ranking have look-alikes."""
    found = settings().matching_dir
    yield rebuild if request.param == "columnar" else lambda: None
    snapshots.forget(found)
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture
def ida(db: Session) -> Creator:
    return measured(db, "Ida Bergström", 0.7)


def test_the_likest_come_first_whatever_their_size_and_each_says_why(
    db: Session, client: FlaskClient, ida: Creator, prepared: Callable[[], None]
) -> None:
    measured(db, "Huge But Far", 0.05, followers=9_000_000)
    measured(db, "Small And Near", 0.68, followers=90)
    brand = builders.brand(db)
    db.commit()
    prepared()
    page = client.sign_in(brand.person).get(f"/creators/{ida.slug}/alike").text
    assert "Whose audience is like that of Ida Bergström" in page
    assert "The likest of 2 creators who take work now" in page
    assert page.index("Small And Near") < page.index("Huge But Far")
    assert "alike in place; the rest is too little known." in page
    assert "n 900" in page
    assert page.count('class="card match"') == 2


def test_a_campaigns_conditions_leave_out_who_does_not_meet_them(
    db: Session, client: FlaskClient, ida: Creator, prepared: Callable[[], None]
) -> None:
    brand = builders.brand(db)
    campaign = builders.campaign(db, brand, required={"countries": ["NO"]})
    theirs = builders.campaign(db, builders.brand(db))
    measured(db, "In Norway", 0.3, country="NO")
    measured(db, "In Sweden", 0.7)
    db.commit()
    prepared()
    client.sign_in(brand.person)
    page = client.get(f"/creators/{ida.slug}/alike?campaign={campaign.slug}").text
    assert "In Norway" in page
    assert "In Sweden" not in page
    assert "The likest of 1 creator who meets the conditions of “Spring boots”" in page
    assert f'formaction="/campaigns/{campaign.slug}/invite"' in page
    other = client.get(f"/creators/{ida.slug}/alike?campaign={theirs.slug}")
    assert other.status_code == 422
    assert "In Sweden" in other.text


def test_of_whom_too_little_is_known_nobody_is_said_to_be_like_them(
    db: Session, client: FlaskClient, ida: Creator
) -> None:
    few = measured(db, "Few People", 0.7, n=12)
    bare = builders.creator(db, name="No Account")
    builders.account(db, builders.creator(db, name="Not Imported"))
    brand = builders.brand(db)
    db.commit()
    client.sign_in(brand.person)
    for one in (few, bare):
        page = client.get(f"/creators/{one.slug}/alike").text
        assert "Too little is known of this audience" in page
    page = client.get(f"/creators/{ida.slug}/alike").text
    assert "Not Imported" not in page
    assert "Nobody to compare with" in page


def test_only_brands_look_and_nobody_looks_at_the_suspended(
    db: Session, client: FlaskClient, ida: Creator
) -> None:
    gone = measured(db, "Gone Person", 0.7)
    gone.person.suspended_at = now()
    brand = builders.brand(db)
    db.commit()
    assert client.sign_in(ida.person).get(f"/creators/{ida.slug}/alike").status_code == 404
    assert client.sign_in(brand.person).get(f"/creators/{gone.slug}/alike").status_code == 404
