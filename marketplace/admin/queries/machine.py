"""Jobs: what runs behind the pages."""

import json
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

# Of a mail's job only who and what about is shown: its text may hold a link that signs in.
_SECRET = frozenset({"text"})


class Job(NamedTuple):
    id: int
    name: str
    queue: str
    args: str
    attempts: int
    at: datetime | None


def job_counts(db: Session) -> dict[str, int]:
    """How many jobs are in each state."""
    rows = db.execute(text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status"))
    return {row[0]: row[1] for row in rows}


def failed_jobs(db: Session, most: int = 100) -> list[Job]:
    """Jobs that were tried as often as they may, the newest first."""
    rows = db.execute(
        text(
            "SELECT j.id, j.task_name, j.queue_name, j.args, j.attempts,"
            " (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id) AS at"
            " FROM procrastinate_jobs j WHERE j.status = 'failed' ORDER BY j.id DESC LIMIT :most"
        ),
        {"most": most},
    )
    return [
        Job(row.id, row.task_name, row.queue_name, _shown(row.args), row.attempts, row.at)
        for row in rows
    ]


def _shown(args: dict[str, Any]) -> str:
    open_args = {name: value for name, value in args.items() if name not in _SECRET}
    return json.dumps(open_args, ensure_ascii=False)
