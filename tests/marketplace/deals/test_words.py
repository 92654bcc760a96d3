"""What a deal says of its clock: first the agreed day, then the day all of it goes back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.deals import rules
from marketplace.kit.clock import end_of_day, today
from marketplace.kit.i18n import day
from models import Deal, DealStatus
from tests import builders


def funded(db: Session, days: int) -> Deal:
    by = today() + timedelta(days=days)
    due = end_of_day(by) + timedelta(days=rules.LATE_DAYS)
    made = builders.deal(db, status=DealStatus.FUNDED, deliver_by=by, due_at=due)
    db.commit()
    return made


def page_of(client: Any, deal: Deal, side: str) -> str:
    client.sign_in(getattr(deal, side).person)
    return re.sub(r"<[^>]+>", "", client.get(f"/deals/{deal.id}").text)


@pytest.mark.parametrize("side", ["creator", "brand"])
def test_the_clock_runs_to_the_agreed_day_and_the_text_names_the_last(
    client: Any, db: Session, side: str
) -> None:
    deal = funded(db, days=3)
    page = page_of(client, deal, side)
    assert "3 days left" in page
    assert f"by {day(deal.deliver_by)}" in page
    assert "Until the end of " in page
    assert f"If nothing is delivered by {day(today() + timedelta(days=10))}," in page


def test_late_work_has_the_last_day_as_its_clock(client: Any, db: Session) -> None:
    deal = funded(db, days=-2)
    last = day(today() + timedelta(days=5))
    assert f"Deliver by {last}" in page_of(client, deal, "creator")
    page = page_of(client, deal, "brand")
    assert "is late. It was due on" in page
    assert "5 days left" in page


def test_the_form_to_deliver_says_what_was_agreed(client: Any, db: Session) -> None:
    deal = funded(db, days=3)
    client.sign_in(deal.creator.person)
    page = client.get(f"/deals/{deal.id}/deliver").text
    assert "What you agreed to make" in page


@pytest.mark.parametrize(
    ("verb", "side"), [("counter", "brand"), ("deliver", "creator"), ("change", "brand")]
)
def test_there_is_no_form_for_what_could_not_be_done(
    client: Any, db: Session, verb: str, side: str
) -> None:
    deal = builders.deal(db, status=DealStatus.RELEASED)
    db.commit()
    client.sign_in(getattr(deal, side).person)
    assert client.get(f"/deals/{deal.id}/{verb}").status_code == 409
