"""Whose money a fact is about: payments don't know, so here it is handed on."""

from sqlalchemy.orm import Session

from marketplace.deals import service as deals
from marketplace.disputes import service as disputes
from marketplace.payments import service as payments
from marketplace.payments.facts import (
    AccountReady,
    Blocked,
    Disputed,
    DisputeLost,
    DisputeWon,
    Expired,
    Fact,
    FraudWarned,
    Inquired,
    Paid,
    PayoutFailed,
    Processing,
    Refunded,
    RefundFailed,
    Sent,
)
from marketplace.payments.service import banks
from marketplace.shop import service as shop
from models import Checkout


def route(db: Session, fact: Fact) -> None:
    """Tell the feature, in the transaction in which the fact was written."""
    match fact:
        case Inquired() | Disputed() | DisputeWon() | DisputeLost():
            _of_a_bank(db, fact)
        case FraudWarned(checkout):
            banks.warn(db, _subject(db, checkout), checkout)
        case RefundFailed(refund):
            payments.tell_of_failed_refund(db, refund)
        case PayoutFailed(payout):
            payments.tell_of_failed_payout(db, payout)
        case AccountReady():
            pass
        case _:
            _of_money(db, fact)


def _of_money(db: Session, fact: Fact) -> None:  # noqa: C901 one line a fact
    match fact:
        case Paid(checkout) if checkout.purpose == "deal":
            deals.fund(db, checkout)
        case Paid(checkout):
            shop.pay(db, checkout)
        case Processing(checkout) if checkout.purpose == "deal":
            deals.on_payment_processing(db, checkout)
        case Expired(checkout) if checkout.purpose == "deal":
            deals.on_payment_ended(db, checkout)
        case Expired(checkout):
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


def _subject(db: Session, checkout: Checkout) -> banks.Subject:
    of = deals if checkout.purpose == "deal" else shop
    return of.chargebacks.subject(db, checkout.subject_id)


def _of_a_bank(db: Session, fact: Inquired | Disputed | DisputeWon | DisputeLost) -> None:
    chargeback = fact.chargeback
    of = _subject(db, chargeback.checkout)
    match fact:
        case Inquired():
            banks.inquire(db, of, chargeback)
        case Disputed():
            banks.freeze(db, of, chargeback)
        case DisputeWon():
            banks.win(db, of, chargeback)
        case DisputeLost():
            banks.lose(db, of, chargeback)
    # Also a case that is won may be the last one that an ended deal had waited for.
    if of.purpose == "deal" and isinstance(fact, DisputeWon | DisputeLost):
        disputes.end_charged_back(db, chargeback.checkout.subject_id)
