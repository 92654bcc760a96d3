"""Whose money a fact is about: payments don't know, so here it is handed on."""

from sqlalchemy.orm import Session

from marketplace.deals import service as deals
from marketplace.payments.facts import (
    AccountReady,
    Blocked,
    Expired,
    Fact,
    Paid,
    Refunded,
    Sent,
)
from marketplace.shop import service as shop


def route(db: Session, fact: Fact) -> None:  # noqa: C901 one line a fact
    """Tell the feature, in the transaction in which the fact was written."""
    match fact:
        case Paid(checkout) if checkout.purpose == "deal":
            deals.fund(db, checkout)
        case Paid(checkout):
            shop.pay(db, checkout)
        case Expired(checkout) if checkout.purpose == "order":
            shop.expire(db, checkout)
        case Sent(transfer) if transfer.purpose == "deal":
            deals.on_transfer_sent(db, transfer)
        case Sent(transfer):
            shop.on_transfer_sent(db, transfer)
        case Blocked(transfer) if transfer.purpose == "deal":
            deals.on_transfer_blocked(db, transfer)
        case Blocked(transfer):
            shop.on_transfer_blocked(db, transfer)
        case Refunded(refund) if refund.purpose == "deal":
            deals.on_refund_succeeded(db, refund)
        case Refunded(refund):
            shop.on_refund_succeeded(db, refund)
        case Expired() | AccountReady():
            pass
