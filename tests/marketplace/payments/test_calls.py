"""What exactly is asked of Stripe when money moves, and how often."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.payments import calls, ledger
from marketplace.payments.calls import intents
from marketplace.payments.facts import Blocked, Refunded, RefundFailed, Sent
from marketplace.payments.gateway import Moved, Rejected
from models import Event, Money
from tests.marketplace.payments.asked import (
    DEAL,
    LONG_AGO,
    Stripe,
    noting,
    refund,
    reversal,
    transfer,
)


def test_a_transfer_is_asked_for_once_with_all_that_ties_it_to_its_charge(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = transfer(inside)
    calls.send_transfer(row.id, noting(told))
    named = {
        "intent": str(row.id),
        "amount": Money(800, "eur"),
        "destination": "acct_1",
        "charge": "ch_1",
        "group": f"deal_{DEAL}",
    }
    assert row.asked_at is not None
    key = f"{row.id}:{row.asked_at:%Y%m%dT%H%M%S.%f}"
    assert gate.asked == [("create_transfer", (key,), named)]
    assert (row.status, row.stripe_id, row.problem, row.attempts) == ("sent", "new_1", "", 1)
    assert row.sent_at is not None
    assert told == [Sent(row)]
    assert ledger.is_posted(inside, f"transfer:{row.id}:sent")
    calls.send_transfer(row.id, noting(told))
    assert len(gate.asked) == len(told) == 1


@pytest.mark.parametrize(("hours", "looks"), [(22.9, False), (23.1, True)])
def test_an_old_unknown_outcome_is_looked_up_first(
    inside: Session, gate: Stripe, told: list[Any], hours: float, looks: bool
) -> None:
    asked = now() - timedelta(hours=hours)
    row = transfer(inside, asked_at=asked, attempts=4, problem="no answer")
    gate.answers["find_transfer"] = Moved("old_1", "sent", True)
    calls.send_transfer(row.id, noting(told))
    assert (row.stripe_id == "old_1") is looks
    if looks:
        assert gate.asked == [("find_transfer", (str(row.id), f"deal_{DEAL}"), {})]
    assert (row.attempts, row.asked_at, row.problem) == (5, asked, "")


def test_what_was_looked_for_and_not_found_is_sent(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = transfer(inside, asked_at=now() - LONG_AGO)
    calls.send_transfer(row.id, noting(told))
    assert [name for name, _, _ in gate.asked] == ["find_transfer", "create_transfer"]


@pytest.mark.parametrize(
    "account", [{"transfers_active": False}, {"status": "waiting", "stripe_id": None}]
)
def test_money_waits_for_an_account_that_is_not_ready(
    inside: Session, gate: Stripe, told: list[Any], account: dict[str, Any]
) -> None:
    row = transfer(inside, account={"transfers_active": False} | account)
    calls.send_transfer(row.id, noting(told))
    assert (row.status, row.problem) == ("blocked", "the account isn't ready")
    blocked = inside.scalars(select(Event).where(Event.verb == "block")).one()
    assert blocked.note == row.problem
    assert (gate.asked, told) == ([], [Blocked(row)])


def test_money_that_is_not_in_stripes_books_yet_waits_without_a_word(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = transfer(inside, checkout={"fee_minor": None})
    calls.send_transfer(row.id, noting(told))
    assert (row.status, gate.asked, told) == ("waiting", [], [])


@pytest.mark.parametrize("code", ["insufficient_capabilities_for_transfer", "account_invalid"])
def test_what_stripe_refuses_for_the_account_is_tried_afresh_later(
    inside: Session, gate: Stripe, told: list[Any], code: str
) -> None:
    row = transfer(inside)
    gate.answers["create_transfer"] = Rejected("not able", code)
    calls.send_transfer(row.id, noting(told))
    assert (row.status, row.problem, row.asked_at) == ("blocked", "not able", None)
    assert told == [Blocked(row)]


def test_what_stripe_refuses_for_anything_else_is_no_matter_of_the_payee(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = transfer(inside)
    gate.answers["create_transfer"] = Rejected("no such charge", "resource_missing")
    with pytest.raises(Rejected):
        calls.send_transfer(row.id, noting(told))
    assert (row.status, told) == ("waiting", [])


def test_what_was_all_kept_back_counts_as_sent_once(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = transfer(inside, status="netted")
    calls.send_transfer(row.id, noting(told))
    calls.send_transfer(row.id, noting(told))
    assert (gate.asked, told) == ([], [Sent(row)])
    assert row.sent_at is not None


def test_a_transfer_that_is_not_there_is_not_asked_for(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    calls.send_transfer(uuid.uuid4(), noting(told))
    assert (gate.asked, told) == ([], [])


def test_a_refund_is_asked_for_once_by_its_own_key(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = refund(inside)
    calls.send_refund(row.id, noting(told))
    named = {"amount": Money(200, "eur"), "payment_intent": "pi_1"}
    assert gate.asked == [("create_refund", (str(row.id),), named)]
    assert (row.status, row.stripe_id, told) == ("succeeded", "new_1", [Refunded(row)])
    assert row.succeeded_at is not None
    assert ledger.is_posted(inside, f"refund:{row.id}:sent")


def test_an_old_refund_is_looked_up_first(inside: Session, gate: Stripe, told: list[Any]) -> None:
    row = refund(inside, asked_at=now() - LONG_AGO)
    gate.answers["find_refund"] = Moved("re_old", "succeeded", True)
    calls.send_refund(row.id, noting(told))
    assert gate.asked == [("find_refund", (str(row.id), "pi_1"), {})]
    assert row.stripe_id == "re_old"


def test_a_refund_that_has_its_number_is_only_read_again(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = refund(inside, stripe_id="re_1", status="pending")
    gate.answers["refund"] = Moved("re_1", "succeeded", True)
    calls.send_refund(row.id, noting(told))
    assert gate.asked == [("refund", ("re_1",), {})]
    assert row.status == "succeeded"


def test_a_refund_that_stripe_refuses_is_looked_for_before_it_has_failed(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = refund(inside)
    gate.answers["create_refund"] = Rejected("too late", "charge_expired")
    calls.send_refund(row.id, noting(told))
    assert gate.asked[1] == ("find_refund", (str(row.id), "pi_1"), {})
    assert (row.status, row.problem, told) == ("failed", "too late", [RefundFailed(row)])


def test_a_refused_refund_that_was_made_before_is_kept(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = refund(inside)
    gate.answers["create_refund"] = Rejected("twice", "charge_already_refunded")
    gate.answers["find_refund"] = Moved("re_old", "succeeded", True)
    calls.send_refund(row.id, noting(told))
    assert (row.status, row.stripe_id) == ("succeeded", "re_old")


@pytest.mark.parametrize(("has_left", "posted"), [(True, True), (False, False)])
def test_a_refund_that_takes_days_is_booked_when_it_leaves(
    inside: Session, gate: Stripe, told: list[Any], has_left: bool, posted: bool
) -> None:
    row = refund(inside)
    gate.answers["create_refund"] = Moved("re_1", "pending", has_left)
    calls.send_refund(row.id, noting(told))
    assert (row.status, row.succeeded_at, told) == ("pending", None, [])
    assert ledger.is_posted(inside, f"refund:{row.id}:sent") is posted
    calls.settle_refund(row.id, Moved("re_1", "failed", has_left), noting(told))
    assert (row.status, told) == ("failed", [RefundFailed(row)])
    assert ledger.is_posted(inside, f"refund:{row.id}:failed") is posted


def test_a_refund_that_stripe_gave_up_has_failed(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = refund(inside)
    gate.answers["create_refund"] = Moved("re_1", "canceled", False)
    calls.send_refund(row.id, noting(told))
    assert row.status == "failed"


def test_what_was_paid_by_hand_is_told_as_if_it_was_sent(inside: Session, told: list[Any]) -> None:
    row = refund(inside)
    calls.tell_refunded(row.id, noting(told))
    assert told == [Refunded(row)]


def test_a_refund_that_is_not_there_is_not_asked_for(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    calls.send_refund(uuid.uuid4(), noting(told))
    assert gate.asked == []


def test_a_reversal_is_asked_for_once_and_counted_on_its_transfer(
    inside: Session, gate: Stripe
) -> None:
    row = reversal(inside, problem="no answer")
    calls.send_reversal(row.id)
    named = {"transfer": "tr_1", "amount": Money(90, "eur")}
    assert gate.asked == [("create_reversal", (str(row.id),), named)]
    assert (row.status, row.stripe_id, row.problem) == ("done", "new_1", "")
    assert row.transfer.reversed_minor == 90
    assert ledger.is_posted(inside, f"reversal:{row.id}:done")
    calls.send_reversal(row.id)
    assert len(gate.asked) == 1


def test_an_old_reversal_is_looked_up_first(inside: Session, gate: Stripe) -> None:
    row = reversal(inside, asked_at=now() - LONG_AGO)
    gate.answers["find_reversal"] = Moved("trr_old", "done", True)
    calls.send_reversal(row.id)
    assert gate.asked == [("find_reversal", (str(row.id), "tr_1"), {})]
    assert row.stripe_id == "trr_old"


@pytest.mark.parametrize(
    "code", ["balance_insufficient", "insufficient_funds", "transfer_already_reversed"]
)
def test_where_nothing_can_be_taken_it_stays_owed(inside: Session, gate: Stripe, code: str) -> None:
    row = reversal(inside)
    gate.answers["create_reversal"] = Rejected("nothing there", code)
    calls.send_reversal(row.id)
    assert (row.status, row.problem) == ("refused", "nothing there")
    assert row.transfer.reversed_minor == 0


def test_any_other_refusal_is_looked_into(inside: Session, gate: Stripe) -> None:
    row = reversal(inside)
    gate.answers["create_reversal"] = Rejected("no such transfer", "resource_missing")
    with pytest.raises(Rejected):
        calls.send_reversal(row.id)
    assert row.status == "waiting"


def test_what_belongs_together_at_stripe_has_one_name() -> None:
    assert intents.group("order", DEAL) == f"order_{DEAL}"
