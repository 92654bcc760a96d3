"""The log that weights may be learned from: who was drawn, from whom, and what came of it."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.kit.clock import in_days, today
from marketplace.matches import service
from marketplace.matches.queries import learning
from matching import learn
from models import Campaign, Creator, DealStatus, Impression, Invitation, Showing, SlotKind
from tests import builders
from tests.marketplace.matches.test_pages import measured, url


@pytest.fixture
def shown(db: Session, client: FlaskClient) -> tuple[Campaign, list[Creator]]:
    """A campaign whose brand looked yesterday, and whom it was shown."""
    campaign = builders.campaign(db, builders.brand(db))
    made = [measured(db, f"Creator {n:02}", 0.7 - n / 400) for n in range(20)]
    db.commit()
    client.sign_in(campaign.brand.person).get(url(campaign))
    for table in (Showing, Impression):
        db.execute(update(table).values(day=today() - timedelta(days=1)))
    service.tick(db)
    db.commit()
    return campaign, made


def test_the_log_holds_the_draws_their_chances_and_whom_they_were_drawn_from(
    db: Session, shown: tuple[Campaign, list[Creator]]
) -> None:
    log = learning.log(db, mode="value", outcome="sales")
    (ranking,) = log["rankings"]
    assert log["formula"]
    assert len(ranking["shown"]) == 12
    drawn = [one for one in ranking["shown"] if one["random"]]
    assert len(drawn) == 2
    assert all(0 < one["chance"] < 1 for one in drawn)
    assert all(one["chance"] == 1 for one in ranking["shown"] if not one["random"])
    pool = {one["id"]: one for one in ranking["pool"]}
    assert {one["id"] for one in drawn} <= pool.keys()
    assert {"country", "value", "auth"} <= next(iter(pool.values()))["components"].keys()
    assert {one["small"] for one in pool.values()} == {True}
    # Who stood above the first draw could not be drawn.
    first = set(
        map(str, db.scalars(select(Impression.creator_id).where(Impression.position < 5)).all())
    )
    assert not first & pool.keys()


def test_the_log_says_what_came_of_it(db: Session, shown: tuple[Campaign, list[Creator]]) -> None:
    campaign, made = shown
    drawn = db.scalars(select(Impression.creator_id).where(Impression.kind == SlotKind.DRAWN)).all()
    hired, invited = (next(one for one in made if one.id == who) for who in drawn)
    builders.add(db, Invitation(campaign=campaign, creator=invited, due_at=in_days(7)))
    builders.deal(db, campaign.brand, hired, DealStatus.FUNDED, campaign_id=campaign.id)
    by_step = learning.log(db, mode="value", outcome="hired")["rankings"][0]["shown"]
    gains = {one["id"]: one["sales"] for one in by_step}
    assert gains[str(hired.id)] == 1.0
    assert gains[str(invited.id)] == 0.1
    assert sum(gains.values()) == pytest.approx(1.1)
    by_sales = learning.log(db, mode="value", outcome="sales")["rankings"][0]["shown"]
    costs = {one["id"]: one["cost"] for one in by_sales}
    assert costs[str(hired.id)] == 48_000
    assert costs[str(invited.id)] == 15_000
    assert all(one["sales"] == 0 for one in by_sales)


def test_the_command_prints_what_the_learner_reads(
    db: Session, app: Flask, shown: tuple[Campaign, list[Creator]]
) -> None:
    done = app.test_cli_runner().invoke(args=["campaigns", "log"])
    assert done.exit_code == 0, done.output
    (ranking,) = learn.read(done.output).rankings
    assert [one.random for one in ranking.shown].count(True) == 2
    # One list is too little to learn from, and that is all that is wrong with it.
    with pytest.raises(learn.Refused, match="too few to learn from"):
        learn.learn(learn.read(done.output))
    other = app.test_cli_runner().invoke(args=["campaigns", "log", "--mode", "fit"])
    assert json.loads(other.output)["rankings"] == []
