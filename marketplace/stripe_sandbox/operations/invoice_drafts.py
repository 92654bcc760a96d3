"""Invoices made by hand: drafted, finalised, sent, given up."""

from marketplace.stripe_sandbox.call import Call, currency
from marketplace.stripe_sandbox.errors import refused
from marketplace.stripe_sandbox.operations import invoice_items, invoices, payment_methods
from marketplace.stripe_sandbox.operations.invoices import KIND
from marketplace.stripe_sandbox.operations.registry import operation
from marketplace.stripe_sandbox.store import Json

AN_HOUR, DAY = 3600, 86_400
EDITABLE = "auto_advance collection_method default_payment_method description due_date footer"
BUILT = f"{EDITABLE} days_until_due metadata"


@operation("post /v1/invoices")
def create(call: Call) -> Json:
    call.only(f"{BUILT} currency customer pending_invoice_items_behavior")
    params = call.params
    customer = call.find("customer", params.get("customer", ""), param="customer", status=400)
    code = currency(params.get("currency") or customer["currency"] or _first_currency(call))
    invoice = invoices.new_invoice(call, customer, code, "manual", status="draft")
    _edit(call, invoice)
    invoice["auto_advance"] = params.get("auto_advance", False)
    if params.get("pending_invoice_items_behavior", "exclude") == "include":
        items = invoice_items.waiting(call, customer["id"], code, None)
        invoice_items.take(call, items, invoice["id"])
    _wait(call, invoice)
    recount(call, invoice["id"])
    invoice = call.find(KIND, invoice["id"])
    call.emit("invoice.created", invoice)
    return invoice


def _first_currency(call: Call) -> str:
    waiting = call.store.find("invoiceitem", call.account, customer=call.params["customer"])
    return waiting[0]["currency"] if waiting else "eur"


def _wait(call: Call, invoice: Json) -> None:
    """Stripe finalises a draft by itself after an hour, if it may."""
    invoice["_due"] = call.now() + AN_HOUR if invoice["auto_advance"] else None
    invoice["automatically_finalizes_at"] = invoice["_due"]
    call.store.save(invoice)


def _edit(call: Call, invoice: Json) -> None:
    params = call.params
    for field in EDITABLE.split():
        if field in params:
            invoice[field] = None if params[field] == "" else params[field]
    if invoice["collection_method"] == "send_invoice":
        if "days_until_due" in params:
            invoice["due_date"] = call.now() + params["days_until_due"] * DAY
        if invoice["due_date"] is None:
            words = "If collection_method is send_invoice, give days_until_due or due_date."
            raise refused(words, "parameter_missing", "days_until_due")
    elif "days_until_due" in params or "due_date" in params:
        words = "Only invoices with collection_method=send_invoice have a due date."
        raise refused(words, None, "days_until_due")
    if method := params.get("default_payment_method"):
        invoice["default_payment_method"] = payment_methods.named(call, method)["id"]
    invoice["metadata"] = call.metadata(before=invoice["metadata"])


@invoice_items.when_changed
def recount(call: Call, name: str) -> None:
    invoice = call.find(KIND, name)
    items = call.store.find("invoiceitem", call.account, invoice=name)
    invoice["lines"]["data"] = [invoice_items.line_of(name, item) for item in items]
    total = sum(line["amount"] for line in invoice["lines"]["data"])
    invoice |= invoices.amounts(total)
    call.store.save(invoice)


@operation("post /v1/invoices/{invoice}")
def update(call: Call, name: str) -> Json:
    invoice = call.find(KIND, name)
    call.only(BUILT)
    if invoice["status"] == "draft":
        _edit(call, invoice)
        if "auto_advance" in call.params:
            _wait(call, invoice)
    elif late := set(call.params) - {"auto_advance", "description", "metadata"}:
        words = "Finalized invoices can't be updated in this way."
        raise refused(words, "invoice_not_editable", min(late))
    else:
        invoice["description"] = call.params.get("description", invoice["description"]) or None
        invoice["metadata"] = call.metadata(before=invoice["metadata"])
    call.store.save(invoice)
    call.emit("invoice.updated", invoice)
    return invoice


@operation("delete /v1/invoices/{invoice}")
def delete(call: Call, name: str) -> Json:
    invoice = _in_state(call, name, ("draft",), "delete")
    for item in call.store.find("invoiceitem", call.account, invoice=name):
        call.store.save(item | {"invoice": None, "_pending": True})
    call.emit("invoice.deleted", invoice)
    call.store.rename(invoice | {"object": "_deleted_invoice"})
    return {"id": name, "object": KIND, "deleted": True}


def _in_state(call: Call, name: str, states: tuple[str, ...], verb: str) -> Json:
    invoice = call.find(KIND, name)
    if invoice["status"] not in states:
        words = f"You can't {verb} an invoice whose status is {invoice['status']}."
        raise refused(words, "invoice_not_editable")
    return invoice


@operation("post /v1/invoices/{invoice}/finalize")
def finalize(call: Call, name: str) -> Json:
    call.only("auto_advance")
    invoice = _in_state(call, name, ("draft",), "finalize")
    invoice["auto_advance"] = call.params.get("auto_advance", invoice["auto_advance"])
    return opened(call, invoice)


def opened(call: Call, invoice: Json) -> Json:
    """From now on it is owed; what costs nothing is paid."""
    invoices.open_up(call, invoice)
    may_wait = invoice["auto_advance"] and invoice["collection_method"] == "charge_automatically"
    invoice |= {
        "automatically_finalizes_at": None,
        "_due": call.now() + AN_HOUR if may_wait else None,
    }
    call.store.save(invoice)
    call.emit("invoice.finalized", invoice)
    if invoice["amount_due"] == 0:
        invoices.collect(call, invoice, None, alone=True)
    return call.find(KIND, invoice["id"])


@invoices.when_draft_is_due
def its_own_time(call: Call, invoice: Json) -> None:
    opened(call, invoice)


@operation("post /v1/invoices/{invoice}/send")
def send(call: Call, name: str) -> Json:
    invoice = _in_state(call, name, ("draft", "open", "paid"), "send")
    if invoice["collection_method"] != "send_invoice":
        words = "You can only manually send an invoice if its collection method is 'send_invoice'."
        raise refused(words, "invoice_not_editable")
    if invoice["status"] == "draft":
        invoice = opened(call, invoice)
    call.emit("invoice.sent", invoice)
    return invoice


@operation("post /v1/invoices/{invoice}/mark_uncollectible")
def give_up(call: Call, name: str) -> Json:
    invoice = _in_state(call, name, ("open",), "mark as uncollectible")
    return invoices.closed(call, invoice, "uncollectible")
