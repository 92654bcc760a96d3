"""Setup intents: a way to pay, kept for later."""

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import StripeError, refused
from marketplace.stripe_sandbox.means import means_of
from marketplace.stripe_sandbox.operations import payment_methods
from marketplace.stripe_sandbox.operations.registry import (
    lists,
    operation,
    retrieves,
)
from marketplace.stripe_sandbox.store import Json, mint

KIND = "setup_intent"
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")

retrieves("get /v1/setup_intents/{intent}", KIND)
lists("get /v1/setup_intents", KIND, "customer", "payment_method")


@operation("post /v1/setup_intents")
def create(call: Call) -> Json:
    call.only(
        "customer payment_method usage description metadata confirm automatic_payment_methods"
        " allowed_payment_method_types return_url"
    )
    params = call.params
    if params.get("customer"):
        call.find("customer", params["customer"], param="customer", status=400)
    intent = new_intent(call, params | {"metadata": call.metadata()})
    if params.get("payment_method"):
        method = payment_methods.named(call, params["payment_method"])
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    call.store.save(intent)
    return _confirm(call, intent) if params.get("confirm") else intent


def new_intent(call: Call, data: Json) -> Json:
    intent = call.new(
        KIND,
        "seti",
        customer=data.get("customer"),
        description=data.get("description"),
        metadata=data["metadata"],
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=data.get("allowed_payment_method_types", ["card"]),
        status="requires_payment_method",
        usage=data.get("usage", "off_session"),
    )
    intent["client_secret"] = mint(f"{intent['id']}_secret")
    call.store.save(intent)
    call.emit("setup_intent.created", intent)
    return intent


@operation("post /v1/setup_intents/{intent}")
def update(call: Call, name: str) -> Json:
    call.only("customer description metadata payment_method")
    intent = call.find(KIND, name)
    if "customer" in call.params or "payment_method" in call.params:
        _open(call, name, "update")
    if customer := call.params.get("customer"):
        intent["customer"] = call.find("customer", customer, param="customer", status=400)["id"]
    if "description" in call.params:
        intent["description"] = call.params["description"] or None
    if method := call.params.get("payment_method"):
        intent["payment_method"] = payment_methods.named(call, method)["id"]
        intent["status"] = "requires_confirmation"
    intent["metadata"] = call.metadata(before=intent["metadata"])
    call.store.save(intent)
    return intent


@operation("post /v1/setup_intents/{intent}/confirm")
def confirm(call: Call, name: str) -> Json:
    call.only("payment_method return_url")
    return _confirm(call, _open(call, name, "confirm"))


def _confirm(call: Call, intent: Json) -> Json:
    name = call.params.get("payment_method") or intent["payment_method"]
    if name is None:
        raise refused(
            "You cannot confirm this SetupIntent because it's missing a payment method.",
            "setup_intent_unexpected_state",
        )
    return confirm_with(call, intent, payment_methods.named(call, name))


def confirm_with(call: Call, intent: Json, method: Json) -> Json:
    means = means_of(method)
    try:
        if intent["customer"]:
            payment_methods.attach_to(call, method, intent["customer"])
        elif means.code:
            words = means.message
            raise StripeError(
                402, "card_error", words, code=means.code, decline_code=means.decline_code
            )
    except StripeError as error:
        intent |= {"status": "requires_payment_method", "last_setup_error": error.body}
        call.store.save(intent)
        call.emit("setup_intent.setup_failed", intent)
        raise error.kept() from None
    intent |= {"payment_method": method["id"], "status": "succeeded", "last_setup_error": None}
    call.store.save(intent)
    call.emit("setup_intent.succeeded", intent)
    return intent


@operation("post /v1/setup_intents/{intent}/cancel")
def cancel(call: Call, name: str) -> Json:
    call.only("cancellation_reason")
    intent = _open(call, name, "cancel")
    reason = call.params.get("cancellation_reason")
    intent |= {"status": "canceled", "cancellation_reason": reason}
    call.store.save(intent)
    call.emit("setup_intent.canceled", intent)
    return intent


def _open(call: Call, name: str, verb: str) -> Json:
    intent = call.find(KIND, name)
    if intent["status"] not in OPEN:
        words = f"You cannot {verb} this SetupIntent because it has a status of "
        raise refused(f"{words}{intent['status']}.", "setup_intent_unexpected_state")
    return intent
