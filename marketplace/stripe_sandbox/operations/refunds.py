"""Refunds: part or all of a charge, never more than is left. The fee is not given back."""

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.means import means_of
from marketplace.stripe_sandbox.money import money
from marketplace.stripe_sandbox.operations import balance
from marketplace.stripe_sandbox.operations.payments import charge_of
from marketplace.stripe_sandbox.operations.registry import (
    lists,
    operation,
    retrieves,
    updates_metadata,
    when_due,
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
A_LITTLE_LATER = 60
AN_HOUR = 3600

retrieves("get /v1/refunds/{refund}", "refund")
lists("get /v1/refunds", "refund", "charge", "payment_intent")
updates_metadata("post /v1/refunds/{refund}", "refund")


@operation("post /v1/refunds")
def create(call: Call) -> Json:
    call.only("amount charge payment_intent reason metadata")
    charge = _charge(call)
    # Of a capture in part, the rest counts as refunded already.
    left = charge["amount"] - charge["amount_refunded"]
    if charge["status"] != "succeeded" or not charge["captured"]:
        raise refused(
            f"Charge {charge['id']} has not succeeded, so it can't be refunded.", None, "charge"
        )
    if charge["disputed"] and not _may_be_refunded(call, charge):
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
            None,
            "amount",
        )
    return _refund(call, charge, amount)


def _may_be_refunded(call: Call, charge: Json) -> bool:
    """Only a question from the bank, which a refund answers."""
    disputes = call.store.find("dispute", call.account, charge=charge["id"])
    return all(dispute["status"].startswith("warning") for dispute in disputes)


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
        metadata=call.metadata(),
        payment_intent=charge["payment_intent"],
        reason=call.params.get("reason"),
        status="pending",
    )
    if charge["payment_method_details"]["type"] == "card":
        refund["destination_details"] = REFERENCE
    before = charge["amount_refunded"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.store.save(charge)
    _start(call, refund, charge)
    call.store.save(refund)
    call.emit("refund.created", refund)
    call.emit("charge.refunded", charge, previous={"amount_refunded": before, "refunded": False})
    call.emit("refund.updated", refund)
    return refund


def _start(call: Call, refund: Json, charge: Json) -> None:
    """Pay it from the balance, or wait until there is enough."""
    paid = call.store.get(charge["balance_transaction"] or "")
    has_arrived = paid is None or paid["available_on"] <= call.now()
    if has_arrived and refund["amount"] > balance.available(call, refund["currency"]):
        refund |= {"pending_reason": "insufficient_funds", "_due": call.now() + AN_HOUR}
        return
    # Money that is still on its way is refunded from itself, so it never shows as available.
    txn = balance.book(
        call,
        "refund" if charge["payment_method_details"]["type"] == "card" else "payment_refund",
        refund["id"],
        charge["currency"],
        -refund["amount"],
        available_on=paid["available_on"] if paid else None,
        description=f"REFUND FOR {charge['description'] or 'CHARGE'}",
    )
    refund |= {"balance_transaction": txn["id"], "status": "succeeded", "_due": None}
    refund.pop("pending_reason", None)
    match means_of(charge).refund:
        case "later":
            refund |= {"status": "pending", "pending_reason": "processing"}
            refund["_due"] = call.now() + A_LITTLE_LATER
        case "fails":
            refund["_due"] = call.now() + A_LITTLE_LATER


@when_due("refund")
def go_on(call: Call, refund: Json) -> None:
    """What waited for money or for a bank is done now, or has failed."""
    charge = call.find("charge", refund["charge"])
    if refund["status"] == "succeeded":
        fail(call, refund, "expired_or_canceled_card")
        return
    if refund.get("pending_reason") == "insufficient_funds":
        _start(call, refund, charge)
        if refund["status"] == "pending" and refund["balance_transaction"] is None:
            more = balance.next_available(call)
            refund["_due"] = more or call.store.latest() + AN_HOUR
            call.store.save(refund)
            return
    else:
        refund |= {"status": "succeeded", "_due": None}
        refund.pop("pending_reason", None)
    call.store.save(refund)
    call.emit("refund.updated", refund)
    call.emit("charge.refund.updated", refund)


def fail(call: Call, refund: Json, reason: str) -> None:
    """The bank sends it back: the money is ours again, and the customer has none."""
    charge = call.find("charge", refund["charge"])
    refund |= {"status": "failed", "failure_reason": reason, "_due": None}
    refund.pop("pending_reason", None)
    if refund["balance_transaction"]:
        back = balance.book(
            call,
            "refund_failure",
            refund["id"],
            refund["currency"],
            refund["amount"],
            description=f"REFUND FAILURE FOR {charge['description'] or 'CHARGE'}",
        )
        refund["failure_balance_transaction"] = back["id"]
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    call.store.save(charge)
    call.store.save(refund)
    for kind in ("refund.failed", "refund.updated", "charge.refund.updated"):
        call.emit(kind, refund)


@operation("post /v1/refunds/{refund}/cancel")
def cancel(call: Call, name: str) -> Json:
    """Stripe lets only those be cancelled that wait for the customer, which cards never do."""
    refund = call.find("refund", name)
    raise refused(
        f"Refund {refund['id']} can't be canceled: only refunds with a status of "
        "requires_action can be.",
        None,
        "refund",
    )
