"""What a Checkout Session sells: items at a price spelled out, or at one on record."""

from marketplace.stripe_sandbox.call import Call, currency, refuse_odd
from marketplace.stripe_sandbox.errors import not_built, refused
from marketplace.stripe_sandbox.money import LARGEST_AMOUNT, money, smallest_charge
from marketplace.stripe_sandbox.operations import catalog
from marketplace.stripe_sandbox.outside import public
from marketplace.stripe_sandbox.store import Json, mint


def line_item(call: Call, n: int, given: Json) -> Json:
    at = f"line_items[{n}]"
    for name in given:
        if name not in ("price_data", "quantity", "price", "metadata"):
            raise not_built(f"{at}[{name}]")
    quantity = given.get("quantity", 1)
    if quantity < 1:
        raise refused("Invalid positive integer", "parameter_invalid_integer", f"{at}[quantity]")
    if "price" in given:
        return _kept(call, catalog.price_for(call, given, at), quantity)
    price = given.get("price_data")
    if price is None:
        raise refused(
            f"Missing required param: {at}[price_data].", "parameter_missing", f"{at}[price_data]"
        )
    if "product" in price or "recurring" in price:
        return _kept(call, catalog.price_for(call, given, at), quantity)
    unit, name = _priced(price, at)
    code = currency(price["currency"], f"{at}[price_data][currency]")
    more = price["product_data"].get("description")
    return _item(_price(call, code, unit), quantity, name, more) | {
        "metadata": call.metadata(given.get("metadata", {}))
    }


def _kept(call: Call, price: Json, quantity: int) -> Json:
    """An item at a price that is on record."""
    product = call.find("product", price["product"])
    return _item(public(price), quantity, product["name"], product["description"])


def _item(price: Json, quantity: int, name: str, more: str | None) -> Json:
    total = price["unit_amount"] * quantity
    return {
        "id": mint("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": total,
        "amount_tax": 0,
        "amount_total": total,
        "currency": price["currency"],
        "description": name,
        "discounts": [],
        "metadata": {},
        "quantity": quantity,
        "taxes": [],
        "price": price,
        "_more": more,
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


def _priced(price: Json, at: str) -> tuple[int, str]:
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
    name = price["product_data"]["name"]
    if not name.strip():
        raise refused(
            "You passed an empty string for the product's name.",
            "parameter_invalid_empty",
            f"{at}[price_data][product_data][name]",
        )
    return price["unit_amount"], name


def total_of(items: list[Json]) -> tuple[int, str]:
    if not items:
        raise refused("Missing required param: line_items.", "parameter_missing", "line_items")
    code = items[0]["currency"]
    if any(item["currency"] != code for item in items):
        raise refused("All line items must have the same currency.", None, "line_items")
    total = sum(item["amount_total"] for item in items)
    refuse_odd(total, code, "line_items")
    smallest = smallest_charge(code)
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
