"""What a Checkout Session sells: items at a price spelled out, or at one on record."""

from marketplace.stripe_sandbox.call import Call, refuse_odd
from marketplace.stripe_sandbox.errors import not_built, refused
from marketplace.stripe_sandbox.money import LARGEST_AMOUNT, money, smallest_charge
from marketplace.stripe_sandbox.operations import catalog
from marketplace.stripe_sandbox.operations.checkout_more import adjustable
from marketplace.stripe_sandbox.outside import public
from marketplace.stripe_sandbox.store import Json, mint


def line_item(call: Call, n: int, given: Json) -> Json:
    at = f"line_items[{n}]"
    for name in given:
        if name not in ("adjustable_quantity", "price_data", "quantity", "price", "metadata"):
            raise not_built(f"{at}[{name}]")
    quantity = given.get("quantity", 1)
    if quantity < 1:
        raise refused("Invalid positive integer", "parameter_invalid_integer", f"{at}[quantity]")
    if "price" not in given and "price_data" not in given:
        where = f"{at}[price_data]"
        raise refused(f"Missing required param: {where}.", "parameter_missing", where)
    price = catalog.price_for(call, given, at)
    product = call.find("product", price["product"])
    return _item(public(price), quantity, product["name"], product["description"]) | {
        "adjustable_quantity": adjustable(given.get("adjustable_quantity"), at),
        "metadata": call.metadata(given.get("metadata", {})),
    }


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
        "price": price,
        "quantity": quantity,
        "taxes": [],
        "_more": more,
    }


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
