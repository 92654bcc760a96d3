"""Payment intents and charges: made, confirmed, captured, cancelled."""

from marketplace.stripe_sandbox import banks
from marketplace.stripe_sandbox.call import Call, currency, refuse_odd
from marketplace.stripe_sandbox.errors import StripeError, card_error, refused
from marketplace.stripe_sandbox.means import means_of
from marketplace.stripe_sandbox.money import money, smallest_charge
from marketplace.stripe_sandbox.operations import charging, payment_methods
from marketplace.stripe_sandbox.operations.registry import (
    lists,
    operation,
    retrieves,
    when_due,
)
from marketplace.stripe_sandbox.outside import public
from marketplace.stripe_sandbox.store import Json, mint

KIND = "payment_intent"
BUILT = (
    "amount currency automatic_payment_methods allowed_payment_method_types capture_method"
    " customer description metadata receipt_email statement_descriptor"
    " statement_descriptor_suffix transfer_group setup_future_usage shipping"
    " payment_method confirm off_session return_url error_on_requires_action"
    " confirmation_method payment_method_options use_stripe_sdk mandate_data"
)
CANCELABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
)
AUTHENTICATION_FAILED = (
    "We are unable to authenticate your payment method. "
    "Please choose a different payment method and try again."
)

retrieves("get /v1/payment_intents/{intent}", KIND)
lists("get /v1/payment_intents", KIND, "customer")
retrieves("get /v1/charges/{charge}", "charge")
lists("get /v1/charges", "charge", "payment_intent", "transfer_group", "customer")


def new_intent(call: Call, amount: int, code: str, data: Json) -> Json:
    """Checkout makes one when the payer first tries to pay; others ask for it."""
    kinds = data.get("allowed_payment_method_types") or method_types(code)
    names = (
        "customer description receipt_email setup_future_usage shipping statement_descriptor"
        " statement_descriptor_suffix transfer_group"
    )
    intent = call.new(
        KIND,
        "pi",
        amount=amount,
        amount_capturable=0,
        amount_details={"tip": {}},
        amount_received=0,
        capture_method=data.get("capture_method", "automatic_async"),
        confirmation_method=data.get("confirmation_method", "automatic"),
        currency=code,
        metadata=data.get("metadata", {}),
        payment_method_options=_options(data),
        payment_method_types=kinds,
        status="requires_payment_method",
        **{name: data.get(name) for name in names.split()},
    )
    intent["client_secret"] = mint(f"{intent['id']}_secret")
    call.store.save(intent)
    call.emit("payment_intent.created", intent)
    return intent


def _options(data: Json) -> Json:
    card = {
        "installments": None,
        "mandate_options": None,
        "network": None,
        "request_three_d_secure": "automatic",
    }
    given = ((data.get("payment_method_options") or {}).get("card")) or {}
    return {"card": card | {name: given[name] for name in card if name in given}}


def method_types(code: str) -> list[str]:
    return ["card"] + ([banks.KIND_OF[code]] if code in banks.KIND_OF else [])


@operation("post /v1/payment_intents")
def create(call: Call) -> Json:
    call.only(BUILT)
    params = call.params
    code = currency(params["currency"])
    amount = call.amount()
    refuse_odd(amount, code)
    if amount < smallest_charge(code):
        raise too_small(code)
    if params.get("customer"):
        call.find("customer", params["customer"], param="customer", status=400)
    intent = new_intent(call, amount, code, params | {"metadata": call.metadata()})
    if "automatic_payment_methods" in params:
        intent["automatic_payment_methods"] = {"allow_redirects": "always"} | params[
            "automatic_payment_methods"
        ]
    if params.get("payment_method"):
        method = _method(call, params["payment_method"], intent["customer"])
        intent |= {"payment_method": method["id"], "status": "requires_confirmation"}
    call.store.save(intent)
    return _confirm(call, intent) if params.get("confirm") else intent


def too_small(code: str) -> StripeError:
    least = money(smallest_charge(code), code)
    return refused(f"Amount must be at least {least}", "amount_too_small", "amount")


def _method(call: Call, name: str, customer: str | None) -> Json:
    """One that is somebody's is used for them alone."""
    method = payment_methods.named(call, name)
    if method["customer"] and method["customer"] != customer:
        words = (
            f"The PaymentMethod {method['id']} does not belong to the Customer you supplied "
            f"{customer}. Please use this PaymentMethod with the Customer that it belongs to "
            "instead."
            if customer
            else "The provided PaymentMethod belongs to a Customer. You must supply that Customer "
            "to use it."
        )
        raise refused(words, None, "payment_method")
    if method.get("_is_spent"):
        raise payment_methods.spent()
    return method


@operation("post /v1/payment_intents/{intent}/confirm")
def confirm(call: Call, name: str) -> Json:
    call.only(
        "payment_method off_session return_url error_on_requires_action receipt_email"
        " setup_future_usage shipping use_stripe_sdk mandate_data payment_method_options"
    )
    intent = call.find(KIND, name)
    for field in ("receipt_email", "setup_future_usage", "shipping"):
        if field in call.params:
            intent[field] = call.params[field] or None
    return _confirm(call, intent)


