"""Who was read once isn't read again, and nothing that changed is missed by that."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import delete
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.db import make_engine
from marketplace.matches.queries import known
from marketplace.matches.queries.known import Known
from models import Audience, Creator, DealStatus, Rate
from tests import builders


@pytest.fixture
def ida(db: Session) -> Creator:
    made = builders.creator(db, slug="ida", topics=["hiking"])
    builders.audience(db, builders.account(db, made))
    builders.rate(db, made)
    builders.deal(db, to=made, status=DealStatus.FUNDED)
    db.commit()
    return made


@pytest.fixture
def others(db: Session, ida: Creator) -> Iterator[Session]:
    """Somebody else, whose transactions are their own."""
    engine = make_engine(current_app.extensions["config"])
    with Session(engine) as session:
        yield session
    engine.dispose()


def accounts(creator: Creator) -> list[uuid.UUID]:
    return [one.id for one in creator.accounts]


CHANGES: dict[str, Callable[[Session, Creator], object]] = {
    "name": lambda _db, ida: setattr(ida, "name", "Ida B"),
    "counts": lambda _db, ida: setattr(ida.accounts[0], "engagements", 1),
    "price": lambda _db, ida: setattr(ida.rates[0], "price_minor", 99),
    "no prices": lambda db, _ida: db.execute(delete(Rate)),
    "audience": lambda db, _ida: db.execute(delete(Audience)),
    "deal": lambda db, ida: builders.deal(db, to=ida, status=DealStatus.RELEASED),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_at_once_and_all_else_is_kept(
    db: Session, ida: Creator, others: Session, change: str
) -> None:
    noah = builders.creator(db, slug="noah")
    both = [*accounts(ida), builders.account(db, noah).id]
    db.commit()
    kept = Known()
    before = kept.of(db, both)
    assert [one.slug for one in before] == ["ida", "noah"]
    assert all(a is b for a, b in zip(kept.of(db, both), before, strict=True))
    CHANGES[change](others, others.get_one(Creator, ida.id))
    others.commit()
    first, second = kept.of(db, both)
    assert first != before[0]
    assert first == Known().of(db, both)[0]
    assert second is before[1]


def test_whoever_is_suspended_is_gone_and_comes_back(
    db: Session, ida: Creator, others: Session
) -> None:
    kept, person = Known(), others.get_one(Creator, ida.id).person
    assert kept.of(db, accounts(ida))
    person.suspended_at = now()
    others.commit()
    assert kept.of(db, accounts(ida)) == []
    person.suspended_at = None
    others.commit()
    assert kept.of(db, accounts(ida))


def test_what_a_deal_keeps_somebody_from_changes_with_its_campaign(
    db: Session, ida: Creator, others: Session
) -> None:
    campaign = builders.campaign(db, builders.brand(db), sought={"interest": {"coffee": 5}})
    deal = builders.deal(db, campaign=campaign, to=ida, status=DealStatus.FUNDED)
    deal.terms = deal.terms | {"rights": {"exclusive_days": 30}}
    db.commit()
    kept = Known()
    [before] = kept.of(db, accounts(ida))
    other = others.get_one(type(campaign), campaign.id)
    other.sought = {"interest": {"finance": 5}}
    others.commit()
    [after] = kept.of(db, accounts(ida))
    assert before.bound
    assert after.bound != before.bound


def test_what_commits_late_is_not_missed(db: Session, ida: Creator, others: Session) -> None:
    kept, mine = Known(), others.get_one(Creator, ida.id)
    mine.city = "Luleå"
    others.flush()
    db.commit()
    assert kept.of(db, accounts(ida))[0].city == "Umeå"
    builders.creator(db, slug="later")
    db.commit()
    assert kept.of(db, accounts(ida))[0].city == "Umeå"
    others.commit()
    assert kept.of(db, accounts(ida))[0].city == "Luleå"


def test_what_only_this_transaction_sees_is_not_kept(db: Session, ida: Creator) -> None:
    kept, mine = Known(), accounts(ida)
    kept.of(db, mine)
    ida.city = "Luleå"
    db.flush()
    assert kept.of(db, mine)[0].city == "Luleå"
    db.rollback()
    assert kept.of(db, mine)[0].city == "Umeå"


def test_a_change_between_the_look_and_the_reading_is_not_lost(
    db: Session, ida: Creator, others: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another page has seen its line by then: what was read before it must not be kept."""
    kept, mine, read = Known(), accounts(ida), known.read

    def slow(session: Session, only: object) -> object:
        found = read(session, only)  # type: ignore[arg-type]
        monkeypatch.setattr(known, "read", read)
        others.get_one(Creator, ida.id).city = "Luleå"
        others.commit()
        # It has nothing in hand, so what it sees of the outbox is all that it does.
        assert kept.of(others, []) == []
        return found

    monkeypatch.setattr(known, "read", slow)
    assert kept.of(db, mine)[0].city == "Umeå"
    assert kept.of(db, mine)[0].city == "Luleå"


def test_another_day_reads_everybody_again(
    db: Session, ida: Creator, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, mine = Known(), accounts(ida)
    [before] = kept.of(db, mine)
    tomorrow = now().date() + timedelta(days=1)
    monkeypatch.setattr(known, "today", lambda: tomorrow)
    [after] = kept.of(db, mine)
    assert after is not before


def test_no_more_are_kept_than_fit(
    db: Session, ida: Creator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "_MOST", 1)
    kept, mine = Known(), accounts(ida)
    [before] = kept.of(db, mine)
    noah = builders.account(db, builders.creator(db, slug="noah"))
    db.commit()
    kept.of(db, [noah.id])
    [after] = kept.of(db, mine)
    assert after is not before
    assert after == before
