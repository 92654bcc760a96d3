"""What leaves the sandbox: objects as they are right now, opened up where the caller asked."""

from typing import Any

from marketplace.stripe_sandbox.call import Call, public
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.operations.checkout import lines_of
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
    out = _as_of_now(call, body)
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
    return lines_of(body) if head == "line_items" else _latest(call, body, "refunds", "refund")


def _as_of_now(call: Call, body: Json) -> Json:
    out = public(body)
    match body["object"]:
        case "balance_transaction":
            out["status"] = "available" if body["available_on"] <= call.now() else "pending"
        case "transfer":
            out["reversals"] = _latest(call, body, "reversals", "transfer_reversal")
        case "event":
            query = "SELECT count(*) FROM deliveries WHERE event = ? AND next_at IS NOT NULL"
            out["pending_webhooks"] = call.store.db.execute(query, (body["id"],)).fetchone()[0]
    return out


def _latest(call: Call, body: Json, name: str, kind: str) -> Json:
    """The newest made from an object: a charge's refunds, a transfer's reversals."""
    field = body["object"]
    found = call.store.find(kind, body["_owner"], **{field: body["id"]})[::-1]
    data = [public(item) for item in found[:10]]
    url = f"/v1/{field}s/{body['id']}/{name}"
    return {"object": "list", "data": data, "has_more": len(found) > 10, "url": url}


def _not_expandable(path: str) -> Exception:
    return refused(f"This property cannot be expanded ({path}).", None, "expand")
