"""What payments learned from Stripe. The worker tells the feature whose money it is."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import Checkout, PayoutAccount, Refund, Transfer


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


Fact = Paid | Expired | Sent | Blocked | Refunded | AccountReady
Route = Callable[[Session, Fact], None]
