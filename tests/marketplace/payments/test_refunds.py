"""A refund that comes back is owed again, whenever Stripe says so."""

import uuid

import pytest
from flask import Flask

from marketplace.kit.db import unit_of_work
from marketplace.payments import calls, gateway, ledger, postings
from models import Checkout, Deal, DealStatus, Money, Refund, RefundStatus
from tests import builders


@pytest.fixture
def refund(app: Flask) -> uuid.UUID:
    """A refund that was asked for, of a deal that was paid and given back."""
    with app.app_context(), unit_of_work() as db:
        deal = builders.deal(db, status=DealStatus.REFUNDING)
        checkout = Checkout(purpose="deal", subject_id=deal.id, currency="eur", status="paid")
        checkout.amount_minor, checkout.charge_id, checkout.fee_minor = 48_000, "ch_1", 700
        checkout.description, checkout.success_path, checkout.cancel_path = "x", "/", "/"
        builders.add(db, checkout)
        postings.paid(db, checkout)
        nothing, everything = Money(0, "eur"), Money(48_000, "eur")
        postings.share_out(
            db,
            deal.id,
            creator_id=deal.creator.person_id,
            checkout_id=checkout.id,
            to_creator=nothing,
            fee=nothing,
            to_brand=everything,
            kind="deal_given_back",
            source="test",
        )
        row = Refund(purpose="deal", subject_id=deal.id, checkout_id=checkout.id, currency="eur")
        row.amount_minor = 48_000
        builders.add(db, row)
        return row.id


def told(app: Flask, refund: uuid.UUID, *answers: tuple[str, bool]) -> tuple[str, int]:
    """Let Stripe say these in turn; gives the state and what we still owe."""
    with app.app_context():
        for status, left in answers:
            seen = gateway.Moved("re_1", status, left)
            calls.settle_refund(refund, seen, lambda _db, _fact: None)
        with unit_of_work() as db:
            row = db.get_one(Refund, refund)
            owed = ledger.balance(db, ledger.REFUND, row.checkout_id, "eur").minor
            assert db.get_one(Deal, row.subject_id).status == DealStatus.REFUNDING
            return row.status, owed


@pytest.mark.parametrize(
    ("answers", "status", "owed"),
    [
        ([("succeeded", True)], RefundStatus.SUCCEEDED, 0),
        ([("succeeded", True), ("succeeded", True)], RefundStatus.SUCCEEDED, 0),
        ([("pending", True)], RefundStatus.PENDING, 0),
        ([("pending", False)], RefundStatus.PENDING, 48_000),
        ([("pending", False), ("succeeded", True)], RefundStatus.SUCCEEDED, 0),
        ([("pending", True), ("succeeded", True)], RefundStatus.SUCCEEDED, 0),
        ([("pending", False), ("failed", False)], RefundStatus.FAILED, 48_000),
        ([("pending", True), ("failed", True)], RefundStatus.FAILED, 48_000),
        ([("succeeded", True), ("failed", True)], RefundStatus.FAILED, 48_000),
        ([("failed", False)], RefundStatus.FAILED, 48_000),
    ],
)
def test_what_is_owed_follows_what_stripe_says(
    app: Flask,
    refund: uuid.UUID,
    answers: list[tuple[str, bool]],
    status: RefundStatus,
    owed: int,
) -> None:
    assert told(app, refund, *answers) == (status, owed)
