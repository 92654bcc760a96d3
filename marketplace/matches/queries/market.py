"""Every creator there is, kept by each process until one changes: for small installations."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.kit.clock import today

from .reading import Listed, read
from .usual import Usual

Key = tuple[Any, ...]
# Of the lines in the outbox, as many as can commit after one with a higher number.
_VERSION = text("""
    SELECT max(seq), count(*) FROM match_outbox
    WHERE seq > (SELECT coalesce(max(seq), 0) - 50000 FROM match_outbox)
""")


class Market:
    """All creators on one day, by slug. `memory` holds what was worked out from them."""

    def __init__(self, creators: Mapping[str, Listed], day: date) -> None:
        self.creators = creators
        self.day = day
        self.memory: dict[Any, Any] = {}

    @cached_property
    def usual(self) -> Usual:
        return Usual.of(self.creators.values())

    def remember(self, key: Any, value: Any) -> Any:
        if len(self.memory) >= 128:
            self.memory.clear()
        self.memory[key] = value
        return value


_kept: dict[Key, Market] = {}


def market(db: Session) -> Market:
    """The market as it is now. Reading it anew happens only when something in it changed."""
    key = version(db)
    known = _kept.get(key)
    if known is None:
        known = Market({one.slug: one for one in read(db)}, today())
        _kept.clear()
        _kept[key] = known
    return known


def version(db: Session) -> Key:
    """Other whenever anything the market is read from was added, changed or removed.

    Each change leaves a line in the outbox. One that commits late has a lower number than the
    highest, so the lines are counted too. Lines are trimmed when they are days old, and with the
    day the key changes by itself.
    """
    return (today(), *db.execute(_VERSION).one())
