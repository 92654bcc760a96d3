"""What leaves the sandbox: objects as they are right now, opened up where the caller asked."""

from typing import Any

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.operations.checkout import lines_of
from marketplace.stripe_sandbox.outside import as_of_now, latest
from marketplace.stripe_sandbox.store import Json

DEEPEST = 4
EXPANDABLE = {
    "balance_transaction": {"source"},
    "charge": {
        "balance_transaction",
        "payment_intent",
        "source_transfer",
        "failure_balance_transaction",
    },
    "checkout.session": {"payment_intent"},
    "dispute": {"charge", "payment_intent"},
    "payment_intent": {"latest_charge"},
    "payout": {"balance_transaction"},
    "refund": {"balance_transaction", "charge", "payment_intent"},
    "transfer": {"balance_transaction", "destination", "destination_payment", "source_transaction"},
    "transfer_reversal": {"balance_transaction", "transfer"},
}
# Lists and groups that are there only for who asks.
ON_REQUEST = {("checkout.session", "line_items"), ("charge", "refunds")}


def answer(call: Call, body: Json, expand: list[str]) -> Json:
    if any(path.count(".") >= DEEPEST for path in expand):
        raise refused(
            f"You cannot expand more than {DEEPEST} levels of a property.", None, "expand"
        )
    if body.get("object") == "list":
        return _list(call, body, expand)
    return _object(call, body, expand)


def _list(call: Call, body: Json, expand: list[str]) -> Json:
    for path in expand:
        if path != "data" and not path.startswith("data."):
            raise _not_expandable(path)
    inner = [path.removeprefix("data.") for path in expand if path != "data"]
    return body | {"data": [_object(call, item, inner) for item in body["data"]]}


def _object(call: Call, body: Json, expand: list[str]) -> Json:
    out = as_of_now(call.store, body)
    heads: dict[str, list[str]] = {}
    for path in expand:
        head, _, rest = path.partition(".")
        heads.setdefault(head, []).extend([rest] if rest else [])
    for head, inner in heads.items():
        out[head] = _expanded(call, out, body, head, inner)
    return out


def _expanded(call: Call, out: Json, body: Json, head: str, rest: list[str]) -> Any:
    kind = body["object"]
    if (kind, head) in ON_REQUEST:
        return _list(call, _requested(call, body, head), rest)
    value = out.get(head)
    if isinstance(value, dict) and value.get("object") == "list":
        return _list(call, value, rest)
    if head not in EXPANDABLE.get(kind, set()):
        raise _not_expandable(head)
    if value is None:
        return None
    found = call.store.get(value)
    return value if found is None else _object(call, found, rest)


def _requested(call: Call, body: Json, head: str) -> Json:
    return lines_of(body) if head == "line_items" else latest(call.store, body, "refunds", "refund")


def _not_expandable(path: str) -> Exception:
    return refused(f"This property cannot be expanded ({path}).", None, "expand")
