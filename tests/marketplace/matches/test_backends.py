"""Two ways to a ranking, one contract: the market read whole is the oracle of the engine."""

import random
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic

import pytest
from flask import current_app
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.db import make_engine
from marketplace.kit.settings import settings
from marketplace.matches import queries
from marketplace.matches.queries import Narrow, snapshots
from marketplace.matches.queries.asks import Ask
from marketplace.matches.queries.columnar import Columnar
from marketplace.matches.queries.fits import next_best
from marketplace.matches.queries.ranked import Backend, Best, Wish
from marketplace.matches.queries.sql import Sql
from marketplace.matches.service.building import rebuild
from marketplace.matches.service.indexer import Indexer
from matching.engine import Snapshot
from matching.topics import NEAR
from models import Campaign, Creator, DealStatus, Money, Rate
from tests import builders
from tests.marketplace.matches.crowd import somebody

WORK = [{"type": "reel", "count": 2}, {"type": "story", "count": 1}]
BRIEFS = [
    {"sought": {"country": ["SE"]}},
    {"sought": {"country": ["SE", "NO"], "age_gender": ["25-34:female"]}, "deliverables": WORK},
    {"sought": {"interest": {"hiking": 8, "coffee": 3}, "language": ["sv"]}},
    {"sought": {"country": ["DE"]}, "required": {"countries": ["DE", "SE"]}},
    {"sought": {"country": ["NO"]}, "required": {"languages": ["no"], "platforms": ["tiktok"]}},
    {"sought": {"interest": {"dogs": 5}}, "required": {"platforms": ["instagram", "youtube"]}},
    {"sought": {"country": ["SE"]}, "required": {"most_followers": 20_000}},
    {"sought": {"country": ["SE"]}, "required": {"avoid": ["alcohol", "politics"]}},
    {
        "sought": {"country": ["SE"], "interest": {"books": 9}},
        "price_min_minor": None,
        "price_max_minor": None,
        "commission_bps": 900,
    },
]


def campaign_of(db: Session, **values: object) -> Campaign:
    return builders.campaign(db, builders.brand(db), **values)


def ask(db: Session, number: int) -> Ask:
    return Ask.of(campaign_of(db, **BRIEFS[number]))


@pytest.fixture
def folder(db: Session) -> Iterator[Path]:
    """Where the snapshot is put; afterwards there is none, as for all other tests."""
    found = settings().matching_dir
    yield found
    snapshots.forget(found)
    shutil.rmtree(found, ignore_errors=True)


@pytest.fixture
def everyone(db: Session, folder: Path) -> list[Creator]:
    chance = random.Random(7)
    made = [somebody(db, chance, number) for number in range(70)]
    db.commit()
    rebuild()
    return made


@pytest.fixture(params=["sql", "columnar"])
def backend(request: pytest.FixtureRequest, everyone: list[Creator], folder: Path) -> Backend:
    return Sql() if request.param == "sql" else columnar(folder)


def columnar(folder: Path) -> Columnar:
    opened = snapshots.current(folder)
    assert opened is not None
    return Columnar(opened)


def order(found: Best) -> list[tuple[str, float, int]]:
    return [(slug, match.score, match.place) for slug, match in found.by_slug.items()]


@pytest.mark.parametrize("number", range(len(BRIEFS)))
def test_the_order_is_the_same_to_the_last_digit_and_so_is_the_reason(
    db: Session, everyone: list[Creator], folder: Path, number: int
) -> None:
    wanted = ask(db, number)
    whole, found = Sql().listing(db, wanted), columnar(folder).listing(db, wanted)
    assert order(found) == order(whole)
    assert found.ranking.pool == whole.ranking.pool
    assert found.ranking.weights == whole.ranking.weights
    for slug in whole.by_slug:
        ours, theirs = found.match(slug), whole.match(slug)
        assert ours is not None
        assert theirs is not None
        for mine, oracle in zip(ours.components, theirs.components, strict=True):
            # Medians are read off bytes; all else is the formula's own.
            assert replace(mine, points=0, pool_median=0) == replace(
                oracle, points=0, pool_median=0
            )
            assert mine.pool_median == pytest.approx(oracle.pool_median, abs=0.05)


def test_what_is_near_is_what_this_market_says_in_both(
    db: Session, everyone: list[Creator], folder: Path
) -> None:
    found = [one.listing(db, ask(db, 2)).population.near for one in (Sql(), columnar(folder))]
    assert found[0] == found[1] != NEAR


