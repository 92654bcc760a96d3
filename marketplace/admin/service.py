"""What admins do: make admins, close accounts, try failed jobs again, move the demo clock."""

from uuid import UUID

import requests
from flask_babel import gettext as _
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.jobs import enqueue
from marketplace.kit.security import hash_password
from marketplace.payments.service import QUEUE
from models import (
    ClockShift,
    Event,
    EventStatus,
    Person,
    PersonKind,
    Refused,
    SignIn,
    StripeEvent,
)
from models.clock import real_now

_DAY = 86_400


def create_admin(db: Session, *, email: str, name: str, password: str) -> Person:
    """A new admin. Raises Refused if somebody has the address."""
    if db.scalar(select(Person.id).where(Person.email == email)):
        raise Refused(_("Somebody has this address already."))
    person = Person(
        kind=PersonKind.ADMIN, email=email, name=name, password_hash=hash_password(password)
    )
    db.add(person)
    _note(db, person, "make_admin", by=None)
    return person


def suspend(db: Session, person: Person, *, why: str, by: Person) -> None:
    """Close an account: nobody signs in to it any more, and who is signed in is signed out."""
    if person.id == by.id:
        raise Refused(_("You can’t close your own account. Ask another admin."))
    db.refresh(person, with_for_update={"of": Person})
    if person.suspended_at is not None:
        raise Refused(_("This account is closed already."))
    person.suspended_at = now()
    db.execute(
        update(SignIn)
        .where(SignIn.person_id == person.id, SignIn.ended_at.is_(None))
        .values(ended_at=real_now())
        .execution_options(synchronize_session=False)
    )
    _note(db, person, "suspend", by=by, note=why)


def unsuspend(db: Session, person: Person, *, why: str, by: Person) -> None:
    """Open a closed account again."""
    db.refresh(person, with_for_update={"of": Person})
    if person.suspended_at is None:
        raise Refused(_("This account is open already."))
    person.suspended_at = None
    _note(db, person, "unsuspend", by=by, note=why)


def _note(db: Session, person: Person, verb: str, *, by: Person | None, note: str = "") -> None:
    """People have no flow; what is done to them is written to the log all the same."""
    db.flush()
    db.add(
        Event(
            subject_type="people",
            subject_id=person.id,
            verb=verb,
            after="suspended" if person.suspended_at else "open",
            actor_id=by.id if by else None,
            note=note,
            data={},
        )
    )


def run_again(db: Session, number: int) -> None:
    """Put a failed job back in its queue; the worker takes it at once."""
    failed = text(
        "SELECT id FROM procrastinate_jobs WHERE id = :id AND status = 'failed' FOR UPDATE"
    )
    if db.scalar(failed, {"id": number}) is None:
        raise Refused("not_now")
    again = text("SELECT procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)")
    try:
        with db.begin_nested():
            db.execute(again, {"id": number})
    except IntegrityError:
        raise Refused(_("A job for the same thing waits already. Let that one run.")) from None


def absorb_again(db: Session, event: StripeEvent) -> None:
    """Work a Stripe event now that no job took in, or that did not go through."""
    if event.status not in StripeEvent.OPEN:
        raise Refused("not_now")
    _work_event(db, event.id)


def absorb_all_failed(db: Session) -> int:
    """Work every event whose last try did not go through; gives how many there are."""
    failed = select(StripeEvent.id).where(StripeEvent.status == EventStatus.FAILED)
    ids = list(db.scalars(failed.order_by(StripeEvent.created_at)))
    for id in ids:
        _work_event(db, id)
    return len(ids)


def _work_event(db: Session, id: UUID) -> None:
    enqueue(db, "absorb_event", queue=QUEUE, once=f"absorb_event:{id}", id=str(id))


def look_for_lost(db: Session) -> None:
    """Compare Stripe's list of events with ours now, and not at the next turn of the clock."""
    enqueue(db, "find_lost_events", once="find_lost_events")


def advance_clock(db: Session, *, days: int, sandbox: str) -> None:
    """Move the sandbox's clock and ours by so many days, then let everything due happen.

    The sandbox goes first: if it doesn't answer, nothing has moved.
    """
    seconds = days * _DAY
    try:
        answer = requests.post(
            f"{sandbox}/_sandbox/clock", json={"advance_seconds": seconds}, timeout=10
        )
        answer.raise_for_status()
    except requests.RequestException:
        raise Refused(
            _("The stand-in for Stripe did not answer, so no clock was moved. Try again.")
        ) from None
    row = insert(ClockShift).values(seconds=seconds, is_only=True, created_at=real_now())
    db.execute(
        row.on_conflict_do_update(
            index_elements=["is_only"], set_={"seconds": ClockShift.seconds + seconds}
        )
    )
    enqueue(db, "sweep", once="sweep")


def sandbox_time(sandbox: str) -> int | None:
    """What time the sandbox believes it is, in seconds since 1970; None if it doesn't answer."""
    try:
        answer = requests.get(f"{sandbox}/_sandbox/clock", timeout=3)
        answer.raise_for_status()
        return int(answer.json()["now"])
    except (requests.RequestException, ValueError, KeyError, TypeError):
        return None
