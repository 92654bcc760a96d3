"""What changed of the market, by the lines of the outbox: none is missed, and none comes twice."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

# All that was written by transactions which were not over at the last look, and who still runs:
# in one statement, so that both are of one moment.
_LINES = text("""
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon,
           pg_current_xact_id_if_assigned() IS NOT NULL AS is_writing,
           line.seq, line.creator_id, line.gone_id
    FROM (SELECT 1) AS once
    LEFT JOIN match_outbox AS line ON line.writer >= CAST(CAST(:horizon AS text) AS xid8)
""")

# A transaction that is still to come.
_NOBODY_YET = 2**62


class Look:
    """What was new at one moment; `is_writing` when this transaction changes something itself."""

    def __init__(self, rows: Sequence[Any], done: set[int]) -> None:
        lines = [row for row in rows if row.seq is not None]
        self.horizon, self.is_writing = int(rows[0].horizon), bool(rows[0].is_writing)
        self.lines = [row for row in lines if row.seq not in done]
        self.seqs = {row.seq for row in lines}


class Follower:
    """Follows the outbox from `horizon`: all of every transaction before it has been seen.

    A line whose transaction commits late has a writer at or after the horizon, for that moves
    only as far as the oldest transaction still running. So none is missed.
    """

    def __init__(self, horizon: int) -> None:
        self.horizon = horizon
        # Lines of transactions from the horizon on that were seen already.
        self._done: set[int] = set()

    @classmethod
    def from_now_on(cls, db: Session) -> "Follower":
        """All that is to be seen at this moment counts as seen."""
        made = cls(cls(_NOBODY_YET).look(db).horizon)
        made.done(made.look(db))
        return made

    def look(self, db: Session) -> Look:
        return Look(db.execute(_LINES, {"horizon": self.horizon}).all(), self._done)

    def done(self, look: Look) -> None:
        """Go on from there next time."""
        self.horizon, self._done = look.horizon, look.seqs
