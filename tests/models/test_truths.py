"""What may never be true is refused by the database itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from models import CampaignStatus, Checkout, DealStatus, Person, PersonKind
from models.clock import now
from tests import builders


def refused(db: Session, act: Callable[[], Any]) -> None:
    def attempt() -> None:
        with db.begin_nested():
            act()
            db.flush()

    with pytest.raises(DBAPIError):
        attempt()


@pytest.mark.parametrize(
    "change",
    [
        "status = 'banana'",
        "price_minor = 0",
        "price_minor = -1",
        "fee_minor = price_minor + 1",
        "fee_bps = 9999",
        "revisions_used = revisions + 1",
        "terms_hash = 'x'",
        "status = 'funded'",
        "status = 'released', funded_at = now(), accepted_at = now(), terms_hash = 'x'",
        "status = 'accepted'",
        "due_at = NULL",
    ],
)
def test_a_deal_can_not_contradict_itself(db: Session, change: str) -> None:
    deal = builders.deal(db)
    statement = text(f"UPDATE deals SET {change} WHERE id = :id")
    refused(db, lambda: db.execute(statement, {"id": deal.id}))


@pytest.mark.parametrize(
    "values",
    [
        {"budget_minor": 0},
        {"price_min_minor": 60_000, "price_max_minor": 30_000},
        {"commission_bps": 9_500},
        {"deliver_by": now().date() - timedelta(days=1)},
        {"slug": "No Spaces"},
        {"status": CampaignStatus.OPEN, "budget_minor": None},
        {"status": CampaignStatus.OPEN, "price_max_minor": None, "commission_bps": None},
        {"published_at": None},
    ],
)
def test_a_campaign_can_not_contradict_itself(db: Session, values: dict[str, Any]) -> None:
    brand = builders.brand(db)
    refused(db, lambda: builders.campaign(db, brand, **values))


def test_two_payment_pages_of_one_thing_can_not_be_live(db: Session) -> None:
    deal = builders.deal(db)

    def page() -> None:
        row = Checkout(purpose="deal", subject_id=deal.id, currency="eur", amount_minor=1)
        row.description, row.success_path, row.cancel_path = "x", "/", "/"
        builders.add(db, row)

    page()
    refused(db, page)


def test_an_address_belongs_to_one_person(db: Session) -> None:
    builders.person(db, email="same@example.org")
    refused(db, lambda: builders.person(db, email="same@example.org"))
    refused(db, lambda: builders.person(db, email="Upper@example.org"))


def test_what_happened_can_not_be_rewritten(db: Session) -> None:
    deal = builders.deal(db)
    deal.tell("offer", by=None)
    db.flush()
    refused(db, lambda: db.execute(text("UPDATE events SET verb = 'accept'")))
    refused(db, lambda: db.execute(text("DELETE FROM events")))


def test_the_app_owns_nothing(db: Session) -> None:
    owned = text("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole")
    assert db.scalar(owned) == 0
    assert db.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")) is False


def test_a_step_writes_who_and_when(db: Session) -> None:
    deal = builders.deal(db)
    by = db.get_one(Person, deal.creator.person_id)
    event = deal.move("decline", by=by, also={"ended_at": now(), "due_at": None})
    db.flush()
    assert (event.before, event.after, event.actor_id) == ("offered", "declined", by.id)
    assert deal.status == DealStatus.DECLINED
    assert by.kind == PersonKind.CREATOR
