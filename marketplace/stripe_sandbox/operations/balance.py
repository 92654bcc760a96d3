"""The books of one account: balance transactions, pending until their day, available after it."""

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.operations.registry import (
    BOOKED,
    PAGING,
    narrowed,
    operation,
    page_of,
    retrieves,
)
from marketplace.stripe_sandbox.store import Json

CATEGORIES = {
    "charge": "charge",
    "payment": "charge",
    "refund": "refund",
    "payment_refund": "refund",
    "transfer": "transfer",
    "transfer_refund": "transfer_reversal",
    "payout": "payout",
    "payout_failure": "payout_reversal",
    "payout_cancel": "payout_reversal",
    "refund_failure": "refund_failure",
    "payment_failure_refund": "refund_failure",
    "adjustment": "dispute",
    "topup": "topup",
    "stripe_fee": "fee",
}
FALLBACK_CURRENCY = "eur"

retrieves("get /v1/balance_transactions/{id}", "balance_transaction")


@operation("get /v1/balance_transactions")
def listing(call: Call) -> Json:
    call.only(f"currency source type payout {PAGING}")
    if name := call.params.get("payout"):
        payout = call.find("payout", name, param="payout", status=400)
        if not payout["automatic"]:
            raise refused(
                "Balance transaction history can only be filtered on automatic transfers, not "
                "manual.",
                None,
                "payout",
            )
    places = {"currency": "currency", "source": "source", "type": "type", "payout": "_payout"}
    return page_of(call, "balance_transaction", narrowed(call, **places))


def book(
    call: Call,
    kind: str,
    source: str,
    currency: str,
    amount: int,
    *,
    fee: int = 0,
    fee_for: str = "Stripe processing fees",
    available_on: int | None = None,
    description: str | None = None,
    category: str | None = None,
) -> Json:
    """One line in the account's books; the balance is nothing but the sum of these lines."""
    available_on = max(available_on or 0, call.now())
    txn = call.new(
        "balance_transaction",
        "txn",
        amount=amount,
        available_on=available_on,
        balance_type="payments",
        currency=currency,
        description=description,
        fee=fee,
        fee_details=[_fee(fee, currency, fee_for)] if fee else [],
        net=amount - fee,
        reporting_category=category or CATEGORIES[kind],
        source=source,
        type=kind,
        status="pending" if available_on > call.now() else "available",
    )
    call.store.db.execute(
        "INSERT INTO entries VALUES (?, ?, ?, ?, ?)",
        (txn["id"], call.account, currency, txn["net"], available_on),
    )
    for listener in BOOKED:
        listener(call, available_on)
    return txn


def _fee(amount: int, currency: str, what_for: str) -> Json:
    return {
        "amount": amount,
        "application": None,
        "currency": currency,
        "description": what_for,
        "type": "stripe_fee",
    }


def available(call: Call, currency: str) -> int:
    return sums(call).get(currency, (0, 0))[0]


def total(call: Call, currency: str) -> int:
    return sum(sums(call).get(currency, (0, 0)))


def next_available(call: Call) -> int | None:
    """When more of what is pending becomes available."""
    query = "SELECT min(available_on) FROM entries WHERE account = ? AND available_on > ?"
    found: int | None = call.store.db.execute(query, (call.account, call.now())).fetchone()[0]
    return found


def sums(call: Call) -> dict[str, tuple[int, int]]:
    rows = call.store.db.execute(
        "SELECT currency, coalesce(sum(net) FILTER (WHERE available_on <= :now), 0) AS available,"
        " coalesce(sum(net) FILTER (WHERE available_on > :now), 0) AS pending"
        " FROM entries WHERE account = :account GROUP BY currency ORDER BY currency",
        {"now": call.now(), "account": call.account},
    )
    return {row["currency"]: (row["available"], row["pending"]) for row in rows.fetchall()}


@operation("get /v1/balance")
def retrieve(call: Call) -> Json:
    both_sides = sums(call) or {FALLBACK_CURRENCY: (0, 0)}

    def side(which: int) -> list[Json]:
        return [
            {"amount": both[which], "currency": code, "source_types": {"card": both[which]}}
            for code, both in both_sides.items()
        ]

    reserved = [{"amount": 0, "currency": code} for code in both_sides]
    return {
        "object": "balance",
        "available": side(0),
        "connect_reserved": reserved,
        "livemode": False,
        "pending": side(1),
    }
