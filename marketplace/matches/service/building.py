"""A new snapshot of the whole market, written beside the old one and put in its place at once."""

import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from marketplace.kit.clock import today
from marketplace.kit.db import unit_of_work
from marketplace.kit.settings import settings
from marketplace.matches.queries.reading import Listed, listed, read, statement
from marketplace.matches.queries.snapshots import NAME, priced_of
from marketplace.matches.queries.usual import SAMPLE, Usual
from matching.engine import Snapshot
from models import Creator

from .entries import entries_of

log = logging.getLogger("alongside.matching")

#: As many creators are read at a time: well within the time a statement may take.
LOT = 2_000
#: The oldest transaction that could still add a line to the outbox.
HORIZON = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")


def rebuild() -> int:
    """Returns how many accounts it holds. What changes meanwhile is in the outbox: whoever opens
    the new snapshot for writing goes on from the horizon it was begun at.
    """
    folder, began = settings().matching_dir, time.monotonic()
    # Now, so that the first page that finds the snapshot need not wait for it.
    Snapshot.compile()
    folder.mkdir(parents=True, exist_ok=True)
    with unit_of_work() as db:
        horizon = int(db.scalar(HORIZON) or 0)
        sample = db.scalars(
            statement().with_only_columns(Creator.id).order_by(Creator.id).limit(SAMPLE)
        )
        usual = Usual.of(read(db, Creator.id.in_(list(sample))))
    generation = max(generations(folder), default=0) + 1
    plain = {"day": today().isoformat(), "priced": usual.as_list()}
    priced_of(folder, generation).write_text(json.dumps(plain))
    entries = entries_of(_everyone(), settings().currency)
    path = folder / NAME
    Snapshot.write(path, entries, usual.shares, applied=horizon, generation=generation)
    for old in generations(folder):
        if old < generation - 1:
            priced_of(folder, old).unlink(missing_ok=True)
    rows = Snapshot.open(path).rows
    log.info("snapshot %s holds %s accounts, in %.1f s", generation, rows, time.monotonic() - began)
    return rows


def generations(folder: Path) -> list[int]:
    return [int(one.stem.removeprefix("priced-")) for one in folder.glob("priced-*.json")]


def _everyone() -> Iterator[Listed]:
    """By id, in lots, each read in a transaction of its own."""
    after = None
    while True:
        query = statement().order_by(Creator.id).limit(LOT)
        with unit_of_work() as db:
            some = listed(db.execute(query if after is None else query.where(Creator.id > after)))
        yield from some
        if len(some) < LOT:
            return
        after = some[-1].id
