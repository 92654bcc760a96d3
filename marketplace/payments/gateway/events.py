"""What Stripe tells by webhook, believed only with a signature."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import stripe

from .client import ask, client


def _has_the_shape_of_an_event(payload: bytes) -> bool:
    try:
        event = json.loads(payload)
    except (ValueError, RecursionError):
        return False
    match event:
        case {"id": str(), "type": str(), "data": {"object": {**_thing}}}:
            return True
    return False


def read_event(payload: bytes, signature: str, secrets: Sequence[str]) -> dict[str, Any] | None:
    """The event in a webhook, if one of our secrets signed it; without one the door is shut."""
    if not _has_the_shape_of_an_event(payload):
        return None
    for secret in secrets:
        try:
            return client().construct_event(payload, signature, secret).to_dict()
        except (stripe.SignatureVerificationError, ValueError):
            continue
    return None


def events(since: datetime, until: datetime, account: str = "") -> Iterator[list[dict[str, Any]]]:
    """What happened in that time, a hundred at a time, the newest first.

    Without `account` in our own; Stripe remembers thirty days.
    """
    created = {"gte": int(since.timestamp()), "lte": int(until.timestamp())}
    params: Any = {"created": created, "limit": 100}
    options: Any = {"stripe_account": account} if account else {}
    page = ask(lambda: client().v1.events.list(params, options))
    while True:
        yield [one.to_dict() for one in page.data]
        if not page.has_more:
            return
        params["starting_after"] = page.data[-1].id
        page = ask(lambda: client().v1.events.list(params, options))
