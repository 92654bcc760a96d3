"""Events: what happened, in the order it happened; the same bodies the webhooks carry."""

from typing import Any

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.operations.registry import operation, page_of, retrieves
from marketplace.stripe_sandbox.store import Json

retrieves("get /v1/events/{id}", "event")


@operation("get /v1/events")
def listing(call: Call) -> Json:
    call.only("type types created limit starting_after ending_before")
    if "type" in call.params and "types" in call.params:
        raise refused("You may pass either type or types, but not both.", None, "types")
    fields: dict[str, Any] = {}
    if kind := call.params.get("type"):
        fields["type"] = kind
    elif kinds := call.params.get("types"):
        fields["type"] = kinds
    return page_of(call, "event", fields)
