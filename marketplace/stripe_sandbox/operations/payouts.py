"""Payouts: from a Stripe balance to the bank, a day on the way."""

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

retrieves("get /v1/payouts/{payout}", "payout")
lists("get /v1/payouts", "payout", "status", "destination")
updates_metadata("post /v1/payouts/{payout}", "payout")


@operation("post /v1/payouts")
def create(call: Call) -> Json:
    call.only("amount currency description metadata method statement_descriptor source_type")
    code, amount = currency(call.params["currency"]), call.amount()
    _refuse_impossible(call, code, amount)
    arrival = call.now() + DAY
    payout = call.new(
        "payout",
        "po",
        amount=amount,
        arrival_date=arrival,
        automatic=False,
        currency=code,
        destination=mint("ba"),
        description=call.params.get("description"),
        metadata=call.metadata(),
        source_type="card",
        type="bank_account",
        method=call.params.get("method", "standard"),
        reconciliation_status="not_applicable",
        status="in_transit",
        statement_descriptor=call.params.get("statement_descriptor"),
        _due=arrival,
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
    if amount > balance.available(call, code):
        raise refused(
            "You have insufficient funds in your Stripe account for this transfer.",
            "balance_insufficient",
        )


@when_due("payout")
def arrive(call: Call, payout: Json) -> None:
    payout |= {"status": "paid", "_due": None}
    call.store.save(payout)
    call.emit("payout.paid", payout)
