"""The ledger, seen from Python: one function posts, the others read.

Amounts of lines are signed: + debit, − credit. Balances are positive on the account's own side.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from models import Money

STRIPE = "A:stripe"
UNCLEARED = "A:uncleared"
IN_TRANSIT = "A:in_transit"
BANK = "A:bank"
DISPUTED = "A:disputed"
OWED = "A:owed"
STRIPE_FEES = "E:stripe_fees"
DISPUTE_FEES = "E:dispute_fees"
CHARGEBACK_LOSS = "E:chargeback_loss"
GOODWILL = "E:goodwill"
ESCROW = "L:escrow"
PAYABLE = "L:payable"
HELD = "L:held"
ORDER = "L:order"
REFUND = "L:refund"
DEFERRED_FEE = "L:deferred_fee"
SURCHARGE = "L:surcharge"
SURCHARGE_KEPT = "I:surcharge"
PLATFORM_FEE = "I:platform_fee"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry to be: an account (its kind, and whose it is) and a signed amount."""

    account: str
    owner: uuid.UUID | None
    amount: Money


def debit(account: str, amount: Money, owner: uuid.UUID | None = None) -> Line:
    return Line(account, owner, amount)


def credit(account: str, amount: Money, owner: uuid.UUID | None = None) -> Line:
    return Line(account, owner, Money(-amount.minor, amount.currency))


_POST = text(
    "SELECT journal_id, replayed FROM ledger.post(:cause, :kind, :source, :about_type, :about_id,"
    " :stripe_id, :effective, :currency, CAST(:accounts AS text[]), CAST(:owners AS uuid[]),"
    " CAST(:amounts AS bigint[]))"
)


def post(
    db: Session,
    cause: str,
    kind: str,
    lines: Sequence[Line],
    *,
    about: tuple[str, uuid.UUID],
    source: str,
    stripe_id: str = "",
    at: datetime | None = None,
) -> bool:
    """Write one journal; False if this cause was posted before with the same lines.

    Lines of zero are left out. The database refuses lines that don't add up, an account that
    would fall below zero, and the same cause with other lines (IntegrityError).
    """
    written = [line for line in lines if line.amount]
    currencies = {line.amount.currency for line in written}
    if len(currencies) != 1:
        raise ValueError("a journal has lines of exactly one currency")
    row = db.execute(
        _POST,
        {
            "cause": cause,
            "kind": kind,
            "source": source,
            "about_type": about[0],
            "about_id": about[1],
            "stripe_id": stripe_id,
            "effective": at or now(),
            "currency": currencies.pop(),
            "accounts": [line.account for line in written],
            "owners": [line.owner for line in written],
            "amounts": [line.amount.minor for line in written],
        },
    ).one()
    return not row.replayed


def is_posted(db: Session, cause: str) -> bool:
    """Whether a journal with this cause was written."""
    found = text("SELECT 1 FROM ledger.journal WHERE cause = :cause")
    return db.scalar(found, {"cause": cause}) is not None


def is_posted_for(db: Session, about: tuple[str, uuid.UUID], kind: str) -> bool:
    """Whether a journal of this kind was written about a thing."""
    found = text(
        "SELECT 1 FROM ledger.journal WHERE about_type = :type AND about_id = :id"
        " AND kind = :kind LIMIT 1"
    )
    return db.scalar(found, {"type": about[0], "id": about[1], "kind": kind}) is not None


def lines_of(db: Session, *causes: str) -> list[Line]:
    """The entries of these journals; none of one that was not written."""
    rows = db.execute(
        text(
            "SELECT a.kind, a.owner, e.amount, e.currency FROM ledger.journal j"
            " JOIN ledger.entry e ON e.journal_id = j.id"
            " JOIN ledger.account a ON a.id = e.account_id WHERE j.cause = ANY(:causes)"
        ),
        {"causes": list(causes)},
    )
    return [Line(row.kind, row.owner, Money(row.amount, row.currency)) for row in rows]


