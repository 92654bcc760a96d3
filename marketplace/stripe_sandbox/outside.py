"""An object as the world sees it: without our own fields, and with what depends on the moment."""

from typing import Any

from marketplace.stripe_sandbox.store import Json, Store


def public(body: Json) -> Json:
    """Ours begin with an underscore, however deep."""
    return {name: _public(value) for name, value in body.items() if not name.startswith("_")}


def _public(value: Any) -> Any:
    if isinstance(value, dict):
        return public(value)
    return [_public(item) for item in value] if isinstance(value, list) else value


def as_of_now(store: Store, body: Json) -> Json:
    out = public(body)
    match body["object"]:
        case "balance_transaction":
            out["status"] = "available" if body["available_on"] <= store.now() else "pending"
        case "transfer":
            out["reversals"] = latest(store, body, "reversals", "transfer_reversal")
        case "event":
            query = "SELECT count(*) FROM deliveries WHERE event = ? AND next_at IS NOT NULL"
            out["pending_webhooks"] = store.db.execute(query, (body["id"],)).fetchone()[0]
        case "dispute":
            ids = body.get("_transactions", [])
            found = [store.get(name) for name in ids]
            out["balance_transactions"] = [as_of_now(store, each) for each in found if each]
    return out


def latest(store: Store, body: Json, name: str, kind: str) -> Json:
    """The newest made from an object: a charge's refunds, a transfer's reversals."""
    field = body["object"]
    found = store.find(kind, body["_owner"], **{field: body["id"]})[::-1]
    data = [public(item) for item in found[:10]]
    url = f"/v1/{field}s/{body['id']}/{name}"
    return {"object": "list", "data": data, "has_more": len(found) > 10, "url": url}
