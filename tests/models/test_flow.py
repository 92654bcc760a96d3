"""A step is taken on the row as it is, and leaves who took it, from where, and why."""

import uuid

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from models import Checkout, CheckoutStatus, Event, Refused
from tests import builders


def a_page(db: Session) -> Checkout:
    page = Checkout(
        purpose="deal",
        subject_id=uuid.UUID(int=1),
        currency="eur",
        amount_minor=1_000,
        description="A deal",
        success_path="/",
        cancel_path="/",
    )
    db.add(page)
    db.flush()
    return page


def test_a_refusal_says_why_and_what_fills_the_words() -> None:
    refused = Refused("too_late", day="Monday")
    assert (refused.why, refused.facts, str(refused)) == ("too_late", {"day": "Monday"}, "too_late")


def test_a_step_leaves_who_took_it_and_why(db: Session) -> None:
    page, person = a_page(db), builders.person(db)
    told = page.move("open", by=person, note="as asked", also={"url": "/pay"}, session="cs_1")
    db.flush()
    assert (page.status, page.url) == (CheckoutStatus.OPEN, "/pay")
    assert (told.subject_type, told.subject_id) == ("checkouts", page.id)
    assert (told.verb, told.before, told.after) == ("open", "waiting", "open")
    assert (told.actor_id, told.note, told.data) == (person.id, "as asked", {"session": "cs_1"})


def test_a_step_of_the_clock_is_nobodys_and_needs_no_words(db: Session) -> None:
    told = a_page(db).move("open", by=None)
    db.flush()
    assert (told.actor_id, told.note, told.data) == (None, "", {})


def test_a_remark_is_an_event_without_a_step(db: Session) -> None:
    page = a_page(db)
    told = page.tell("ask", by=None, seen=3)
    db.flush()
    assert (told.before, told.after, told.note, told.data) == (None, "waiting", "", {"seen": 3})
    assert db.get(Event, told.id) is told


def test_a_step_is_taken_from_where_the_row_stands_now(db: Session) -> None:
    page = a_page(db)
    db.execute(text("UPDATE checkouts SET status = 'refused'"))
    assert page.status == CheckoutStatus.WAITING
    with pytest.raises(Refused) as refused:
        page.move("open", by=None)
    assert refused.value.facts == {"verb": "open", "state": "refused"}
    assert page.may("open") is False


def test_a_thing_has_its_number_before_anything_is_told_of_it(db: Session) -> None:
    page = a_page(db)
    other = Checkout(
        **{name: getattr(page, name) for name in ("purpose", "currency", "amount_minor")},
        **{name: getattr(page, name) for name in ("description", "success_path", "cancel_path")},
        subject_id=uuid.UUID(int=2),
    )
    db.add(other)
    told = other.tell("ask", by=None)
    assert told.subject_id is not None
    assert told.subject_id == other.id
    assert other.may("open") is True


def test_what_was_changed_before_is_not_lost_to_the_lock(db: Session) -> None:
    page = a_page(db)
    page.description = "Another"
    page.lock()
    assert page.description == "Another"


def test_a_locked_row_may_still_be_referred_to(app: Flask, db: Session) -> None:
    """A lock that keeps foreign keys waiting would have people wait who change nothing of it."""
    said: list[str] = []
    page = a_page(db)

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(db.get_bind(), "before_cursor_execute", note)
    page.lock()
    event.remove(db.get_bind(), "before_cursor_execute", note)
    assert any(one.endswith("FOR NO KEY UPDATE OF checkouts") for one in said)