def _confirm(call: Call, intent: Json) -> Json:
    open_states = ("requires_payment_method", "requires_confirmation", "requires_action")
    if intent["status"] not in open_states:
        raise _unexpected(intent, "confirm")
    if given := call.params.get("payment_method"):
        intent["payment_method"] = _method(call, given, intent["customer"])["id"]
    if intent["payment_method"] is None:
        raise refused(
            "You cannot confirm this PaymentIntent because it's missing a payment method. You can "
            "either update the PaymentIntent with a payment method and then confirm it again, or "
            "confirm it again directly with a payment method or ConfirmationToken.",
            "payment_intent_unexpected_state",
        )
    method = call.find("payment_method", intent["payment_method"])
    if method["type"] not in intent["payment_method_types"]:
        raise refused(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent.",
            "payment_intent_incompatible_payment_method",
            "payment_method",
        )
    asks = intent["payment_method_options"]["card"]["request_three_d_secure"] == "challenge"
    if means_of(method).asks_3d_secure or (asks and method["type"] == "card"):
        return _ask_by_api(call, intent)
    return pay_now(call, intent, method)


def pay_now(call: Call, intent: Json, method: Json) -> Json:
    """Draw, and keep what happened even when it is refused: the attempt is on record."""
    if error := charging.draw(call, intent, method):
        raise error.kept()
    if intent["customer"] and intent["setup_future_usage"] and not method["customer"]:
        payment_methods.attach_to(call, method, intent["customer"])
    return intent


def _ask_by_api(call: Call, intent: Json) -> Json:
    params = call.params
    if params.get("off_session") or params.get("error_on_requires_action"):
        words = "Your card was declined. This transaction requires authentication."
        error = card_error(words, "authentication_required", "authentication_required")
        intent |= {"status": "requires_payment_method", "last_payment_error": error.body}
        call.store.save(intent)
        call.emit("payment_intent.payment_failed", intent)
        raise error.about(payment_intent=public(intent)).kept()
    intent["_return_url"] = params.get("return_url")
    ask_for_3d_secure(call, intent, f"{call.base_url}/3d-secure/{intent['id']}")
    return intent


def ask_for_3d_secure(call: Call, intent: Json, url: str) -> None:
    intent["status"] = "requires_action"
    intent["next_action"] = {
        "type": "redirect_to_url",
        "redirect_to_url": {"return_url": intent.get("_return_url"), "url": url},
    }
    call.store.save(intent)
    call.emit("payment_intent.requires_action", intent)


def fail_3d_secure(call: Call, intent: Json) -> StripeError:
    error = card_error(AUTHENTICATION_FAILED, "payment_intent_authentication_failure")
    intent |= {
        "status": "requires_payment_method",
        "next_action": None,
        "last_payment_error": error.body,
    }
    call.store.save(intent)
    call.emit("payment_intent.payment_failed", intent)
    return error


@operation("post /v1/payment_intents/{intent}/capture")
def capture(call: Call, name: str) -> Json:
    call.only("amount_to_capture metadata")
    intent = call.find(KIND, name)
    return capture_of(call, intent, call.params.get("amount_to_capture"))


def capture_of(call: Call, intent: Json, wished: int | None) -> Json:
    if intent["status"] != "requires_capture":
        raise _unexpected(intent, "capture")
    amount = intent["amount"] if wished is None else wished
    if not 0 < amount <= intent["amount_capturable"]:
        words = "The amount to capture must be between 1 and the amount that can be captured."
        raise refused(words, "amount_too_large", "amount_to_capture")
    charge = call.find("charge", intent["latest_charge"])
    if left := charge["amount"] - amount:
        charge |= {"amount_refunded": left}
    intent["metadata"] = call.metadata(before=intent["metadata"])
    charging.succeed(call, intent, charge, amount)
    return intent


@operation("post /v1/payment_intents/{intent}/cancel")
def cancel(call: Call, name: str) -> Json:
    call.only("cancellation_reason")
    intent = call.find(KIND, name)
    if intent["status"] not in CANCELABLE or _belongs_to_checkout(call, intent):
        raise _unexpected(intent, "cancel")
    return close(call, intent, call.params.get("cancellation_reason"))


def close(call: Call, intent: Json, reason: str | None) -> Json:
    if intent["status"] == "requires_capture":
        charge = call.find("charge", intent["latest_charge"])
        charge |= {"amount_refunded": charge["amount"], "refunded": True}
        call.store.save(charge)
        call.emit("charge.refunded", charge)
    intent |= {
        "amount_capturable": 0,
        "canceled_at": call.now(),
        "cancellation_reason": reason,
        "next_action": None,
        "status": "canceled",
        "_due": None,
    }
    call.store.save(intent)
    call.emit("payment_intent.canceled", intent)
    return intent


def _belongs_to_checkout(call: Call, intent: Json) -> bool:
    sessions = call.store.find("checkout.session", call.account, payment_intent=intent["id"])
    return any(session["status"] == "open" for session in sessions)


@when_due(KIND)
def overdue(call: Call, intent: Json) -> None:
    """An authorisation nobody captured is over; a payment by bank gets its answer."""
    if intent["status"] == "requires_capture":
        close(call, intent, "automatic")
    else:
        charging.bank_answers(call, intent)


def _unexpected(intent: Json, verb: str) -> StripeError:
    words = f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}."
    error = refused(words, "payment_intent_unexpected_state")
    return error.about(payment_intent=public(intent))


def charge_of(call: Call, name: str, param: str) -> Json:
    """A charge as another request names it: a wrong name is that request's own mistake."""
    return call.find("charge", name, param=param, status=400)
