"""Transfers from the platform's balance to a connected account, and their reversals."""

from marketplace.stripe_sandbox.call import Call, currency, refuse_odd
from marketplace.stripe_sandbox.errors import missing, refused
from marketplace.stripe_sandbox.money import money
from marketplace.stripe_sandbox.operations import balance
from marketplace.stripe_sandbox.operations.payments import charge_of
from marketplace.stripe_sandbox.operations.registry import (
    lists,
    operation,
    page_of,
    retrieves,
    updates_metadata,
)
from marketplace.stripe_sandbox.store import PLATFORM, Json

retrieves("get /v1/transfers/{transfer}", "transfer")
lists("get /v1/transfers", "transfer", "destination", "transfer_group")
updates_metadata("post /v1/transfers/{transfer}", "transfer", "description")

INCAPABLE = (
    "Your destination account needs to have at least one of the following capabilities enabled: "
    "transfers, crypto_transfers, legacy_payments"
)
TOO_LITTLE = (
    "You have insufficient available funds in your Stripe account. Try adding funds directly "
    "to your available "
    "balance by creating Charges using the 4000000000000077 test card. "
    "See: https://stripe.com/docs/testing#available-balance"
)


@operation("post /v1/transfers")
def create(call: Call) -> Json:
    call.only(
        "amount currency destination source_transaction transfer_group"
        " description metadata source_type"
    )
    params, code = call.params, currency(call.params["currency"])
    account = _destination(call)
    charge, paid = _source(call, code)
    amount = call.amount(charge["amount"] if charge else None)
    refuse_odd(amount, code)
    if charge:
        _refuse_more_than_charged(call, charge, amount)
    elif amount > balance.available(call, code):
        raise refused(TOO_LITTLE, "balance_insufficient")
    transfer = call.new(
        "transfer",
        "tr",
        amount=amount,
        amount_reversed=0,
        currency=code,
        description=params.get("description"),
        destination=account["id"],
        metadata=call.metadata(),
        reversed=False,
        source_type="card",
        source_transaction=charge["id"] if charge else None,
        transfer_group=_group(call, charge),
    )
    _move(call, transfer, paid["available_on"] if paid else None)
    call.emit("transfer.created", transfer)
    return transfer


def _group(call: Call, charge: Json | None) -> str | None:
    """Stripe makes up a group for a transfer that comes from a charge without one."""
    group: str | None = call.params.get("transfer_group")
    if group or not charge:
        return group
    if charge["transfer_group"] is None:
        charge["transfer_group"] = f"group_{charge['payment_intent']}"
        call.store.save(charge)
    return str(charge["transfer_group"])


def _destination(call: Call) -> Json:
    name = call.params["destination"]
    account = call.store.get(name)
    if (
        account is None
        or account["object"] != "account"
        or account["_owner"] != PLATFORM
        or name == PLATFORM
    ):
        raise missing("destination", name, "destination", 400)
    if account["capabilities"].get("transfers") != "active":
        raise refused(INCAPABLE, "insufficient_capabilities_for_transfer")
    return account


def _source(call: Call, code: str) -> tuple[Json | None, Json | None]:
    name = call.params.get("source_transaction")
    if not name:
        return None, None
    charge = charge_of(call, name, "source_transaction")
    paid = call.store.get(charge["balance_transaction"] or "")
    if charge["status"] != "succeeded" or paid is None:
        raise refused(
            f"The charge {name} has not succeeded, so it can't be transferred.",
            None,
            "source_transaction",
        )
    if paid["currency"] != code:
        raise refused(
            f"The currency of source_transaction's balance transaction ({paid['currency']}) "
            "must be the same as the "
            f"transfer currency ({code})",
            None,
            "currency",
        )
    return charge, paid


def _refuse_more_than_charged(call: Call, charge: Json, amount: int) -> None:
    already = sum(
        t["amount"]
        for t in call.store.find("transfer", call.account, source_transaction=charge["id"])
    )
    if already + amount <= charge["amount"]:
        return
    code = charge["currency"]
    message = (
        "Transfers using this transaction as a source must not exceed the source amount of "
        f"{money(charge['amount'], code)}."
    )
    if already:
        message += (
            " (There are already existing transfers using this as a source, amounting to a "
            f"total of {money(already, code)}.)"
        )
    raise refused(message, None, "amount")


