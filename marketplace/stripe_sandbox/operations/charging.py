"""What happens when money is drawn: a card answers at once, a bank account days later."""

from marketplace.stripe_sandbox.banks import Bank
from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.cards import Card
from marketplace.stripe_sandbox.errors import StripeError, card_error
from marketplace.stripe_sandbox.means import means_of
from marketplace.stripe_sandbox.money import fee_for
from marketplace.stripe_sandbox.operations import balance, payment_methods
from marketplace.stripe_sandbox.operations.disputes import troubles_after
from marketplace.stripe_sandbox.operations.registry import SETTLED, when_due
from marketplace.stripe_sandbox.outside import public
from marketplace.stripe_sandbox.store import Json

DAYS_PENDING = {"card": 2, "sepa_debit": 5, "us_bank_account": 4}
DAYS_AUTHORISED = 7
DAY = 86_400
DESCRIPTOR = "SANDBOX"
NOBODY = payment_methods.NOBODY


def draw(call: Call, intent: Json, method: Json, payer: Json | None = None) -> StripeError | None:
    """The charge succeeds or waits, or the error the payer reads is returned; all on record."""
    means = means_of(method)
    charge = _new_charge(call, intent, method, payer or method["billing_details"])
    intent |= {"latest_charge": charge["id"], "next_action": None, "payment_method": method["id"]}
    if isinstance(means, Bank):
        _wait_for_the_bank(call, intent, charge, means)
        return None
    if means.code:
        return _decline(call, intent, charge, means)
    if intent["capture_method"] == "manual":
        _authorise(call, intent, charge)
        return None
    succeed(call, intent, charge, intent["amount"])
    return None


def _new_charge(call: Call, intent: Json, method: Json, payer: Json) -> Json:
    return call.new(
        "charge",
        "ch",
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        billing_details={name: payer[name] for name in NOBODY} | {"tax_id": None},
        calculated_statement_descriptor=DESCRIPTOR,
        captured=False,
        currency=intent["currency"],
        customer=intent["customer"],
        description=intent["description"],
        disputed=False,
        fraud_details={},
        metadata=dict(intent["metadata"]),
        paid=False,
        payment_intent=intent["id"],
        payment_method=method["id"],
        payment_method_details={method["type"]: _details(method), "type": method["type"]},
        receipt_email=intent["receipt_email"],
        refunded=False,
        shipping=intent["shipping"],
        status="pending",
        transfer_group=intent["transfer_group"],
        _number=method["_number"],
    )


def _details(method: Json) -> Json:
    shown = dict(method[method["type"]])
    if method["type"] == "card":
        dropped = ("display_brand", "generated_from", "networks", "three_d_secure_usage")
        means = means_of(method)
        asked = {"result": "authenticated"} if means.asks_3d_secure else None
        shown |= {"network": shown["brand"], "three_d_secure": asked, "mandate": None}
    else:
        dropped = ("generated_from", "networks", "status_details", "financial_connections_account")
    return {name: value for name, value in shown.items() if name not in dropped}


def succeed(call: Call, intent: Json, charge: Json, amount: int) -> None:
    """The money is drawn; the line in the books may follow a while after."""
    charge |= {
        "amount_captured": amount,
        "captured": True,
        "paid": True,
        "status": "succeeded",
        "outcome": _outcome("approved_by_network", None, "normal", "Payment complete."),
    }
    intent |= {
        "amount_capturable": 0,
        "amount_received": amount,
        "last_payment_error": None,
        "processing": None,
        "status": "succeeded",
        "_due": None,
    }
    late = call.store.setting("fees_after_seconds")
    if late:
        charge["_due"] = call.now() + late
    else:
        _book(call, charge)
    call.store.save(charge)
    call.store.save(intent)
    call.emit("charge.succeeded", charge)
    call.emit("payment_intent.succeeded", intent)
    troubles_after(call, charge)
    _tell(call, intent, None)


