"""The market as the formula sees it: conditions exact, always fresh, blind to size."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event
from sqlalchemy.orm import Session

from marketplace.kit.clock import now, today
from marketplace.matches.queries import market as markets
from marketplace.matches.queries.asks import Ask, Lack
from marketplace.matches.queries.market import market
from marketplace.matches.queries.pool import cells_of
from marketplace.matches.queries.reading import Listed
from marketplace.matches.queries.sql import ranked
from models import (
    Audience,
    Campaign,
    Creator,
    DealStatus,
    Dispute,
    DisputeReason,
    DisputeStatus,
    Platform,
    PlatformAccount,
    Rate,
)
from tests import builders


def rate(db: Session, of: Creator, minor: int = 15_000, kind: str = "reel") -> Rate:
    return builders.add(db, Rate(creator=of, type=kind, price_minor=minor, currency="eur"))


def ask(**values: object) -> Ask:
    given = {
        "sought": {"country": ["SE"]},
        "required": {},
        "deliverables": [{"type": "reel", "count": 3}],
        "currency": "eur",
        "price_max_minor": 60_000,
    }
    return Ask.of(Campaign(**given | values))


def scores(db: Session, asked: Ask) -> dict[str, float]:
    db.flush()
    return {slug: match.score for slug, match in ranked(market(db), asked).by_slug.items()}


@pytest.fixture
def ida(db: Session) -> Creator:
    made = builders.creator(db, slug="ida")
    builders.audience(db, builders.account(db, made))
    rate(db, made)
    return made


def test_a_brief_takes_each_weight_to_what_the_formula_counts_in() -> None:
    sought = {
        "age_gender": ["25-34:female"],
        "country": ["SE", "NO"],
        "language": [],
        "interest": {"hiking": 8, "camping": 2},
        "weights": {"country": 10, "age_gender": 1},
    }
    brief = ask(sought=sought).brief
    targets = {target.dimension: target for target in brief.targets}
    assert targets.keys() == {"age_gender", "country", "interest"}
    assert targets["country"].weight == 2
    assert targets["age_gender"].weight == 0.2
    assert targets["interest"].weight == 1
    assert targets["interest"].wanted == {"hiking": 0.8, "camping": 0.2} == brief.topics
    assert brief.mode == "value"


def test_a_campaign_paid_by_commission_alone_leaves_prices_out() -> None:
    brief = ask(price_max_minor=None).brief
    assert brief.mode == "fit"
    assert brief.component_weights == {"eng": 0, "auth": 0.08}


def test_the_market_is_read_once_while_nothing_changes(db: Session, ida: Creator) -> None:
    db.flush()
    assert market(db) is market(db)


def test_the_market_takes_one_read_and_knowing_it_one_more(db: Session, ida: Creator) -> None:
    db.flush()
    markets._kept.clear()
    asked: list[str] = []
    connection = db.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: asked.append(args[2]))
    market(db)
    assert len(asked) == 2
    market(db)
    assert len(asked) == 3


def _rename(db: Session, ida: Creator) -> None:
    ida.topics = ["coffee"]


def _recount(db: Session, ida: Creator) -> None:
    ida.accounts[0].engagements = 12


def _reprice(db: Session, ida: Creator) -> None:
    ida.rates[0].price_minor = 99_000


def _reimport(db: Session, ida: Creator) -> None:
    ida.accounts[0].audiences[0].superseded_at = now()
    db.flush()
    dimensions = {"country": {"n": 500, "cells": {"SE": 0.1}}}
    builders.audience(db, ida.accounts[0], dimensions=dimensions)


def _forget(db: Session, ida: Creator) -> None:
    db.execute(delete(Audience))


def _suspend(db: Session, ida: Creator) -> None:
    ida.person.suspended_at = now()


def _leave(db: Session, ida: Creator) -> None:
    ida.is_available = False


def _finish(db: Session, ida: Creator) -> None:
    builders.deal(db, to=ida, status=DealStatus.RELEASED)


def _join(db: Session, ida: Creator) -> None:
    builders.account(db, builders.creator(db))


@pytest.mark.parametrize(
    "change",
    [_rename, _recount, _reprice, _reimport, _forget, _suspend, _leave, _finish, _join],
)
def test_every_change_shows_at_once(
    db: Session, ida: Creator, change: Callable[[Session, Creator], None]
) -> None:
    asked = ask(sought={"country": ["SE"], "interest": {"hiking": 5}})
    other = builders.creator(db, slug="noah")
    dimensions = {"country": {"n": 900, "cells": {"SE": 0.4}}}
    builders.audience(db, builders.account(db, other, engagements=900), dimensions=dimensions)
    rate(db, other, 20_000)
    before = scores(db, asked)
    change(db, ida)
    assert scores(db, asked) != before


def test_what_another_transaction_commits_late_shows_as_well(db: Session, ida: Creator) -> None:
    """The highest transaction number stays the same here, so it can't be what tells."""
    from flask import current_app

    from marketplace.kit.db import make_engine

    db.commit()
    engine = make_engine(current_app.extensions["config"])
    with Session(engine) as early, Session(engine) as late:
        early.get_one(Creator, ida.id).topics = ["coffee"]
        early.flush()
        late.get_one(PlatformAccount, ida.accounts[0].id).followers = 9
        late.commit()
        assert market(db).creators["ida"].topics == ("hiking",)
        early.commit()
        assert market(db).creators["ida"].topics == ("coffee",)
    engine.dispose()