def debited(
    db: Session, about: tuple[str, uuid.UUID], kinds: Sequence[str], accounts: Sequence[str]
) -> int:
    """What journals of these kinds about a thing took from accounts of these kinds, in all."""
    found = db.scalar(
        text(
            "SELECT coalesce(sum(e.amount), 0) FROM ledger.journal j"
            " JOIN ledger.entry e ON e.journal_id = j.id AND e.amount > 0"
            " JOIN ledger.account a ON a.id = e.account_id AND a.kind = ANY(:accounts)"
            " WHERE j.about_type = :type AND j.about_id = :id AND j.kind = ANY(:kinds)"
        ),
        {"type": about[0], "id": about[1], "kinds": list(kinds), "accounts": list(accounts)},
    )
    return int(found or 0)


# Two queries: no index answers IS NOT DISTINCT FROM, and each deal has an account.
_BALANCE = text(
    "SELECT balance FROM ledger.balance WHERE kind = :kind AND currency = :currency"
    " AND owner = :owner"
)
_BALANCE_OF_NOBODY = text(
    "SELECT balance FROM ledger.balance WHERE kind = :kind AND currency = :currency"
    " AND owner IS NULL AND CAST(:owner AS uuid) IS NULL"
)


def balance(db: Session, account: str, owner: uuid.UUID | None, currency: str) -> Money:
    """What one account holds; nothing if it was never opened."""
    whose = {"kind": account, "owner": owner, "currency": currency}
    found = db.scalar(_BALANCE if owner else _BALANCE_OF_NOBODY, whose)
    return Money(found or 0, currency)


def total_of(db: Session, account: str, currency: str) -> Money:
    """What all accounts of one kind hold together."""
    found = db.scalar(
        text("SELECT sum(balance) FROM ledger.balance WHERE kind = :kind AND currency = :currency"),
        {"kind": account, "currency": currency},
    )
    return Money(int(found or 0), currency)


@dataclass(frozen=True, slots=True)
class Journal:
    """One journal with its entries: [(account kind, owner, signed amount)]."""

    id: int
    cause: str
    kind: str
    source: str
    about_type: str
    about_id: uuid.UUID
    stripe_id: str
    effective_at: datetime
    created_at: datetime
    lines: list[Line]

    @property
    def amount(self) -> Money:
        """The sum of its debits."""
        currency = self.lines[0].amount.currency
        return Money(sum(max(0, line.amount.minor) for line in self.lines), currency)


_WHOLE = (
    "SELECT j.id, j.cause, j.kind, j.source, j.about_type, j.about_id, j.stripe_id,"
    " j.effective_at, j.created_at,"
    " (SELECT jsonb_agg(jsonb_build_array(a.kind, a.owner, e.amount, e.currency)"
    "   ORDER BY e.amount DESC) FROM ledger.entry e"
    "   JOIN ledger.account a ON a.id = e.account_id WHERE e.journal_id = j.id) AS lines"
    " FROM ledger.journal j"
)
_SOME = (
    " WHERE (CAST(:type AS text) IS NULL OR (about_type = :type AND about_id = :about))"
    " AND (CAST(:account AS bigint) IS NULL OR EXISTS (SELECT 1 FROM ledger.entry x"
    "   WHERE x.journal_id = j.id AND x.account_id = :account))"
    " AND (CAST(:before AS bigint) IS NULL OR j.id < :before)"
    " ORDER BY j.id DESC LIMIT :most"
)


def journals_by_id(db: Session, ids: Sequence[int]) -> dict[int, Journal]:
    """These journals with their entries."""
    if not ids:
        return {}
    rows = db.execute(text(_WHOLE + " WHERE j.id = ANY(:ids)"), {"ids": list(ids)})
    return {row.id: _journal(row) for row in rows}


def journals(
    db: Session,
    *,
    about: tuple[str, uuid.UUID] | None = None,
    account_id: int | None = None,
    before: int | None = None,
    most: int = 50,
) -> list[Journal]:
    """Journals with their entries, newest first; about one thing or touching one account."""
    rows = db.execute(
        text(_WHOLE + _SOME),
        {
            "type": about[0] if about else None,
            "about": about[1] if about else None,
            "account": account_id,
            "before": before,
            "most": most,
        },
    )
    return [_journal(row) for row in rows]


def _journal(row: Any) -> Journal:
    lines = [
        Line(kind, uuid.UUID(owner) if owner else None, Money(amount, currency.strip()))
        for kind, owner, amount, currency in row.lines
    ]
    return Journal(
        row.id,
        row.cause,
        row.kind,
        row.source,
        row.about_type,
        row.about_id,
        row.stripe_id,
        row.effective_at,
        row.created_at,
        lines,
    )
