"""flask campaigns match."""

import json

from flask import Flask
from sqlalchemy.orm import Session

from tests import builders


def test_the_shell_prints_the_ranking_as_json(app: Flask, db: Session) -> None:
    campaign = builders.campaign(db, builders.brand(db))
    for number in range(3):
        builders.audience(db, builders.account(db, builders.creator(db, slug=f"c{number}")))
    db.commit()
    ran = app.test_cli_runner().invoke(
        args=["campaigns", "match", campaign.slug, "--top", "2", "--json"]
    )
    assert ran.exit_code == 0, ran.output
    known = json.loads(ran.output)
    assert known["campaign"] == campaign.slug
    assert known["pool"] == 3
    assert [match["place"] for match in known["matches"]] == [1, 2]


def test_the_shell_says_it_in_words(app: Flask, db: Session) -> None:
    campaign = builders.campaign(db, builders.brand(db))
    builders.audience(db, builders.account(db, builders.creator(db, name="Ida Bergström")))
    db.commit()
    ran = app.test_cli_runner().invoke(args=["campaigns", "match", campaign.slug])
    assert "Ida Bergström: " in ran.output


def test_an_unknown_campaign_and_an_empty_pool_are_said_plainly(app: Flask, db: Session) -> None:
    campaign = builders.campaign(db, builders.brand(db))
    db.commit()
    runner = app.test_cli_runner()
    assert (
        "No creator meets the conditions"
        in runner.invoke(args=["campaigns", "match", campaign.slug]).output
    )
    unknown = runner.invoke(args=["campaigns", "match", "nowhere"])
    assert unknown.exit_code == 1
    assert "No campaign is called nowhere." in unknown.output