def test_a_sample_gets_older_with_the_day(db: Session, ida: Creator) -> None:
    ida.accounts[0].audiences[0].taken_on = today() - timedelta(days=180)
    db.flush()
    cells = cells_of(market(db).creators["ida"].accounts[0], today())
    assert cells["country"].n == 500


def test_conditions_are_exact(db: Session) -> None:
    swede = builders.creator(db, slug="swede", country="SE", languages=["sv", "en"])
    builders.account(db, swede, platform=Platform.INSTAGRAM)
    dane = builders.creator(db, slug="dane", country="DK", languages=["da"])
    builders.account(db, dane, platform=Platform.TIKTOK)
    builders.account(db, dane, platform=Platform.YOUTUBE)
    builders.creator(db, slug="bare")
    away = builders.creator(db, slug="away", is_available=False)
    builders.account(db, away)
    gone = builders.creator(db, slug="gone")
    builders.account(db, gone)
    gone.person.suspended_at = now()

    def fit(**required: list[str]) -> set[str]:
        return set(scores(db, ask(required=required)))

    assert fit() == {"swede", "dane"}
    assert fit(countries=["SE"]) == {"swede"}
    assert fit(countries=["SE", "DK"]) == {"swede", "dane"}
    assert fit(languages=["en", "da"]) == {"swede", "dane"}
    assert fit(languages=["en"]) == {"swede"}
    assert fit(platforms=["youtube"]) == {"dane"}
    assert fit(platforms=["youtube"], countries=["SE"]) == set()
    assert fit(countries=[], languages=[], platforms=[]) == {"swede", "dane"}


def test_an_account_over_the_size_cap_is_left_out_and_one_at_it_is_not(db: Session) -> None:
    for slug, followers in (("small", 50_000), ("large", 50_001)):
        builders.account(db, builders.creator(db, slug=slug), followers=followers)
    assert set(scores(db, ask(required={"most_followers": 50_000}))) == {"small"}
    large = market(db).creators["large"]
    assert ask(required={"most_followers": 50_000}).lacks(large) == [Lack.SIZE]


def test_who_publishes_about_what_a_brand_avoids_is_left_out(db: Session) -> None:
    builders.account(db, builders.creator(db, slug="plain"))
    builders.account(db, builders.creator(db, slug="wine", also_about=["alcohol", "politics"]))
    assert set(scores(db, ask(required={"avoid": ["gambling"]}))) == {"plain", "wine"}
    assert set(scores(db, ask(required={"avoid": ["alcohol"]}))) == {"plain"}
    wine = market(db).creators["wine"]
    assert ask(required={"avoid": ["alcohol", "adult"]}).lacks(wine) == [Lack.AVOIDED]


def test_exclusivity_keeps_a_creator_from_other_brands_of_the_same_interests(
    db: Session, ida: Creator
) -> None:
    brand = builders.brand(db)
    campaign = builders.campaign(db, brand, sought={"interest": {"hiking": 8}})
    deal = builders.deal(db, brand, to=ida, campaign=campaign, status=DealStatus.FUNDED)
    deal.terms = deal.terms | {"rights": {"exclusive_days": 60}}
    rival, other = ({"interest": {code: 5}} for code in ("camping", "coffee"))
    assert ask(sought=rival).lacks(listed(db, ida)) == [Lack.BOUND]
    assert ask(sought=other).lacks(listed(db, ida)) == []
    assert ask(sought=rival, brand_id=brand.id).lacks(listed(db, ida)) == []
    deal.approved_at = now() - timedelta(days=60)
    db.flush()
    markets._kept.clear()
    assert ask(sought=rival).lacks(listed(db, ida)) == [Lack.BOUND]
    deal.approved_at = now() - timedelta(days=61)
    db.flush()
    markets._kept.clear()
    assert ask(sought=rival).lacks(listed(db, ida)) == []


def listed(db: Session, creator: Creator) -> Listed:
    db.flush()
    return market(db).creators[creator.slug]


