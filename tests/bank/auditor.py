"""Who looks at the books while they are written, and once more when all is quiet."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.bank.designs import Design

# What may never be seen, not even for a moment: name → SQL that gives how often it is.
_NEVER = {
    "the books do not add up to zero": "SELECT count(*) FROM (SELECT currency FROM {s}.entry"
    " GROUP BY currency HAVING sum(amount) <> 0) x",
    "half a journal": "SELECT count(*) FROM (SELECT j.id FROM {s}.journal j LEFT JOIN {s}.entry e"
    " ON e.journal_id = j.id GROUP BY j.id"
    " HAVING count(e.journal_id) < 2 OR coalesce(sum(e.amount), 1) <> 0) x",
    "a bounded account below zero": "SELECT count(*) FROM {s}.account a WHERE a.balance < 0"
    " OR (a.balance IS NOT NULL AND (SELECT coalesce(sum(e.amount), 0) FROM {s}.entry e"
    " WHERE e.account_id = a.id) * CASE WHEN left(a.kind, 1) IN ('A', 'E') THEN 1 ELSE -1 END < 0)",
    "a kept balance that its entries do not make": "SELECT count(*) FROM {s}.account a LEFT JOIN"
    " (SELECT account_id, sum(amount) s, count(*) n, max(account_version) top FROM {s}.entry"
    " GROUP BY 1) e ON e.account_id = a.id WHERE a.balance IS NOT NULL AND (a.balance <>"
    " coalesce(e.s, 0) * CASE WHEN left(a.kind, 1) IN ('A', 'E') THEN 1 ELSE -1 END"
    " OR a.version <> coalesce(e.n, 0) OR a.version <> coalesce(e.top, 0))",
    "a cause booked twice": "SELECT count(*) FROM (SELECT cause FROM {s}.journal GROUP BY 1"
    " HAVING count(*) > 1) x",
    "an event kept twice": "SELECT count(*) FROM (SELECT stripe_id FROM {events} GROUP BY 1"
    " HAVING count(*) > 1) x",
}


def look(connection: psycopg.Connection, design: Design) -> dict[str, int]:
    """Everything wrong in one moment of the books: name → how often."""
    found = {}
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for name, asked in _NEVER.items():
            query = asked.format(s=design.schema, events=design.events)
            row = connection.execute(query).fetchone()  # type: ignore[call-overload]
            if row[0]:
                found[name] = row[0]
    return found


def keep_looking(url: str, design: Design, said: Path, pause: float = 0.1) -> None:
    """Look again and again, through every crash; a line in `said` for each look."""
    while True:
        try:
            with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                while True:
                    found = look(connection, design)
                    with said.open("a") as file:
                        file.write(json.dumps(found) + "\n")
                    time.sleep(pause)
        except psycopg.Error:
            time.sleep(pause)


def looks(said: Path) -> tuple[int, Counter[str]]:
    """How often the auditor looked, and in how many looks each wrong was seen."""
    seen: Counter[str] = Counter()
    lines = said.read_text().splitlines() if said.exists() else []
    for line in lines:
        seen.update(json.loads(line).keys())
    return len(lines), seen


def acknowledged(folder: Path) -> Iterator[dict[str, Any]]:
    """What writers were told is written. The last line of one that was killed may be half."""
    for path in sorted(folder.glob("*.acks")):
        for line in path.read_text().splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue


def missing(url: str, design: Design, acks: list[dict[str, Any]]) -> dict[str, int]:
    """What was acknowledged, and is not there exactly once; what is there, and nobody wrote."""
    wrong: Counter[str] = Counter()
    with psycopg.connect(url, autocommit=True) as connection:
        causes = _counted(connection, f"SELECT cause, count(*) FROM {design.schema}.journal")
        events = _counted(connection, f"SELECT stripe_id, count(*) FROM {design.events}")
    for ack in acks:
        for there, name in ((causes, ack.get("cause")), (events, ack.get("event"))):
            if name is not None and there.get(name, 0) != 1:
                wrong["an acknowledged write that is not there once"] += 1
    told = [ack["event"] for ack in acks if ack.get("new")]
    if len(told) != len(set(told)):
        wrong["an event that was new twice"] += len(told) - len(set(told))
    return dict(wrong)


def _counted(connection: psycopg.Connection, query: str) -> dict[str, int]:
    return dict(connection.execute(sql.SQL(query + " GROUP BY 1")).fetchall())  # type: ignore[arg-type]
