"""Where operations say which request they answer, and what most share: reading and listing."""

from collections.abc import Callable
from typing import Any

from marketplace.stripe_sandbox.call import Call, Operation
from marketplace.stripe_sandbox.errors import StripeError, missing, refused
from marketplace.stripe_sandbox.store import Json

OPERATIONS: dict[str, Operation] = {}
WHEN_DUE: dict[
    str, Callable[[Call, Json], None]
] = {}  # what happens to an object when its _due has come


# Who wants to know that a payment has succeeded, or failed after its page was closed.
SETTLED: list[Callable[[Call, Json, StripeError | None], None]] = []


# Who wants to know that an invoice was paid or refused.
BILLED: list[Callable[[Call, Json], None]] = []


def when_billed(function: Callable[[Call, Json], None]) -> Callable[[Call, Json], None]:
    BILLED.append(function)
    return function


def when_settled(
    function: Callable[[Call, Json, StripeError | None], None],
) -> Callable[[Call, Json, StripeError | None], None]:
    SETTLED.append(function)
    return function


def operation(request: str) -> Callable[[Operation], Operation]:
    def register(function: Operation) -> Operation:
        OPERATIONS[request] = function
        return function

    return register


def when_due(kind: str) -> Callable[[Callable[[Call, Json], None]], Callable[[Call, Json], None]]:
    def register(function: Callable[[Call, Json], None]) -> Callable[[Call, Json], None]:
        WHEN_DUE[kind] = function
        return function

    return register


def retrieves(request: str, kind: str) -> None:
    @operation(request)
    def retrieve(call: Call, name: str) -> Json:
        return call.find(kind, name)


def lists(request: str, kind: str, *filters: str) -> None:
    """A list that can be narrowed by these fields of the object."""

    @operation(request)
    def listing(call: Call) -> Json:
        call.only(" ".join([*filters, "created limit starting_after ending_before"]))
        return page_of(
            call, kind, {name: call.params[name] for name in filters if name in call.params}
        )


def updates_metadata(request: str, kind: str, *texts: str) -> None:
    @operation(request)
    def update(call: Call, name: str) -> Json:
        call.only(" ".join(["metadata", *texts]))
        body = call.find(kind, name)
        body["metadata"] = call.metadata(before=body["metadata"])
        body |= {text: call.params[text] or None for text in texts if text in call.params}
        call.store.save(body)
        return body


def page_of(call: Call, kind: str, fields: dict[str, Any], *, owner: str | None = None) -> Json:
    params = call.params
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise refused("This value must be between 1 and 100.", "parameter_invalid_integer", "limit")
    both = [name for name in ("starting_after", "ending_before") if name in params]
    if len(both) == 2:
        raise refused(
            "You can only use one of starting_after and ending_before.", None, "starting_after"
        )
    cursor = (both[0], params[both[0]]) if both else None
    if cursor:
        known = call.store.get(cursor[1])
        if known is None or known["object"] != kind or known["_owner"] != (owner or call.account):
            raise missing(kind.replace("_", " "), cursor[1], cursor[0], 400)
    created = params.get("created", {})
    if isinstance(created, int):
        created = {"gte": created, "lte": created}
    bodies, more = call.store.page(
        kind, owner or call.account, fields=fields, created=created, cursor=cursor, limit=limit
    )
    return {"object": "list", "data": bodies, "has_more": more, "url": call.path}
