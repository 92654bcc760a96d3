"""Lists that an admin chooses on the page: read by the worker, looked over, kept by the worker."""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import psycopg
from flask_babel import gettext as _
from sqlalchemy import Engine, func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.creators import queries
from marketplace.creators.formats import roster as rosters
from marketplace.creators.formats.parsed import Unreadable
from marketplace.creators.formats.roster import Tell, WrongRow
from marketplace.kit.clock import now
from marketplace.kit.jobs import enqueue
from models import Person, Platform, Refused, Roster, RosterStatus
from models.roster import KEPT_DAYS

from .bringing import ask_to_claim, bring_rows, looked_up, without_others

_MOST_WRONG_KEPT = 20_000


def start_roster(
    db: Session, *, file_name: str, content: bytes, platform: Platform, invites: bool, by: Person
) -> Roster:
    roster = Roster(
        person_id=by.id, file_name=file_name, content=content, platform=platform, invites=invites
    )
    db.add(roster)
    db.flush()
    enqueue(db, "read_roster", id=str(roster.id))
    return roster


def read_roster(db: Session, id: uuid.UUID) -> None:
    """Find out what is in a list that was chosen, and what of it is here already."""
    roster = _mine(db, id, RosterStatus.READING)
    if roster is None:
        return
    try:
        found = rosters.read_list(roster.content or b"", roster.platform, _teller(db, id))
    except Unreadable as why:
        roster.status, roster.notes = RosterStatus.UNREADABLE, [str(why)]
        roster.content, roster.finished_at = None, now()
        return
    good, others = without_others(db, found.rows)
    new, addresses = looked_up(db, good)
    wrong = sorted([*found.wrong, *others], key=lambda row: row.line)
    roster.counts = {
        "rows": len(found.rows) + len(found.wrong),
        "good": len(good),
        "wrong": len(wrong),
        "new": new,
        "known": len(good) - new,
        "addresses": addresses,
    }
    roster.notes = found.notes
    roster.wrong = _kept(found.header, wrong)
    roster.done = roster.steps = len(good)
    roster.status, roster.trouble = RosterStatus.READ, ""


def _kept(header: list[str], wrong: Sequence[WrongRow]) -> list[dict[str, Any]]:
    """The rows to mend, with the first line of their file."""
    if not wrong:
        return []
    rows = [{"line": 0, "cells": [_plain(cell) for cell in header], "why": ""}]
    return rows + [
        {"line": row.line, "cells": [_plain(cell) for cell in row.cells], "why": _plain(row.why)}
        for row in wrong[:_MOST_WRONG_KEPT]
    ]


def _plain(text: str) -> str:
    """Without what no database keeps."""
    return re.sub(r"[\x00\ud800-\udfff]", "", text)[:2_000]


def keep_roster(db: Session, roster: Roster) -> None:
    """Bring the rows that can be used. Raises Refused when it was kept or thrown away already."""
    db.refresh(roster, with_for_update=True)
    if roster.status != RosterStatus.READ or not roster.counts.get("good"):
        raise Refused(_("This list was kept or thrown away already"))
    roster.status, roster.done = RosterStatus.SAVING, 0
    enqueue(db, "save_roster", id=str(roster.id))


def try_again(db: Session, roster: Roster) -> None:
    """Go on with a list whose work broke off. Raises Refused for any other."""
    db.refresh(roster, with_for_update=True)
    if not queries.broken_off(db, [roster]):
        raise Refused(_("Nothing has to be tried again: this list goes on, or is finished"))
    roster.trouble, roster.done = "", 0
    is_read = roster.status == RosterStatus.SAVING
    enqueue(db, "save_roster" if is_read else "read_roster", id=str(roster.id))


def note_trouble(db: Session, id: uuid.UUID, error: BaseException) -> None:
    """Keep why a try broke off, for the page of its list."""
    waits = Roster.status.in_((RosterStatus.READING, RosterStatus.SAVING))
    said = update(Roster).where(Roster.id == id, waits).values(trouble=_why(error))
    db.execute(said.execution_options(synchronize_session=False))


def _why(error: BaseException) -> str:
    cause = getattr(error, "orig", error)
    if isinstance(error, Refused | Unreadable):
        return str(error)
    if isinstance(cause, psycopg.IntegrityError):
        return _("Somebody began to use an address or an account of this list meanwhile")
    if isinstance(cause, psycopg.OperationalError):
        return _("The database took too long, or broke off")
    return _("Something went wrong on our side. What exactly is in the log of the worker")


def save_roster(db: Session, id: uuid.UUID) -> None:
    """Write what was looked over: every good row, or none."""
    roster = _mine(db, id, RosterStatus.SAVING)
    if roster is None:
        return
    tell = _teller(db, id)
    # It is read again and then written: two halves of the same bar.
    content = roster.content or b""
    found = rosters.read_list(content, roster.platform, lambda n, of: tell(n, 2 * of))
    rows, _others = without_others(db, found.rows)
    brought, emails = bring_rows(db, rows, lambda n, of: tell(of + n, 2 * of))
    if roster.invites:
        ask_to_claim(db, emails)
    counts = roster.counts | brought._asdict()
    saved = db.execute(
        update(Roster)
        .where(Roster.id == id, Roster.status == RosterStatus.SAVING)
        .values(
            status=RosterStatus.SAVED, counts=counts, content=None, trouble="", finished_at=now()
        )
        .execution_options(synchronize_session=False)
    )
    if not saved.rowcount:  # type: ignore[attr-defined]
        raise Refused(_("This list was kept or thrown away already"))


def drop_roster(db: Session, roster: Roster) -> None:
    """Forget a list; what was saved of it stays."""
    db.refresh(roster, with_for_update=True)
    if roster.status != RosterStatus.SAVED:
        roster.status, roster.finished_at = RosterStatus.DROPPED, now()
    roster.content, roster.wrong, roster.trouble = None, [], ""


def tick(db: Session) -> int:
    """Forget what was kept long enough: files nobody took, and rows to mend. Returns how many."""
    old = now() - timedelta(days=KEPT_DAYS)
    left = select(Roster).where(
        Roster.created_at < old,
        or_(
            Roster.status.in_((RosterStatus.READING, RosterStatus.READ, RosterStatus.SAVING)),
            (Roster.status == RosterStatus.SAVED) & (Roster.wrong != []),
        ),
    )
    rosters = list(db.scalars(left.with_for_update(skip_locked=True)))
    broken = queries.broken_off(db, rosters)
    done = [one for one in rosters if one.id in broken or not one.is_working]
    for roster in done:
        drop_roster(db, roster)
    return len(done)


def _mine(db: Session, id: uuid.UUID, status: RosterStatus) -> Roster | None:
    """The list, if it still waits for this and no other worker is at it."""
    if not db.scalar(select(func.pg_try_advisory_xact_lock(func.hashtext(f"roster:{id}")))):
        return None
    roster = db.get(Roster, id)
    return roster if roster is not None and roster.status == status else None


def _teller(db: Session, id: uuid.UUID) -> Tell:
    """Tells the page how far it has come, outside the transaction that is all or nothing."""
    engine = db.get_bind()
    assert isinstance(engine, Engine)

    def tell(done: int, steps: int) -> None:
        values: Mapping[str, int] = {"done": min(done, steps), "steps": steps}
        with engine.begin() as connection:
            connection.execute(update(Roster).where(Roster.id == id).values(**values))

    return tell
