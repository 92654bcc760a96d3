"""Events as Stripe makes them."""

from typing import Any


def told(name: str, kind: str, *, account: str = "", **thing: Any) -> dict[str, Any]:
    body: dict[str, Any] = {"id": name, "object": "event", "type": kind, "livemode": False}
    body |= {"created": 1_800_000_000, "data": {"object": thing}}
    return body | ({"account": account} if account else {})