@pytest.mark.parametrize("number", range(len(BRIEFS)))
def test_a_condition_is_exact(db: Session, backend: Backend, number: int) -> None:
    wanted = ask(db, number)
    found = backend.listing(db, wanted, Wish())
    fine = [who for who in Sql().listed(db, []).values() if not wanted.lacks(who)]
    assert set(found.by_slug) == {who.slug for who in fine}


def test_the_first_page_needs_no_more_than_its_part_of_the_ranking(
    db: Session, everyone: list[Creator], folder: Path
) -> None:
    wanted = ask(db, 0)
    whole = Sql().listing(db, wanted)
    found = columnar(folder).listing(db, wanted, Wish(5))
    assert order(found)[:5] == order(whole)[:5]
    assert len(found.by_slug) + found.more >= len(whole.by_slug)


@pytest.mark.parametrize(
    "narrow",
    [
        Narrow(platform="tiktok"),
        Narrow(least=Money(9_000, "eur"), most=Money(60_000, "eur")),
        Narrow(followers=20_000),
        Narrow(country="NO", language="sv"),
        Narrow(city="ume"),
        Narrow(topics=("coffee", "dogs")),
        Narrow(fit=30),
        Narrow(platform="youtube", topics=("hiking",), most=Money(90_000, "eur")),
    ],
)
def test_a_page_filter_leaves_the_same_ones_in_the_same_order(
    db: Session, everyone: list[Creator], folder: Path, narrow: Narrow
) -> None:
    wanted = ask(db, 1)

    def left(found: Best) -> list[str]:
        return [
            slug
            for slug, match in found.by_slug.items()
            if not narrow.hides(wanted, found.creators[slug], match, is_dealt=False)
        ]

    found = columnar(folder).listing(db, wanted, Wish(12, narrow))
    assert left(found) == left(Sql().listing(db, wanted))[: len(left(found))]
    assert len(left(found)) + found.more >= len(left(Sql().listing(db, wanted)))
    assert found.ranking.pool == Sql().listing(db, wanted).ranking.pool


def test_a_snapshot_that_is_behind_shows_nobody_who_is_out(
    db: Session, everyone: list[Creator], folder: Path
) -> None:
    first = [who for who in everyone if who.accounts and who.is_available][:4]
    wanted = ask(db, 7)
    first[0].person.suspended_at = now()
    first[1].is_available = False
    first[2].also_about = ["politics"]
    for rest in first[3].accounts:
        for one in list(rest.audiences):
            db.delete(one)
        db.delete(rest)
    db.commit()
    found = columnar(folder).listing(db, wanted)
    assert not {who.slug for who in first} & set(found.by_slug)
    assert set(found.by_slug) == set(Sql().listing(db, wanted).by_slug)


def test_a_creator_a_rival_binds_is_left_out_by_both(
    db: Session, backend: Backend, everyone: list[Creator]
) -> None:
    wanted = ask(db, 2)
    slug = next(iter(backend.listing(db, wanted, Wish()).by_slug))
    creator = next(one for one in everyone if one.slug == slug)
    deal = builders.deal(db, to=creator, status=DealStatus.FUNDED)
    deal.campaign = builders.campaign(db, deal.brand, sought={"interest": {"camping": 4}})
    deal.terms = deal.terms | {"rights": {"exclusive_days": 30}}
    db.commit()
    assert slug not in backend.listing(db, wanted, Wish()).by_slug


def test_one_creator_has_the_same_score_and_place_alone(
    db: Session, everyone: list[Creator], folder: Path
) -> None:
    wanted, engine = ask(db, 1), columnar(folder)
    whole = Sql().listing(db, wanted)
    for who in engine.listed(db, everyone).values():
        alone = engine.single(db, wanted, who)
        assert alone.score(who.slug) == whole.score(who.slug)
        ours, theirs = alone.match(who.slug), whole.match(who.slug)
        assert (ours and ours.place) == (theirs and theirs.place)


