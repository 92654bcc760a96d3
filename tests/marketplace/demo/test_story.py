"""The half year: every part fits its campaign, and every state is somebody's."""

import itertools
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.deals.rules import ANSWER_HOURS
from marketplace.demo import story
from marketplace.demo.briefs import BRIEFS, BY_KEY
from marketplace.demo.dealings import Dealing
from marketplace.demo.deals import ASKED, PATHS, ROLES
from marketplace.demo.people import IDA
from marketplace.demo.play import Play, length, steps
from marketplace.demo.products import CATALOGUE
from marketplace.demo.quarrels import QUARRELS
from marketplace.demo.sales import PATHS as SALE_PATHS
from marketplace.demo.sales import SALES
from marketplace.demo.selling import Selling
from marketplace.demo.stage import Stage, Unplayable
from marketplace.disputes.rules import RULES
from models import DealStatus
from models.clock import real_now
from tests import builders as make


def test_a_path_says_how_long_is_waited_before_each_verb() -> None:
    assert steps("offer +0.5 accept +1 +1 wait") == [(0, "offer"), (0.5, "accept"), (2, "wait")]
    assert length("offer +0.5 accept +1 +1 wait") == 2.5


@pytest.mark.parametrize(
    ("paths", "acts"),
    [
        ([*PATHS.values(), *(path for _, path, _ in ASKED)], Dealing),
        (list(SALE_PATHS.values()), Selling),
    ],
)
def test_every_verb_of_the_story_can_be_played(paths: list[str], acts: type) -> None:
    verbs = {verb for path in paths for _, verb in steps(path)} - {"wait", "fund", "fail", "pay"}
    assert {verb for verb in verbs if not hasattr(acts, verb)} == set()


def test_every_part_begins_while_its_campaign_takes_applications() -> None:
    parts = [(role.brief, PATHS[role.path], role.last) for role in ROLES] + list(ASKED)
    for key, path, last in parts:
        told, began = BY_KEY[key], last + length(path)
        if not path.startswith("offer"):
            assert told.until < began < told.began, (key, path, last)
        assert began < told.began, (key, path, last)


def test_what_waits_at_the_end_still_has_time_on_its_clock() -> None:
    for role in ROLES:
        if role.path in ("offered", "offered freely", "countered"):
            assert role.last < ANSWER_HOURS / 24


def test_every_campaign_is_about_something_its_brand_sells() -> None:
    for told in BRIEFS:
        assert told.product in {goods.title for goods in CATALOGUE[told.brand][1]}
    assert Counter(told.is_draft for told in BRIEFS)[True] == 1


def test_quarrels_end_by_the_published_rules() -> None:
    for role in ROLES:
        assert bool(role.quarrel) == ("dispute" in PATHS[role.path])
    for quarrel in QUARRELS.values():
        assert set(quarrel.rules) <= set(RULES)
        assert bool(quarrel.rules) == bool(quarrel.why)


def test_ida_received_something_in_every_month() -> None:
    paid = sorted(r.last for r in ROLES if r.who == IDA.email and "approve" in PATHS[r.path])
    assert paid[0] < 1
    assert paid[-1] > 150
    sold = [sale.began - 18.5 for sale in SALES if sale.who == IDA.email and "kept" in sale.path]
    every = sorted([*paid, *(moment for moment in sold if moment > 0)])
    assert max(b - a for a, b in itertools.pairwise(every)) < 28


class Clockless(Stage):
    """A stage on which time passes and nothing else happens."""

    def __init__(self) -> None:
        self.end, self.days_ago, self.heard = real_now(), 1_000.0, list[float]()

    def go_to(self, days_ago: float) -> None:
        self.days_ago = days_ago
        self.heard.append(days_ago)

    def sweep(self) -> None: ...

    def jobs(self) -> None: ...


def played(act: Callable[[Play], None]) -> Clockless:
    stage = Clockless()
    play = Play(stage)
    act(play)
    play.run(6)
    return stage


def test_acts_are_played_in_the_order_of_time() -> None:
    done: list[str] = []

    def two_stories(play: Play) -> None:
        play.along(5, "a +2 c", done.append)
        play.along(4, "b +3.5 d", done.append)

    stage = played(two_stories)
    assert done == ["a", "b", "c", "d"]
    assert stage.heard == sorted(stage.heard, reverse=True)


def test_people_sleep_at_night() -> None:
    stage = Clockless()
    play = Play(stage)
    for hours in range(30, 24 * 8):
        moment = stage.end - timedelta(days=play.awake(hours / 24))
        assert 7 <= moment.astimezone(play.zone).hour <= 23


@pytest.mark.parametrize("began", [5 + hour / 24 for hour in range(24)])
def test_who_goes_to_pay_pays_before_the_page_ends(began: float) -> None:
    at = dict[str, float]()
    stage = Clockless()
    play = Play(stage)
    play.along(began, "order +0.02 pay", lambda verb: at.update({verb: stage.days_ago}))
    play.run(6)
    assert at["order"] - at["pay"] == pytest.approx(0.02)


def test_nothing_is_loaded_where_people_are(db: Session, app: Flask) -> None:
    make.person(db)
    db.commit()
    with pytest.raises(Unplayable, match="loaded already"):
        story.load(app)


def test_without_the_sandbox_it_says_what_to_start(app: Flask) -> None:
    stage = Stage(app)
    stage.sandbox = "http://127.0.0.1:9"
    with pytest.raises(Unplayable, match="make run"):
        stage.sandbox_time()


def test_every_state_of_a_deal_is_some_part_s_end() -> None:
    ends = {
        "applied": DealStatus.RELEASED,
        "offered": DealStatus.OFFERED,
        "to pay": DealStatus.ACCEPTED,
        "in progress": DealStatus.FUNDED,
        "delivered": DealStatus.DELIVERED,
        "being mended": DealStatus.REVISING,
        "argued": DealStatus.DISPUTED,
        "judged": DealStatus.SETTLED,
        "giving back": DealStatus.REFUNDING,
        "given back": DealStatus.REFUNDED,
        "declined": DealStatus.DECLINED,
        "withdrawn": DealStatus.WITHDRAWN,
        "expired": DealStatus.EXPIRED,
        "cancelled": DealStatus.CANCELLED,
    }
    assert set(ends) <= {role.path for role in ROLES}
    # Whoever can't be paid yet leaves a deal approved, and another being settled.
    unready = {role.path for role in ROLES if role.is_unready or role.who.startswith("freja")}
    assert unready == {"applied", "judged"}
    assert set(DealStatus) - set(ends.values()) == {DealStatus.APPROVED, DealStatus.SETTLING}
