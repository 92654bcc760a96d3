"""What waits for a person: debts, refunds that came back, disputes at banks."""

import uuid

import pytest
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.payments import ledger
from models import Chargeback, ChargebackStatus, Checkout, Deal, Money, Refund, RefundStatus
from tests import builders
from tests.client import LookingClient

EUR = Money(9_900, "eur")


@pytest.fixture
def deal(db: Session, client: LookingClient) -> Deal:
    """A deal whose creator owes €99, with a failed refund and a dispute at a bank."""
    deal = builders.deal(db)
    checkout = Checkout(purpose="deal", subject_id=deal.id, currency="eur", status="paid")
    checkout.amount_minor, checkout.charge_id, checkout.fee_minor = 48_000, "ch_1", 700
    checkout.description, checkout.success_path, checkout.cancel_path = "Three reels", "/", "/"
    builders.add(db, checkout)
    refund = Refund(purpose="deal", subject_id=deal.id, checkout_id=checkout.id, currency="eur")
    refund.amount_minor, refund.status = 9_900, RefundStatus.FAILED
    builders.add(db, refund)
    bank = Chargeback(checkout_id=checkout.id, stripe_id="du_1", currency="eur", answer_by=now())
    bank.amount_minor, bank.status = 48_000, ChargebackStatus.OPEN
    builders.add(db, bank)
    ledger.post(
        db,
        "test",
        "taken_back",
        [
            ledger.debit(ledger.OWED, EUR, deal.creator.person_id),
            ledger.credit(ledger.REFUND, EUR, checkout.id),
        ],
        about=("deal", deal.id),
        source="test",
    )
    admin = builders.admin(db)
    db.commit()
    client.sign_in(admin)
    return deal


def test_the_page_names_what_waits(client: LookingClient, deal: Deal) -> None:
    text = client.get("/admin/money/owed").text
    assert "Three reels" in text
    assert deal.creator.person.name in text
    assert "Frozen" in text
    assert "€99.00" in text


def test_a_debt_is_written_off(client: LookingClient, deal: Deal, db: Session) -> None:
    path = f"/admin/money/owed/{deal.creator.person_id}"
    assert '<span class="before" aria-hidden="true">€</span>' in client.get(path).text
    assert "Enter how much" in client.post(path, data={"why": "gone"}).text
    assert "€99.00 or less" in client.post(path, data={"amount": "100", "why": "gone"}).text
    assert "Say why" in client.post(path, data={"amount": "99"}).text
    assert client.post(path, data={"amount": "99", "why": "gone"}).status_code == 303
    assert not ledger.balance(db, ledger.OWED, deal.creator.person_id, "eur")
    assert ledger.balance(db, ledger.CHARGEBACK_LOSS, None, "eur") == EUR
    assert "gone" in client.get(f"/admin/people/{deal.creator.person_id}").text


def test_a_refund_that_came_back_is_paid_by_hand_once(
    client: LookingClient, deal: Deal, db: Session
) -> None:
    path = f"/admin/money/refunds/{db.query(Refund).one().id}"
    assert "still owed" in client.get(path).text
    assert "Say why" in client.post(f"{path}/by-hand", data={}).text
    assert client.post(f"{path}/by-hand", data={"why": "SEPA"}).status_code == 303
    assert client.post(f"{path}/by-hand", data={"why": "SEPA"}).status_code == 409
    assert "needs nobody" in client.get(path).text


def test_a_refund_is_not_asked_again_while_a_bank_decides(
    client: LookingClient, deal: Deal, db: Session
) -> None:
    path = f"/admin/money/refunds/{db.query(Refund).one().id}/again"
    assert client.post(path).status_code == 409
    db.query(Chargeback).one().move("win", by=None, also={"decided_at": now()})
    db.commit()
    assert client.post(path).status_code == 303
    assert db.query(Refund).count() == 2


def test_a_refund_that_is_not_there_is_not_found(client: LookingClient, deal: Deal) -> None:
    assert client.get(f"/admin/money/refunds/{uuid.uuid4()}").status_code == 404
