"""Refunds: part or all of a charge, never more than is left. The fee is not given back."""

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.money import money
from marketplace.stripe_sandbox.operations import balance
from marketplace.stripe_sandbox.operations.payments import charge_of
from marketplace.stripe_sandbox.operations.registry import (
    lists,
    operation,
    retrieves,
    updates_metadata,
)
from marketplace.stripe_sandbox.store import Json

REFERENCE: Json = {
    "card": {
        "reference_status": "pending",
        "reference_type": "acquirer_reference_number",
        "type": "refund",
    },
    "type": "card",
}

retrieves("get /v1/refunds/{refund}", "refund")
lists("get /v1/refunds", "refund", "charge", "payment_intent")
updates_metadata("post /v1/refunds/{refund}", "refund")


@operation("post /v1/refunds")
def create(call: Call) -> Json:
    call.only("amount charge payment_intent reason metadata")
    charge = _charge(call)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if charge["status"] != "succeeded":
        raise refused(
            f"Charge {charge['id']} has not succeeded, so it can't be refunded.", None, "charge"
        )
    if charge["disputed"]:
        raise refused(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            "charge_disputed",
        )
    if not left:
        raise refused(
            f"Charge {charge['id']} has already been refunded.", "charge_already_refunded"
        )
    amount = call.amount(left)
    if amount > left:
        code = charge["currency"]
        raise refused(
            f"Refund amount ({money(amount, code)}) is greater than unrefunded amount on "
            f"charge ({money(left, code)})",
            "charge_already_refunded" if charge["amount_refunded"] else None,
            "amount",
        )
    return _refund(call, charge, amount)


def _charge(call: Call) -> Json:
    intent_id: str = call.params.get("payment_intent", "")
    charge_id: str = call.params.get("charge", "")
    if not intent_id and not charge_id:
        raise refused(
            "One of the following params should be provided for this request: payment_intent "
            "or charge.",
            "parameter_missing",
        )
    if intent_id:
        intent = call.find("payment_intent", intent_id, param="payment_intent", status=400)
        if intent["status"] != "succeeded":
            raise refused(
                f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
                "payment_intent_unexpected_state",
            )
        if charge_id and charge_id != intent["latest_charge"]:
            raise refused("The charge does not belong to the payment_intent.", None, "charge")
        charge_id = intent["latest_charge"]
    return charge_of(call, charge_id, "charge")


def _refund(call: Call, charge: Json, amount: int) -> Json:
    refund = call.new(
        "refund",
        "re",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        destination_details=REFERENCE,
        metadata=call.metadata(),
        payment_intent=charge["payment_intent"],
        reason=call.params.get("reason"),
        status="succeeded",
    )
    paid = call.store.get(charge["balance_transaction"])
    assert paid is not None
    # Money that is still on its way is refunded from itself, so it never shows as available.
    txn = balance.book(
        call,
        "refund",
        refund["id"],
        charge["currency"],
        -amount,
        available_on=paid["available_on"],
        description=f"REFUND FOR {charge['description'] or 'CHARGE'}",
    )
    refund["balance_transaction"] = txn["id"]
    before = charge["amount_refunded"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.store.save(refund)
    call.store.save(charge)
    call.emit("refund.created", refund)
    call.emit("charge.refunded", charge, previous={"amount_refunded": before, "refunded": False})
    call.emit("refund.updated", refund)
    return refund