def _move(call: Call, transfer: Json, available_on: int | None) -> None:
    """Out of the platform's books, into the creator's; both wait for the charge it comes from."""
    code, amount = transfer["currency"], transfer["amount"]
    out = balance.book(
        call,
        "transfer",
        transfer["id"],
        code,
        -amount,
        available_on=available_on,
        description=transfer["description"],
    )
    theirs = call.acting_for(transfer["destination"])
    payment = theirs.new(
        "charge",
        "py",
        amount=amount,
        amount_captured=amount,
        amount_refunded=0,
        captured=True,
        currency=code,
        billing_details={
            "address": None,
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        disputed=False,
        metadata={},
        paid=True,
        refunded=False,
        source_transfer=transfer["id"],
        status="succeeded",
    )
    into = balance.book(theirs, "payment", payment["id"], code, amount, available_on=available_on)
    payment["balance_transaction"] = into["id"]
    call.store.save(payment)
    transfer |= {"balance_transaction": out["id"], "destination_payment": payment["id"]}
    call.store.save(transfer)


@operation("get /v1/transfers/{id}/reversals")
def list_reversals(call: Call, name: str) -> Json:
    call.only("limit starting_after ending_before")
    call.find("transfer", name)
    return page_of(call, "transfer_reversal", {"transfer": name})


@operation("get /v1/transfers/{transfer}/reversals/{id}")
def retrieve_reversal(call: Call, name: str, reversal_name: str) -> Json:
    reversal = call.find("transfer_reversal", reversal_name)
    if reversal["transfer"] != name:
        raise missing("transfer reversal", reversal_name)
    return reversal


@operation("post /v1/transfers/{id}/reversals")
def reverse(call: Call, name: str) -> Json:
    call.only("amount description metadata")
    transfer = call.find("transfer", name)
    left = transfer["amount"] - transfer["amount_reversed"]
    if not left:
        raise refused(
            f"The transfer {name} is already fully reversed.", "transfer_already_reversed"
        )
    amount, code = call.amount(left), transfer["currency"]
    if amount > left:
        raise refused(
            f"Reversal amount ({money(amount, code)}) is greater than unreversed amount on "
            f"transfer ({money(left, code)})",
            None,
            "amount",
        )
    return _move_back(call, transfer, amount)


def _refuse_spent(theirs: Call, transfer: Json, amount: int) -> Json:
    """Money still on its way may be taken back; what has arrived must still be in the account."""
    moved = theirs.store.get(transfer["balance_transaction"])
    assert moved is not None
    has_arrived = moved["available_on"] <= theirs.now()
    there = (balance.available if has_arrived else balance.total)(theirs, transfer["currency"])
    if amount > there:
        raise refused(
            "Insufficient funds in Stripe account to reverse this transfer.", "balance_insufficient"
        )
    return moved


def _refund_theirs(
    theirs: Call, transfer: Json, reversal: Json, amount: int, available_on: int
) -> Json:
    """What was paid to the account is given back by it."""
    payment = theirs.find("charge", transfer["destination_payment"])
    refund = theirs.new(
        "refund",
        "pyr",
        amount=amount,
        charge=payment["id"],
        currency=transfer["currency"],
        metadata={},
        status="succeeded",
        source_transfer_reversal=reversal["id"],
    )
    line = balance.book(
        theirs,
        "payment_refund",
        refund["id"],
        transfer["currency"],
        -amount,
        available_on=available_on,
    )
    theirs.store.save(refund | {"balance_transaction": line["id"]})
    payment["amount_refunded"] += amount
    payment["refunded"] = payment["amount_refunded"] == payment["amount"]
    theirs.store.save(payment)
    return refund


@operation("post /v1/transfers/{transfer}/reversals/{id}")
def update_reversal(call: Call, name: str, reversal_name: str) -> Json:
    call.only("metadata")
    reversal = retrieve_reversal(call, name, reversal_name)
    reversal["metadata"] = call.metadata(before=reversal["metadata"])
    call.store.save(reversal)
    return reversal


def _move_back(call: Call, transfer: Json, amount: int) -> Json:
    code = transfer["currency"]
    theirs = call.acting_for(transfer["destination"])
    moved = _refuse_spent(theirs, transfer, amount)
    reversal = call.new(
        "transfer_reversal",
        "trr",
        amount=amount,
        currency=code,
        metadata=call.metadata(),
        transfer=transfer["id"],
    )
    back = balance.book(
        call,
        "transfer_refund",
        reversal["id"],
        code,
        amount,
        available_on=moved["available_on"],
        description=call.params.get("description"),
    )
    refund = _refund_theirs(theirs, transfer, reversal, amount, moved["available_on"])
    reversal |= {"balance_transaction": back["id"], "destination_payment_refund": refund["id"]}
    before = transfer["amount_reversed"]
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    call.store.save(reversal)
    call.store.save(transfer)
    call.emit(
        "transfer.reversed", transfer, previous={"amount_reversed": before, "reversed": False}
    )
    return reversal
