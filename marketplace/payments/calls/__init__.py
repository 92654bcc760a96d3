"""Carrying out intents: read and mark, call Stripe outside any transaction, then write what came.

Killed anywhere in between, the same job runs again: the key is the intent's own id, and a call
whose answer was lost long ago is looked up before anything is sent a second time.
"""

from .accounts import onboard, refresh_account
from .chargebacks import refresh_dispute, settle_dispute, take_warning
from .checkouts import close_checkout, open_checkout, refresh_checkout, settle_checkout
from .payouts import refresh_payout, settle_payout
from .refunds import refresh_refund, send_refund, settle_refund, tell_refunded
from .reversals import send_reversal
from .transfers import send_transfer

__all__ = [
    "close_checkout",
    "onboard",
    "open_checkout",
    "refresh_account",
    "refresh_checkout",
    "refresh_dispute",
    "refresh_payout",
    "refresh_refund",
    "send_refund",
    "send_reversal",
    "send_transfer",
    "settle_checkout",
    "settle_dispute",
    "settle_payout",
    "settle_refund",
    "take_warning",
    "tell_refunded",
]
