"""Payment intents and charges: what happens when a card is tried."""

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.cards import Card
from marketplace.stripe_sandbox.errors import StripeError, card_error
from marketplace.stripe_sandbox.money import card_fee
from marketplace.stripe_sandbox.operations import balance
from marketplace.stripe_sandbox.operations.disputes import open_dispute
from marketplace.stripe_sandbox.operations.registry import lists, retrieves, updates_metadata
from marketplace.stripe_sandbox.store import Json, mint

DAYS_PENDING = 2
DAY = 86_400
DESCRIPTOR = "SANDBOX"

retrieves("get /v1/payment_intents/{intent}", "payment_intent")
lists("get /v1/payment_intents", "payment_intent", "customer")
updates_metadata("post /v1/payment_intents/{intent}", "payment_intent", "description")
retrieves("get /v1/charges/{charge}", "charge")
updates_metadata("post /v1/charges/{charge}", "charge", "description")
lists("get /v1/charges", "charge", "payment_intent", "transfer_group", "customer")


def new_intent(call: Call, session: Json) -> Json:
    """Made when the payer first tries to pay, as Checkout does."""
    data = session["_payment_intent_data"]
    intent = call.new(
        "payment_intent",
        "pi",
        amount=session["amount_total"],
        amount_capturable=0,
        amount_details={"tip": {}},
        amount_received=0,
        automatic_payment_methods=None,
        capture_method="automatic_async",
        confirmation_method="automatic",
        currency=session["currency"],
        description=data.get("description"),
        metadata=data.get("metadata", {}),
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=["card"],
        receipt_email=data.get("receipt_email"),
        status="requires_payment_method",
        statement_descriptor_suffix=data.get("statement_descriptor_suffix"),
        transfer_group=data.get("transfer_group"),
    )
    intent["client_secret"] = mint(f"{intent['id']}_secret")
    call.store.save(intent)
    call.emit("payment_intent.created", intent)
    return intent


def ask_for_3d_secure(call: Call, intent: Json, url: str) -> None:
    intent["status"] = "requires_action"
    intent["next_action"] = {
        "type": "redirect_to_url",
        "redirect_to_url": {"return_url": None, "url": url},
    }
    call.store.save(intent)
    call.emit("payment_intent.requires_action", intent)


def fail_3d_secure(call: Call, intent: Json) -> StripeError:
    message = (
        "We are unable to authenticate your payment method. "
        "Please choose a different payment method and try again."
    )
    error = card_error(message, "payment_intent_authentication_failure")
    intent |= {
        "status": "requires_payment_method",
        "next_action": None,
        "last_payment_error": error.body,
    }
    call.store.save(intent)
    call.emit("payment_intent.payment_failed", intent)
    return error


def try_card(call: Call, intent: Json, card: Card, payer: Json) -> StripeError | None:
    """The charge succeeds, or the error the payer reads is returned; either way it is on record."""
    charge = _new_charge(call, intent, card, payer)
    intent |= {"latest_charge": charge["id"], "next_action": None}
    if card.code:
        return _decline(call, intent, charge, card)
    pending_until = call.now() + (0 if card.available_at_once else DAYS_PENDING * DAY)
    txn = balance.book(
        call,
        "charge",
        charge["id"],
        intent["currency"],
        intent["amount"],
        fee=card_fee(intent["amount"]),
        available_on=pending_until,
        description=intent["description"],
    )
    charge |= {
        "amount_captured": charge["amount"],
        "balance_transaction": txn["id"],
        "captured": True,
        "paid": True,
        "status": "succeeded",
        "outcome": _outcome("approved_by_network", None, "normal", "Payment complete."),
    }
    intent |= {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "status": "succeeded",
    }
    intent["payment_method"] = charge["payment_method"]
    call.store.save(charge)
    call.store.save(intent)
    call.emit("charge.succeeded", charge)
    call.emit("payment_intent.succeeded", intent)
    if card.dispute_reason:
        open_dispute(call, charge, card.dispute_reason)
    return None


def _card(card: Card, payer: Json) -> Json:
    return {
        "brand": card.brand,
        "country": "US",
        "exp_month": payer["exp_month"],
        "exp_year": payer["exp_year"],
        "funding": "credit",
        "last4": card.number[-4:],
        "network": card.brand,
        "three_d_secure": {"result": "authenticated"} if card.asks_3d_secure else None,
        "wallet": None,
    }


def _new_charge(call: Call, intent: Json, card: Card, payer: Json) -> Json:
    return call.new(
        "charge",
        "ch",
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        billing_details={
            "address": payer["address"],
            "email": payer["email"],
            "name": payer["name"],
            "phone": payer["phone"],
            "tax_id": None,
        },
        calculated_statement_descriptor=DESCRIPTOR,
        captured=False,
        currency=intent["currency"],
        description=intent["description"],
        disputed=False,
        fraud_details={},
        metadata=dict(intent["metadata"]),
        paid=False,
        payment_intent=intent["id"],
        payment_method=mint("pm"),
        payment_method_details={"card": _card(card, payer), "type": "card"},
        receipt_email=intent["receipt_email"],
        refunded=False,
        shipping=intent["shipping"],
        status="pending",
        transfer_group=intent["transfer_group"],
    )


def _decline(call: Call, intent: Json, charge: Json, card: Card) -> StripeError:
    assert card.code is not None
    error = card_error(card.message, card.code, card.decline_code, charge=charge["id"])
    charge |= {
        "failure_code": card.code,
        "failure_message": card.message,
        "status": "failed",
        "outcome": _outcome(
            "declined_by_network", card.decline_code, "normal", "The bank returned a decline."
        ),
    }
    intent |= {"status": "requires_payment_method", "last_payment_error": error.body}
    call.store.save(charge)
    call.store.save(intent)
    call.emit("charge.failed", charge)
    call.emit("payment_intent.payment_failed", intent)
    return error


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


def charge_of(call: Call, name: str, param: str) -> Json:
    """A charge as another request names it: a wrong name is that request's own mistake."""
    return call.find("charge", name, param=param, status=400)
