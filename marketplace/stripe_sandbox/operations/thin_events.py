"""Thin events of the API's version 2: what kind of thing happened to what, to be fetched."""

from datetime import UTC, datetime
from typing import Any

from marketplace.stripe_sandbox import mischief
from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import not_built, refused
from marketplace.stripe_sandbox.operations.registry import operation, retrieves
from marketplace.stripe_sandbox.store import PLATFORM, Json, mint

EVENT = "v2.core.event"
DESTINATION = "v2.core.event_destination"

retrieves("get /v2/core/events/{id}", EVENT)


def moment(epoch: int) -> str:
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def emit(call: Call, kind: str, about: Json, url: str, data: Json | None = None) -> None:
    """To every destination that listens; the events are the platform's own."""
    event: Json = {
        "id": mint("evt_test", 44),
        "object": EVENT,
        "changes": None,
        "context": None,
        "created": moment(call.now()),
        "data": data,
        "livemode": False,
        "reason": None,
        "related_object": {"id": about["id"], "type": about["object"], "url": url},
        "type": kind,
    }
    if call.request_id:
        asked = {"id": call.request_id, "idempotency_key": call.idempotency_key}
        event["reason"] = {"type": "request", "request": asked}
    call.store.add(event | {"_created": call.now()}, PLATFORM)
    how, leaves_at = mischief.plan(call.store, kind)
    for destination in call.store.find(DESTINATION, PLATFORM, status="enabled"):
        if {"*", kind} & set(destination["enabled_events"]):
            mischief.post(call.store, event["id"], destination["id"], how, leaves_at)


@operation("get /v2/core/events")
def listing(call: Call) -> Json:
    call.only("object_id limit page types")
    fields: Json = {}
    if about := call.params.get("object_id"):
        fields["related_object.id"] = about
    if kinds := call.params.get("types"):
        fields["type"] = kinds
    return page_of(call, EVENT, PLATFORM, fields)


def page_of(call: Call, kind: str, owner: str, fields: Json) -> Json:
    """Version 2 names the next page by its address."""
    limit = call.params.get("limit", 20)
    if not 1 <= limit <= 100:
        raise refused("This value must be between 1 and 100.", "parameter_invalid_integer", "limit")
    page = call.params.get("page")
    cursor = ("starting_after", page) if page else None
    bodies, more = call.store.page(
        kind, owner, fields=fields, created={}, cursor=cursor, limit=limit
    )
    following = f"{call.path}?limit={limit}&page={bodies[-1]['id']}" if more else None
    return {"data": bodies, "next_page_url": following, "previous_page_url": None}


@operation("post /v2/core/event_destinations")
def create(call: Call) -> Json:
    call.only(
        "description enabled_events event_payload include metadata name type webhook_endpoint"
    )
    params = call.params
    if params["type"] != "webhook_endpoint":
        raise not_built(f"event destinations of the type {params['type']}")
    if params["event_payload"] != "thin":
        raise not_built("event destinations for snapshots; make a webhook endpoint instead")
    url = (params.get("webhook_endpoint") or {}).get("url", "")
    if not url.startswith(("http://", "https://")):
        raise refused("Not a valid URL", "url_invalid", "webhook_endpoint.url")
    secret, now = mint("whsec", 32), moment(call.now())
    destination: Json = {
        "id": mint("ed_test", 44),
        "object": DESTINATION,
        "amazon_eventbridge": None,
        "azure_event_grid": None,
        "created": now,
        "description": params.get("description", ""),
        "enabled_events": params["enabled_events"],
        "event_payload": "thin",
        "events_from": ["self"],
        "livemode": False,
        "metadata": call.metadata(),
        "name": params["name"],
        "snapshot_api_version": None,
        "status": "enabled",
        "status_details": None,
        "type": "webhook_endpoint",
        "updated": now,
        "webhook_endpoint": None,
        "_created": call.now(),
        "_url": url,
        "_secret": secret,
    }
    call.store.add(destination, PLATFORM)
    return _shown(call, destination, secret)


def _shown(call: Call, destination: Json, secret: str | None = None) -> Json:
    wished = call.params.get("include", [])
    shown: dict[str, Any] = {}
    if "webhook_endpoint.url" in wished:
        shown["url"] = destination["_url"]
    if secret and "webhook_endpoint.signing_secret" in wished:
        shown["signing_secret"] = secret
    return destination | {"webhook_endpoint": shown or None}


@operation("get /v2/core/event_destinations/{id}")
def retrieve(call: Call, name: str) -> Json:
    return _shown(call, call.find(DESTINATION, name))


@operation("get /v2/core/event_destinations")
def destinations(call: Call) -> Json:
    call.only("include limit page")
    page = page_of(call, DESTINATION, PLATFORM, {})
    return page | {"data": [_shown(call, each) for each in page["data"]]}


@operation("post /v2/core/event_destinations/{id}/disable")
def disable(call: Call, name: str) -> Json:
    return _switch(call, name, "disabled")


@operation("post /v2/core/event_destinations/{id}/enable")
def enable(call: Call, name: str) -> Json:
    return _switch(call, name, "enabled")


def _switch(call: Call, name: str, status: str) -> Json:
    destination = call.find(DESTINATION, name) | {"status": status, "updated": moment(call.now())}
    call.store.save(destination)
    return _shown(call, destination)


@operation("delete /v2/core/event_destinations/{id}")
def delete(call: Call, name: str) -> Json:
    destination = call.find(DESTINATION, name)
    call.store.rename(destination | {"object": "_deleted_event_destination"})
    return {"id": name, "object": "v2.deleted_object"}
