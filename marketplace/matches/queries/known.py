"""Creators as they were last read, until the outbox says that one changed.

A page looks at hundreds for each that it shows, and few of them change from one page to the next.
"""

import uuid
from collections.abc import Sequence
from datetime import date
from threading import Lock
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import today
from models import Creator, PlatformAccount

from .outbox import Follower, Look
from .reading import Listed, read

#: Creators and rankings kept by a process: some 40 MB.
_MOST, _RANKINGS = 5_000, 32


class Known:
    """`memory` holds rankings of them: whoever takes one out compares who is in it."""

    def __init__(self) -> None:
        self.memory: dict[Any, Any] = {}
        self._by_account: dict[uuid.UUID, Listed] = {}
        self._day: date | None = None
        self._outbox: Follower | None = None
        self._changes = 0
        self._lock = Lock()

    def of(self, db: Session, accounts: Sequence[uuid.UUID]) -> list[Listed]:
        """The creators of these accounts as they are now, by slug."""
        with self._lock:
            look = self._looked(db)
            changes = self._changes
            kept = {} if look.is_writing else self._by_account
            found = {one.id: one for account in accounts if (one := kept.get(account))}
            missing = [account for account in accounts if account not in kept]
        if missing:
            theirs = select(PlatformAccount.creator_id).where(PlatformAccount.id.in_(missing))
            fresh = read(db, Creator.id.in_(theirs))
            found |= {one.id: one for one in fresh}
            if not look.is_writing:
                self._keep(fresh, changes)
        return sorted(found.values(), key=lambda one: one.slug)

    def remember(self, key: Any, value: Any) -> None:
        if len(self.memory) >= _RANKINGS:
            self.memory.clear()
        self.memory[key] = value

    def _looked(self, db: Session) -> Look:
        """Forget whom the outbox names, and everybody on another day, or in another database."""
        look = self._outbox.look(db) if self._outbox and self._day == today() else None
        if self._outbox is None or look is None or look.horizon < self._outbox.horizon:
            self._by_account.clear()
            self._changes += 1
            self._day, self._outbox = today(), Follower.from_now_on(db)
            look = self._outbox.look(db)
        if look.is_writing:
            # What only this transaction sees yet is nothing to go by.
            return look
        changed = {line.creator_id for line in look.lines}
        if changed:
            self._changes += 1
            for account, one in list(self._by_account.items()):
                if one.id in changed:
                    del self._by_account[account]
        self._outbox.done(look)
        return look

    def _keep(self, fresh: Sequence[Listed], changes: int) -> None:
        """Unless something changed since: somebody else may have seen that line, and not these."""
        with self._lock:
            if changes != self._changes:
                return
            if len(self._by_account) >= _MOST:
                self._by_account.clear()
            for one in fresh:
                self._by_account |= dict.fromkeys((account.id for account in one.accounts), one)
