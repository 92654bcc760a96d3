"""Money that leaves for a payee, or goes back to who paid."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models import Money

from .client import ask, client, time_of


@dataclass(frozen=True, slots=True)
class Moved:
    """A transfer or a refund as it stands. `has_left` once it is in our balance's history."""

    id: str
    status: str
    has_left: bool


def create_transfer(
    key: str, *, intent: str, amount: Money, destination: str, charge: str, group: str
) -> Moved:
    """Send part of a charge to a connected account; it may still be pending there.

    One intent may be asked for under several keys, each after the last was refused.
    """
    params: Any = {
        "amount": amount.minor,
        "currency": amount.currency,
        "destination": destination,
        "source_transaction": charge,
        "transfer_group": group,
        "metadata": {"transfer_id": intent},
    }
    one = ask(lambda: client().v1.transfers.create(params, {"idempotency_key": key}))
    return Moved(one.id, "sent", True)


def find_transfer(intent: str, group: str) -> Moved | None:
    params: Any = {"transfer_group": group, "limit": 100}
    page = ask(lambda: client().v1.transfers.list(params))
    for one in page.auto_paging_iter():
        if one.metadata and one.metadata.to_dict().get("transfer_id") == intent:
            return Moved(one.id, "sent", True)
    return None


def free_at(transfer_id: str) -> datetime | None:
    """From when on Stripe pays a transfer out to its payee's bank."""
    expand: Any = {"expand": ["balance_transaction"]}
    one: Any = ask(lambda: client().v1.transfers.retrieve(transfer_id, expand))
    return time_of(one.balance_transaction.available_on) if one.balance_transaction else None


def create_refund(key: str, *, amount: Money, payment_intent: str) -> Moved:
    params: Any = {
        "amount": amount.minor,
        "payment_intent": payment_intent,
        "reason": "requested_by_customer",
        "metadata": {"refund_id": key},
    }
    return _refund(ask(lambda: client().v1.refunds.create(params, {"idempotency_key": key})))


def refund(refund_id: str) -> Moved:
    return _refund(ask(lambda: client().v1.refunds.retrieve(refund_id)))


def find_refund(key: str, payment_intent: str) -> Moved | None:
    params: Any = {"payment_intent": payment_intent, "limit": 100}
    page = ask(lambda: client().v1.refunds.list(params))
    for one in page.auto_paging_iter():
        if one.metadata and one.metadata.to_dict().get("refund_id") == key:
            return _refund(one)
    return None


def _refund(one: Any) -> Moved:
    return Moved(one.id, one.status or "pending", one.balance_transaction is not None)


def create_reversal(key: str, *, transfer: str, amount: Money) -> Moved:
    """Ask part of a transfer back. Rejected if the payee's balance is too small."""
    params: Any = {"amount": amount.minor, "metadata": {"reversal_id": key}}
    options: Any = {"idempotency_key": key}
    one = ask(lambda: client().v1.transfers.reversals.create(transfer, params, options))
    return Moved(one.id, "done", True)


def find_reversal(key: str, transfer: str) -> Moved | None:
    """The reversal made for our intent, if the call that made it went unanswered."""
    params: Any = {"limit": 100}
    page = ask(lambda: client().v1.transfers.reversals.list(transfer, params))
    for one in page.auto_paging_iter():
        if one.metadata and one.metadata.to_dict().get("reversal_id") == key:
            return Moved(one.id, "done", True)
    return None
