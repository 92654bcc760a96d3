"""Stripe's own books: what lies on our balance, and each line that made it so."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import Money

from .client import ask, client, time_of


@dataclass(frozen=True, slots=True)
class Booked:
    """One line of our balance's history. `net` is what it changed: the amount less the fee."""

    id: str
    kind: str
    source: str
    amount: Money
    fee: Money
    net: Money
    at: datetime


def booked(one: Any) -> Booked:
    source = one.source
    return Booked(
        id=one.id,
        kind=one.type,
        source=source if isinstance(source, str) else str(source.id if source else ""),
        amount=Money(one.amount, one.currency),
        fee=Money(one.fee, one.currency),
        net=Money(one.net, one.currency),
        at=time_of(one.created),
    )


def of_source(source: str) -> list[Booked]:
    """Every line that one thing at Stripe made, oldest first."""
    params: Any = {"source": source, "limit": 100}
    page = ask(lambda: client().v1.balance_transactions.list(params))
    return [booked(one) for one in page.auto_paging_iter()][::-1]


def since(moment: datetime) -> list[Booked]:
    """Every line made since then, the newest first."""
    params: Any = {"created": {"gte": int(moment.timestamp())}, "limit": 100}
    page = ask(lambda: client().v1.balance_transactions.list(params))
    return [booked(one) for one in page.auto_paging_iter()]


def balance(currency: str) -> Money:
    """Everything on our Stripe balance, pending and available together."""
    found: Any = ask(client().v1.balance.retrieve)
    parts = [*found.available, *found.pending]
    return Money(sum(part.amount for part in parts if part.currency == currency), currency)
