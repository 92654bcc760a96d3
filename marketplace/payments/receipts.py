"""What became of one payment, read from the ledger alone, so that it always adds up."""

import uuid
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import Money

from . import ledger

# Where a payment lies when it comes in: at Stripe, and the part that Stripe kept.
_CAME_IN = frozenset({"A:stripe", "A:uncleared", "E:stripe_fees"})
# Journals that touch these move money that was divided before.
_OUTSIDE = frozenset({"A:stripe", "A:bank", "A:in_transit"})
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Part:
    """What of a payment is on one account; the parts of a receipt make its gross."""

    account: str
    owner: uuid.UUID | None
    amount: Money


@dataclass(frozen=True, slots=True)
class Receipt:
    gross: Money
    parts: list[Part]
    # What Stripe kept and nobody but us bears.
    stripe_fee: Money
    # Oldest first.
    journals: list[ledger.Journal]

    @property
    def currency(self) -> str:
        return self.gross.currency

    def sent_to(self, person_id: uuid.UUID | None) -> Money:
        """What has left for somebody's own account, less what was taken back from there."""
        moved = (one for one in self.journals if _is_move(one))
        minor = sum(
            line.amount.minor
            for one in moved
            for line in one.lines
            if line.owner == person_id and line.account in ("L:payable", "A:owed")
        )
        return Money(minor, self.currency)


def is_payment(journal: ledger.Journal) -> bool:
    """Whether it is the journal by which a payment came in."""
    return journal.kind.endswith("_paid") and journal.kind != "payout_paid"


def _is_move(journal: ledger.Journal) -> bool:
    return not is_payment(journal) and any(line.account in _OUTSIDE for line in journal.lines)


def receipt(db: Session, about: tuple[str, uuid.UUID], currency: str) -> Receipt:
    """Everything the ledger has about one deal or order."""
    journals = ledger.journals(db, about=about, most=_MOST)[::-1]
    gross, kept = 0, 0
    sums: dict[tuple[str, uuid.UUID | None], int] = defaultdict(int)
    for journal in journals:
        for line in journal.lines:
            kept += line.amount.minor if line.account == "E:stripe_fees" else 0
            if is_payment(journal) and line.account in _CAME_IN:
                gross += line.amount.minor
            elif not _is_move(journal):
                sums[line.account, line.owner] -= line.amount.minor
    parts = [
        Part(account, owner, Money(minor, currency))
        for (account, owner), minor in sums.items()
        if minor
    ]
    return Receipt(Money(gross, currency), parts, Money(kept, currency), journals)
