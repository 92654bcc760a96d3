"""What an event names is read again at Stripe; what is not ours, or too early, says so."""

import uuid
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.payments import absorb, calls, gateway
from models import Checkout, PayoutAccount, Refund, Transfer
from tests.marketplace.payments.asked import DAY, checkout, locked, refund, transfer

READ = ("refresh_checkout", "refresh_account", "refresh_refund", "refresh_dispute")
READ += ("refresh_payout", "take_warning")


@pytest.fixture(autouse=True)
def read(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Notes what is read again, and what Stripe is asked."""
    done: list[tuple[Any, ...]] = []

    def noting(name: str, answer: Any) -> Any:
        return lambda *given: done.append((name, *given)) or answer

    for name in READ:
        monkeypatch.setattr(calls, name, noting(name, True))
    monkeypatch.setattr(gateway, "free_at", noting("free_at", DAY))
    monkeypatch.setattr(gateway, "last_decline", noting("last_decline", ("", "")))
    return done


def route(_db: Session, _fact: Any) -> None:
    """Where facts are handed to."""


def work(kind: str, account: str = "", /, **thing: Any) -> bool:
    return absorb.work(kind, {"id": "x_1"} | thing, account, route)


def test_what_nobody_asked_for_is_nothing_of_ours(db: Session) -> None:
    assert work("customer.created") is False
    assert work("checkout.session", id="cs_1") is False


@pytest.mark.parametrize(
    ("kind", "id"),
    [
        ("checkout.session.completed", "cs_1"),
        ("checkout.session.expired", "cs_1"),
        ("charge.updated", "ch_1"),
        ("charge.succeeded", "ch_1"),
    ],
)
def test_a_payment_is_read_again_by_what_the_event_names(
    db: Session, read: list[Any], kind: str, id: str
) -> None:
    row = checkout(db)
    db.commit()
    assert work(kind, id=f"{id}0") is False
    assert read == []
    assert work(kind, id=id) is True
    assert read == [("refresh_checkout", row.id, route)]


@pytest.mark.parametrize(
    "given", [{}, {"client_reference_id": None}, {"client_reference_id": "somebody's own"}]
)
def test_a_page_that_names_nothing_of_ours_is_not_ours(db: Session, given: dict[str, Any]) -> None:
    assert work("checkout.session.completed", **given) is False
    stranger = str(uuid.uuid4())
    assert work("checkout.session.completed", client_reference_id=stranger) is False


def test_a_page_is_too_early_only_until_its_opening_is_written_down(
    db: Session, read: list[Any]
) -> None:
    row = checkout(db, paid=False)
    db.commit()
    with pytest.raises(absorb.TooEarly):
        work("checkout.session.completed", id="cs_1", client_reference_id=str(row.id))
    row.session_id, row.status = "cs_1", "open"
    db.commit()
    assert work("checkout.session.completed", id="cs_1", client_reference_id=str(row.id))
    assert read == [("refresh_checkout", row.id, route)]


def test_why_a_card_was_declined_is_kept_with_its_page(
    db: Session, read: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = checkout(db, paid=False)
    db.commit()
    kind = "payment_intent.payment_failed"
    assert work(kind, id="pi_1") is False
    assert read == [("last_decline", "pi_1")]
    for id, known in ((uuid.uuid4(), False), (row.id, True)):
        answer = (str(id), "Your card was declined.")
        monkeypatch.setattr(gateway, "last_decline", lambda _pi, answer=answer: answer)
        with locked(db) as tables:
            assert work(kind, id="pi_1") is known
        assert tables == ["checkouts"]
    db.expire_all()
    assert db.get_one(Checkout, row.id).last_decline == "Your card was declined."


@pytest.mark.parametrize(
    ("kind", "account", "thing"),
    [
        ("account.updated", "acct_1", {"id": "acct_2"}),
        ("account.updated", "", {"id": "acct_1"}),
        ("capability.updated", "acct_1", {"account": "acct_2"}),
        ("capability.updated", "", {"account": "acct_1"}),
    ],
)
def test_an_account_is_read_again_by_whose_the_event_is(
    db: Session, read: list[Any], kind: str, account: str, thing: dict[str, Any]
) -> None:
    assert work(kind, account, **thing) is False
    transfer(db)
    row = db.query(PayoutAccount).one()
    assert work(kind, account, **thing) is True
    assert read == [("refresh_account", row.id, route)]


def test_a_refund_is_read_again_by_its_id(db: Session, read: list[Any]) -> None:
    row = refund(db, status="pending", stripe_id="re_1")
    assert work("refund.updated", id="re_2") is False
    assert work("refund.updated", id="re_2", metadata={"refund_id": str(row.id)}) is False
    assert work("refund.updated", id="re_2", metadata={"refund_id": str(uuid.uuid4())}) is False
    assert read == []
    assert work("refund.updated", id="re_1", metadata=None) is True
    assert work("refund.updated", id="re_1", metadata={"refund_id": str(row.id)}) is True
    assert read == [("refresh_refund", row.id, "re_1", route)] * 2


def test_a_refund_is_too_early_until_its_answer_is_written_down(
    db: Session, read: list[Any]
) -> None:
    row = refund(db)
    with pytest.raises(absorb.TooEarly):
        work("refund.created", id="re_1", metadata={"refund_id": str(row.id)})
    assert read == []


def test_news_of_one_refund_is_not_kept_waiting_by_another(db: Session, read: list[Any]) -> None:
    """Stripe's id says which it is, whatever its notes say."""
    known = refund(db, status="pending", stripe_id="re_1")
    other = Refund(purpose="deal", subject_id=known.subject_id, checkout_id=known.checkout_id)
    other.currency, other.amount_minor = "eur", 1
    db.add(other)
    db.commit()
    assert work("refund.updated", id="re_1", metadata={"refund_id": str(other.id)}) is True
    assert read == [("refresh_refund", known.id, "re_1", route)]


def test_when_a_payee_may_have_it_is_written_down(db: Session, read: list[Any]) -> None:
    row = transfer(db)
    named = {"transfer_id": str(row.id)}
    for metadata in (None, {}, {"transfer_id": str(uuid.uuid4())}):
        assert work("transfer.created", id="tr_1", metadata=metadata) is False
    with pytest.raises(absorb.TooEarly):
        work("transfer.created", id="tr_1", metadata=named)
    assert read == []
    row.status, row.stripe_id = "sent", "tr_1"
    db.commit()
    with locked(db) as tables:
        assert work("transfer.created", id="tr_1", metadata=named) is True
    assert (tables, read) == (["transfers"], [("free_at", "tr_1")])
    db.expire_all()
    assert db.get_one(Transfer, row.id).free_at == DAY


def test_the_rest_is_read_again_by_what_it_is(read: list[Any]) -> None:
    for kind in ("charge.dispute.created", "radar.early_fraud_warning.created", "payout.failed"):
        assert work(kind, "acct_1") is True
    assert read == [
        ("refresh_dispute", "x_1", route),
        ("take_warning", "x_1", route),
        ("refresh_payout", "x_1", "acct_1", route),
    ]
