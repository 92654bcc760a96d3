"""Narrowing a list of matches: each filter, the order "small first", and what a script gets."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models import Campaign, Creator, Platform
from tests import builders


def measured(db: Session, name: str, share: float = 0.7, **values: object) -> Creator:
    """A creator of whose audience this share lives in Sweden, who asks €150 a reel."""
    made = builders.creator(db, name=name, **values)
    cells = {"SE": share, "NO": 1 - share}
    account = builders.account(db, made)
    builders.audience(db, account, dimensions={"country": {"n": 900, "cells": cells}})
    builders.rate(db, made, price_minor=15_000)
    return made


@pytest.fixture
def campaign(db: Session) -> Campaign:
    return builders.campaign(db, builders.brand(db), sought={"country": ["SE"]})


@pytest.fixture
def two(db: Session, client: FlaskClient, campaign: Campaign) -> FlaskClient:
    """Ida and Noah differ in everything a filter can see; the brand of the campaign looks."""
    measured(db, "Ida Bergström")
    noah = measured(
        db, "Noah Berg", 0.2, city="Åbo", country="FI", languages=["fi"], topics=["running"]
    )
    noah.accounts[0].platform = Platform.TIKTOK
    noah.accounts[0].followers = 90_000
    noah.rates[0].price_minor = 30_000
    db.commit()
    return client.sign_in(campaign.brand.person)


def url(campaign: Campaign, rest: str = "") -> str:
    return f"/campaigns/{campaign.slug}/matches{rest}"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("platform=instagram", "Instagram"),
        ("most=500", "Up to €500"),
        ("followers=10000", "At most 10,000 followers"),
        ("country=SE", "Lives in Sweden"),
        ("city=umeå", "In umeå"),
        ("language=sv", "Publishes in Swedish"),
        ("topics=hiking&topics=camping", "Hiking or Camping"),
        ("fit=50", "Fit 50 or more"),
    ],
)
def test_each_filter_leaves_ida_says_so_and_can_be_taken_away_alone(
    two: FlaskClient, campaign: Campaign, query: str, words: str
) -> None:
    page = two.get(url(campaign, f"?is_new=yes&{query}")).text
    assert "Ida Bergström" in page
    assert "Noah Berg" not in page
    assert "2 creators fit this campaign" in page
    assert "1 of 2 fit" in page
    assert words in page
    assert f'href="{url(campaign)}?is_new=yes"' in page


def test_a_lowest_price_leaves_the_dearer_one(two: FlaskClient, campaign: Campaign) -> None:
    page = two.get(url(campaign, "?least=500")).text
    assert "Noah Berg" in page
    assert "Ida Bergström" not in page
    assert "who names no price is left out" in page


def test_prices_the_wrong_way_round_are_said_and_the_other_filters_hold(
    two: FlaskClient, campaign: Campaign
) -> None:
    answer = two.get(url(campaign, "?least=500&most=100&country=SE"))
    assert answer.status_code == 422
    assert "Enter a price that is not below the lowest" in answer.text
    assert "Noah Berg" not in answer.text


def test_small_first_orders_by_size_among_those_near_the_best_and_changes_no_score(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    for name, share, followers in (
        ("Best But Big", 0.80, 500_000),
        ("Near And Small", 0.79, 900),
        ("Near And Middling", 0.78, 5_000),
        ("Far And Tiny", 0.10, 40),
    ):
        measured(db, name, share).accounts[0].followers = followers
    db.commit()
    client.sign_in(campaign.brand.person)
    by_fit, small = (
        names_and_scores(client.get(url(campaign, query)).text) for query in ("", "?small_first=on")
    )
    assert [name for name, _ in small] == [
        *("Near And Small", "Near And Middling", "Best But Big", "Far And Tiny"),
    ]
    assert next(name for name, _ in by_fit) == "Best But Big"
    assert sorted(small) == sorted(by_fit)


def names_and_scores(page: str) -> list[tuple[str, str]]:
    cards = page.split('<li class="card match">')[1:]
    return [
        (
            card.partition("<h2><a")[2].partition(">")[2].partition("<")[0],
            card.partition('<p class="fit"><strong>')[2].partition("<")[0],
        )
        for card in cards
    ]


def test_a_script_gets_the_list_the_count_and_the_address_alone(
    two: FlaskClient, campaign: Campaign
) -> None:
    query = "?platform=&least=&most=500&country=&small_first=yes"
    answer = two.get(url(campaign, query), headers={"HX-Request": "true"})
    assert answer.headers["HX-Push-Url"] == url(campaign, "?most=500&small_first=yes")
    assert "HX-Request" in answer.headers["Vary"]
    assert "<html" not in answer.text
    assert "Ida Bergström" in answer.text
    assert 'id="count" hx-swap-oob="innerHTML"' in answer.text
    assert "1 of 2 fit" in answer.text


def test_the_page_names_its_script_and_works_by_its_button(
    two: FlaskClient, campaign: Campaign
) -> None:
    page = two.get(url(campaign)).text
    assert 'src="/static/htmx.min.js"' in page
    assert "Show these" in page
    with two.get("/static/htmx.min.js") as script:
        assert script.status_code == 200


def test_a_page_beyond_the_last_says_where_they_are(two: FlaskClient, campaign: Campaign) -> None:
    page = two.get(url(campaign, "?page=9&country=SE")).text
    assert "This page of the list is empty" in page
