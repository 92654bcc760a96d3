"""Money from a Stripe balance to a bank: ours, or a payee's own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import Money

from .client import ask, client, time_of


@dataclass(frozen=True, slots=True)
class Paying:
    """A payout as it stands; one that has failed may have shown as paid before."""

    id: str
    status: str
    amount: Money
    arrives_at: datetime
    failure_code: str
    failure_message: str


def payout(payout_id: str, account: str = "") -> Paying:
    """Read a payout again: of our own balance, or of a connected account."""
    options: Any = {"stripe_account": account} if account else {}
    one: Any = ask(lambda: client().v1.payouts.retrieve(payout_id, None, options))
    return Paying(
        id=one.id,
        status=one.status,
        amount=Money(one.amount, one.currency),
        arrives_at=time_of(one.arrival_date),
        failure_code=one.failure_code or "",
        failure_message=one.failure_message or "",
    )
