"""The only package that speaks to Stripe. Plain values go in and out; errors become four of ours.

Every create takes the id of our own intent row as its idempotency key. Without keys in the
settings the same client talks to the sandbox; nothing else differs.
"""

from .accounts import Account, account, create_account, find_account, onboarding_link
from .books import balance
from .checkouts import (
    Session,
    checkout,
    close_checkout,
    create_checkout,
    find_checkout,
    last_decline,
)
from .client import Declined, Problem, Rejected, Unavailable, Unknown
from .events import events, read_event
from .moves import (
    Moved,
    create_refund,
    create_transfer,
    find_refund,
    find_transfer,
    refund,
)

__all__ = [
    "Account",
    "Declined",
    "Moved",
    "Problem",
    "Rejected",
    "Session",
    "Unavailable",
    "Unknown",
    "account",
    "balance",
    "checkout",
    "close_checkout",
    "create_account",
    "create_checkout",
    "create_refund",
    "create_transfer",
    "events",
    "find_account",
    "find_checkout",
    "find_refund",
    "find_transfer",
    "last_decline",
    "onboarding_link",
    "read_event",
    "refund",
]
