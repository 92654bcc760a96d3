"""Rows that ask something of Stripe, and a gateway that only notes what it is told."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from marketplace.payments import gateway, ledger, postings
from marketplace.payments.gateway import Moved
from models import AccountStatus, Checkout, Money, PayoutAccount, Refund, Reversal, Transfer
from tests import builders

DEAL = uuid.UUID(int=7)
DAY = datetime(2026, 5, 4, 12, 30, 15, 250, tzinfo=UTC)
LONG_AGO = timedelta(hours=24)


class Stripe:
    """Notes each call; answers what the test says, a `Moved` where it says nothing."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.answers: dict[str, Any] = dict.fromkeys(FOUND)
        for name in (*FOUND, *MADE):
            patch.setattr(gateway, name, self._noting(name))

    def _noting(self, name: str) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            self.asked.append((name, args, named))
            answer = self.answers.get(name, Moved("new_1", "succeeded", True))
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call


FOUND = ("find_transfer", "find_refund", "find_reversal", "find_checkout")
MADE = ("create_transfer", "create_refund", "create_reversal", "create_checkout", "refund")
MADE += ("checkout", "close_checkout")


def checkout(db: Session, *, paid: bool = True, **more: Any) -> Checkout:
    values: dict[str, Any] = {
        "purpose": "deal",
        "subject_id": DEAL,
        "currency": "eur",
        "amount_minor": 1_000,
        "description": "A deal",
        "success_path": "/good",
        "cancel_path": "/bad",
        "email": "sara@example.org",
        "wants_address": True,
    }
    if paid:
        values |= {"status": "paid", "charge_id": "ch_1", "payment_intent_id": "pi_1"}
        values |= {"fee_minor": 30, "session_id": "cs_1"}
    row = Checkout(**values | more)
    db.add(row)
    db.flush()
    return row


def transfer(db: Session, **more: Any) -> Transfer:
    payee = builders.person(db)
    account = {"status": AccountStatus.CREATED, "stripe_id": "acct_1", "transfers_active": True}
    account |= more.pop("account", {})
    db.add(PayoutAccount(person_id=payee.id, country="SE", **account))
    charge = checkout(db, **more.pop("checkout", {}))
    row = Transfer(
        purpose="deal",
        subject_id=DEAL,
        payee_id=payee.id,
        checkout_id=charge.id,
        currency="eur",
        amount_minor=800,
        **more,
    )
    db.add(row)
    db.flush()
    postings.paid(db, charge)
    lines = [
        ledger.debit(ledger.ESCROW, Money(1_000, "eur"), DEAL),
        ledger.credit(ledger.PAYABLE, Money(800, "eur"), payee.id),
        ledger.credit(ledger.REFUND, Money(200, "eur"), charge.id),
    ]
    ledger.post(db, "shared", "test", lines, about=("deal", DEAL), source="test")
    db.commit()
    return row


def refund(db: Session, **more: Any) -> Refund:
    charge = transfer(db).checkout
    row = Refund(
        purpose="deal",
        subject_id=DEAL,
        checkout_id=charge.id,
        currency="eur",
        amount_minor=200,
        **more,
    )
    db.add(row)
    db.commit()
    return row


def reversal(db: Session, **more: Any) -> Reversal:
    sent = transfer(db, status="sent", stripe_id="tr_1")
    lines = [
        ledger.debit(ledger.OWED, Money(90, "eur"), sent.payee_id),
        ledger.credit(ledger.STRIPE, Money(90, "eur")),
    ]
    ledger.post(db, "owed", "test", lines, about=("deal", DEAL), source="test")
    row = Reversal(transfer_id=sent.id, currency="eur", amount_minor=90, **more)
    db.add(row)
    db.commit()
    return row


def noting(told: list[Any]) -> Any:
    return lambda _db, fact: told.append(fact)


@contextmanager
def locked(db: Session) -> Iterator[list[str]]:
    """The tables of which one row is locked meanwhile, in order."""
    tables: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        tables.extend(re.findall(r"FROM (\w+)[^?]*WHERE \1\.id = \S+ FOR ", statement))

    event.listen(db.get_bind(), "before_cursor_execute", note)
    yield tables
    event.remove(db.get_bind(), "before_cursor_execute", note)
