"""Creators side by side, by an address."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Campaign, Creator
from models.clock import now
from tests import builders


@pytest.fixture
def campaign(db: Session) -> Campaign:
    return builders.campaign(db, builders.brand(db))


def creator(db: Session, name: str, n: int = 900, **values: object) -> Creator:
    made = builders.creator(db, name=name, **values)
    country = {"n": n, "cells": {"SE": 0.5, "NO": 0.5}}
    builders.audience(db, builders.account(db, made), dimensions={"country": country})
    return made


def url(campaign: Campaign, *creators: Creator) -> str:
    asked = "&".join(f"creator={one.slug}" for one in creators)
    return f"/campaigns/{campaign.slug}/compare?{asked}"


def test_creators_stand_side_by_side_with_what_is_known_and_how_surely(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida, noah = creator(db, "Ida B"), creator(db, "Noah B", n=12)
    builders.rate(db, ida)
    db.commit()
    client.sign_in(campaign.brand.person)
    page = client.get(url(campaign, ida, noah)).text
    assert "2 creators side by side" in page
    assert "From a table about Instagram" in page
    assert "n 900" in page
    assert "Too few to say" in page
    assert "No price named" in page
    assert "€480.00" in page
    assert f'href="{url(campaign, noah)}"' in page


def test_no_more_than_four_are_compared_and_the_rest_is_said(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    five = [creator(db, f"Creator {number}") for number in range(5)]
    db.commit()
    client.sign_in(campaign.brand.person)
    page = client.get(url(campaign, *five)).text
    assert "4 creators side by side" in page
    assert "Creator 4" not in page
    assert "Only the first 4 are shown: 1 more was ticked." in page


def test_who_meets_no_condition_is_shown_with_what_is_missing(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    campaign.required = {"countries": ["NO"]}
    ida, noah = creator(db, "Ida B", country="NO"), creator(db, "Noah B")
    db.commit()
    client.sign_in(campaign.brand.person)
    page = client.get(url(campaign, ida, noah)).text
    assert "Not compared" in page
    assert "Asks for creators in Norway" in page


def test_suspended_unknown_and_repeated_creators_are_passed_over(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida, gone = creator(db, "Ida B"), creator(db, "Gone Person")
    gone.person.suspended_at = now()
    db.commit()
    client.sign_in(campaign.brand.person)
    page = client.get(url(campaign, ida, ida, gone) + "&creator=nobody").text
    assert "One creator for this campaign" in page
    assert "Gone Person" not in page
    assert "Nobody to compare yet" in client.get(url(campaign)).text


def test_only_the_campaigns_brand_compares(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida, stranger = creator(db, "Ida B"), builders.brand(db)
    db.commit()
    for person in (stranger.person, ida.person):
        assert client.sign_in(person).get(url(campaign, ida)).status_code == 404
