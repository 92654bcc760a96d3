"""A list of creators from its upload to the last row kept: `-m tests.bench.roster N=35000`.

What the worker does for the page, on a database of its own whose disk is waited for: read and
looked over, then read again and written, all or nothing. Beside it the same with one INSERT a
row, and Python's csv module only reading the file into dicts. A JSON line for a list of new
accounts, and one for the same list again, whose accounts are known; the middle of three rounds.
"""

import csv
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from random import Random
from statistics import median
from typing import Any, NamedTuple

from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from marketplace.creators import service
from marketplace.creators.service import bringing
from marketplace.kit.db import unit_of_work
from models import Model, Platform, Roster, RosterStatus
from tests import builders
from tests.bank.run import bank

ROUNDS = 3
_FIRST = ("Ida", "Omar", "Åsa", "Noah", "Mei", "Jürgen", "Lucía", "Tove", "Elif", "Sanna")
_LAST = ("Berg", "Haddad", "Öberg", "Lind", "Tanaka", "Weiß", "Soto", "Holm", "Kaya", "Aalto")
_COLUMNS = (
    *("Handle", "Name", "Email", "Platform", "Followers", "Country", "City", "Language"),
    *("Category", "About", "Engagement rate"),
)


def a_list(rows: int, seed: int) -> str:
    """As an agency keeps one: counts and names in several spellings, one row in 500 to mend."""
    random = Random(seed)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for number in range(rows):
        name = f"{random.choice(_FIRST)} {random.choice(_LAST)}"
        handle = f"{name[:3].encode('ascii', 'ignore').decode().lower()}.{seed}.{number}"
        followers = random.choice((f"{random.randint(1, 900)}k", str(random.randint(900, 90_000))))
        writer.writerow(
            (
                f"@{handle}" if number % 500 else "two words",
                f"{name} {number % 4_000}",
                f"{handle}@example.org" if number % 3 else "",
                random.choice(("Instagram", "TikTok", "YouTube")),
                followers,
                random.choice(("Sweden", "SE", "Deutschland", "Norway", "UK", "France")),
                random.choice(("Umeå", "Berlin", "Oslo", "Leeds", "Lyon")),
                random.choice(("Swedish", "de", "English, French")),
                random.choice(("Camping & hiking", "Coffee", "Books; Tea", "Beauty", "Wedding")),
                "Writes of what there is to see, weekly, with pictures.",
                f"{random.uniform(0.4, 9):.2f}%",
            )
        )
    return out.getvalue()


def taken(app: Flask, content: bytes) -> None:
    """What happens between choosing a file and its last creator: each step a unit of work."""

    def step(work: Callable[..., Any]) -> Any:
        with app.app_context(), unit_of_work() as db:
            return work(db)

    def start(db: Any) -> Any:
        about = {"file_name": "list.csv", "platform": Platform.INSTAGRAM, "invites": False}
        by = builders.admin(db)
        return service.start_roster(db, content=content, by=by, **about).id

    id = step(start)
    step(lambda db: service.read_roster(db, id))
    step(lambda db: service.keep_roster(db, db.get(Roster, id)))
    step(lambda db: service.save_roster(db, id))
    assert step(lambda db: db.get(Roster, id).status) == RosterStatus.SAVED


class Took(NamedTuple):
    """Seconds by the clock, and of this process alone: the rest is the database's, or waiting."""

    wall: float
    cpu: float


def timed(work: Callable[[], Any]) -> Took:
    wall, cpu = time.monotonic(), time.process_time()
    work()
    return Took(time.monotonic() - wall, time.process_time() - cpu)


def one_insert_a_row(db: Session, model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """The plainest way to write what `insert_many` writes."""
    for row in rows:
        db.execute(insert(model).values(row))


@contextmanager
def plainly() -> Iterator[None]:
    ours, bringing.insert_many = bringing.insert_many, one_insert_a_row
    try:
        yield
    finally:
        bringing.insert_many = ours


def measure(app: Flask, rows: int, seed: int) -> Iterator[dict[str, Any]]:
    """A list of new accounts by turns with the plain way, then the same again."""
    content, other = a_list(rows, seed).encode(), a_list(rows, seed + 1_000).encode()
    table = timed(lambda: list(csv.DictReader(io.StringIO(content.decode()))))
    with plainly():
        plain = timed(lambda: taken(app, other))
    for part in ("new", "again"):
        ours = timed(lambda: taken(app, content))
        beside = {"insert_a_row_s": plain.wall, "ratio": plain.wall / ours.wall}
        yield {
            "part": part,
            "wall_s": ours.wall,
            "cpu_s": ours.cpu,
            "rows_per_s": rows / ours.wall,
            **(beside if part == "new" else {}),
            "csv_module_s": table.wall,
            "megabytes": len(content) / 1e6,
        }


def main() -> None:
    asked = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word)
    rows = int(asked.get("N", "35000"))
    with bank() as one:
        app = one.app()
        rounds = [list(measure(app, rows, seed)) for seed in range(ROUNDS)]
    for lines in zip(*rounds, strict=True):
        said = {name: [line[name] for line in lines] for name in lines[0]}
        part = said.pop("part")[0]
        middle = {name: round(median(values), 2) for name, values in said.items()}
        load = round(os.getloadavg()[0], 1)
        print(json.dumps({"bench": "roster", "part": part, "rows": rows, **middle, "load": load}))


if __name__ == "__main__":
    main()
