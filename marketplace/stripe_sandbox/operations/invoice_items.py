"""What an invoice charges for: a period of a subscription, or an item that waits to be billed."""

from marketplace.stripe_sandbox.call import Call, currency
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.operations import catalog
from marketplace.stripe_sandbox.operations.registry import lists, operation, retrieves
from marketplace.stripe_sandbox.store import Json, mint

KIND = "invoiceitem"
DRAFT_ONLY = "Invoice items can only be changed while their invoice is a draft."

retrieves("get /v1/invoiceitems/{invoiceitem}", KIND)
lists("get /v1/invoiceitems", KIND, "customer", "invoice", pending="_pending")


@operation("post /v1/invoiceitems")
def create(call: Call) -> Json:
    call.only(
        "amount currency customer description discountable invoice metadata period price_data"
        " pricing quantity subscription unit_amount_decimal"
    )
    params = call.params
    customer = call.find("customer", params.get("customer", ""), param="customer", status=400)
    invoice = _draft(call, params["invoice"]) if params.get("invoice") else None
    quantity, (price, amount) = params.get("quantity", 1), _amount(call)
    item = add(
        call,
        customer["id"],
        amount=amount,
        code=price["currency"] if price else currency(params.get("currency") or "eur"),
        description=params.get("description") or (_name_of(call, price) if price else None),
        invoice=invoice and invoice["id"],
        price=price,
        quantity=quantity,
        subscription=params.get("subscription"),
        period=params.get("period"),
    )
    item["metadata"] = call.metadata()
    call.store.save(item)
    call.emit("invoiceitem.created", item)
    for listener in CHANGED if invoice else ():
        listener(call, str(item["invoice"]))
    return item


# Who wants to know that the items of a draft have changed.
CHANGED: list[catalog.Told] = []


def when_changed(function: catalog.Told) -> catalog.Told:
    CHANGED.append(function)
    return function


def _amount(call: Call) -> tuple[Json | None, int]:
    params, quantity = call.params, call.params.get("quantity", 1)
    given = {"price": (params.get("pricing") or {}).get("price"), "price_data": None}
    if params.get("price_data"):
        given["price_data"] = params["price_data"]
    if given["price"] or given["price_data"]:
        price = catalog.price_for(call, {n: v for n, v in given.items() if v}, "pricing")
        if price["recurring"]:
            raise refused("The price specified is set to `type=recurring`.", None, "price")
        return price, price["unit_amount"] * quantity
    if "amount" not in params:
        raise refused("Missing required param: amount.", "parameter_missing", "amount")
    return None, params["amount"]


def _name_of(call: Call, price: Json) -> str:
    return str(call.find("product", price["product"])["name"])


def _draft(call: Call, name: str) -> Json:
    invoice = call.find("invoice", name, param="invoice", status=400)
    if invoice["status"] != "draft":
        raise refused(DRAFT_ONLY, "invoice_not_editable", "invoice")
    return invoice


def add(call: Call, customer: str, *, amount: int, code: str, **more: object) -> Json:
    """An item that waits for the customer's next invoice, or is on a draft already."""
    price: Json | None = more.get("price")  # type: ignore[assignment]
    subscription, now = more.get("subscription"), call.now()
    proration = bool(more.get("proration"))
    quantity = more.get("quantity", 1)
    parent = {"subscription": subscription, "subscription_item": more.get("subscription_item")}
    return call.new(
        KIND,
        "ii",
        amount=amount,
        currency=code,
        customer=customer,
        date=now,
        description=more.get("description"),
        discountable=not proration,
        discounts=[],
        invoice=more.get("invoice"),
        metadata={},
        parent={"subscription_details": parent, "type": "subscription_details"}
        if subscription
        else None,
        period=more.get("period") or {"start": now, "end": now},
        pricing=price and _pricing(price),
        proration=proration,
        quantity=quantity,
        quantity_decimal=str(quantity),
        tax_rates=[],
        _pending=more.get("invoice") is None,
        _subscription=subscription,
    )


def _pricing(price: Json) -> Json:
    return {
        "price_details": {"price": price["id"], "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": price["unit_amount_decimal"],
    }


@operation("post /v1/invoiceitems/{invoiceitem}")
def update(call: Call, name: str) -> Json:
    call.only("amount description discountable metadata period quantity")
    item = _open(call, name)
    for field in ("amount", "description", "discountable", "period", "quantity"):
        if field in call.params:
            item[field] = call.params[field]
    item["quantity_decimal"] = str(item["quantity"])
    item["metadata"] = call.metadata(before=item["metadata"])
    call.store.save(item)
    for listener in CHANGED if item["invoice"] else ():
        listener(call, item["invoice"])
    return item


@operation("delete /v1/invoiceitems/{invoiceitem}")
def delete(call: Call, name: str) -> Json:
    item = _open(call, name)
    call.emit("invoiceitem.deleted", item)
    call.store.rename(item | {"object": "_deleted_invoiceitem"})
    for listener in CHANGED if item["invoice"] else ():
        listener(call, item["invoice"])
    return {"id": name, "object": KIND, "deleted": True}


def _open(call: Call, name: str) -> Json:
    item = call.find(KIND, name)
    if item["invoice"]:
        _draft(call, item["invoice"])
    return item


# Lines


def waiting(call: Call, customer: str, code: str, subscription: str | None) -> list[Json]:
    """What is to be billed with the next invoice: of this subscription, or of none."""
    found = call.store.find(KIND, call.account, customer=customer, currency=code, _pending=True)
    return [item for item in found if item["_subscription"] in (None, subscription)]


def take(call: Call, items: list[Json], invoice: str) -> None:
    for item in items:
        call.store.save(item | {"invoice": invoice, "_pending": False})


def line_of(invoice: str, item: Json) -> Json:
    details = {
        "invoice_item": item["id"],
        "proration": item["proration"],
        "proration_details": {"credited_items": None},
        "subscription": item["_subscription"],
    }
    parent = {"invoice_item_details": details, "subscription_item_details": None}
    return _line(invoice, item["amount"], item["currency"], item["quantity"]) | {
        "description": item["description"],
        "discountable": item["discountable"],
        "metadata": item["metadata"],
        "parent": parent | {"type": "invoice_item_details"},
        "period": item["period"],
        "pricing": item["pricing"],
    }


def line_for(invoice: str, item: Json, subscription: Json, period: tuple[int, int]) -> Json:
    """A period of a subscription; a trial costs nothing."""
    price, quantity = item["price"], item["quantity"]
    is_trial = subscription["status"] == "trialing"
    amount = 0 if is_trial else price["unit_amount"] * quantity
    details = {
        "invoice_item": None,
        "proration": False,
        "proration_details": {"credited_items": None},
        "subscription": subscription["id"],
        "subscription_item": item["id"],
    }
    parent = {"invoice_item_details": None, "subscription_item_details": details}
    return _line(invoice, amount, price["currency"], quantity) | {
        "description": f"{quantity} × {price['nickname'] or price['product']}",
        "discountable": True,
        "metadata": subscription["metadata"],
        "parent": parent | {"type": "subscription_item_details"},
        "period": {"start": period[0], "end": period[1]},
        "pricing": _pricing(price),
    }


def _line(invoice: str, amount: int, code: str, quantity: int) -> Json:
    return {
        "id": mint("il"),
        "object": "line_item",
        "amount": amount,
        "currency": code,
        "discount_amounts": [],
        "discounts": [],
        "invoice": invoice,
        "livemode": False,
        "pretax_credit_amounts": [],
        "quantity": quantity,
        "subtotal": amount,
        "taxes": [],
    }
