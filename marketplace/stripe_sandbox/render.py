"""What leaves the sandbox: objects as they are right now, opened up where the caller asked."""

from typing import Any

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.operations.checkout import lines_of
from marketplace.stripe_sandbox.outside import as_of_now, latest
from marketplace.stripe_sandbox.store import Json

DEEPEST = 4
EXPANDABLE = {
    kind: set(fields.split())
    for kind, fields in {
        "balance_transaction": "source",
        "charge": "balance_transaction customer payment_intent source_transfer"
        " failure_balance_transaction",
        "checkout.session": "payment_intent customer subscription invoice setup_intent",
        "customer": "default_source",
        "customer.invoice_settings": "default_payment_method",
        "dispute": "charge payment_intent",
        "invoice": "customer default_payment_method",
        "invoice_payment": "invoice",
        "invoice_payment.payment": "payment_intent charge",
        "payment_intent": "latest_charge customer payment_method",
        "payment_method": "customer",
        "payout": "balance_transaction destination original_payout reversed_by"
        " failure_balance_transaction",
        "price": "product",
        "product": "default_price",
        "radar.early_fraud_warning": "charge payment_intent",
        "refund": "balance_transaction charge payment_intent failure_balance_transaction",
        "setup_intent": "customer payment_method",
        "subscription": "customer default_payment_method latest_invoice",
        "topup": "balance_transaction",
        "transfer": "balance_transaction destination destination_payment source_transaction",
        "transfer_reversal": "balance_transaction destination_payment_refund transfer",
    }.items()
}
# Lists and groups that are there only for who asks.
ON_REQUEST = {
    ("checkout.session", "line_items"),
    ("charge", "refunds"),
    ("invoice", "payments"),
    ("invoice", "confirmation_secret"),
}


def answer(call: Call, body: Json, expand: list[str]) -> Json:
    if any(path.count(".") >= DEEPEST for path in expand):
        raise refused(
            f"You cannot expand more than {DEEPEST} levels of a property.", None, "expand"
        )
    if "object" not in body:  # a page of version 2
        return {name: _shown(call, value) for name, value in body.items()}
    if body["object"] in ("list", "search_result"):
        return _list(call, body, expand)
    return _object(call, body, expand)


def _shown(call: Call, value: Any) -> Any:
    return [as_of_now(call.store, each) for each in value] if isinstance(value, list) else value


def _list(call: Call, body: Json, expand: list[str]) -> Json:
    for path in expand:
        if path != "data" and not path.startswith("data."):
            raise _not_expandable(path)
    inner = [path.removeprefix("data.") for path in expand if path != "data"]
    return body | {"data": [_object(call, item, inner) for item in body["data"]]}


def _object(call: Call, body: Json, expand: list[str]) -> Json:
    return _opened(call, as_of_now(call.store, body), body, body["object"], expand)


def _opened(call: Call, out: Json, body: Json, kind: str, expand: list[str]) -> Json:
    heads: dict[str, list[str]] = {}
    for path in expand:
        head, _, rest = path.partition(".")
        heads.setdefault(head, []).extend([rest] if rest else [])
    for head, inner in heads.items():
        if (kind, head) in ON_REQUEST:
            out[head] = _requested(call, body, head, inner)
        elif out.get(head) is not None:
            out[head] = _expanded(call, out[head], kind, head, inner)
        elif head not in EXPANDABLE.get(kind, set()):
            raise _not_expandable(head)
    return out


def _expanded(call: Call, value: Any, kind: str, head: str, rest: list[str]) -> Any:
    if isinstance(value, dict):
        if value.get("object") == "list":
            return _list(call, value, rest)
        if "object" in value:
            return _object(call, value, rest)
        if rest:
            return _opened(call, dict(value), value, f"{kind}.{head}", rest)
    if head not in EXPANDABLE.get(kind, set()):
        raise _not_expandable(head)
    found = call.store.get(value) or _bank_of(call, value)
    return value if found is None else _object(call, found, rest)


def _bank_of(call: Call, name: str) -> Json | None:
    """A bank account is kept within its account."""
    account = call.store.get(call.account) if name.startswith("ba_") else None
    held = account["external_accounts"]["data"] if account else []
    return next((bank for bank in held if bank["id"] == name), None)


def _requested(call: Call, body: Json, head: str, rest: list[str]) -> Any:
    match head:
        case "line_items":
            return _list(call, lines_of(body), rest)
        case "refunds":
            return _list(call, latest(call.store, body, "refunds", "refund"), rest)
        case "payments":
            return _list(call, latest(call.store, body, "payments", "invoice_payment"), rest)
        case _:
            return _secret_of(call, body)


def _secret_of(call: Call, invoice: Json) -> Json | None:
    """What a page needs to let the payer confirm an invoice."""
    intent = call.store.get(invoice.get("_payment_intent") or "")
    return intent and {"client_secret": intent["client_secret"], "type": "payment_intent"}


def _not_expandable(path: str) -> Exception:
    return refused(f"This property cannot be expanded ({path}).", None, "expand")