def test_what_is_lacking_is_named_whole(db: Session) -> None:
    builders.creator(db, slug="bare", country="DK", is_available=False)
    db.flush()
    listed = market(db).creators["bare"]
    required = {"countries": ["SE"], "languages": ["fi"], "platforms": ["tiktok"]}
    lacks = ask(required=required).lacks(listed)
    assert lacks == [Lack.AWAY, Lack.ACCOUNT, Lack.COUNTRY, Lack.LANGUAGE]


def test_the_account_asked_for_speaks_then_the_freshest_audience(db: Session, ida: Creator) -> None:
    tiktok = builders.account(db, ida, platform=Platform.TIKTOK, handle="fresh")
    builders.audience(db, tiktok)
    ida.accounts[0].audiences[0].taken_on = today() - timedelta(days=3)
    builders.account(db, ida, platform=Platform.YOUTUBE, handle="bare")
    db.flush()
    listed = market(db).creators["ida"]
    speaks = [
        ask(required={"platforms": p}).account(listed) for p in ([], ["instagram"], ["youtube"])
    ]
    assert [account.platform for account in speaks if account] == ["tiktok", "instagram", "youtube"]


def test_the_price_of_all_the_work_is_known_only_when_each_part_is(
    db: Session, ida: Creator
) -> None:
    rate(db, ida, 5_000, "story")
    db.flush()
    listed = market(db).creators["ida"]
    work = [{"type": "reel", "count": 2}, {"type": "story", "count": 3}]
    price = ask(deliverables=work).price(listed)
    assert price is not None
    assert price.minor == 45_000
    assert ask(deliverables=[*work, {"type": "live", "count": 1}]).price(listed) is None
    assert ask(deliverables=work, currency="sek").price(listed) is None
    assert ask(deliverables=[]).price(listed) is None


def test_a_deal_counts_as_kept_when_paid_out_or_settled_by_agreement(
    db: Session, ida: Creator
) -> None:
    def settled(by: object) -> None:
        deal = builders.deal(db, to=ida, status=DealStatus.SETTLED)
        dispute = Dispute(
            deal=deal,
            opened_by_id=deal.brand.person_id,
            reason=DisputeReason.LATE,
            statement="Late.",
            currency="eur",
            asks_minor=0,
            status=DisputeStatus.RULED,
            ruled_at=now(),
            to_creator_minor=0,
            to_brand_minor=0,
            why="Late.",
            ruled_by_id=by,
        )
        builders.add(db, dispute)

    builders.deal(db, to=ida, status=DealStatus.RELEASED)
    builders.deal(db, to=ida, status=DealStatus.REFUNDED)
    builders.deal(db, to=ida, status=DealStatus.FUNDED)
    builders.deal(db, to=ida, status=DealStatus.CANCELLED)
    settled(None)
    settled(builders.admin(db).id)
    db.flush()
    listed = market(db).creators["ida"]
    assert (listed.completed, listed.deals) == (2, 4)


def test_who_names_no_price_stands_at_the_middle_of_those_who_do(db: Session) -> None:
    for number, price in enumerate((10_000, 20_000, 30_000)):
        made = builders.creator(db, slug=f"c{number}")
        builders.account(db, made)
        rate(db, made, price)
    builders.account(db, builders.creator(db, slug="silent"))
    db.flush()
    found = ranked(market(db), ask()).by_slug
    silent, middle = found["silent"].component("eng"), found["c1"].component("value")
    assert silent is not None
    assert middle is not None
    assert silent.value == pytest.approx(middle.value)


def test_interests_that_overlap_are_divided_by_their_sum(db: Session, ida: Creator) -> None:
    ida.accounts[0].audiences[0].dimensions = {
        "interest": {"n": 400, "cells": {"hiking": 0.9, "coffee": 0.6}},
        "moon_phase": {"n": 400, "cells": {"full": 1}},
        "country": {"n": 0, "cells": {}},
    }
    db.flush()
    audience = cells_of(market(db).creators["ida"].accounts[0], today())
    assert audience.keys() == {"interest"}
    assert audience["interest"].shares == {
        "hiking": pytest.approx(0.6),
        "coffee": pytest.approx(0.4),
    }


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(times=st.lists(st.integers(0, 10_000_000), min_size=4, max_size=4))
def test_followers_change_no_rank_and_no_score(db: Session, times: list[int]) -> None:
    made = db.query(PlatformAccount).order_by(PlatformAccount.handle).all()
    if not made:
        for number in range(4):
            one = builders.creator(db, slug=f"c{number}")
            account = builders.account(db, one, handle=f"h{number}", engagements=100 * number)
            dimensions = {"country": {"n": 200, "cells": {"SE": 0.2 * number}}}
            builders.audience(db, account, dimensions=dimensions)
            rate(db, one, 10_000 + 700 * number)
        made = db.query(PlatformAccount).order_by(PlatformAccount.handle).all()
    before = scores(db, ask())
    for account, followers in zip(made, times, strict=True):
        account.followers = followers
    assert scores(db, ask()) == before
