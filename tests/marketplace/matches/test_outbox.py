"""Whatever a creator's row is made of leaves a line when it changes, in the same transaction."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, text
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from models import Audience, Creator, DealStatus, Dispute, DisputeReason, PlatformAccount, Rate
from tests import builders


@pytest.fixture
def ida(db: Session) -> Creator:
    made = builders.creator(db, slug="ida")
    builders.audience(db, builders.account(db, made))
    builders.rate(db, made)
    builders.deal(db, to=made, status=DealStatus.FUNDED)
    db.commit()
    return made


def lines(db: Session) -> list[object]:
    db.flush()
    return list(db.scalars(text("SELECT creator_id FROM match_outbox ORDER BY seq")))


def _dispute(db: Session, ida: Creator) -> None:
    deal = builders.deal(db, to=ida, status=DealStatus.DISPUTED)
    of = {"deal": deal, "opened_by_id": deal.brand.person_id, "reason": DisputeReason.LATE}
    builders.add(db, Dispute(statement="Late.", currency="eur", asks_minor=0, **of))


CHANGES: dict[str, Callable[[Session, Creator], object]] = {
    "topics": lambda _db, ida: setattr(ida, "topics", ["coffee"]),
    "counts": lambda _db, ida: setattr(ida.accounts[0], "engagements", 1),
    "price": lambda _db, ida: setattr(ida.rates[0], "price_minor", 99),
    "audience": lambda _db, ida: setattr(ida.accounts[0].audiences[0], "superseded_at", now()),
    "forgotten": lambda db, _ida: db.execute(delete(Audience)),
    "no prices": lambda db, _ida: db.execute(delete(Rate)),
    "suspended": lambda _db, ida: setattr(ida.person, "suspended_at", now()),
    "new account": lambda db, ida: builders.account(db, ida, platform="tiktok"),
    "deal": lambda db, ida: builders.deal(db, to=ida),
    "dispute": _dispute,
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_leaves_a_line(db: Session, ida: Creator, change: str) -> None:
    before = len(lines(db))
    CHANGES[change](db, ida)
    new = lines(db)[before:]
    assert new
    assert set(new) == {ida.id}


def test_what_says_nothing_of_a_match_leaves_none(db: Session, ida: Creator) -> None:
    before = len(lines(db))
    ida.person.theme = "dark"
    assert len(lines(db)) == before


def test_what_is_rolled_back_leaves_none(db: Session, ida: Creator) -> None:
    before = len(lines(db))
    ida.topics = ["coffee"]
    db.flush()
    db.rollback()
    assert len(lines(db)) == before


def test_a_statement_over_many_rows_leaves_a_line_a_creator(db: Session, ida: Creator) -> None:
    noah = builders.creator(db)
    before = len(lines(db))
    values = [
        {"creator_id": one.id, "platform": platform, "handle": f"{one.slug}-{platform}"}
        for one in (ida, noah)
        for platform in ("tiktok", "youtube")
    ]
    db.execute(insert(PlatformAccount).returning(PlatformAccount.id), values)
    assert sorted(lines(db)[before:], key=str) == sorted([ida.id, noah.id], key=str)
