"""Stripe's own books: what lies on our balance."""

from typing import Any

from models import Money

from .client import ask, client


def balance(currency: str) -> Money:
    """Everything on our Stripe balance, pending and available together."""
    found: Any = ask(client().v1.balance.retrieve)
    parts = [*found.available, *found.pending]
    return Money(sum(part.amount for part in parts if part.currency == currency), currency)
