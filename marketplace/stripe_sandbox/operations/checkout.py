"""Checkout Sessions: one page, one payment. What happens on the page itself is in pages.py."""

import re
from typing import Any

from marketplace.stripe_sandbox import banks
from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import StripeError, not_built, refused
from marketplace.stripe_sandbox.operations import checkout_more as more
from marketplace.stripe_sandbox.operations import (
    customers,
    payment_methods,
    payments,
    subscriptions,
)
from marketplace.stripe_sandbox.operations.line_items import line_item, total_of
from marketplace.stripe_sandbox.operations.registry import (
    lists,
    operation,
    retrieves,
    slice_of,
    updates_metadata,
    when_due,
    when_settled,
)
from marketplace.stripe_sandbox.store import Json

KIND = "checkout.session"
HALF_AN_HOUR = 30 * 60
DAY = 86_400
LONGEST_REFERENCE = 200
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
BUILT = (
    "mode line_items success_url cancel_url client_reference_id customer_email metadata expires_at"
    " payment_intent_data locale submit_type shipping_address_collection currency ui_mode"
    " custom_text phone_number_collection origin_context"
    " allowed_payment_method_types customer_creation"
    " billing_address_collection customer subscription_data payment_method_collection"
    " after_expiration allow_promotion_codes automatic_tax invoice_creation tax_id_collection"
    " saved_payment_method_options setup_intent_data payment_method_options"
)
MODES = ("payment", "setup", "subscription")
BUILT_INTENT_DATA = {
    "description",
    "metadata",
    "transfer_group",
    "receipt_email",
    "statement_descriptor_suffix",
    "setup_future_usage",
    "capture_method",
}
NO_TEXT = {
    "after_submit": None,
    "shipping_address": None,
    "submit": None,
    "terms_of_service_acceptance": None,
}
AS_GIVEN = (
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "customer_email",
    "locale",
    "origin_context",
    "shipping_address_collection",
    "submit_type",
    "success_url",
)
ALWAYS: Json = {
    "adaptive_pricing": {"enabled": False},
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "collected_information": dict.fromkeys(
        ("business_name", "individual_name", "shipping_details")
    ),
    "custom_fields": [],
    "customer_creation": "if_required",
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_status": "unpaid",
    "shipping_options": [],
    "status": "open",
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": "hosted_page",
}

retrieves("get /v1/checkout/sessions/{session}", KIND)
lists(
    "get /v1/checkout/sessions",
    KIND,
    *("payment_intent", "status", "customer", "customer_details", "payment_link", "subscription"),
)
updates_metadata("post /v1/checkout/sessions/{session}", KIND)


@operation("post /v1/checkout/sessions")
def create(call: Call) -> Json:
    call.only(BUILT)
    _refuse_unbuilt(call.params)
    _check_addresses(call.params)
    intent_data = _intent_data(call)
    params = call.params
    saves = params["mode"] == "setup"
    items = [line_item(call, n, item) for n, item in enumerate(params.get("line_items", []))]
    total, code = (None, params.get("currency")) if saves else total_of(items)
    _refuse_wrong_mode(params["mode"], items)
    if params.get("customer"):
        call.find("customer", params["customer"], param="customer", status=400)
    session = call.new(
        KIND,
        "cs_test",
        **_given(call, code),
        amount_subtotal=total,
        amount_total=total,
        currency=code,
        expires_at=_expires_at(call),
        metadata=call.metadata(),
        _line_items=items,
        _payment_intent_data=intent_data | {"customer": params.get("customer")},
        _subscription_data=_subscription_data(params),
    )
    session |= {"url": f"{call.base_url}/c/pay/{session['id']}", "_due": session["expires_at"]}
    call.store.save(session)
    return session


