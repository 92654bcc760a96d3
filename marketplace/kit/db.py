"""One session per app context, one transaction per unit of work.

Returning commits, raising rolls back, and nobody else commits.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

import orjson
from flask import current_app, g
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.orm import Session

from marketplace.config import Config
from models import ClockShift
from models.clock import set_shift

log = logging.getLogger("alongside.db")
T = TypeVar("T")

# Every connection takes this role. It may use the tables and owns none of them.
_SESSION = "-c role=alongside_app -c statement_timeout=20s -c lock_timeout=10s -c timezone=UTC"


def make_engine(config: Config) -> Engine:
    return create_engine(
        config.database_url,
        pool_size=config.pool_size,
        max_overflow=4,
        pool_pre_ping=True,
        json_deserializer=orjson.loads,
        connect_args={"options": _SESSION, "application_name": "alongside"},
    )


def owns_tables(engine: Engine) -> bool:
    """Whether who signs in could change the schema or forge the ledger.

    Asked of the login: the role every connection takes could be put down again.
    """
    with engine.connect() as connection:
        return bool(
            connection.scalar(
                text(
                    "SELECT EXISTS (SELECT 1 FROM pg_class"
                    " WHERE pg_has_role(session_user, relowner, 'MEMBER'))"
                )
            )
        )


def db() -> Session:
    """The session of this request or job."""
    if "db" not in g:
        g.db = Session(current_app.extensions["engine"], expire_on_commit=False)
    session: Session = g.db
    return session


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Everything inside happens, or nothing does."""
    session = db()
    read_clock(session)
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def one_by_one(session: Session, rows: Iterable[T], act: Callable[[T], object]) -> int:
    """Do `act` to each row in a savepoint of its own, so that one that can't go on holds up no
    other. What failed is logged and kept in `session.info["stuck"]`; how many went well is given.
    """
    done = 0
    for row in rows:
        try:
            with session.begin_nested():
                act(row)
            done += 1
        except Exception as error:
            log.error("%r is stuck", row, exc_info=error)
            session.info.setdefault("stuck", []).append(repr(row))
    return done


def abandon() -> None:
    """Undo what this unit of work has done so far: a refusal changes nothing."""
    db().rollback()


def read_clock(session: Session) -> None:
    """On the sandbox, take over how far the demo clock was moved."""
    if current_app.extensions["config"].is_demo:
        seconds = session.scalar(select(ClockShift.seconds)) or 0
        set_shift(timedelta(seconds=seconds))


def close(_error: BaseException | None = None) -> None:
    if "db" in g:
        g.pop("db").close()
