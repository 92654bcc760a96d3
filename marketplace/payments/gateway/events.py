"""What Stripe tells by webhook, believed only with a signature."""

import json
from collections.abc import Sequence
from typing import Any

import stripe

from .client import client


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
