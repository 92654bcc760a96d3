"""Checkout Sessions: one page, one payment. What happens on the page itself is in pages.py."""

import re
from typing import Any

from marketplace.stripe_sandbox.call import Call, currency
from marketplace.stripe_sandbox.errors import not_built, refused
from marketplace.stripe_sandbox.money import LARGEST_AMOUNT, SMALLEST_CHARGE, exponent, money
from marketplace.stripe_sandbox.operations.registry import (
    lists,
    operation,
    retrieves,
    updates_metadata,
    when_due,
)
from marketplace.stripe_sandbox.store import Json, mint

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
    " billing_address_collection"
)
BUILT_INTENT_DATA = {
    "description",
    "metadata",
    "transfer_group",
    "receipt_email",
    "statement_descriptor_suffix",
}
NO_TEXT = {
    "after_submit": None,
    "shipping_address": None,
    "submit": None,
    "terms_of_service_acceptance": None,
}
AS_GIVEN = (
    "allowed_payment_method_types",
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
    "mode": "payment",
    "payment_method_collection": "if_required",
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"],
    "payment_status": "unpaid",
    "shipping_options": [],
    "status": "open",
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": "hosted_page",
}

retrieves("get /v1/checkout/sessions/{session}", KIND)
lists("get /v1/checkout/sessions", KIND, "payment_intent", "status")
updates_metadata("post /v1/checkout/sessions/{session}", KIND)


@operation("post /v1/checkout/sessions")
def create(call: Call) -> Json:
    call.only(BUILT)
    _refuse_unbuilt(call.params)
    _check_addresses(call.params)
    intent_data = _intent_data(call)
    items = [_line_item(call, n, item) for n, item in enumerate(call.params.get("line_items", []))]
    total, code = _total(items)
    params = call.params
    session = call.new(
        KIND,
        "cs_test",
        **ALWAYS,
        **{name: params.get(name) for name in AS_GIVEN},
        amount_subtotal=total,
        amount_total=total,
        currency=code,
        custom_text=NO_TEXT | params.get("custom_text", {}),
        expires_at=_expires_at(call),
        metadata=call.metadata(),
        phone_number_collection={"enabled": False} | params.get("phone_number_collection", {}),
        _line_items=items,
        _payment_intent_data=intent_data,
    )
    session |= {"url": f"{call.base_url}/c/pay/{session['id']}", "_due": session["expires_at"]}
    call.store.save(session)
    return session


def _refuse_unbuilt(params: Json) -> None:
    for name in ("mode", "success_url"):
        if not params.get(name):
            raise refused(f"Missing required param: {name}.", "parameter_missing", name)
    if params["mode"] != "payment":
        raise not_built(f"Checkout with mode={params['mode']}")
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise not_built(f"Checkout with ui_mode={params['ui_mode']}")
    if "card" not in params.get("allowed_payment_method_types", ["card"]):
        raise not_built("payment methods other than cards")
    if params.get("billing_address_collection", "auto") != "auto":
        raise not_built("billing_address_collection=required")
    if params.get("customer_creation", "if_required") != "if_required":
        raise not_built("customer_creation=always")


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


def _line_item(call: Call, n: int, given: Json) -> Json:
    at = f"line_items[{n}]"
    for name in given:
        if name not in ("price_data", "quantity", "price", "metadata"):
            raise not_built(f"{at}[{name}]")
    price = given.get("price_data")
    if price is None:
        if "price" in given:
            raise refused(f"No such price: '{given['price']}'", "resource_missing", f"{at}[price]")
        raise refused(
            f"Missing required param: {at}[price_data].", "parameter_missing", f"{at}[price_data]"
        )
    unit, quantity, name = _priced(price, given.get("quantity", 1), at)
    code = currency(price["currency"], f"{at}[price_data][currency]")
    product = price["product_data"]
    total = unit * quantity
    return {
        "id": mint("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": code,
        "description": name,
        "discounts": [],
        "metadata": call.metadata(given.get("metadata", {})),
        "quantity": quantity,
        "taxes": [],
        "price": _price(call, code, unit),
        "_more": product.get("description"),
    }


def _price(call: Call, code: str, unit: int) -> Json:
    nothing = ("lookup_key", "nickname", "recurring", "tiers_mode", "transform_quantity")
    return {
        "id": mint("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": call.now(),
        "currency": code,
        "livemode": False,
        "metadata": {},
        "product": mint("prod", 14),
        "tax_behavior": "unspecified",
        "type": "one_time",
        "unit_amount": unit,
        "unit_amount_decimal": str(unit),
    } | dict.fromkeys(nothing)


def _priced(price: Json, quantity: int, at: str) -> tuple[int, int, str]:
    for name in price:
        if name not in ("currency", "unit_amount", "product_data"):
            raise not_built(f"{at}[price_data][{name}]")
    for name in ("unit_amount", "product_data"):
        if name not in price:
            where = f"{at}[price_data][{name}]"
            raise refused(f"Missing required param: {where}.", "parameter_missing", where)
    if price["unit_amount"] < 0:
        raise refused(
            "Invalid non-negative integer",
            "parameter_invalid_integer",
            f"{at}[price_data][unit_amount]",
        )
    if quantity < 1:
        raise refused("Invalid positive integer", "parameter_invalid_integer", f"{at}[quantity]")
    name = price["product_data"]["name"]
    if not name.strip():
        raise refused(
            "You passed an empty string for the product's name.",
            "parameter_invalid_empty",
            f"{at}[price_data][product_data][name]",
        )
    return price["unit_amount"], quantity, name


def _total(items: list[Json]) -> tuple[int, str]:
    if not items:
        raise refused("Missing required param: line_items.", "parameter_missing", "line_items")
    code = items[0]["currency"]
    if any(item["currency"] != code for item in items):
        raise refused("All line items must have the same currency.", None, "line_items")
    total = sum(item["amount_total"] for item in items)
    smallest = SMALLEST_CHARGE.get(code, 50 if exponent(code) == 2 else 1)
    if total < smallest:
        raise refused(
            "The Checkout Session's total amount due must add up to at least "
            f"{money(smallest, code)}",
            "amount_too_small",
        )
    if total > LARGEST_AMOUNT:
        raise refused(
            "The Checkout Session's total amount due must add up to at most "
            f"{money(LARGEST_AMOUNT, code)}",
            "amount_too_large",
        )
    return total, code


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
    return lines_of(call.find(KIND, name), call.params.get("limit", 10))


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
    session |= {"status": "expired", "url": None, "_due": None}
    call.store.save(session)
    call.emit("checkout.session.expired", session)


def complete(call: Call, session: Json, payer: Json) -> None:
    session |= {
        "status": "complete",
        "payment_status": "paid",
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
