"""Work for later. A job is written in the same transaction as its cause, or not at all."""

from typing import Any

import procrastinate
from sqlalchemy import text
from sqlalchemy.orm import Session

# Never opened: it only writes jobs, through the connection of whoever asks.
_writer = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


def running(db: Session) -> set[str]:
    """The `once` keys of jobs that are being done now. A second one for the same thing would
    stand in the way when the first fails and wants to wait again.
    """
    keys = "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'doing'"
    return {key for key in db.scalars(text(keys)) if key}


def enqueue(
    db: Session,
    name: str,
    *,
    queue: str = "default",
    once: str | None = None,
    priority: int = 0,
    **args: Any,
) -> None:
    """Write the job `name` into this transaction; the worker runs it after the commit.

    `once`: while a job with this key waits, no second one is written. `priority`: what is lower
    waits for all that is higher, so that thousands of mails hold up nobody's money.
    """
    connection = db.connection().connection.driver_connection
    deferrer = _writer.configure_task(
        name,
        queue=queue,
        queueing_lock=once,
        lock=None,
        priority=priority,
        connection=connection,
    )
    if once is None:
        deferrer.defer(**args)
        return
    try:
        with db.begin_nested():
            # The savepoint is written when the session next touches its connection; without it
            # a second job would abort the whole transaction.
            db.connection()
            deferrer.defer(**args)
    except procrastinate.exceptions.AlreadyEnqueued:
        pass
