"""A call sees what others did meanwhile, keeps them waiting, and leaves what it heard."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.payments import calls
from marketplace.payments.calls import intents
from marketplace.payments.facts import Sent
from marketplace.payments.gateway import Moved, Rejected
from marketplace.payments.service import debts
from models import Event, PayoutAccount, Reversal, Transfer
from tests.marketplace.payments.asked import (
    Stripe,
    locked,
    noting,
    refund,
    reversal,
    transfer,
)


def test_an_intent_is_begun_as_it_stands_now_and_by_one_at_a_time(inside: Session) -> None:
    row = transfer(inside)
    with locked(inside) as tables:
        assert intents.begin(Transfer, row.id, "waiting") is not None
    assert tables == ["transfers"]
    inside.execute(text("UPDATE transfers SET status = 'blocked', amount_minor = 5"))
    assert row.status == "waiting"
    assert intents.begin(Transfer, row.id, "waiting") is None
    inside.execute(text("UPDATE transfers SET amount_minor = 6"))
    assert intents.again(inside, Transfer, row.id).amount_minor == 6
    assert intents.begin(Transfer, uuid.uuid4(), "waiting") is None


def test_a_key_lasts_its_last_moment(inside: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    row, moment = transfer(inside), now()
    row.asked_at = moment - intents.KEYS_LAST
    inside.commit()
    monkeypatch.setattr(intents, "now", lambda: moment)
    assert intents.begin(Transfer, row.id, "waiting") == (row, False)


def test_a_transfer_that_another_has_begun_is_left_to_them(
    inside: Session, gate: Stripe, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = transfer(inside)
    monkeypatch.setattr(calls.transfers, "begin", lambda *_: None)
    calls.send_transfer(row.id, noting(told))
    assert (gate.asked, told, row.status) == ([], [], "waiting")


def test_what_is_not_known_yet_is_said_as_nothing(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = transfer(inside, checkout={"status": "open", "charge_id": None})
    calls.send_transfer(row.id, noting(told))
    assert gate.asked[0][2]["charge"] == ""


def test_a_refund_and_a_reversal_without_what_they_are_of_say_nothing_of_it(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    back = refund(inside)
    back.checkout.payment_intent_id = None
    lost = Reversal(transfer_id=inside.scalar(select(Transfer.id)), currency="eur", amount_minor=9)
    inside.add(lost)
    inside.commit()
    gate.answers["create_reversal"] = Rejected("nothing there", "balance_insufficient")
    calls.send_refund(back.id, noting(told))
    calls.send_reversal(lost.id)
    assert gate.asked[0][2]["payment_intent"] == ""
    assert gate.asked[1][2]["transfer"] == ""


def test_a_refund_waits_while_a_bank_decides(
    inside: Session, gate: Stripe, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = refund(inside)
    monkeypatch.setattr(calls.refunds, "is_frozen", lambda _db, this: this == row.checkout_id)
    calls.send_refund(row.id, noting(told))
    assert (gate.asked, row.status) == ([], "waiting")


def test_a_transfer_waits_while_a_bank_decides(
    inside: Session, gate: Stripe, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = transfer(inside)
    monkeypatch.setattr(debts, "is_frozen", lambda _db, this: this == row.checkout_id)
    calls.send_transfer(row.id, noting(told))
    assert (gate.asked, told) == ([], [])
    assert (row.status, row.problem) == ("blocked", "a bank disputes the payment")
    blocked = inside.scalars(select(Event).where(Event.verb == "block")).one()
    assert blocked.note == row.problem


def test_what_another_did_meanwhile_is_seen(
    inside: Session, gate: Stripe, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = transfer(inside, account={"transfers_active": False})
    account = inside.scalars(select(PayoutAccount)).one()

    def sent_by_another(*_: Any) -> bool:
        inside.execute(text("UPDATE transfers SET status = 'sent', stripe_id = 'tr_9'"))
        return False

    with monkeypatch.context() as patch:
        patch.setattr(calls.transfers, "_is_netted", sent_by_another)
        calls.send_transfer(row.id, noting(told))
    assert (gate.asked, told, row.status) == ([], [], "sent")
    inside.execute(text("UPDATE transfers SET status = 'waiting', stripe_id = NULL"))
    inside.execute(text("UPDATE payout_accounts SET transfers_active = true"))
    calls.send_transfer(row.id, noting(told))
    assert row.stripe_id == "new_1"
    assert account.transfers_active


def test_what_was_kept_back_meanwhile_is_seen(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = transfer(inside)
    inside.execute(text("UPDATE transfers SET status = 'netted', amount_minor = 0"))
    calls.send_transfer(row.id, noting(told))
    assert (gate.asked, told) == ([], [Sent(row)])


def test_a_refund_that_another_has_sent_is_read_again(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = refund(inside)
    inside.execute(text("UPDATE refunds SET status = 'pending', stripe_id = 're_9'"))
    calls.send_refund(row.id, noting(told))
    assert gate.asked == [("refund", ("re_9",), {})]


def test_what_is_settled_is_locked_before_it_is_looked_at(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    back = refund(inside)
    with locked(inside) as tables:
        calls.settle_refund(back.id, Moved("re_1", "requires_action", False), noting(told))
    assert tables == ["refunds"]
    assert (back.status, back.stripe_id, told) == ("waiting", "re_1", [])


def test_a_transfer_is_locked_before_what_came_back_is_counted(
    inside: Session, gate: Stripe
) -> None:
    row = reversal(inside)
    with locked(inside) as tables:
        calls.send_reversal(row.id)
    assert tables == ["reversals", "reversals", "transfers"]


@pytest.mark.parametrize("kind", ["refund", "reversal"])
def test_what_stripe_refused_is_in_the_log(
    inside: Session, gate: Stripe, told: list[Any], kind: str
) -> None:
    row = refund(inside) if kind == "refund" else reversal(inside)
    gate.answers[f"create_{kind}"] = Rejected("not this one", "balance_insufficient")
    if kind == "refund":
        calls.send_refund(row.id, noting(told))
    else:
        calls.send_reversal(row.id)
    said = inside.scalars(select(Event.note).where(Event.subject_id == row.id)).all()
    assert said == ["not this one"]
