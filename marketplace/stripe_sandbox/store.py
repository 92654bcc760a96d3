"""Everything the sandbox knows, in one SQLite file: one connection, one lock, all or nothing."""

import json
import secrets
import sqlite3
import string
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]
PLATFORM = "acct_1SandboxPlatform"
PATIENCE = 1  # seconds for another sandbox to let go of the file
LETTERS = string.ascii_letters + string.digits

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, object TEXT NOT NULL, owner TEXT NOT NULL,
    created INTEGER NOT NULL, due INTEGER, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_listed ON objects (object, owner, seq);
CREATE INDEX IF NOT EXISTS objects_due ON objects (due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_group ON objects (json_extract(body, '$.transfer_group'));
CREATE INDEX IF NOT EXISTS objects_intent ON objects (json_extract(body, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS objects_source ON objects (json_extract(body, '$.source'));
CREATE INDEX IF NOT EXISTS objects_charge ON objects (json_extract(body, '$.charge'));
CREATE INDEX IF NOT EXISTS objects_transfer ON objects (json_extract(body, '$.transfer'));
CREATE INDEX IF NOT EXISTS objects_funded_by
    ON objects (json_extract(body, '$.source_transaction'));
CREATE INDEX IF NOT EXISTS objects_about ON objects (json_extract(body, '$.data.object.id'));
CREATE TABLE IF NOT EXISTS entries (
    txn TEXT PRIMARY KEY, account TEXT NOT NULL, currency TEXT NOT NULL,
    net INTEGER NOT NULL, available_on INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS entries_of ON entries (account, currency, available_on, net);
CREATE TABLE IF NOT EXISTS idempotency (
    key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY, event TEXT NOT NULL, endpoint TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, next_at REAL, outcome TEXT NOT NULL DEFAULT 'waiting');
CREATE INDEX IF NOT EXISTS deliveries_next ON deliveries (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY, pattern TEXT NOT NULL, moment TEXT NOT NULL,
    status INTEGER NOT NULL, times INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS mischief (
    id INTEGER PRIMARY KEY, pattern TEXT NOT NULL, how TEXT NOT NULL,
    seconds REAL NOT NULL, times INTEGER NOT NULL);
"""
# Added to tables that an older sandbox may have left behind.
COLUMNS = (
    ("deliveries", "how", "TEXT NOT NULL DEFAULT ''"),
    ("deliveries", "tried_at", "REAL"),
    ("faults", "kind", "TEXT NOT NULL DEFAULT 'error'"),
    ("faults", "seconds", "REAL NOT NULL DEFAULT 0"),
    ("idempotency", "created", "INTEGER NOT NULL DEFAULT 0"),
    ("idempotency", "request", "TEXT NOT NULL DEFAULT ''"),
)


COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


class Busy(Exception):
    """Another sandbox already keeps its state in this folder."""


def mint(prefix: str, length: int = 24) -> str:
    return f"{prefix}_" + "".join(secrets.choice(LETTERS) for _ in range(length))


class Store:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self.db = sqlite3.connect(
            folder / "sandbox.sqlite3",
            isolation_level=None,
            check_same_thread=False,
            timeout=PATIENCE,
        )
        self.db.row_factory = sqlite3.Row
        self.db.execute(
            "PRAGMA locking_mode = EXCLUSIVE"
        )  # held by one process, let go by the system when it dies
        try:
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")
            self.db.executescript(SCHEMA)
            self._add_columns()
        except sqlite3.OperationalError as error:
            self.db.close()
            if "locked" in str(error):
                raise Busy(str(folder)) from error
            raise
        self.shift = self._meta("clock_shift", 0)
        self._as_of: int | None = None

    def _add_columns(self) -> None:
        for table, name, kind in COLUMNS:
            known = {row["name"] for row in self.db.execute(f"PRAGMA table_info({table})")}
            if name not in known:
                self.db.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}")

    def close(self) -> None:
        with self.lock:
            self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; the lock makes it one at a time."""
        with self.lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.db.execute("ROLLBACK")
                self.shift = self._meta("clock_shift", 0)
                raise
            self.db.execute("COMMIT")

    @contextmanager
    def undone_on_error(self) -> Iterator[None]:
        """Inside a transaction: what fails leaves nothing, and the transaction goes on."""
        self.db.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK TO attempt")
            self.db.execute("RELEASE attempt")
            raise
        self.db.execute("RELEASE attempt")

    # The clock: real time plus a shift that only grows once anything has happened.

    def now(self) -> int:
        return self.latest() if self._as_of is None else self._as_of

    def latest(self) -> int:
        return int(time.time()) + self.shift

    @contextmanager
    def as_of(self, moment: int) -> Iterator[None]:
        """What fell due on the way to now happens at its own time, not when somebody looks."""
        self._as_of = moment
        try:
            yield
        finally:
            self._as_of = None

    def move_clock(self, seconds: int) -> None:
        self.shift += seconds
        self.db.execute("INSERT OR REPLACE INTO meta VALUES ('clock_shift', ?)", (self.shift,))

    def is_untouched(self) -> bool:
        """No object made by a request or a person: only what the sandbox sets up itself."""
        query = "SELECT 1 FROM objects WHERE object <> 'webhook_endpoint' AND id <> ? LIMIT 1"
        return self.db.execute(query, (PLATFORM,)).fetchone() is None

    def _meta(self, name: str, default: int) -> int:
        row = self.db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return default if row is None else int(row["value"])

    # Settings of the sandbox itself: whole numbers, 0 until someone says otherwise.

    def setting(self, name: str) -> int:
        return self._meta(f"setting:{name}", 0)

    def set(self, name: str, value: int) -> None:
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"setting:{name}", value))

    # Objects. Fields that begin with _ are ours; nobody outside sees them.

    def add(self, body: Json, owner: str) -> None:
        body["_owner"] = owner
        self.db.execute(
            "INSERT INTO objects (id, object, owner, created, due, body) VALUES (?, ?, ?, ?, ?, ?)",
            (
                body["id"],
                body["object"],
                owner,
                body.get("_created", body.get("created", self.now())),
                body.get("_due"),
                json.dumps(body),
            ),
        )

    def save(self, body: Json) -> None:
        self.db.execute(
            "UPDATE objects SET due = ?, body = ? WHERE id = ?",
            (body.get("_due"), json.dumps(body), body["id"]),
        )

    def rename(self, body: Json) -> None:
        """The same id, another kind: what is deleted is remembered, and listed no more."""
        self.save(body)
        self.db.execute("UPDATE objects SET object = ? WHERE id = ?", (body["object"], body["id"]))

    def get(self, name: str) -> Json | None:
        row = self.db.execute("SELECT body FROM objects WHERE id = ?", (name,)).fetchone()
        return None if row is None else json.loads(row["body"])

    def next_due(self) -> Json | None:
        """One at a time: what happens to the first may change the second."""
        row = self.db.execute(
            "SELECT body FROM objects WHERE due <= ? ORDER BY due, seq LIMIT 1", (self.now(),)
        ).fetchone()
        return None if row is None else json.loads(row["body"])

    def find(self, kind: str, owner: str | None = None, **fields: Any) -> list[Json]:
        """Every object of a kind with these values, oldest first."""
        where, values = _conditions(kind, owner, fields)
        query = f"SELECT body FROM objects WHERE {where} ORDER BY seq"  # noqa: S608 - see _conditions
        rows = self.db.execute(query, values)
        return [json.loads(row["body"]) for row in rows.fetchall()]

    def page(
        self,
        kind: str,
        owner: str,
        *,
        fields: Mapping[str, Any],
        created: Mapping[str, int],
        cursor: tuple[str, str] | None,
        limit: int,
    ) -> tuple[list[Json], bool]:
        """Newest first, and whether more follow; the cursor names "starting_after" or its twin."""
        where, values = _conditions(kind, owner, fields)
        for compare, moment in created.items():
            where += f" AND created {COMPARISONS[compare]} ?"
            values.append(moment)
        backwards = cursor is not None and cursor[0] == "ending_before"
        if cursor is not None:
            compare = ">" if backwards else "<"
            where += f" AND seq {compare} (SELECT seq FROM objects WHERE id = ?)"  # noqa: S608
            values.append(cursor[1])
        order = "ASC" if backwards else "DESC"
        query = f"SELECT body FROM objects WHERE {where} ORDER BY seq {order} LIMIT ?"  # noqa: S608
        rows = self.db.execute(query, [*values, limit + 1]).fetchall()
        bodies = [json.loads(row["body"]) for row in rows[:limit]]
        return (bodies[::-1] if backwards else bodies), len(rows) > limit

    def send_again(self, event: str) -> int:
        """Once more to each endpoint an event went to; gives how many."""
        return self.db.execute(
            "INSERT INTO deliveries (event, endpoint, next_at)"
            " SELECT DISTINCT event, endpoint, 0 FROM deliveries WHERE event = ?",
            (event,),
        ).rowcount

    def counts(self) -> dict[str, int]:
        rows = self.db.execute(
            "SELECT object, count(*) AS n FROM objects WHERE object NOT GLOB '_*'"
            " GROUP BY object ORDER BY object"
        )
        return {row["object"]: row["n"] for row in rows.fetchall()}

    def browse(self, kinds: list[str], before: int, limit: int) -> list[Json]:
        """Of these kinds and of every account, newest first; each with its place as _seq."""
        marks = ", ".join("?" * len(kinds))
        rows = self.db.execute(
            f"SELECT seq, body FROM objects WHERE object IN ({marks}) AND seq < ?"  # noqa: S608
            " ORDER BY seq DESC LIMIT ?",
            (*kinds, before, limit),
        )
        return [json.loads(row["body"]) | {"_seq": row["seq"]} for row in rows.fetchall()]

    def about(self, name: str, limit: int) -> list[Json]:
        """The events that carry this object, newest first."""
        rows = self.db.execute(
            "SELECT body FROM objects WHERE object = 'event'"
            " AND json_extract(body, '$.data.object.id') = ? ORDER BY seq DESC LIMIT ?",
            (name, limit),
        )
        return [json.loads(row["body"]) for row in rows.fetchall()]

    def known(self, names: list[str]) -> list[str]:
        """Those of these names that something has."""
        query = "SELECT id FROM objects WHERE id IN (SELECT value FROM json_each(?))"
        return [row["id"] for row in self.db.execute(query, (json.dumps(names),)).fetchall()]


def _conditions(kind: str, owner: str | None, fields: Mapping[str, Any]) -> tuple[str, list[Any]]:
    where, values = "object = ?", [kind]
    if owner is not None:
        where += " AND owner = ?"
        values.append(owner)
    for field, value in fields.items():  # field names are ours, never a caller's
        words, more = _condition(field, value)
        where += f" AND {words}"
        values += more
    return where, values


def _condition(field: str, value: Any) -> tuple[str, list[Any]]:
    """One value, one of several, a range, a pattern with a *, or what lies deeper."""
    at = f"json_extract(body, '$.{field}')"
    match value:
        case None:
            return f"{at} IS NULL", []
        case list() | tuple():
            return f"{at} IN ({', '.join('?' * len(value))})", list(value)
        case dict() if set(value) <= set(COMPARISONS):
            parts = [f"{at} {COMPARISONS[compare]} ?" for compare in value]
            return " AND ".join(parts) or "1", list(value.values())
        case dict():
            made = [_condition(f"{field}.{name}", each) for name, each in value.items()]
            return " AND ".join(each[0] for each in made), [v for each in made for v in each[1]]
        case str() if value.endswith(".*"):
            return f"{at} GLOB ?", [value]
    return f"{at} = ?", [value]
