"""A transfer that was refused goes out when it can, and none goes out twice."""

import contextlib
import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.payments import calls, gateway, postings
from marketplace.payments import service as payments
from marketplace.worker.routes import route
from models import (
    AccountStatus,
    Checkout,
    CheckoutStatus,
    Deal,
    DealStatus,
    Money,
    PayoutAccount,
    Transfer,
    TransferStatus,
)
from tests import builders


class Stripe:
    """Answers as Stripe does: a key's first answer, good or bad, is its answer for a day."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ready, self.loses_answers = True, False
        self.saved: dict[str, Any] = {}
        self.sent: list[str] = []
        monkeypatch.setattr(gateway, "create_transfer", self.create)
        monkeypatch.setattr(gateway, "find_transfer", self.find)
        monkeypatch.setattr(gateway, "account", self.account)

    def forget_keys(self) -> None:
        self.saved.clear()

    def create(self, key: str, *, intent: str, **_: Any) -> gateway.Moved:
        if key not in self.saved:
            if self.ready:
                self.sent.append(intent)
                self.saved[key] = gateway.Moved(f"tr_{len(self.sent)}", "sent", True)
            else:
                code = "insufficient_capabilities_for_transfer"
                self.saved[key] = gateway.Rejected("It can't take transfers", code)
        if self.loses_answers:
            raise gateway.Unknown("no answer")
        if isinstance(self.saved[key], gateway.Problem):
            raise self.saved[key]
        found: gateway.Moved = self.saved[key]
        return found

    def find(self, intent: str, _group: str) -> gateway.Moved | None:
        place = self.sent.index(intent) + 1 if intent in self.sent else 0
        return gateway.Moved(f"tr_{place}", "sent", True) if place else None

    def account(self, name: str) -> gateway.Account:
        return gateway.Account(name, True, self.ready, True, [], "")


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Stripe:
    return Stripe(monkeypatch)


@pytest.fixture
def transfer(app: Flask) -> uuid.UUID:
    """An approved deal's money, owed to a creator whose account seems ready."""
    with app.app_context(), unit_of_work() as db:
        deal = builders.deal(db, status=DealStatus.APPROVED)
        checkout = Checkout(purpose="deal", subject_id=deal.id, currency="eur", status="paid")
        checkout.amount_minor, checkout.charge_id, checkout.fee_minor = 48_000, "ch_1", 700
        checkout.description, checkout.success_path, checkout.cancel_path = "x", "/", "/"
        builders.add(db, checkout)
        postings.paid(db, checkout)
        postings.share_out(
            db,
            deal.id,
            creator_id=deal.creator.person_id,
            checkout_id=checkout.id,
            to_creator=Money(43_200, "eur"),
            fee=Money(4_800, "eur"),
            to_brand=Money(0, "eur"),
            kind="deal_approved",
            source="test",
        )
        account = PayoutAccount(person_id=deal.creator.person_id, country="SE")
        account.status, account.stripe_id = AccountStatus.CREATED, "acct_1"
        account.transfers_active = True
        builders.add(db, account)
        made = payments.send(
            db,
            purpose="deal",
            subject_id=deal.id,
            payee_id=deal.creator.person_id,
            amount=Money(43_200, "eur"),
            checkout=checkout,
        )
        return made.id


def attempt(app: Flask, transfer: uuid.UUID) -> TransferStatus:
    with app.app_context():
        with contextlib.suppress(gateway.Unknown):
            calls.send_transfer(transfer, route)
        with unit_of_work() as db:
            return db.get_one(Transfer, transfer).status


def look_at_account(app: Flask) -> None:
    with app.app_context(), unit_of_work() as db:
        account = db.query(PayoutAccount).one().id
    with app.app_context():
        calls.refresh_account(account, route)


def days_pass(app: Flask, stripe: Stripe, days: int) -> None:
    stripe.forget_keys()
    with app.app_context(), unit_of_work() as db:
        for row in db.query(Transfer):
            row.asked_at = row.asked_at and row.asked_at - timedelta(days=days)


def test_a_refusal_that_stripe_remembers_is_not_asked_for_again(
    app: Flask, stripe: Stripe, transfer: uuid.UUID
) -> None:
    stripe.ready = False
    assert attempt(app, transfer) == TransferStatus.BLOCKED
    stripe.ready = True
    look_at_account(app)
    assert attempt(app, transfer) == TransferStatus.SENT


def test_an_answer_lost_before_the_account_closed_does_not_pay_twice(
    app: Flask, stripe: Stripe, transfer: uuid.UUID
) -> None:
    stripe.loses_answers = True
    assert attempt(app, transfer) == TransferStatus.WAITING
    stripe.loses_answers, stripe.ready = False, False
    look_at_account(app)
    assert attempt(app, transfer) == TransferStatus.BLOCKED
    days_pass(app, stripe, 3)
    stripe.ready = True
    look_at_account(app)
    assert attempt(app, transfer) == TransferStatus.SENT
    assert stripe.sent == [str(transfer)]


def test_an_account_that_becomes_ready_unnoticed_is_looked_at_again(
    app: Flask, stripe: Stripe, transfer: uuid.UUID, db: Session
) -> None:
    row = db.get_one(Transfer, transfer)
    row.move("block", by=None)
    account = db.query(PayoutAccount).one()
    account.checked_at = now() - timedelta(hours=2)
    db.commit()
    payments.tick(db)
    asked = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'refresh_account'"
    assert db.connection().exec_driver_sql(asked).scalar() == 1


def test_a_fee_that_was_named_unnoticed_is_asked_for_again(
    app: Flask, transfer: uuid.UUID, db: Session
) -> None:
    checkout = db.query(Checkout).one()
    checkout.session_id, checkout.fee_minor = "cs_1", None
    checkout.created_at = now() - timedelta(hours=1)
    db.commit()
    payments.tick(db)
    asked = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'refresh_checkout'"
    assert db.connection().exec_driver_sql(asked).scalar() == 1


def test_a_fee_of_nothing_is_known(app: Flask, transfer: uuid.UUID, db: Session) -> None:
    checkout = db.query(Checkout).one()
    checkout.fee_minor = None
    seen = gateway.Session("cs_1", None, now(), is_paid=True, fee=Money(0, "eur"))
    calls.settle_checkout(db, checkout, seen, route)
    assert checkout.fee_minor == 0
    assert checkout.status == CheckoutStatus.PAID
    assert db.query(Deal).count() == 1
