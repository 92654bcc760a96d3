"""The only package that speaks to Stripe. Plain values go in and out; errors become four of ours.

Every create takes the id of our own intent row as its idempotency key. Without keys in the
settings the same client talks to the sandbox; nothing else differs.
"""

from .accounts import Account, account, create_account, find_account, onboarding_link
from .books import Booked, balance, of_source, since
from .chargebacks import Dispute, Warned, dispute, disputes_of, fraud_warning
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
from .everything import KINDS, everything
from .moves import (
    Moved,
    create_refund,
    create_reversal,
    create_transfer,
    find_refund,
    find_reversal,
    find_transfer,
    free_at,
    refund,
)
from .payouts import Paying, payout

__all__ = [
    "KINDS",
    "Account",
    "Booked",
    "Declined",
    "Dispute",
    "Moved",
    "Paying",
    "Problem",
    "Rejected",
    "Session",
    "Unavailable",
    "Unknown",
    "Warned",
    "account",
    "balance",
    "checkout",
    "close_checkout",
    "create_account",
    "create_checkout",
    "create_refund",
    "create_reversal",
    "create_transfer",
    "dispute",
    "disputes_of",
    "events",
    "everything",
    "find_account",
    "find_checkout",
    "find_refund",
    "find_reversal",
    "find_transfer",
    "fraud_warning",
    "free_at",
    "last_decline",
    "of_source",
    "onboarding_link",
    "payout",
    "read_event",
    "refund",
    "since",
]
