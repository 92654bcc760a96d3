"""What exactly is asked of Stripe for a payment page, and what is made of the answer."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import in_hours, now
from marketplace.payments import calls, gateway, ledger, postings, service
from marketplace.payments.facts import Expired, Paid, Processing
from marketplace.payments.gateway import Rejected
from models import Event, Money
from tests.marketplace.payments.asked import (
    DAY,
    DEAL,
    LONG_AGO,
    Stripe,
    checkout,
    locked,
    noting,
    transfer,
)
from tests.stripe_world import StripeWorld


def seen(**more: Any) -> gateway.Session:
    return gateway.Session("cs_1", "https://pay/1", DAY, **more)


def test_a_page_is_opened_once_with_all_that_was_agreed(inside: Session, gate: Stripe) -> None:
    row = checkout(inside, paid=False)
    inside.commit()
    gate.answers["create_checkout"] = seen()
    calls.open_checkout(row.id)
    named = {
        "items": [("A deal", Money(1_000, "eur"))],
        "group": f"deal_{DEAL}",
        "success_url": "http://localhost/good",
        "cancel_url": "http://localhost/bad",
        "email": "sara@example.org",
        "wants_address": True,
        "countries": calls.checkouts.SHIPS_TO,
        "expires_at": None,
    }
    assert gate.asked == [("create_checkout", (str(row.id),), named)]
    assert (row.status, row.session_id, row.url) == ("open", "cs_1", "https://pay/1")
    assert row.expires_at == DAY
    calls.open_checkout(row.id)
    assert len(gate.asked) == 1


def test_a_surcharge_is_listed_beside_what_is_paid_for(inside: Session, gate: Stripe) -> None:
    row = checkout(inside, paid=False, surcharge_minor=15)
    inside.commit()
    gate.answers["create_checkout"] = seen()
    calls.open_checkout(row.id)
    items = gate.asked[0][2]["items"]
    assert items == [("A deal", Money(985, "eur")), ("Payment surcharge", Money(15, "eur"))]


def test_a_page_ends_with_what_it_is_for_as_far_as_stripe_lets_it(inside: Session) -> None:
    def ends(hours: float) -> datetime | None:
        made = service.start_checkout(
            inside,
            purpose="order",
            subject_id=uuid.uuid4(),
            amount=Money(1_000, "eur"),
            description="Boots",
            success_path="/",
            cancel_path="/",
            ends_at=in_hours(hours),
        )
        return made.expires_at

    for asked, given in ((1, 1), (0.1, 0.75), (20, 20)):
        end = ends(asked)
        assert end is not None
        assert abs(end - in_hours(given)) < timedelta(minutes=1)
    assert ends(24) is None


def test_a_page_that_waited_beyond_its_end_is_opened_for_a_day(
    app: Flask, stripe: StripeWorld
) -> None:
    given: Any = {"items": [("Boots", Money(1_000, "eur"))], "group": "x"}
    given |= {"success_url": "https://x/", "cancel_url": "https://x/", "email": ""}
    given |= {"wants_address": False, "countries": (), "expires_at": now() - timedelta(hours=1)}
    with app.app_context():
        made = gateway.create_checkout(str(uuid.uuid4()), **given)
    assert made.expires_at > now() + timedelta(hours=23)
    small = given | {"items": [("Boots", Money(1, "eur"))]}
    with app.app_context(), pytest.raises(Rejected):
        gateway.create_checkout(str(uuid.uuid4()), **small)


def test_an_old_page_is_looked_up_first(inside: Session, gate: Stripe) -> None:
    row = checkout(inside, paid=False, asked_at=now() - LONG_AGO)
    inside.commit()
    gate.answers["find_checkout"] = seen()
    calls.open_checkout(row.id)
    assert gate.asked == [("find_checkout", (str(row.id), row.created_at), {})]
    assert row.status == "open"


def test_a_page_that_stripe_refuses_says_why(inside: Session, gate: Stripe) -> None:
    row = checkout(inside, paid=False)
    inside.commit()
    gate.answers["create_checkout"] = Rejected("too small", "amount_too_small")
    calls.open_checkout(row.id)
    assert (row.status, row.problem) == ("refused", "too small")


@pytest.mark.parametrize("fee", [None, Money(30, "eur")])
def test_a_payment_is_booked_once_with_what_stripe_said_of_it(
    inside: Session, gate: Stripe, told: list[Any], fee: Money | None
) -> None:
    row = checkout(inside, paid=False, status="open", session_id="cs_1")
    inside.commit()
    gate.answers["checkout"] = paid = seen(
        is_paid=True,
        payment_intent="pi_1",
        charge="ch_1",
        amount=Money(1_000, "eur"),
        fee=fee,
        customer={"name": "Sara"},
    )
    calls.refresh_checkout(row.id, noting(told))
    assert gate.asked == [("checkout", ("cs_1",), {})]
    assert (row.status, row.payment_intent_id, row.charge_id) == ("paid", "pi_1", "ch_1")
    assert (row.customer, row.fee_minor) == ({"name": "Sara"}, fee and 30)
    assert ledger.is_posted(inside, f"checkout:{row.id}:paid")
    calls.checkouts.settle_checkout(inside, row, paid, noting(told))
    assert told == [Paid(row)]
    assert not ledger.is_posted(inside, f"checkout:{row.id}:fee")


def test_a_fee_that_comes_late_is_booked_once(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = checkout(inside, fee_minor=None)
    postings.paid(inside, row)
    inside.commit()
    late = seen(is_paid=True, amount=Money(1_000, "eur"), fee=Money(30, "eur"))
    for _ in range(2):
        calls.checkouts.settle_checkout(inside, row, late, noting(told))
    assert row.fee_minor == 30
    assert ledger.balance(inside, ledger.STRIPE_FEES, None, "eur") == Money(30, "eur")
    assert told == []


def test_another_amount_than_was_asked_for_is_not_taken(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = checkout(inside, paid=False, status="open", session_id="cs_1")
    inside.commit()
    other = seen(is_paid=True, charge="ch_1", amount=Money(999, "eur"))
    with pytest.raises(gateway.Problem, match="cs_1 was paid with"):
        calls.checkouts.settle_checkout(inside, row, other, noting(told))
    assert (row.status, told) == ("open", [])


@pytest.mark.parametrize(
    ("word", "status", "fact"),
    [
        ("has_failed", "failed", Expired),
        ("is_expired", "expired", Expired),
        ("is_processing", "processing", Processing),
    ],
)
def test_what_became_of_a_page_is_told_once(
    inside: Session, gate: Stripe, told: list[Any], word: str, status: str, fact: Any
) -> None:
    row = checkout(inside, paid=False, status="open", session_id="cs_1")
    inside.commit()
    for _ in range(2):
        calls.checkouts.settle_checkout(inside, row, seen(**{word: True}), noting(told))
    assert (row.status, told) == (status, [fact(row)])


def test_nothing_new_changes_nothing(inside: Session, gate: Stripe, told: list[Any]) -> None:
    row = checkout(inside, paid=False, status="open", session_id="cs_1")
    calls.checkouts.settle_checkout(inside, row, seen(), noting(told))
    assert (row.status, told) == ("open", [])


def test_only_an_open_page_is_closed(inside: Session, gate: Stripe, told: list[Any]) -> None:
    row = checkout(inside, paid=False)
    inside.commit()
    with pytest.raises(gateway.Unavailable):
        calls.close_checkout(row.id, noting(told))
    row.status, row.session_id = "open", "cs_1"
    inside.commit()
    gate.answers["checkout"] = seen(is_expired=True)
    calls.close_checkout(row.id, noting(told))
    assert [(name, args) for name, args, _ in gate.asked] == [
        ("close_checkout", ("cs_1",)),
        ("checkout", ("cs_1",)),
    ]
    assert told == [Expired(row)]
    calls.close_checkout(row.id, noting(told))
    assert len(gate.asked) == 2


def test_a_page_that_was_never_opened_is_not_read(
    inside: Session, gate: Stripe, told: list[Any]
) -> None:
    row = checkout(inside, paid=False)
    inside.commit()
    calls.refresh_checkout(row.id, noting(told))
    assert gate.asked == []


def test_why_a_page_was_refused_is_in_the_log(inside: Session, gate: Stripe) -> None:
    row = checkout(inside, paid=False)
    inside.commit()
    gate.answers["create_checkout"] = Rejected("too small", "amount_too_small")
    calls.open_checkout(row.id)
    assert inside.scalars(select(Event.note).where(Event.verb == "refuse")).all() == ["too small"]


def test_a_page_is_locked_before_it_is_settled(inside: Session, told: list[Any]) -> None:
    row = checkout(inside, paid=False, status="open", session_id="cs_1")
    with locked(inside) as tables:
        calls.checkouts.settle_checkout(inside, row, seen(), noting(told))
    assert tables == ["checkouts"]


def test_pay_that_waited_for_a_fee_goes_on(inside: Session, told: list[Any]) -> None:
    row = transfer(inside, checkout={"fee_minor": None}, status="blocked")
    late = seen(is_paid=True, amount=Money(1_000, "eur"), fee=Money(30, "eur"))
    calls.checkouts.settle_checkout(inside, row.checkout, late, noting(told))
    assert row.status == "waiting"
