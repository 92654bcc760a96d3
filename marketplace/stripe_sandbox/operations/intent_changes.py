"""What may still be changed about a payment, and about a charge that was made."""

from marketplace.stripe_sandbox.call import Call, currency, refuse_odd
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.money import smallest_charge
from marketplace.stripe_sandbox.operations import payment_methods, payments
from marketplace.stripe_sandbox.operations.registry import operation
from marketplace.stripe_sandbox.outside import public
from marketplace.stripe_sandbox.store import Json

ALWAYS = "description metadata receipt_email transfer_group"
WHILE_OPEN = (
    "allowed_payment_method_types amount capture_method currency customer payment_method"
    " payment_method_options setup_future_usage shipping statement_descriptor"
    " statement_descriptor_suffix"
)
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


@operation("post /v1/payment_intents/{intent}")
def update(call: Call, name: str) -> Json:
    call.only(f"{ALWAYS} {WHILE_OPEN}")
    intent = call.find(payments.KIND, name)
    _refuse_too_late(call, intent)
    intent["metadata"] = call.metadata(before=intent["metadata"])
    for field in (*ALWAYS.split(), *WHILE_OPEN.split()):
        if field in call.params and field not in ("metadata", "payment_method", "amount"):
            intent[_kept_as(field)] = call.params[field] or None
    _change_amount(call, intent)
    _change_method(call, intent)
    call.store.save(intent)
    return intent


def _kept_as(field: str) -> str:
    return "payment_method_types" if field == "allowed_payment_method_types" else field


def _refuse_too_late(call: Call, intent: Json) -> None:
    late = [field for field in WHILE_OPEN.split() if field in call.params]
    if not late or intent["status"] in OPEN:
        return
    error = refused(
        f"This PaymentIntent's {late[0]} could not be updated because it has a status of "
        f"{intent['status']}. You may only update the {late[0]} of a PaymentIntent with one of "
        f"the following statuses: {', '.join(OPEN)}.",
        "payment_intent_unexpected_state",
        late[0],
    )
    raise error.about(payment_intent=public(intent))


def _change_amount(call: Call, intent: Json) -> None:
    if "currency" in call.params:
        intent["currency"] = currency(call.params["currency"])
        intent["payment_method_types"] = payments.method_types(intent["currency"])
    if "amount" in call.params:
        intent["amount"] = call.amount()
    refuse_odd(intent["amount"], intent["currency"])
    if intent["amount"] < smallest_charge(intent["currency"]):
        raise payments.too_small(intent["currency"])
    if call.params.get("customer"):
        call.find("customer", call.params["customer"], param="customer", status=400)


def _change_method(call: Call, intent: Json) -> None:
    if "payment_method" in call.params:
        given = call.params["payment_method"]
        method = payment_methods.named(call, given) if given else None
        intent["payment_method"] = method and method["id"]
    elif "amount" not in call.params or intent["status"] != "requires_action":
        return
    # What was asked of the payer was asked for another amount or another card.
    intent["next_action"] = None
    is_there = intent["payment_method"] is not None
    intent["status"] = "requires_confirmation" if is_there else "requires_payment_method"


@operation("post /v1/charges/{charge}")
def update_charge(call: Call, name: str) -> Json:
    call.only("customer description fraud_details metadata receipt_email shipping transfer_group")
    charge = call.find("charge", name)
    if "transfer_group" in call.params and charge["transfer_group"]:
        words = "transfer_group can only be set on a charge that has none."
        raise refused(words, None, "transfer_group")
    for field in ("customer", "description", "receipt_email", "shipping", "transfer_group"):
        if field in call.params:
            charge[field] = call.params[field] or None
    if report := (call.params.get("fraud_details") or {}).get("user_report"):
        charge["fraud_details"] = {"user_report": report}
    charge["metadata"] = call.metadata(before=charge["metadata"])
    call.store.save(charge)
    call.emit("charge.updated", charge)
    return charge


@operation("post /v1/charges/{charge}/capture")
def capture(call: Call, name: str) -> Json:
    call.only("amount receipt_email statement_descriptor statement_descriptor_suffix")
    charge = call.find("charge", name)
    if charge["captured"]:
        raise refused(
            f"Charge {name} has already been captured.", "charge_already_captured", "charge"
        )
    intent = call.find(payments.KIND, charge["payment_intent"])
    payments.capture_of(call, intent, call.params.get("amount"))
    return call.find("charge", name)