def test_a_creator_sees_the_same_deals_by_both(
    db: Session, everyone: list[Creator], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for values in BRIEFS:
        campaign_of(db, **values)
    db.commit()
    creator = next(one for one in everyone if one.accounts and one.is_available)

    def seen() -> list[tuple[str, float | None, int | None]]:
        fits = queries.for_creator(db, creator)
        return [(fit.campaign.slug, fit.score, fit.match and fit.match.place) for fit in fits]

    by_engine = seen()
    monkeypatch.setattr("marketplace.matches.queries.backend._columnar", lambda: None)
    assert by_engine == seen()


def test_looking_again_without_those_found_goes_through_everybody_by_both(
    db: Session, everyone: list[Creator], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = campaign_of(db, **BRIEFS[0])
    db.commit()

    def walked() -> list[str]:
        known: dict[uuid.UUID, str] = {}
        while some := next_best(db, campaign, without=known.keys(), most=9):
            known |= {fit.creator.id: fit.creator.slug for fit in some}
        return list(known.values())

    by_engine = walked()
    monkeypatch.setattr("marketplace.matches.queries.backend._columnar", lambda: None)
    whole = list(Sql().listing(db, Ask.of(campaign)).by_slug)
    assert by_engine == walked() == whole


# -- following ------------------------------------------------------------------------------------


@pytest.fixture
def indexer(everyone: list[Creator], folder: Path) -> Indexer:
    return Indexer(Snapshot.open(folder / snapshots.NAME, for_writing=True))


def agree(db: Session, folder: Path, number: int = 0) -> bool:
    """Whether the engine by itself has the same pool as the database; its statement mends order."""
    wanted = ask(db, number)
    found = columnar(folder).listing(db, wanted)
    return found.ranking.pool == len(Sql().listing(db, wanted).by_slug) == len(found.by_slug)


def test_changes_are_followed_and_change_nothing_twice(
    db: Session, everyone: list[Creator], folder: Path, indexer: Indexer
) -> None:
    indexer.follow(db)
    assert indexer.follow(db) == 0
    present = [who for who in everyone if who.accounts and who.is_available]
    away = next(who for who in everyone if who.accounts and not who.is_available)
    away.is_available = True
    present[0].person.suspended_at = now()
    present[1].is_available = False
    fresh = builders.creator(db, slug="fresh")
    builders.audience(db, builders.account(db, fresh))
    db.add(Rate(creator=fresh, type="reel", price_minor=100, currency="eur"))
    gone = next(one for one in present[2:] if len(one.accounts) == 1).accounts[0]
    for audience_row in list(gone.audiences):
        db.delete(audience_row)
    db.delete(gone)
    db.commit()
    assert not agree(db, folder)
    assert indexer.follow(db) == 5
    assert agree(db, folder)
    assert indexer.follow(db) == 0


def test_what_commits_late_is_not_missed(
    db: Session, everyone: list[Creator], folder: Path, indexer: Indexer
) -> None:
    """Its line has the lower number, and appears after the higher one was followed."""
    first, second = [who.id for who in everyone if who.accounts and who.is_available][:2]
    db.commit()
    engine = make_engine(current_app.extensions["config"])
    with Session(engine) as early, Session(engine) as late:
        early.get_one(Creator, first).is_available = False
        early.flush()
        late.get_one(Creator, second).is_available = False
        late.commit()
        assert indexer.follow(db) == 1
        assert indexer.follow(db) == 0
        early.commit()
    engine.dispose()
    assert indexer.follow(db) == 1
    assert indexer.follow(db) == 0
    db.expire_all()
    assert agree(db, folder)


def test_who_goes_on_after_a_crash_begins_where_all_was_written_down(
    db: Session, everyone: list[Creator], folder: Path, indexer: Indexer
) -> None:
    away = next(who for who in everyone if who.accounts and who.is_available)
    away.is_available = False
    db.commit()
    indexer.follow(db)
    path = folder / snapshots.NAME
    again = Indexer(Snapshot.open(path, for_writing=True))
    assert again.follow(db) >= 1
    again.note()
    until = monotonic() + 20
    while Indexer(Snapshot.open(path, for_writing=True)).follow(db):
        # While anybody writes, in another database too, what is new isn't noted as done.
        assert monotonic() < until
        again.follow(db)
        again.note()
    assert agree(db, folder)


def test_what_changes_while_a_snapshot_is_built_is_in_it(
    db: Session, everyone: list[Creator], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = next(who for who in everyone if who.accounts and who.is_available)
    from marketplace.matches.service import building

    read = building._everyone

    def meanwhile() -> Iterator[object]:
        yield from list(read())
        away.is_available = False
        db.commit()

    monkeypatch.setattr(building, "_everyone", meanwhile)
    rebuild()
    Indexer(Snapshot.open(folder / snapshots.NAME, for_writing=True)).follow(db)
    assert agree(db, folder)


def test_a_new_snapshot_is_taken_up_and_a_broken_one_is_not(
    db: Session, everyone: list[Creator], folder: Path
) -> None:
    before = snapshots.current(folder)
    assert before is not None
    assert snapshots.current(folder) is before
    rebuild()
    after = snapshots.current(folder)
    assert after is not None
    assert after.snapshot.generation == before.snapshot.generation + 1
    (folder / snapshots.NAME).unlink()
    (folder / snapshots.NAME).write_bytes(b"nothing")
    found = snapshots.current(folder)
    assert found is not None
    assert Columnar(found).listing(db, ask(db, 0)).by_slug
