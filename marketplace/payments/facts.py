"""What payments learned from Stripe. The worker tells the feature whose money it is."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import Chargeback, Checkout, Payout, PayoutAccount, Refund, Transfer


@dataclass(frozen=True, slots=True)
class Paid:
    checkout: Checkout


@dataclass(frozen=True, slots=True)
class Expired:
    """A payment page ended without a payment."""

    checkout: Checkout


@dataclass(frozen=True, slots=True)
class Sent:
    transfer: Transfer


@dataclass(frozen=True, slots=True)
class Blocked:
    """A transfer waits because the payee's account can't receive it yet."""

    transfer: Transfer


@dataclass(frozen=True, slots=True)
class Refunded:
    refund: Refund


@dataclass(frozen=True, slots=True)
class AccountReady:
    """A payee's account can receive money now."""

    account: PayoutAccount


@dataclass(frozen=True, slots=True)
class Processing:
    """A payment page was filled in, and the bank's word takes days."""

    checkout: Checkout


@dataclass(frozen=True, slots=True)
class RefundFailed:
    """The money came back to us, and is still owed to who had paid."""

    refund: Refund


@dataclass(frozen=True, slots=True)
class Inquired:
    """A payer's bank asks about a payment. No money has moved."""

    chargeback: Chargeback


@dataclass(frozen=True, slots=True)
class Disputed:
    """A payer's bank has taken the money back, and decides later."""

    chargeback: Chargeback


@dataclass(frozen=True, slots=True)
class DisputeWon:
    chargeback: Chargeback


@dataclass(frozen=True, slots=True)
class DisputeLost:
    chargeback: Chargeback


@dataclass(frozen=True, slots=True)
class FraudWarned:
    """A bank believes a payment to be fraud, and hasn't taken it back yet."""

    checkout: Checkout


@dataclass(frozen=True, slots=True)
class PayoutFailed:
    """A payee's bank sent their money back; `account` is theirs, or None for our own."""

    payout: Payout


Fact = (
    Paid
    | Expired
    | Processing
    | Sent
    | Blocked
    | Refunded
    | RefundFailed
    | AccountReady
    | Inquired
    | Disputed
    | DisputeWon
    | DisputeLost
    | FraudWarned
    | PayoutFailed
)
Route = Callable[[Session, Fact], None]