def _given(call: Call, code: str | None) -> Json:
    params, mode = call.params, call.params["mode"]
    allowed = params.get("allowed_payment_method_types")
    given: Json = ALWAYS | {name: params.get(name) for name in AS_GIVEN} | more.fields(params)
    if allowed:
        given["allowed_payment_method_types"] = allowed
    if mode == "setup":
        given |= {"payment_status": "no_payment_required"}
        given |= {"setup_intent": more.intent_to_save(call, params)}
    collected = "if_required" if mode == "payment" else "always"
    return given | {
        "customer": params.get("customer"),
        "custom_text": NO_TEXT | params.get("custom_text", {}),
        "mode": mode,
        "payment_method_collection": params.get("payment_method_collection", collected),
        "payment_method_types": _kinds(mode, code, allowed),
        "phone_number_collection": {"enabled": False} | params.get("phone_number_collection", {}),
    }


def _refuse_unbuilt(params: Json) -> None:
    for name in ("mode", "success_url"):
        if not params.get(name):
            raise refused(f"Missing required param: {name}.", "parameter_missing", name)
    if params["mode"] not in MODES:
        raise not_built(f"Checkout with mode={params['mode']}")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_built(f"Checkout with ui_mode={params['ui_mode']}")
    known = {"card", *banks.KIND_OF.values()}
    if not known & set(params.get("allowed_payment_method_types", known)):
        raise not_built("payment methods other than cards and bank debits")
    if params.get("customer") and params.get("customer_email"):
        words = "You may only specify one of these parameters: customer, customer_email."
        raise refused(words, None, "customer")


def _refuse_wrong_mode(mode: str, items: list[Json]) -> None:
    is_recurring = any(item["price"]["type"] == "recurring" for item in items)
    if mode == "setup" and items:
        raise refused("You can not pass `line_items` in `setup` mode.", None, "line_items")
    if mode == "payment" and is_recurring:
        raise refused(
            "You specified `payment` mode but passed a recurring price. Either switch to "
            "`subscription` mode or use only one-time prices.",
            None,
            "line_items",
        )
    if mode == "subscription" and not all(i["price"]["type"] == "recurring" for i in items):
        if is_recurring:
            raise not_built("one-time items in subscription mode")
        raise refused(
            "You must provide at least one recurring price in `subscription` mode when using "
            "prices.",
            None,
            "line_items",
        )


def _kinds(mode: str, code: Any, allowed: list[str] | None) -> list[str]:
    kinds = payments.method_types(code) if mode == "payment" else ["card"]
    return [kind for kind in kinds if allowed is None or kind in allowed] or ["card"]


def _subscription_data(params: Json) -> Json:
    data: Json = params.get("subscription_data", {})
    for name in data:
        if name not in ("metadata", "description", "trial_period_days"):
            raise not_built(f"subscription_data[{name}]")
    return data


def _check_addresses(params: Json) -> None:
    for name in ("success_url", "cancel_url"):
        if name in params and not params[name].startswith(("http://", "https://")):
            raise refused("Not a valid URL", "url_invalid", name)
    if (email := params.get("customer_email")) and not EMAIL.fullmatch(email):
        raise refused(f"Invalid email address: {email}", "email_invalid", "customer_email")
    if len(params.get("client_reference_id", "")) > LONGEST_REFERENCE:
        raise refused(
            f"client_reference_id can be at most {LONGEST_REFERENCE} characters long.",
            None,
            "client_reference_id",
        )


def _intent_data(call: Call) -> Json:
    data = dict(call.params.get("payment_intent_data", {}))
    for name in data:
        if name not in BUILT_INTENT_DATA:
            raise not_built(f"payment_intent_data[{name}]")
    data["metadata"] = call.metadata(data.get("metadata", {}))
    return data


def _expires_at(call: Call) -> int:
    at: int = call.params.get("expires_at", call.now() + DAY)
    # Half a minute of grace: the caller reads the clock before the request travels.
    if not call.now() + HALF_AN_HOUR - 30 <= at <= call.now() + DAY + 30:
        raise refused(
            "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours "
            "from Checkout "
            "Session creation.",
            None,
            "expires_at",
        )
    return at


