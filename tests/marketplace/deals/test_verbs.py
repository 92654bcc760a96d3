"""What each side may do with a deal at each stage, and what silence does."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.deals import service
from marketplace.kit.clock import now, today
from marketplace.kit.db import unit_of_work
from models import Deal, DealStatus, Event, Money, Notice, Refused, terms_digest
from tests import builders

PRICE = Money(48_000, "eur")


def offered(db: Session) -> Deal:
    """An offer made by the brand of a campaign, as the service makes it."""
    campaign = builders.campaign(db, builders.brand(db))
    creator = builders.creator(db)
    return service.offer(
        db,
        campaign,
        creator,
        price=PRICE,
        deliver_by=today() + timedelta(days=20),
        message="Would you?",
        fee_bps=1_000,
        by=campaign.brand.person,
    )


def test_an_offer_tells_the_creator_and_starts_a_clock(db: Session) -> None:
    deal = offered(db)
    assert deal.status == DealStatus.OFFERED
    assert deal.due_at is not None
    assert deal.fee == Money(4_800, "eur")
    told = db.scalars(select(Notice).where(Notice.person_id == deal.creator.person_id)).one()
    assert (told.kind, told.path) == ("offer_made", f"/deals/{deal.id}")


def test_a_brand_cannot_accept_its_own_offer(db: Session) -> None:
    deal = offered(db)
    with pytest.raises(Refused):
        service.accept(db, deal, by=deal.brand.person)


def test_after_a_counter_offer_it_is_the_brands_turn(db: Session) -> None:
    deal = offered(db)
    day = today() + timedelta(days=25)
    service.counter(db, deal, price=Money(60_000, "eur"), deliver_by=day, by=deal.creator.person)
    assert (deal.price.minor, deal.fee.minor, deal.deliver_by) == (60_000, 6_000, day)
    with pytest.raises(Refused):
        service.accept(db, deal, by=deal.creator.person)
    service.accept(db, deal, by=deal.brand.person)
    assert deal.terms["price_minor"] == 60_000
    assert deal.terms_hash == terms_digest(deal.terms)


def test_only_who_made_an_offer_takes_it_back(db: Session) -> None:
    deal = offered(db)
    with pytest.raises(Refused):
        service.withdraw(db, deal, by=deal.creator.person)
    service.withdraw(db, deal, by=deal.brand.person)
    assert deal.status == DealStatus.WITHDRAWN


def test_an_offer_for_a_day_gone_by_is_refused(db: Session) -> None:
    deal = offered(db)
    with pytest.raises(Refused, match="passed"):
        service.counter(db, deal, price=PRICE, deliver_by=today(), by=deal.creator.person)


@pytest.mark.parametrize(
    ("status", "funded_hours", "late_days", "side", "may"),
    [
        (DealStatus.ACCEPTED, 0, 0, "brand", True),
        (DealStatus.ACCEPTED, 0, 0, "creator", True),
        (DealStatus.FUNDED, 1, 0, "brand", True),
        (DealStatus.FUNDED, 30, 0, "brand", False),
        (DealStatus.FUNDED, 30, 4, "brand", True),
        (DealStatus.FUNDED, 30, 0, "creator", True),
        (DealStatus.DELIVERED, 30, 0, "creator", False),
        (DealStatus.DELIVERED, 1, 9, "brand", False),
        (DealStatus.DISPUTED, 1, 9, "brand", False),
        (DealStatus.RELEASED, 1, 9, "brand", False),
    ],
)
def test_who_may_cancel_when(
    db: Session, status: DealStatus, funded_hours: int, late_days: int, side: str, may: bool
) -> None:
    by_day = today() - timedelta(days=late_days) if late_days else today() + timedelta(days=9)
    deal = builders.deal(db, status=status, deliver_by=by_day)
    if deal.funded_at is not None:
        deal.funded_at = now() - timedelta(hours=funded_hours)
    person = deal.brand.person if side == "brand" else deal.creator.person
    assert service.may_cancel(deal, person) is may


def test_a_round_of_changes_that_was_not_agreed_is_refused(db: Session) -> None:
    deal = builders.deal(db, status=DealStatus.FUNDED, revisions=1)
    creator, brand = deal.creator.person, deal.brand.person
    service.deliver(db, deal, links=["https://example.org/1"], by=creator)
    service.ask_change(db, deal, what="Louder.", by=brand)
    service.deliver(db, deal, links=["https://example.org/2"], by=creator)
    with pytest.raises(Refused, match="used up"):
        service.ask_change(db, deal, what="Louder still.", by=brand)
    assert [one.change_asked for one in deal.deliveries] == ["Louder.", ""]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (DealStatus.OFFERED, DealStatus.EXPIRED),
        (DealStatus.ACCEPTED, DealStatus.CANCELLED),
    ],
)
def test_silence_before_any_money_ends_a_deal(
    db: Session, before: DealStatus, after: DealStatus
) -> None:
    deal = builders.deal(db, status=before, due_at=now() - timedelta(minutes=1))
    still = builders.deal(db, status=before, due_at=now() + timedelta(minutes=1))
    assert service.tick(db) == 1
    assert (deal.status, still.status) == (after, before)
    event = db.scalars(select(Event).where(Event.subject_id == deal.id)).one()
    assert event.actor_id is None


def test_sixteen_clicks_on_accept_are_one_acceptance(app: Flask) -> None:
    with app.app_context(), unit_of_work() as db:
        deal = offered(db)
        key, creator = deal.id, deal.creator.person_id
    answers: list[str] = []
    barrier = threading.Barrier(16)

    def click() -> None:
        barrier.wait()
        try:
            with app.app_context(), unit_of_work() as db:
                row = db.get_one(Deal, key)
                service.accept(db, row, by=row.creator.person)
            answers.append("accepted")
        except Refused:
            answers.append("refused")

    threads = [threading.Thread(target=click) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["accepted"] + ["refused"] * 15
    with app.app_context(), unit_of_work() as db:
        verbs = db.scalars(select(Event.verb).where(Event.subject_id == key)).all()
        assert list(verbs).count("accept") == 1
        assert creator == db.get_one(Deal, key).creator.person_id
