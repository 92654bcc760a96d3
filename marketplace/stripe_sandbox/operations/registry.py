"""Where operations say which request they answer, and what most share: reading and listing."""

from collections.abc import Callable
from typing import Any

from marketplace.stripe_sandbox.call import Call, Operation
from marketplace.stripe_sandbox.errors import StripeError, missing, refused
from marketplace.stripe_sandbox.store import Json

PAGING = "created limit starting_after ending_before"
OPERATIONS: dict[str, Operation] = {}
WHEN_DUE: dict[
    str, Callable[[Call, Json], None]
] = {}  # what happens to an object when its _due has come


# Who wants to know that a payment has succeeded, or failed after its page was closed.
SETTLED: list[Callable[[Call, Json, StripeError | None], None]] = []


# Who wants to know that an invoice was paid or refused.
BILLED: list[Callable[[Call, Json], None]] = []


# Who wants to know that an account has money coming, or may be paid again, and from when on.
BOOKED: list[Callable[[Call, int], None]] = []


def when_booked(function: Callable[[Call, int], None]) -> Callable[[Call, int], None]:
    BOOKED.append(function)
    return function


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


def lists(request: str, kind: str, *filters: str, **places: str) -> None:
    """A list that can be narrowed by these fields of the object, or by what lies at a place."""
    where = dict(zip(filters, filters, strict=True)) | places

    @operation(request)
    def listing(call: Call) -> Json:
        call.only(" ".join([*where, PAGING]))
        return page_of(call, kind, narrowed(call, **where))


def narrowed(call: Call, **places: str) -> Json:
    return {place: call.params[name] for name, place in places.items() if name in call.params}


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
    limit, cursor = _window(call.params)
    if cursor:
        known = call.store.get(cursor[1])
        if known is None or known["object"] != kind or known["_owner"] != (owner or call.account):
            raise missing(kind, cursor[1], cursor[0], 400)
    created = call.params.get("created", {})
    if isinstance(created, int):
        created = {"gte": created, "lte": created}
    bodies, more = call.store.page(
        kind, owner or call.account, fields=fields, created=created, cursor=cursor, limit=limit
    )
    return {"object": "list", "data": bodies, "has_more": more, "url": call.path}


def slice_of(call: Call, data: list[Json]) -> Json:
    """A page of what an object carries within itself."""
    limit, cursor = _window(call.params)
    start, stop = 0, len(data)
    if cursor:
        ids = [each["id"] for each in data]
        if cursor[1] not in ids:
            raise missing(data[0]["object"] if data else "object", cursor[1], cursor[0], 400)
        at = ids.index(cursor[1])
        start, stop = (at + 1, stop) if cursor[0] == "starting_after" else (0, at)
        if cursor[0] == "ending_before":
            start = max(0, stop - limit)
            shown = data[start:stop]
            return {"object": "list", "data": shown, "has_more": start > 0, "url": call.path}
    shown = data[start:stop][:limit]
    more = start + len(shown) < stop
    return {"object": "list", "data": shown, "has_more": more, "url": call.path}


def _window(params: Json) -> tuple[int, tuple[str, str] | None]:
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise refused("This value must be between 1 and 100.", "parameter_invalid_integer", "limit")
    both = [name for name in ("starting_after", "ending_before") if name in params]
    if len(both) == 2:
        raise refused(
            "You can only use one of starting_after and ending_before.", None, "starting_after"
        )
    return limit, (both[0], params[both[0]]) if both else None
