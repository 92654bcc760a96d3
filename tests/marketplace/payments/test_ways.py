"""The payee reads where each transfer is, and when their bank has it."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.kit.db import unit_of_work
from marketplace.payments import absorb, gateway, queries, words
from models import Deal, Payout, PayoutAccount, PayoutStatus, Person, Transfer, TransferStatus
from models.clock import now
from tests import builders
from tests.marketplace.payments.paid import checkout

P = PayoutStatus


@pytest.fixture
def ida(db: Session) -> Person:
    person: Person = builders.creator(db).person
    return person


def sent(db: Session, person: Person, amount: int, *, days_ago: int = 0, **values: Any) -> Transfer:
    deal = builders.deal(db)
    row = Transfer(purpose="deal", subject_id=deal.id, payee_id=person.id)
    row.checkout_id, row.currency = checkout(db, "deal", deal, 48_000).id, "eur"
    row.amount_minor, row.status = amount, TransferStatus.SENT
    row.stripe_id, row.sent_at = f"tr_{deal.id.hex}", now() - timedelta(days=days_ago)
    for name, value in values.items():
        setattr(row, name, value)
    return builders.add(db, row)


def paid_out(db: Session, person: Person, amount: int, status: P = P.PAID) -> Payout:
    account = db.query(PayoutAccount).filter_by(person_id=person.id).first()
    if account is None:
        account = PayoutAccount(person_id=person.id, country="SE", stripe_id=f"acct_{person.id}")
        account.status = "created"
        builders.add(db, account)
    count = db.query(Payout).count()
    row = Payout(account_id=account.id, stripe_id=f"po_{count}", status=status, currency="eur")
    row.amount_minor, row.arrives_at = amount, now()
    row.created_at = now() + timedelta(seconds=count)
    return builders.add(db, row)


def carried(db: Session, person: Person) -> list[str | None]:
    """The payout of each transfer, oldest transfer first."""
    found = queries.ways(db, queries.payouts(db, for_=person), for_=person)
    return [one.payout.stripe_id if one.payout else None for one in found[::-1]]


def test_payouts_carry_transfers_in_the_order_they_were_sent(db: Session, ida: Person) -> None:
    for days, amount in ((3, 100), (2, 50), (1, 200)):
        sent(db, ida, amount, days_ago=days)
    paid_out(db, ida, 120)
    paid_out(db, ida, 30)
    assert carried(db, ida) == ["po_0", "po_1", None]
    paid_out(db, ida, 200)
    assert carried(db, ida) == ["po_0", "po_1", "po_2"]


def test_what_a_bank_sent_back_goes_with_the_next_payout(db: Session, ida: Person) -> None:
    sent(db, ida, 100)
    paid_out(db, ida, 100, P.FAILED)
    assert carried(db, ida) == [None]
    paid_out(db, ida, 100, P.IN_TRANSIT)
    assert carried(db, ida) == ["po_1"]


def test_what_was_taken_back_is_not_waited_for(db: Session, ida: Person) -> None:
    sent(db, ida, 100, days_ago=2, reversed_minor=100)
    sent(db, ida, 70)
    paid_out(db, ida, 70)
    assert carried(db, ida) == ["po_0", "po_0"]


def test_nobody_elses_payouts_carry_mine(db: Session, ida: Person) -> None:
    sent(db, ida, 100)
    paid_out(db, builders.creator(db).person, 100)
    assert carried(db, ida) == [None]


def test_each_state_has_its_words_and_its_day(client: Any, db: Session, ida: Person) -> None:
    later = now() + timedelta(days=5)
    sent(db, ida, 10_000, days_ago=4)
    sent(db, ida, 20_000, days_ago=3)
    sent(db, ida, 30_000, days_ago=2, free_at=later)
    sent(db, ida, 40_000, days_ago=1, free_at=now() - timedelta(hours=1))
    sent(db, ida, 500, status=TransferStatus.BLOCKED, stripe_id=None, sent_at=None)
    paid_out(db, ida, 10_000)
    paid_out(db, ida, 20_000, P.IN_TRANSIT)
    paid_out(db, ida, 20_000, P.FAILED).failure_message = "The account is closed."
    db.commit()
    page = client.sign_in(ida).get("/payouts").text
    for said in (
        "In your bank since",
        "Your bank should have it by",
        "At Stripe, which pays it out from",
        "your bank gets it with Stripe’s next payout",
        "Waits for your account",
        "The account is closed.",
    ):
        assert said in page


@pytest.mark.parametrize("status", list(TransferStatus))
def test_the_money_page_knows_every_state_of_a_transfer(
    client: Any, db: Session, ida: Person, status: TransferStatus
) -> None:
    stripe_id = "tr_1" if status == TransferStatus.SENT else None
    sent(db, ida, 500, status=status, stripe_id=stripe_id)
    db.commit()
    assert str(words.TRANSFERS[status.value]) in client.sign_in(ida).get("/money").text
    assert client.get("/payouts").status_code == 200


def test_when_it_is_free_is_read_at_stripe_when_it_tells_of_a_transfer(
    app: Flask, db: Session, ida: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = now() + timedelta(days=7)
    asked: list[str] = []
    monkeypatch.setattr(gateway, "free_at", lambda name: asked.append(name) or free)
    row = sent(db, ida, 100)
    db.commit()
    told = {"id": row.stripe_id, "metadata": {"transfer_id": str(row.id)}}
    with app.app_context():
        assert absorb.work("transfer.created", told, "", lambda _db, _fact: None)
        assert not absorb.work("transfer.created", {"id": "tr_x"}, "", lambda _db, _fact: None)
        with unit_of_work() as session:
            assert session.get_one(Transfer, row.id).free_at == free
    assert asked == [row.stripe_id]


def test_a_transfer_is_called_what_it_was_for(client: Any, db: Session, ida: Person) -> None:
    deal = sent(db, ida, 10_000).subject_id
    db.get_one(Deal, deal).title = "Two quiet films"
    db.commit()
    assert "Two quiet films" in client.sign_in(ida).get("/payouts").text
