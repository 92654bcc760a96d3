"""Webhooks: check the signature on the raw bytes, keep the event once, answer. Work comes later."""

from flask import current_app, request
from flask.typing import ResponseReturnValue

from marketplace import access
from marketplace.kit.db import db
from marketplace.kit.routing import Blueprint
from marketplace.payments import events, gateway

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")


@bp.post("/stripe", allow=access.anyone)
def platform() -> ResponseReturnValue:
    return _take(current_app.extensions["config"].stripe_webhook_secrets)


@bp.post("/stripe/connect", allow=access.anyone)
def connect() -> ResponseReturnValue:
    """Events of creators' and brands' own accounts."""
    return _take(current_app.extensions["config"].stripe_connect_secrets)


def _take(secrets: tuple[str, ...]) -> ResponseReturnValue:
    signature = request.headers.get("Stripe-Signature", "")
    event = gateway.read_event(request.get_data(), signature, secrets)
    if event is None:
        return {"error": "This is not an event that any secret set here has signed."}, 400
    if event.get("livemode", False) != current_app.extensions["config"].is_live:
        return {"error": "This endpoint is for the other mode, live or test."}, 400
    return {"new": events.store(db(), event)}
