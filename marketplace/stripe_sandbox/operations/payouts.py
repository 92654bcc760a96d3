"""Payouts: from a Stripe balance to the bank, a day on the way; and top-ups, the other way."""

from collections.abc import Callable
from typing import Any

from marketplace.stripe_sandbox import banks
from marketplace.stripe_sandbox.call import Call, currency
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.operations import balance
from marketplace.stripe_sandbox.operations.registry import (
    lists,
    operation,
    retrieves,
    updates_metadata,
    when_due,
)
from marketplace.stripe_sandbox.store import PLATFORM, Json, mint

DAY = 86_400
AN_HOUR = 3600
WHOLE_HUNDREDS = ("huf", "twd")
# Who wants to know that a payout has failed.
FAILED: list[Callable[[Call, Json], None]] = []


def when_failed(function: Callable[[Call, Json], None]) -> Callable[[Call, Json], None]:
    FAILED.append(function)
    return function


retrieves("get /v1/payouts/{payout}", "payout")
lists("get /v1/payouts", "payout", "status", "destination", "arrival_date")
updates_metadata("post /v1/payouts/{payout}", "payout")
retrieves("get /v1/topups/{topup}", "topup")
lists("get /v1/topups", "topup", "status", "amount")


@operation("post /v1/payouts")
def create(call: Call) -> Json:
    call.only(
        "amount currency description destination metadata method source_type statement_descriptor"
    )
    code, amount = currency(call.params["currency"]), call.amount()
    _refuse_impossible(call, code, amount)
    return start(
        call,
        _bank(call, code),
        code,
        amount,
        automatic=False,
        description=call.params.get("description"),
        metadata=call.metadata(),
        method=call.params.get("method", "standard"),
        statement_descriptor=call.params.get("statement_descriptor"),
    )


def start(call: Call, bank: Json, code: str, amount: int, *, automatic: bool, **more: Any) -> Json:
    """On its way to a bank; out of the books at once."""
    fields = {"metadata": {}, "method": "standard"} | more
    arrival = call.now() + (DAY if fields["method"] == "standard" else AN_HOUR // 2)
    payout = call.new(
        "payout",
        "po",
        amount=amount,
        arrival_date=arrival,
        automatic=automatic,
        currency=code,
        destination=bank["id"],
        source_type="card",
        type="bank_account",
        reconciliation_status="completed" if automatic else "not_applicable",
        status="pending",
        **fields,
        _due=min(arrival, call.now() + AN_HOUR),
        _number=bank.get("_number", ""),
    )
    payout["balance_transaction"] = balance.book(call, "payout", payout["id"], code, -amount)["id"]
    call.store.save(payout)
    call.emit("payout.created", payout)
    return payout


def _refuse_impossible(call: Call, code: str, amount: int) -> None:
    if call.account != PLATFORM:
        account = call.store.get(call.account)
        if account is None or not account["payouts_enabled"]:
            raise refused(
                "Cannot create payouts: this account has payouts disabled.", "payouts_not_allowed"
            )
    if code in WHOLE_HUNDREDS and amount % 100:
        raise refused(
            f"Payouts in {code.upper()} must be a multiple of 100.", "invalid_payout_amount"
        )
    if amount > balance.available(call, code):
        raise refused(
            "You have insufficient funds in your Stripe account for this transfer.",
            "balance_insufficient",
        )


def _bank(call: Call, code: str) -> Json:
    """Where it goes: the account named, else the default one; the platform's is made up."""
    account = call.store.get(call.account)
    known: list[Json] = account["external_accounts"]["data"] if account else []
    if name := call.params.get("destination"):
        for bank in known:
            if bank["id"] == name:
                return bank
        raise refused(f"No such external account: '{name}'", "resource_missing", "destination")
    for bank in known:
        if bank["currency"] == code or call.account == PLATFORM:
            return bank
    if call.account != PLATFORM:
        raise refused(
            f"Sorry, you don't have any external accounts in that currency ({code}).",
            "payouts_not_allowed",
        )
    return {"id": mint("ba")}


@when_due("payout")
def arrive(call: Call, payout: Json) -> None:
    """First it is on its way, then it is there, or the bank sends it back."""
    if payout["status"] == "pending":
        payout |= {"status": "in_transit", "_due": payout["arrival_date"]}
        call.store.save(payout)
        call.emit("payout.updated", payout, previous={"status": "pending"})
        if payout["arrival_date"] > call.now():
            return
    if failure := banks.payout_failure(payout.get("_number", "")):
        fail(call, payout, *failure)
        return
    payout |= {"status": "paid", "_due": None}
    call.store.save(payout)
    call.emit("payout.paid", payout)


def fail(
    call: Call,
    payout: Json,
    code: str = "could_not_process",
    message: str = "The bank could not process this transfer.",
) -> None:
    """Some that fail have shown paid before; the money comes back."""
    back = balance.book(
        call,
        "payout_failure",
        payout["id"],
        payout["currency"],
        payout["amount"],
        description="PAYOUT FAILURE",
    )
    payout |= {
        "status": "failed",
        "failure_balance_transaction": back["id"],
        "failure_code": code,
        "failure_message": message,
        "_due": None,
    }
    call.store.save(payout)
    call.emit("payout.failed", payout)
    for listener in FAILED:
        listener(call, payout)


@operation("post /v1/payouts/{payout}/cancel")
def cancel(call: Call, name: str) -> Json:
    payout = call.find("payout", name)
    if payout["status"] != "pending":
        words = "Payouts can only be canceled while they are pending."
        raise refused(words, None, "payout")
    back = balance.book(
        call,
        "payout_cancel",
        payout["id"],
        payout["currency"],
        payout["amount"],
        description="PAYOUT CANCEL",
    )
    payout |= {"status": "canceled", "failure_balance_transaction": back["id"], "_due": None}
    call.store.save(payout)
    call.emit("payout.canceled", payout)
    return payout


@operation("post /v1/payouts/{payout}/reverse")
def reverse(call: Call, name: str) -> Json:
    call.only("metadata")
    payout = call.find("payout", name)
    words = "Only payouts to US bank accounts can be reversed"
    raise refused(f"{words}, and {payout['id']} went to another.", None, "payout")


@operation("post /v1/topups")
def top_up(call: Call) -> Json:
    """Money the platform adds itself; here it is available at once."""
    call.only("amount currency description metadata statement_descriptor transfer_group source")
    code, amount = currency(call.params["currency"]), call.amount()
    topup = call.new(
        "topup",
        "tu",
        amount=amount,
        currency=code,
        description=call.params.get("description"),
        expected_availability_date=call.now(),
        metadata=call.metadata(),
        source=None,
        statement_descriptor=call.params.get("statement_descriptor"),
        status="succeeded",
        transfer_group=call.params.get("transfer_group"),
    )
    topup["balance_transaction"] = balance.book(call, "topup", topup["id"], code, amount)["id"]
    call.store.save(topup)
    for kind in ("topup.created", "topup.succeeded"):
        call.emit(kind, topup)
    return topup