@operation("get /v1/checkout/sessions/{session}/line_items")
def line_items(call: Call, name: str) -> Json:
    return slice_of(call, lines_of(call.find(KIND, name), 1000)["data"])


def lines_of(session: Json, limit: int = 10) -> Json:
    data: list[dict[str, Any]] = [
        {name: value for name, value in item.items() if not name.startswith("_")}
        for item in session["_line_items"]
    ]
    url = f"/v1/checkout/sessions/{session['id']}/line_items"
    return {"object": "list", "data": data[:limit], "has_more": len(data) > limit, "url": url}


@operation("post /v1/checkout/sessions/{session}/expire")
def expire(call: Call, name: str) -> Json:
    session = call.find(KIND, name)
    if session["status"] != "open":
        raise refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            "Session has "
            f"a status of {session['status']}.",
            None,
            "session",
        )
    close(call, session)
    return session


@when_due(KIND)
def close(call: Call, session: Json) -> None:
    session |= {"status": "expired", "url": None, "_due": None} | more.recoverable(call, session)
    call.store.save(session)
    call.emit("checkout.session.expired", session)


def intent_of(call: Call, session: Json, details: Json) -> Json:
    """Made when the payer first tries to pay."""
    intent = call.store.get(session["payment_intent"] or "")
    if intent is None:
        data = session["_payment_intent_data"] | {
            "allowed_payment_method_types": session["payment_method_types"]
        }
        intent = payments.new_intent(call, session["amount_total"], session["currency"], data)
        session["payment_intent"] = intent["id"]
        call.store.save(session)
    if details["shipping"]:
        parcel = {"carrier": None, "phone": details["phone"], "tracking_number": None}
        intent["shipping"] = details["shipping"] | parcel
        call.store.save(intent)
    return intent


def subscribe(call: Call, session: Json, method: Json, payer: Json) -> StripeError | None:
    """The customer, the subscription and its first invoice; a refusal leaves none of them."""
    if session["customer"]:
        customer = call.find("customer", session["customer"])
    else:
        customer = customers.new_customer(call, email=payer["email"], name=payer["name"])
        call.emit("customer.created", customer)
    payment_methods.attach_to(call, method, customer["id"])
    data = session["_subscription_data"] | {
        "default_payment_method": method["id"],
        "off_session": True,  # 3-D Secure was asked for on the page already
        "payment_behavior": "error_if_incomplete",
    }
    priced = [(call.find("price", i["price"]["id"]), i["quantity"]) for i in session["_line_items"]]
    subscription = subscriptions.start(call, customer, priced, data)
    session |= {
        "customer": customer["id"],
        "subscription": subscription["id"],
        "invoice": subscription["latest_invoice"],
    }
    return None


def complete(call: Call, session: Json, payer: Json) -> None:
    """The page is done; a bank's word may still be waited for."""
    intent = call.store.get(session["payment_intent"] or "")
    is_waiting = bool(intent and intent["status"] == "processing")
    more.keep_payer(call, session, payer)
    if session["mode"] != "setup":
        session["payment_status"] = "unpaid" if is_waiting else "paid"
    session |= {
        "status": "complete",
        "url": None,
        "_due": None,
        "customer_details": {
            "address": payer["address"],
            "business_name": None,
            "email": payer["email"],
            "individual_name": None,
            "name": payer["name"],
            "phone": payer["phone"],
            "tax_exempt": "none",
            "tax_ids": [],
        },
    }
    if payer["shipping"]:
        session["collected_information"] |= {"shipping_details": payer["shipping"]}
    call.store.save(session)
    call.emit("checkout.session.completed", session)


@when_settled
def bank_has_answered(call: Call, intent: Json, error: StripeError | None) -> None:
    for session in call.store.find(KIND, call.account, payment_intent=intent["id"]):
        if session["status"] != "complete" or session["payment_status"] != "unpaid":
            continue
        if error is None:
            session["payment_status"] = "paid"
            call.store.save(session)
        outcome = "failed" if error else "succeeded"
        call.emit(f"checkout.session.async_payment_{outcome}", session)
