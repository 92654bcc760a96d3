"""A creator's pages, as a creator, a brand and a passer-by meet them."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from models import (
    CampaignStatus,
    Creator,
    DealStatus,
    Delivery,
    Milestone,
    PlatformAccount,
)
from models.clock import now
from tests import builders
from tests.client import LookingClient


def test_the_audience_page_shows_where_numbers_come_from_and_what_they_say(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    assert "First, tell brands who listens to you" in client.get("/profile/audience").text
    builders.audience(db, account)
    db.commit()
    page = client.get("/profile/audience").text
    assert "1,840 people with known age" in page
    assert "72% of the audience lives in Sweden. Eight in ten are 25–44." in page
    assert "In full until" in page
    assert client.get(f"/profile/audience/{account.id}").text.count("<svg") > 10


def test_without_an_account_the_audience_page_names_the_first_step(
    client: FlaskClient, creator: Creator
) -> None:
    assert "First, name one account" in client.get("/profile/audience").text


def test_a_small_sample_is_too_small_to_say(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    few = {"country": {"n": 12, "cells": {"SE": 1.0}}, "age": {"n": 9, "cells": {"25-34": 1.0}}}
    builders.audience(db, account, dimensions=few)
    db.commit()
    page = client.get("/profile/audience").text
    assert page.count("Too few to say") == 2
    assert "Too few people are known" in page


def test_each_account_has_its_own_tab(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    other = builders.account(db, account.creator)
    db.commit()
    page = client.get(f"/profile/audience/{other.id}").text
    assert f"/profile/audience/{account.id}" in page


def test_nobody_else_gets_at_an_account(
    db: Session, client: FlaskClient, account: PlatformAccount
) -> None:
    other = builders.creator(db)
    db.commit()
    client.sign_in(other.person)
    for end in ("", "/remove", "/import", "/typed"):
        assert client.get(f"/profile/accounts/{account.id}{end}").status_code == 404
    assert client.get(f"/profile/audience/{account.id}").status_code == 404


def test_anyone_may_look_at_a_creator(db: Session, client: FlaskClient) -> None:
    creator = builders.creator(db, about="Trails.\n\nAnd tents.")
    builders.audience(db, builders.account(db, creator))
    db.commit()
    page = client.get(f"/creators/{creator.slug}").text
    assert "72% of the audience lives in Sweden" in page
    assert "Invite" not in page
    assert "No deliveries due yet" in page


def test_a_creator_who_said_nothing_yet_has_a_page_too(db: Session, client: FlaskClient) -> None:
    creator = builders.creator(db, topics=[], languages=[], city="")
    db.commit()
    assert "Not said yet" in client.get(f"/creators/{creator.slug}").text


def test_who_is_suspended_has_no_page(db: Session, client: FlaskClient) -> None:
    creator = builders.creator(db)
    creator.person.suspended_at = now()
    db.commit()
    assert client.get(f"/creators/{creator.slug}").status_code == 404


def test_deliveries_on_time_are_counted_by_their_first_day(
    db: Session, client: FlaskClient
) -> None:
    creator = builders.creator(db)
    today = now().date()
    for late, status in ((0, DealStatus.RELEASED), (2, DealStatus.DELIVERED)):
        deal = builders.deal(db, to=creator, status=status, deliver_by=today - timedelta(days=late))
        builders.add(db, Delivery(deal=deal, number=1, links=["https://example.org"]))
    past = today - timedelta(days=3)
    builders.deal(db, to=creator, status=DealStatus.FUNDED, deliver_by=past)
    builders.deal(db, to=creator, status=DealStatus.FUNDED)
    db.commit()
    page = client.get(f"/creators/{creator.slug}").text
    assert "1 of 3 deliveries on time" in page
    assert "Work done here" in page


def test_each_milestone_is_judged_by_its_own_day(db: Session, client: LookingClient) -> None:
    """On time, late, never begun in time, and one whose deal ended before it was its turn."""
    creator = builders.creator(db)
    ended = builders.deal(db, to=creator, status=DealStatus.REFUNDED)
    under_way = builders.deal(db, to=creator, status=DealStatus.FUNDED)
    # (its deal, its day, the day of its approval if any, the day it was delivered if it was)
    rows = (
        (under_way, 1, -6, -9, -9),
        (under_way, 2, -4, -2, -3),
        (under_way, 3, -3, None, None),
        (under_way, 4, 20, None, None),
        (ended, 1, -5, None, -5),
        (ended, 2, -2, None, None),
    )
    for deal, number, by, approved, came in rows:
        piece = Milestone(deal=deal, number=number, title="Piece", currency="eur", fee_minor=1_200)
        piece.amount_minor = 12_000 if deal is under_way else 24_000
        piece.fee_minor = piece.amount_minor // 10
        piece.deliver_by = now().date() + timedelta(days=by)
        piece.approved_at = None if approved is None else now() + timedelta(days=approved)
        builders.add(db, piece)
        if came is not None:
            links, id = ["https://example.org"], piece.id
            made = Delivery(deal=deal, number=number, milestone_id=id, links=links)
            made.created_at = now() + timedelta(days=came)
            builders.add(db, made)
    db.commit()
    assert "2 of 3 deliveries on time" in client.get(f"/creators/{creator.slug}").text
    client.sign_in(creator.person)
    # The same, of what was delivered.
    assert "2 of 3" in client.get("/today").text


def test_a_brand_can_invite_to_its_open_campaigns_only(db: Session, client: FlaskClient) -> None:
    creator, brand = builders.creator(db), builders.brand(db)
    builders.campaign(db, brand, title="Spring boots")
    builders.campaign(db, brand, title="Not ready", status=CampaignStatus.DRAFT)
    builders.campaign(db, builders.brand(db), title="Of another")
    db.commit()
    client.sign_in(brand.person)
    page = client.get(f"/creators/{creator.slug}").text
    assert "Spring boots" in page
    assert "Not ready" not in page
    assert "Of another" not in page
    assert f'action="/creators/{creator.slug}/invite"' in page


def test_a_brand_without_a_campaign_is_told_to_start_one(db: Session, client: FlaskClient) -> None:
    creator, brand = builders.creator(db), builders.brand(db)
    db.commit()
    client.sign_in(brand.person)
    assert "Start a campaign" in client.get(f"/creators/{creator.slug}").text


def test_no_page_asks_the_database_too_often(
    db: Session, client: FlaskClient, app: Flask, account: PlatformAccount
) -> None:
    builders.audience(db, account)
    for _number in range(4):
        builders.audience(db, builders.account(db, account.creator))
        builders.deal(db, to=account.creator, status=DealStatus.RELEASED)
    db.commit()
    asked: list[str] = []
    engine = app.extensions["engine"]

    def note(*given: Any) -> None:
        asked.append(given[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        for path in ("/profile/audience", "/profile/accounts", f"/creators/{account.creator.slug}"):
            asked.clear()
            assert client.get(path).status_code == 200
            assert len(asked) <= 12, "\n".join(asked)
    finally:
        event.remove(engine, "before_cursor_execute", note)
