"""Webhook endpoints: the two given at the start, and any made through the API."""

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.operations.registry import lists, operation, retrieves
from marketplace.stripe_sandbox.store import Json, mint

retrieves("get /v1/webhook_endpoints/{webhook_endpoint}", "webhook_endpoint")
lists("get /v1/webhook_endpoints", "webhook_endpoint")


@operation("post /v1/webhook_endpoints")
def create(call: Call) -> Json:
    call.only("url enabled_events connect description metadata api_version")
    url = call.params["url"]
    if not url.startswith(("http://", "https://")):
        raise refused(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            "url_invalid",
            "url",
        )
    secret = mint("whsec", 32)
    endpoint = call.new(
        "webhook_endpoint",
        "we",
        api_version=call.params.get("api_version"),
        metadata=call.metadata(),
        url=url,
        description=call.params.get("description"),
        enabled_events=call.params["enabled_events"],
        status="enabled",
        _connect=call.params.get("connect", False),
        _secret=secret,
    )
    return endpoint | {"secret": secret}  # said once, here


@operation("post /v1/webhook_endpoints/{webhook_endpoint}")
def update(call: Call, name: str) -> Json:
    call.only("url enabled_events description metadata disabled")
    endpoint = call.find("webhook_endpoint", name)
    endpoint["metadata"] = call.metadata(before=endpoint["metadata"])
    for field in ("url", "enabled_events", "description"):
        if field in call.params:
            endpoint[field] = call.params[field]
    if "disabled" in call.params:
        endpoint["status"] = "disabled" if call.params["disabled"] else "enabled"
    call.store.save(endpoint)
    return endpoint


@operation("delete /v1/webhook_endpoints/{webhook_endpoint}")
def delete(call: Call, name: str) -> Json:
    """What waits for it is not sent any more."""
    endpoint = call.find("webhook_endpoint", name)
    call.store.db.execute(
        "UPDATE deliveries SET next_at = NULL, outcome = 'endpoint deleted'"
        " WHERE endpoint = ? AND next_at IS NOT NULL",
        (name,),
    )
    call.store.rename(endpoint | {"object": "_deleted_webhook_endpoint"})
    return {"id": name, "object": "webhook_endpoint", "deleted": True}
