"""What banks and Stripe do of their own accord, made to happen on request."""

from collections.abc import Callable
from typing import Any

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.operations import accounts, charging, disputes, payouts, refunds
from marketplace.stripe_sandbox.store import Json

Happening = Callable[[Call, Json, dict[str, Any]], None]


class Impossible(ValueError):
    """It can't happen to this object, in words."""


def _fail_payout(call: Call, payout: Json, _: dict[str, Any]) -> None:
    if payout["status"] not in ("pending", "in_transit", "paid"):
        raise Impossible(f"This payout is {payout['status']} already")
    payouts.fail(call, payout)


def _fail_refund(call: Call, refund: Json, _: dict[str, Any]) -> None:
    if refund["status"] not in ("pending", "succeeded"):
        raise Impossible(f"This refund is {refund['status']} already")
    refunds.fail(call, refund, "lost_or_stolen_card")


def _dispute(call: Call, charge: Json, given: dict[str, Any]) -> None:
    _refuse_unpaid(charge)
    amount = given.get("amount")
    if amount is not None and not (isinstance(amount, int) and 0 < amount <= charge["amount"]):
        raise Impossible(f"Give amount from 1 to {charge['amount']}")
    reason = str(given.get("reason", "fraudulent"))
    is_inquiry = given.get("kind") == "inquiry"
    disputes.open_dispute(call, charge, reason, amount=amount, is_inquiry=is_inquiry)


def _inquire(call: Call, charge: Json, given: dict[str, Any]) -> None:
    _dispute(call, charge, given | {"kind": "inquiry"})


def _warn(call: Call, charge: Json, _: dict[str, Any]) -> None:
    _refuse_unpaid(charge)
    disputes.warn_early(call, charge)


def _refuse_unpaid(charge: Json) -> None:
    if not charge["paid"] or charge["payment_intent"] is None:
        raise Impossible("This charge was not paid by anybody")


def _decided(verdict: str) -> Happening:
    def happen(call: Call, dispute: Json, _: dict[str, Any]) -> None:
        if dispute["status"] in disputes.CLOSED:
            raise Impossible("This dispute is closed already")
        is_inquiry = dispute["status"].startswith("warning")
        disputes.decide(call, dispute, "warning_closed" if is_inquiry else verdict)

    return happen


def _escalate(call: Call, dispute: Json, _: dict[str, Any]) -> None:
    if not dispute["status"].startswith("warning_") or dispute["status"] == "warning_closed":
        raise Impossible("Only an open inquiry can become a chargeback")
    disputes.escalate(call, dispute)


def _answer(call: Call, intent: Json, _: dict[str, Any]) -> None:
    if intent["status"] != "processing":
        raise Impossible("This payment does not wait for a bank")
    charging.bank_answers(call, intent)


def _restrict(call: Call, account: Json, _: dict[str, Any]) -> None:
    accounts.restrict(call, account, "requirements.past_due", "inactive")


def _free(call: Call, account: Json, _: dict[str, Any]) -> None:
    accounts.restrict(call, account, None, "active")


# What can happen to each kind of object: its name, and what the dashboard's button says.
HAPPENINGS: dict[str, dict[str, tuple[str, Happening]]] = {
    "payout": {"fail": ("Let the bank send it back", _fail_payout)},
    "refund": {"fail": ("Let it fail", _fail_refund)},
    "charge": {
        "dispute": ("Open a dispute", _dispute),
        "inquiry": ("Let the bank ask", _inquire),
        "warn": ("Warn of fraud", _warn),
    },
    "dispute": {
        "win": ("Decide for us", _decided("won")),
        "lose": ("Decide for the customer", _decided("lost")),
        "escalate": ("Turn the inquiry into a chargeback", _escalate),
    },
    "payment_intent": {"answer": ("Let the bank answer now", _answer)},
    "account": {
        "restrict": ("Ask for another document", _restrict),
        "free": ("Be satisfied", _free),
    },
}


def happen(call: Call, name: str, what: str, given: dict[str, Any]) -> Json:
    """The object afterwards."""
    body = call.store.get(name)
    if body is None:
        raise Impossible(f"There is no {name}")
    possible = HAPPENINGS.get(body["object"], {})
    if what not in possible:
        known = ", ".join(possible) or "nothing"
        raise Impossible(f"What can happen to this {body['object']}: {known}")
    possible[what][1](call.acting_for(body["_owner"]), body, given)
    return call.store.get(name) or body
