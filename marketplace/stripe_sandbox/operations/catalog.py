"""Products and their prices: once, or every so often."""

from collections.abc import Callable

from marketplace.stripe_sandbox.call import Call, currency
from marketplace.stripe_sandbox.errors import missing, refused
from marketplace.stripe_sandbox.money import LARGEST_AMOUNT
from marketplace.stripe_sandbox.operations.registry import lists, operation, retrieves
from marketplace.stripe_sandbox.store import Json

retrieves("get /v1/products/{id}", "product")
lists("get /v1/products", "product", "active", "shippable", "url", ids="id")
retrieves("get /v1/prices/{price}", "price")
lists(
    "get /v1/prices",
    "price",
    *("active", "currency", "product", "recurring", "type"),
    lookup_keys="lookup_key",
)
Told = Callable[[Call, str], None]
LONGEST_YEARS = {"day": 1095, "week": 156, "month": 36, "year": 3}


MORE = "marketing_features package_dimensions shippable statement_descriptor tax_code unit_label"


@operation("post /v1/products")
def create_product(call: Call) -> Json:
    call.only(f"active description id images metadata name type url default_price_data {MORE}")
    if call.params.get("id") and call.store.get(call.params["id"]):
        raise refused("Product already exists.", "resource_already_exists", "id")
    product = new_product(call, call.params["name"], call.params)
    if given := call.params.get("default_price_data"):
        product["default_price"] = new_price(call, given, product["id"])["id"]
        call.store.save(product)
    return product


def new_product(call: Call, name: str, given: Json, *, is_kept: bool = True) -> Json:
    if not name.strip():
        raise refused("You passed an empty string for 'name'.", "parameter_invalid_empty", "name")
    fields: Json = {"marketing_features": []}
    fields |= {field: given[field] for field in (*MORE.split(), "id") if given.get(field)}
    product = call.new(
        "product",
        "prod",
        active=given.get("active", True),
        description=given.get("description"),
        images=given.get("images", []),
        metadata=call.metadata(given.get("metadata", {})),
        name=name,
        updated=call.now(),
        url=given.get("url"),
        **fields,
    )
    if is_kept:
        call.emit("product.created", product)
    return product


@operation("post /v1/products/{id}")
def update_product(call: Call, name: str) -> Json:
    call.only(f"active description images metadata name url default_price {MORE}")
    product = call.find("product", name)
    product["metadata"] = call.metadata(before=product["metadata"])
    changing = ("active", "description", "images", "name", "url", "default_price", *MORE.split())
    for field in changing:
        if field in call.params:
            product[field] = None if call.params[field] == "" else call.params[field]
    if price := call.params.get("default_price"):
        call.find("price", price, param="default_price", status=400)
    product["updated"] = call.now()
    call.store.save(product)
    call.emit("product.updated", product)
    return product


@operation("delete /v1/products/{id}")
def delete_product(call: Call, name: str) -> Json:
    product = call.find("product", name)
    if call.store.find("price", call.account, product=name):
        raise refused(
            "This product cannot be deleted because it has one or more user-created prices."
        )
    call.emit("product.deleted", product)
    call.store.rename(product | {"object": "_deleted_product"})
    return {"id": name, "object": "product", "deleted": True}


@operation("post /v1/prices")
def create_price(call: Call) -> Json:
    call.only(
        "active currency product product_data recurring unit_amount unit_amount_decimal nickname"
        " lookup_key metadata tax_behavior billing_scheme transfer_lookup_key"
    )
    params = call.params
    if "product" in params:
        product = call.find("product", params["product"], param="product", status=400)["id"]
    elif "product_data" in params:
        product = new_product(call, params["product_data"]["name"], {})["id"]
    else:
        raise refused(
            "You must specify either `product` or `product_data` when creating a price.",
            "parameter_missing",
            "product",
        )
    return new_price(call, params, product)


