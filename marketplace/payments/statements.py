"""A month of somebody's accounts, read from the ledger: what there was, each change, what is left.

Months begin and end at midnight UTC.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from models import Money

from . import ledger


@dataclass(frozen=True, slots=True)
class Change:
    """What one journal did to the accounts, and what was on them afterwards."""

    journal: ledger.Journal
    amount: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class Statement:
    """Some accounts of one kind over one month. Opening and changes make the closing."""

    account: str
    opening: Money
    changes: list[Change]

    @property
    def closing(self) -> Money:
        return self.changes[-1].balance if self.changes else self.opening

    @property
    def is_empty(self) -> bool:
        return not (self.changes or self.opening)


def next_month(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


_SIDE = "CASE WHEN left(a.kind, 1) IN ('A', 'E') THEN 1 ELSE -1 END"
_MINE = "a.kind = :kind AND a.currency = :currency AND a.owner = ANY(CAST(:owners AS uuid[]))"
_OPENING = text(
    f"SELECT coalesce(sum({_SIDE} * e.amount), 0) FROM ledger.account a"  # noqa: S608
    " JOIN ledger.entry e ON e.account_id = a.id JOIN ledger.journal j ON j.id = e.journal_id"
    f" WHERE {_MINE} AND j.effective_at < :since"
)
_CHANGES = text(
    f"SELECT e.journal_id AS id, sum({_SIDE} * e.amount)::bigint AS minor"  # noqa: S608
    " FROM ledger.account a JOIN ledger.entry e ON e.account_id = a.id"
    " JOIN ledger.journal j ON j.id = e.journal_id"
    f" WHERE {_MINE} AND j.effective_at >= :since AND j.effective_at < :until"
    " GROUP BY e.journal_id, j.effective_at ORDER BY j.effective_at, e.journal_id"
)
_MONTHS = text(
    "SELECT DISTINCT date_trunc('month', j.effective_at AT TIME ZONE 'UTC')::date AS first"
    " FROM ledger.account a JOIN ledger.entry e ON e.account_id = a.id"
    " JOIN ledger.journal j ON j.id = e.journal_id"
    " WHERE a.currency = :currency AND a.kind = ANY(:kinds)"
    " AND a.owner = ANY(CAST(:owners AS uuid[])) ORDER BY first DESC"
)


def statement(
    db: Session, account: str, owners: Sequence[uuid.UUID], currency: str, first: date
) -> Statement:
    """The accounts of this kind and these owners in the month that begins on `first`."""
    mine = {"kind": account, "owners": list(owners), "currency": currency}
    month = {"since": _midnight(first), "until": _midnight(next_month(first))}
    opening = int(db.scalar(_OPENING, mine | {"since": month["since"]}) or 0)
    rows = db.execute(_CHANGES, mine | month).all()
    journals = ledger.journals_by_id(db, [row.id for row in rows])
    changes, balance = [], opening
    for row in rows:
        balance += row.minor
        amount = Money(int(row.minor), currency)
        changes.append(Change(journals[row.id], amount, Money(balance, currency)))
    return Statement(account, Money(opening, currency), changes)


def months(
    db: Session, kinds: Sequence[str], owners: Sequence[uuid.UUID], currency: str
) -> list[date]:
    """The first days of the months in which anything happened, the latest first."""
    given = {"kinds": list(kinds), "owners": list(owners), "currency": currency}
    return list(db.scalars(_MONTHS, given))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