def _book(call: Call, charge: Json) -> None:
    kind = charge["payment_method_details"]["type"]
    wait = 0 if means_of(charge).available_at_once else DAYS_PENDING[kind] * DAY
    txn = balance.book(
        call,
        "charge" if kind == "card" else "payment",
        charge["id"],
        charge["currency"],
        charge["amount_captured"],
        fee=fee_for(charge["amount_captured"], kind),
        available_on=charge["created"] + wait,
        description=charge["description"],
    )
    charge |= {"balance_transaction": txn["id"], "_due": None}


@when_due("charge")
def book_late(call: Call, charge: Json) -> None:
    """Capture is asynchronous: the fee may come after the success."""
    _book(call, charge)
    call.store.save(charge)
    call.emit("charge.updated", charge, previous={"balance_transaction": None})


def _authorise(call: Call, intent: Json, charge: Json) -> None:
    charge |= {
        "paid": True,
        "status": "succeeded",
        "outcome": _outcome("approved_by_network", None, "normal", "Payment complete."),
    }
    until = call.now() + DAYS_AUTHORISED * DAY
    charge["payment_method_details"]["card"]["capture_before"] = until
    intent |= {
        "amount_capturable": intent["amount"],
        "last_payment_error": None,
        "status": "requires_capture",
        "_due": until,
    }
    call.store.save(charge)
    call.store.save(intent)
    call.emit("charge.succeeded", charge)
    call.emit("payment_intent.amount_capturable_updated", intent)


def _wait_for_the_bank(call: Call, intent: Json, charge: Json, bank: Bank) -> None:
    due = None if bank.seconds is None else call.now() + bank.seconds
    intent |= {"last_payment_error": None, "status": "processing", "_due": due}
    charge["outcome"] = _outcome("approved_by_network", None, "not_assessed", "Payment pending.")
    call.store.save(charge)
    call.store.save(intent)
    call.emit("charge.pending", charge)
    call.emit("payment_intent.processing", intent)


def bank_answers(call: Call, intent: Json) -> None:
    """The bank's word on a payment that waited for it."""
    charge = call.store.get(intent["latest_charge"])
    assert charge is not None
    bank = means_of(charge)
    intent["_due"] = None
    if bank.code:
        _tell(call, intent, _decline(call, intent, charge, bank))
    else:
        succeed(call, intent, charge, intent["amount"])


def _tell(call: Call, intent: Json, error: StripeError | None) -> None:
    for listener in SETTLED:
        listener(call, intent, error)


def _decline(call: Call, intent: Json, charge: Json, means: Card | Bank) -> StripeError:
    assert means.code is not None
    method = call.store.get(intent["payment_method"])
    error = card_error(
        means.message,
        means.code,
        means.decline_code,
        charge=charge["id"],
        advice_code="try_again_later" if means.code == "processing_error" else None,
    )
    charge |= {
        "failure_code": means.code,
        "failure_message": means.message,
        "status": "failed",
        "outcome": _refusal(means),
    }
    recorded = error.body | {"payment_method": public(method)} if method else error.body
    intent |= {
        "status": "requires_payment_method",
        "last_payment_error": recorded,
        "payment_method": None,
        "processing": None,
        "_due": None,
    }
    call.store.save(charge)
    call.store.save(intent)
    call.emit("charge.failed", charge)
    call.emit("payment_intent.payment_failed", intent)
    return error.about(payment_intent=public(intent))


def _refusal(means: Card | Bank) -> Json:
    if means.is_blocked:
        words = "Stripe blocked this payment as too risky."
        return _outcome("not_sent_to_network", "highest_risk_level", "highest", words) | {
            "type": "blocked"
        }
    words = "The bank returned a decline."
    return _outcome("declined_by_network", means.decline_code or means.code, "normal", words)


def _outcome(status: str, reason: str | None, risk: str, message: str) -> Json:
    kind = "authorized" if reason is None and status == "approved_by_network" else "issuer_declined"
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": status,
        "reason": reason,
        "risk_level": risk,
        "seller_message": message,
        "type": kind,
    }