def new_price(call: Call, given: Json, product: str, *, at: str = "", is_kept: bool = True) -> Json:
    unit = given.get("unit_amount")
    if unit is None and str(given.get("unit_amount_decimal", "")).isdigit():
        unit = int(given["unit_amount_decimal"])
    if unit is None or not 0 <= unit <= LARGEST_AMOUNT:
        where = f"{at}[unit_amount]" if at else "unit_amount"
        raise refused("Invalid non-negative integer", "parameter_invalid_integer", where)
    _take_lookup_key(call, given)
    recurring = _recurring(given.get("recurring"))
    price = call.new(
        "price",
        "price",
        active=given.get("active", True),
        billing_scheme="per_unit",
        currency=currency(given["currency"], f"{at}[currency]" if at else "currency"),
        lookup_key=given.get("lookup_key"),
        metadata=call.metadata(given.get("metadata", {})),
        nickname=given.get("nickname"),
        product=product,
        recurring=recurring,
        tax_behavior=given.get("tax_behavior", "unspecified"),
        type="recurring" if recurring else "one_time",
        unit_amount=unit,
        unit_amount_decimal=str(unit),
    )
    if is_kept:
        call.emit("price.created", price)
    return price


def _take_lookup_key(call: Call, given: Json) -> None:
    """One price has it at a time; it is given on only when that is asked for."""
    key = given.get("lookup_key")
    for other in call.store.find("price", call.account, lookup_key=key) if key else ():
        if not given.get("transfer_lookup_key"):
            raise refused(
                f"A price (`{other['id']}`) already uses that lookup key.", None, "lookup_key"
            )
        call.store.save(other | {"lookup_key": None})


def _recurring(given: Json | None) -> Json | None:
    if not given:
        return None
    count = given.get("interval_count", 1)
    if not 1 <= count <= LONGEST_YEARS[given["interval"]]:
        raise refused("The interval can be at most three years.", None, "recurring[interval_count]")
    usage = given.get("usage_type", "licensed")
    return {
        "interval": given["interval"],
        "interval_count": count,
        "meter": None,
        "usage_type": usage,
    }


@operation("post /v1/prices/{price}")
def update_price(call: Call, name: str) -> Json:
    call.only("active metadata nickname lookup_key tax_behavior")
    price = call.find("price", name)
    price["metadata"] = call.metadata(before=price["metadata"])
    for field in ("active", "nickname", "lookup_key", "tax_behavior"):
        if field in call.params:
            price[field] = call.params[field]
    call.store.save(price)
    call.emit("price.updated", price)
    return price


def price_for(call: Call, given: Json, at: str) -> Json:
    """The price an item names, or the one it spells out."""
    if name := given.get("price"):
        price = call.store.get(name)
        if price is None or price["object"] != "price" or price["_owner"] != call.account:
            raise missing("price", name, f"{at}[price]", 400)
        if not price["active"]:
            raise refused(
                "The price specified is inactive. This field only accepts active prices.",
                "price_inactive",
                f"{at}[price]",
            )
        return price
    data = given.get("price_data")
    if not data:
        raise refused(f"Missing required param: {at}[price].", "parameter_missing", f"{at}[price]")
    if "product" in data:
        product = call.find("product", data["product"], param=f"{at}[price_data][product]")["id"]
    elif "product_data" in data:
        product = _named_here(call, data["product_data"], f"{at}[price_data][product_data]")
    else:
        where = f"{at}[price_data][product]"
        raise refused(f"Missing required param: {where}.", "parameter_missing", where)
    if "unit_amount" not in data and "unit_amount_decimal" not in data:
        where = f"{at}[price_data][unit_amount]"
        raise refused(f"Missing required param: {where}.", "parameter_missing", where)
    price = new_price(call, data, product, at=f"{at}[price_data]", is_kept=False)
    call.store.save(price | {"active": False})
    return price


def _named_here(call: Call, data: Json, at: str) -> str:
    """A product that exists only for one sale."""
    if not data["name"].strip():
        words = "You passed an empty string for the product's name."
        raise refused(words, "parameter_invalid_empty", f"{at}[name]")
    return str(new_product(call, data["name"], data, is_kept=False)["id"])
