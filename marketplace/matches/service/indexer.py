"""The one who keeps the engine's snapshot as the database is: it follows the outbox.

One for an installation, however many workers run: whoever holds the lock. It asks four times a
second for new lines and writes the rows they are about in place, where every process sees them.
"""

import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.kit.clock import today
from marketplace.kit.db import unit_of_work
from marketplace.kit.settings import settings
from marketplace.matches.queries.backend import COLUMNAR_FROM
from marketplace.matches.queries.outbox import Follower
from marketplace.matches.queries.reading import read
from marketplace.matches.queries.snapshots import NAME, day_of
from matching.engine import Damaged, Full, Snapshot
from models import Creator, PlatformAccount

from .building import rebuild
from .entries import entries_of

log = logging.getLogger("alongside.matching")

# Gives what a unit of work needs around it.
InApp = Callable[[], AbstractContextManager[object]]

EVERY = 0.25  # seconds
#: How often a market that was too small, or a lock another holds, is looked at again; how often
#: the place in the outbox is written down when nothing changed.
PATIENCE = 10.0
_LOT = 500
_LOCK = text("SELECT pg_try_advisory_lock(hashtext('alongside matching indexer'))")
_MANY = text("SELECT count(*) FROM (SELECT FROM platform_accounts LIMIT :most) AS found")


class Indexer:
    """Follows the outbox: all of every transaction before its horizon is in the snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._outbox = Follower(snapshot.applied)
        self._noted_at = time.monotonic()

    def follow(self, db: Session) -> int:
        """Bring the snapshot up to now; returns how many creators changed."""
        look = self._outbox.look(db)
        if look.horizon < self._outbox.horizon:
            raise Damaged("the snapshot is of another database, or of one that was put back")
        changed = list({line.creator_id for line in look.lines})
        for first in range(0, len(changed), _LOT):
            self._put(db, changed[first : first + _LOT])
        self.snapshot.remove([line.gone_id for line in look.lines if line.gone_id])
        self._outbox.done(look)
        if time.monotonic() - self._noted_at >= PATIENCE:
            self.note()
        return len(changed)

    def note(self) -> None:
        """Write down how far it came, once that is on the disk. Lines since then are read again
        by whoever goes on from here, which changes nothing."""
        self.snapshot.flush()
        self.snapshot.remove([], seq=self._outbox.horizon)
        self._noted_at = time.monotonic()

    def _put(self, db: Session, creators: Sequence[uuid.UUID]) -> None:
        theirs = select(PlatformAccount.id).where(PlatformAccount.creator_id.in_(creators))
        entries = list(entries_of(read(db, Creator.id.in_(creators)), settings().currency))
        self.snapshot.put(entries)
        # Of somebody suspended nothing is read.
        self.snapshot.remove(set(db.scalars(theirs)) - {entry.id for entry in entries})


def run(in_app: InApp, engine: Engine, stop: threading.Event) -> None:
    """Until told to stop. Whatever goes wrong is logged, and begun again in a moment."""
    with in_app():
        if settings().match_engine == "sql":
            return
        while not stop.is_set():
            try:
                with engine.connect() as connection:
                    if connection.scalar(_LOCK):
                        _work(in_app, connection, stop)
                    # The lock lives as long as the connection: it isn't given back to the pool.
                    connection.invalidate()
            except (DBAPIError, OSError):
                log.exception("the indexer begins again")
            stop.wait(PATIENCE)


def _work(in_app: InApp, connection: Connection, stop: threading.Event) -> None:
    """While this connection lives, nobody else has the lock."""
    build, indexer, looked_at = Build(in_app), None, -PATIENCE
    while not stop.is_set():
        connection.rollback()
        connection.scalar(text("SELECT 1"))
        connection.rollback()
        try:
            if indexer is None or indexer.snapshot.replaced():
                indexer = _opened()
            if time.monotonic() - looked_at >= PATIENCE:
                looked_at = time.monotonic()
                if _is_wanted(indexer):
                    build.begin()
            if indexer is not None:
                with unit_of_work() as db:
                    indexer.follow(db)
        except (Full, Damaged) as wrong:
            log.warning("the snapshot is built anew: %s", wrong)
            build.begin()
            stop.wait(PATIENCE)
        stop.wait(EVERY)
    build.wait()


def _opened() -> Indexer | None:
    path = settings().matching_dir / NAME
    if not path.exists():
        return None
    snapshot = Snapshot.open(path, for_writing=True)
    # After an update this takes seconds, for which the first change would have to wait.
    snapshot.warm()
    return Indexer(snapshot)


def _is_wanted(indexer: Indexer | None) -> bool:
    """Whether to build: the first, when there are enough accounts, and every night another."""
    if indexer is not None:
        return day_of(settings().matching_dir, indexer.snapshot.generation) != today()
    if settings().match_engine == "columnar":
        return True
    with unit_of_work() as db:
        return db.scalar(_MANY, {"most": COLUMNAR_FROM}) == COLUMNAR_FROM


class Build:
    """Building beside following: changes go on being seen meanwhile."""

    def __init__(self, in_app: InApp) -> None:
        self._in_app = in_app
        self._thread = threading.Thread()

    def begin(self) -> None:
        if not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="build", daemon=True)
            self._thread.start()

    def wait(self) -> None:
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            with self._in_app():
                rebuild()
        except (DBAPIError, OSError):
            log.exception("no snapshot could be built; the present one stays")
