"""Checking the books, keeping what was found, and telling admins when something is wrong."""

from datetime import datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.books import reconcile
from marketplace.books import verify as checks
from marketplace.books.results import Result
from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.kit.jobs import enqueue
from marketplace.notices.service import tell
from models import CheckKind, LedgerCheck, Person, PersonKind

KEPT_DAYS = 90
# When the nightly runs are due, in UTC.
NIGHT = time(2)


def verify(db: Session) -> LedgerCheck:
    """Check the books now, and keep what was found."""
    return keep(db, CheckKind.VERIFY, checks.verify(db))


def run(kind: CheckKind, *, tells: bool = False) -> LedgerCheck:
    """Either kind of run, in units of work of its own: nothing is open while Stripe is asked."""
    if kind == CheckKind.VERIFY:
        with unit_of_work() as db:
            return keep(db, kind, checks.verify(db), tells=tells)
    with unit_of_work() as db:
        ours = reconcile.read_ours(db)
    theirs = reconcile.read_theirs(ours.currency)
    with unit_of_work() as db:
        return keep(db, kind, reconcile.compare(ours, theirs), tells=tells)


def keep(
    db: Session, kind: CheckKind, results: list[Result], *, tells: bool = False
) -> LedgerCheck:
    """Remember a run for the admin's pages; `tells` them at once of any finding."""
    made = LedgerCheck(
        kind=kind,
        passed=all(result.passed for result in results),
        results=[result.as_dict() for result in results],
    )
    db.add(made)
    if tells and not made.passed:
        first = next(result.name for result in results if not result.passed)
        for admin in _admins(db):
            tell(db, admin, "books_wrong", path=f"/admin/money/checks?kind={kind}", title=first)
    old = LedgerCheck.created_at < now() - timedelta(days=KEPT_DAYS)
    db.execute(delete(LedgerCheck).where(old))
    return made


def _admins(db: Session) -> list[Person]:
    query = select(Person).where(Person.kind == PersonKind.ADMIN, Person.suspended_at.is_(None))
    return list(db.scalars(query).unique())


def last_night() -> datetime:
    """The last time nightly runs were due."""
    today = now().replace(hour=NIGHT.hour, minute=0, second=0, microsecond=0)
    return today if today <= now() else today - timedelta(days=1)


def tick(db: Session) -> int:
    """Ask for the runs of the night that have not been made; one that was missed is made up for."""
    count = 0
    for kind in CheckKind:
        newest = select(LedgerCheck.created_at).where(LedgerCheck.kind == kind)
        last = db.scalar(newest.order_by(LedgerCheck.created_at.desc()).limit(1))
        if last is None or last < last_night():
            ask_for(db, kind)
            count += 1
    return count


def ask_for(db: Session, kind: CheckKind) -> None:
    """Have the worker do one run, unless one waits already."""
    enqueue(db, "check_books", once=f"check_books:{kind}", kind=kind.value)
