"""Checking the books, keeping what was found, and telling admins when something is wrong."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.jobs import enqueue
from marketplace.notices.service import tell
from models import CheckKind, LedgerCheck, Person, PersonKind

from . import verify
from .results import Result

RUNS: dict[str, Callable[[Session], list[Result]]] = {
    CheckKind.VERIFY: verify.verify,
}
KEPT_DAYS = 90
# When the nightly runs are due, in UTC.
NIGHT = time(2)


def check(db: Session, kind: str) -> LedgerCheck:
    """Run the checks of one kind and keep what they found."""
    results = RUNS[kind](db)
    made = LedgerCheck(
        kind=CheckKind(kind),
        passed=all(result.passed for result in results),
        results=[result.as_dict() for result in results],
    )
    db.add(made)
    return made


def check_nightly(db: Session, kind: str) -> LedgerCheck:
    """The same by the clock: whoever runs the place is told of any finding."""
    made = check(db, kind)
    if not made.passed:
        failed = [result["name"] for result in made.results if not result["passed"]]
        for admin in _admins(db):
            tell(
                db,
                admin,
                "books_wrong",
                path=f"/admin/money/checks?kind={kind}",
                title=str(failed[0]),
            )
    db.execute(
        delete(LedgerCheck).where(LedgerCheck.created_at < now() - timedelta(days=KEPT_DAYS))
    )
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
    for kind in RUNS:
        newest = select(LedgerCheck.created_at).where(LedgerCheck.kind == kind)
        last = db.scalar(newest.order_by(LedgerCheck.created_at.desc()).limit(1))
        if last is None or last < last_night():
            enqueue(db, "check_books", once=f"check_books:{kind}", kind=str(kind))
            count += 1
    return count
