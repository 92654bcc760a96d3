"""Why a creator isn't on the list: each reason there is, and a way on from it."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.matches import queries
from marketplace.matches.queries import called, find
from models import Campaign, CampaignStatus, Creator
from models.clock import now
from tests import builders


@pytest.fixture
def campaign(db: Session) -> Campaign:
    return builders.campaign(db, builders.brand(db), sought={"country": ["SE"]})


def creator(db: Session, name: str, share: float = 0.5, **values: object) -> Creator:
    made = builders.creator(db, name=name, **values)
    country = {"n": 900, "cells": {"SE": share, "NO": 1 - share}}
    builders.audience(db, builders.account(db, made), dimensions={"country": country})
    return made


def ask(client: FlaskClient, campaign: Campaign, query: str) -> str:
    answer = client.get(f"/campaigns/{campaign.slug}/why-not?{query}")
    assert answer.status_code == 200
    return answer.text


def test_every_condition_that_is_missed_is_said(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    campaign.required = {"countries": ["NO"], "platforms": ["tiktok"]}
    creator(db, "Ida Bergström")
    db.commit()
    client.sign_in(campaign.brand.person)
    page = ask(client, campaign, "q=bergstr%C3%B6m")
    assert "Ida Bergström misses 2 conditions of this campaign" in page
    assert "Asks for creators in Norway" in page
    assert "Asks for an account on TikTok" in page
    assert "See the conditions" in page


def test_a_drafts_conditions_can_be_changed_straight_away(db: Session, client: FlaskClient) -> None:
    required = {"countries": ["NO"]}
    brand = builders.brand(db)
    draft = builders.campaign(db, brand, status=CampaignStatus.DRAFT, required=required)
    creator(db, "Ida Bergström")
    db.commit()
    client.sign_in(brand.person)
    page = ask(client, draft, "q=Ida")
    assert f'href="/campaigns/{draft.slug}/edit/audience"' in page


def test_a_filter_that_hides_somebody_is_said_and_can_be_taken_away(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    creator(db, "Ida Bergström")
    db.commit()
    client.sign_in(campaign.brand.person)
    page = ask(client, campaign, "q=Ida&country=FI&language=sv")
    assert "Ida Bergström fits, and a filter of yours hides them" in page
    assert "Lives in Finland" in page
    assert "Publishes in Swedish" not in page
    assert f'href="/campaigns/{campaign.slug}/matches?language=sv"' in page


def test_who_is_on_the_list_is_said_where_and_what_holds_them_back(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    best = creator(db, "Best Fit", 0.9)
    creator(db, "Ida Bergström", 0.2)
    creator(db, "In Between", 0.6)
    db.commit()
    client.sign_in(campaign.brand.person)
    page = ask(client, campaign, "q=Ida")
    assert "Ida Bergström is on the list, at place 3 of 3" in page
    assert "Place: −" in page
    handle = best.accounts[0].handle
    assert "Best Fit is on the list, at place 1 of 3" in ask(client, campaign, f"q=@{handle}")
    assert "Nothing holds them back" in ask(client, campaign, "q=best fit")


def test_whoever_is_suspended_is_in_no_list(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    creator(db, "Gone Person").person.suspended_at = now()
    db.commit()
    client.sign_in(campaign.brand.person)
    assert "Gone Person is in no list now" in ask(client, campaign, "q=gone")


def test_a_name_nobody_has_and_one_that_many_have_are_answered(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    for number in range(10):
        creator(db, f"Ida {number}")
    db.commit()
    client.sign_in(campaign.brand.person)
    assert "Nobody here is called “100%”" in ask(client, campaign, "q=100%25")
    many = ask(client, campaign, "q=ida")
    assert "10 creators are called so" in many
    assert "The first 8 of 10" in many
    assert "Enter a name or a handle" in ask(client, campaign, "q=%20")


@pytest.mark.parametrize(
    ("asked", "is_found"),
    [
        ("Lovisa", True),
        ("hå", True),
        ("håkansson lo", True),
        ("@fjäll.livet", False),
        ("@skogs.livet", True),
        ("livet_i", True),
        ("SKOGS.livet_i.norr", True),
        ("lovisa-hakansson", True),
        ("kansson", False),
        ("Lovisa Berg", False),
        ("lov' & (:*", True),
        ("!|&", False),
        ("% _", False),
    ],
)
def test_somebody_is_found_by_how_each_word_begins(db: Session, asked: str, is_found: bool) -> None:
    lovisa = builders.creator(db, name="Lovisa Håkansson", slug="lovisa-hakansson")
    builders.account(db, lovisa, handle="skogs.livet_i.norr")
    builders.creator(db, name="Omar", slug="omar")
    assert called(db, asked) == (([lovisa], 1) if is_found else ([], 0))


def test_nobody_is_read_who_is_not_called_so(db: Session) -> None:
    """However many there are: the plan has an index for every part."""
    db.execute(text("SET LOCAL enable_seqscan = off"))
    given = {"said": "ida", "whole": "ida", "most": 9, "platforms": ["instagram"]}
    plan = "\n".join(db.scalars(text(f"EXPLAIN {find.CALLED_SO.text}"), given))
    assert "Seq Scan" not in plan
    for index in ("ix_creators_words", "ix_platform_accounts_words", "uq_creators_slug"):
        assert index in plan


def test_beyond_what_anybody_reads_they_are_not_counted(
    db: Session, client: FlaskClient, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        creator(db, f"Ida {number}")
    db.commit()
    monkeypatch.setattr(find, "MOST_COUNTED", 10)
    monkeypatch.setattr(queries, "MOST_COUNTED", 10)
    client.sign_in(campaign.brand.person)
    assert "10 creators or more are called so" in ask(client, campaign, "q=ida")


def test_the_question_stands_below_the_list_and_takes_its_filters_along(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    creator(db, "Ida Bergström")
    db.commit()
    client.sign_in(campaign.brand.person)
    page = client.get(f"/campaigns/{campaign.slug}/matches?topics=hiking&topics=tea").text
    form = page.partition("/why-not")[2].partition("</form>")[0]
    assert '<input type="hidden" name="topics" value="hiking">' in form
    assert '<input type="hidden" name="topics" value="tea">' in form


def test_only_the_campaigns_brand_asks(
    db: Session, client: FlaskClient, campaign: Campaign
) -> None:
    ida, stranger = creator(db, "Ida Bergström"), builders.brand(db)
    db.commit()
    for person in (stranger.person, ida.person):
        client.sign_in(person)
        assert client.get(f"/campaigns/{campaign.slug}/why-not?q=Ida").status_code == 404
