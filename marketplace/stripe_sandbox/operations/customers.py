"""Customers: someone who comes back to pay."""

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import missing, refused
from marketplace.stripe_sandbox.operations import payment_methods
from marketplace.stripe_sandbox.operations.registry import lists, operation
from marketplace.stripe_sandbox.outside import public
from marketplace.stripe_sandbox.store import Json, mint

KIND = "customer"
TEXTS = "business_name description email individual_name name phone"
BUILT = (
    f"{TEXTS} address shipping metadata preferred_locales tax_exempt payment_method"
    " invoice_settings invoice_prefix next_invoice_sequence"
)
AS_GIVEN = ("preferred_locales", "tax_exempt", "invoice_prefix", "next_invoice_sequence")
ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))

lists("get /v1/customers", KIND, "email")


@operation("post /v1/customers")
def create(call: Call) -> Json:
    call.only(BUILT)
    customer = new_customer(call)
    _fill(call, customer)
    call.store.save(customer)
    call.emit("customer.created", customer)
    if name := call.params.get("payment_method"):
        payment_methods.attach_to(call, payment_methods.named(call, name), customer["id"])
    return customer


def new_customer(call: Call, **fields: str | None) -> Json:
    return call.new(
        KIND,
        "cus",
        balance=0,
        delinquent=False,
        invoice_prefix=mint("x", 8)[2:].upper(),
        invoice_settings=dict.fromkeys(
            ("custom_fields", "default_payment_method", "footer", "rendering_options")
        ),
        metadata={},
        next_invoice_sequence=1,
        preferred_locales=[],
        tax_exempt="none",
        **fields,
    )


def _fill(call: Call, customer: Json) -> None:
    params = call.params
    email = params.get("email")
    if email and "@" not in email:
        raise refused(f"Invalid email address: {email}", "email_invalid", "email")
    for name in TEXTS.split():
        if name in params:
            customer[name] = params[name] or None
    customer |= {n: params[n] for n in AS_GIVEN if n in params}
    for name in ("address", "shipping"):
        if name in params:
            customer[name] = _place(name, params[name])
    if method := (params.get("invoice_settings") or {}).get("default_payment_method"):
        customer["invoice_settings"]["default_payment_method"] = _default(call, customer, method)
    customer["metadata"] = call.metadata(before=customer["metadata"])


def _default(call: Call, customer: Json, method: str) -> str:
    at = "invoice_settings[default_payment_method]"
    found = payment_methods.named(call, method, at)
    if found["customer"] not in (None, customer["id"]):
        raise missing("PaymentMethod", method, at, 400)
    if found["customer"] is None:
        payment_methods.attach_to(call, found, customer["id"])
    return str(found["id"])


def _place(name: str, given: Json) -> Json | None:
    if not given:
        return None
    if name == "address":
        return ADDRESS | given
    return {"phone": None} | given | {"address": ADDRESS | given.get("address", {})}


@operation("get /v1/customers/{customer}")
def retrieve(call: Call, name: str) -> Json:
    gone = call.store.get(name)
    if gone and gone["object"] == "_deleted_customer" and gone["_owner"] == call.account:
        return {"id": name, "object": KIND, "deleted": True}
    return call.find(KIND, name)


@operation("post /v1/customers/{customer}")
def update(call: Call, name: str) -> Json:
    call.only(BUILT)
    customer = call.find(KIND, name)
    before = public(customer)
    _fill(call, customer)
    call.store.save(customer)
    changed = {field: old for field, old in before.items() if customer[field] != old}
    if changed:
        call.emit("customer.updated", customer, previous=changed)
    return customer


@operation("delete /v1/customers/{customer}")
def delete(call: Call, name: str) -> Json:
    customer = call.find(KIND, name)
    call.emit("customer.deleted", customer)
    call.store.rename(customer | {"object": "_deleted_customer"})
    return {"id": name, "object": KIND, "deleted": True}
