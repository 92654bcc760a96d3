"""Invoices: what a subscription asks for each period, and how it was paid."""

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import StripeError, card_error, refused
from marketplace.stripe_sandbox.means import means_of
from marketplace.stripe_sandbox.operations import charging, payment_methods, payments
from marketplace.stripe_sandbox.operations.registry import (
    BILLED,
    lists,
    operation,
    retrieves,
    slice_of,
    updates_metadata,
    when_due,
    when_settled,
)
from marketplace.stripe_sandbox.store import Json, mint

KIND = "invoice"
DAY = 86_400
# How many days after a refusal the next attempt is made; after the last, nothing more.
RETRIES = (3, 5, 7)
ALWAYS_ASKS = "4000002760003184"

retrieves("get /v1/invoices/{invoice}", KIND)
updates_metadata("post /v1/invoices/{invoice}", KIND, "description")
retrieves("get /v1/invoice_payments/{invoice_payment}", "invoice_payment")
lists(
    "get /v1/invoices",
    KIND,
    *("collection_method", "customer", "due_date", "status"),
    subscription="_subscription",
)
lists("get /v1/invoice_payments", "invoice_payment", "invoice", "payment", "status")


def bill(call: Call, subscription: Json, reason: str, period: tuple[int, int]) -> Json:
    """A finalised invoice for one period of a subscription."""
    customer = call.find("customer", subscription["customer"])
    name = mint("in")
    lines = [_line(name, item, subscription, period) for item in subscription["items"]["data"]]
    total = sum(line["amount"] for line in lines)
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}"
    customer["next_invoice_sequence"] += 1
    call.store.save(customer)
    invoice = call.new(
        KIND,
        "in",
        **_amounts(total),
        **_who(customer),
        billing_reason=reason,
        collection_method=subscription["collection_method"],
        currency=subscription["currency"],
        lines=_list(f"/v1/invoices/{name}/lines", lines),
        metadata={},
        number=number,
        parent=_parent(subscription),
        period_end=call.now(),
        period_start=period[0] if reason == "subscription_create" else call.now(),
        status="open",
        status_transitions=_transitions(call.now()),
        effective_at=call.now(),
        id=name,
        _subscription=subscription["id"],
    )
    for kind in ("invoice.created", "invoice.finalized"):
        call.emit(kind, invoice)
    return invoice


def _amounts(total: int) -> Json:
    zero = (
        "amount_overpaid amount_paid amount_paid_off_stripe amount_shipping"
        " post_payment_credit_notes_amount pre_payment_credit_notes_amount starting_balance"
        " attempt_count"
    )
    return dict.fromkeys(zero.split(), 0) | {
        "amount_due": total,
        "amount_remaining": total,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": dict.fromkeys(("disabled_reason", "liability", "provider", "status"))
        | {"enabled": False},
        "default_tax_rates": [],
        "discounts": [],
        "issuer": {"type": "self"},
        "payment_settings": dict.fromkeys(
            ("default_mandate", "payment_method_options", "payment_method_types")
        ),
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "total": total,
        "total_discount_amounts": [],
        "total_excluding_tax": total,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
        "ending_balance": 0,
    }


def _who(customer: Json) -> Json:
    return {
        "account_country": "IE",
        "account_name": "Sandbox",
        "customer": customer["id"],
        "customer_address": customer["address"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_shipping": customer["shipping"],
        "customer_tax_exempt": customer["tax_exempt"],
        "customer_tax_ids": [],
    }


def _transitions(now: int) -> Json:
    never = ("marked_uncollectible_at", "paid_at", "voided_at")
    return dict.fromkeys(never) | {"finalized_at": now}


def _parent(subscription: Json) -> Json:
    details = {"metadata": subscription["metadata"], "subscription": subscription["id"]}
    return {
        "quote_details": None,
        "subscription_details": details,
        "type": "subscription_details",
    }


def _line(invoice: str, item: Json, subscription: Json, period: tuple[int, int]) -> Json:
    price, quantity = item["price"], item["quantity"]
    is_trial = subscription["status"] == "trialing"
    amount = 0 if is_trial else price["unit_amount"] * quantity
    return {
        "id": mint("il"),
        "object": "line_item",
        "amount": amount,
        "currency": price["currency"],
        "description": f"{quantity} × {price['nickname'] or price['product']}",
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice,
        "livemode": False,
        "metadata": subscription["metadata"],
        "parent": {
            "invoice_item_details": None,
            "subscription_item_details": {
                "invoice_item": None,
                "proration": False,
                "proration_details": {"credited_items": None},
                "subscription": subscription["id"],
                "subscription_item": item["id"],
            },
            "type": "subscription_item_details",
        },
        "period": {"start": period[0], "end": period[1]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": quantity,
        "subtotal": amount,
        "taxes": [],
    }


def _list(url: str, data: list[Json]) -> Json:
    return {"object": "list", "data": data, "has_more": False, "url": url}


# Paying


def collect(call: Call, invoice: Json, method: Json | None, *, alone: bool) -> StripeError | None:
    """Draw what is due; alone: nobody is there to be asked for 3-D Secure."""
    if invoice["amount_due"] == 0:
        _paid(call, invoice, None)
        return None
    if method is None:
        words = "This customer has no attached payment source or default payment method."
        _refused(call, invoice)
        return refused(words, "resource_missing")
    intent = intent_of(call, invoice)
    means = means_of(method)
    if means.asks_3d_secure and (not alone or means.number == ALWAYS_ASKS):
        return _ask(call, invoice, intent, method)
    error = charging.draw(call, intent, method)
    if error:
        _refused(call, invoice)
    return error


def intent_of(call: Call, invoice: Json) -> Json:
    if known := invoice.get("_payment_intent"):
        return call.find("payment_intent", known)
    reason = invoice["billing_reason"]
    first = "Subscription creation" if reason == "subscription_create" else "Subscription update"
    data = {"customer": invoice["customer"], "description": first}
    intent = payments.new_intent(call, invoice["amount_due"], invoice["currency"], data)
    invoice["_payment_intent"] = intent["id"]
    intent["_invoice"] = invoice["id"]
    call.store.save(intent)
    call.store.save(invoice)
    _record(call, invoice, intent)
    return intent


def _record(call: Call, invoice: Json, intent: Json) -> None:
    call.new(
        "invoice_payment",
        "inpay",
        amount_paid=None,
        amount_requested=invoice["amount_due"],
        currency=invoice["currency"],
        invoice=invoice["id"],
        is_default=True,
        payment={"payment_intent": intent["id"], "type": "payment_intent"},
        status="open",
        status_transitions={"canceled_at": None, "paid_at": None},
    )


def _ask(call: Call, invoice: Json, intent: Json, method: Json) -> StripeError:
    intent["payment_method"] = method["id"]
    payments.ask_for_3d_secure(call, intent, f"{call.base_url}/3d-secure/{intent['id']}")
    _attempted(invoice)
    call.store.save(invoice)
    call.emit("invoice.payment_action_required", invoice)
    for listener in BILLED:
        listener(call, invoice)
    words = "This payment requires additional user action before it can be completed successfully."
    return card_error(words, "invoice_payment_intent_requires_action")


@when_settled
def settled(call: Call, intent: Json, error: StripeError | None) -> None:
    if name := intent.get("_invoice"):
        invoice = call.find(KIND, name)
        if error is None:
            _paid(call, invoice, intent)
        else:
            _refused(call, invoice)


def _attempted(invoice: Json) -> None:
    invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + 1}


def _paid(call: Call, invoice: Json, intent: Json | None) -> None:
    _attempted(invoice)
    invoice |= {
        "amount_paid": invoice["amount_due"],
        "amount_remaining": 0,
        "auto_advance": False,
        "next_payment_attempt": None,
        "status": "paid",
        "_due": None,
    }
    invoice["status_transitions"]["paid_at"] = call.now()
    call.store.save(invoice)
    if intent:
        for each in call.store.find("invoice_payment", call.account, invoice=invoice["id"]):
            each |= {"amount_paid": invoice["amount_paid"], "status": "paid"}
            each["status_transitions"]["paid_at"] = call.now()
            call.store.save(each)
            call.emit("invoice_payment.paid", each)
    for kind in ("invoice.paid", "invoice.payment_succeeded"):
        call.emit(kind, invoice)
    for listener in BILLED:
        listener(call, invoice)


def _refused(call: Call, invoice: Json) -> None:
    _attempted(invoice)
    n = invoice["attempt_count"] - 1
    again = invoice["billing_reason"] == "subscription_cycle" and n < len(RETRIES)
    due = call.now() + RETRIES[n] * DAY if again else None
    invoice |= {"next_payment_attempt": due, "_due": due}
    call.store.save(invoice)
    call.emit("invoice.payment_failed", invoice)
    for listener in BILLED:
        listener(call, invoice)


@when_due(KIND)
def try_again(call: Call, invoice: Json) -> None:
    collect(call, invoice, method_for(call, invoice), alone=True)


def method_for(call: Call, invoice: Json) -> Json | None:
    """The subscription's own way to pay, else the customer's."""
    subscription = call.store.get(invoice.get("_subscription") or "")
    customer = call.find("customer", invoice["customer"])
    name = (subscription or {}).get("default_payment_method")
    name = name or customer["invoice_settings"]["default_payment_method"]
    return call.store.get(name) if name else None


@operation("post /v1/invoices/{invoice}/pay")
def pay(call: Call, name: str) -> Json:
    call.only("payment_method off_session")
    invoice = _open(call, name, "pay")
    given = call.params.get("payment_method")
    method = payment_methods.named(call, given) if given else method_for(call, invoice)
    if error := collect(call, invoice, method, alone=call.params.get("off_session", False)):
        raise error.kept()
    return call.find(KIND, name)


@operation("post /v1/invoices/{invoice}/void")
def void(call: Call, name: str) -> Json:
    invoice = _open(call, name, "void")
    invoice |= {"status": "void", "auto_advance": False, "next_payment_attempt": None}
    invoice |= {"_due": None}
    invoice["status_transitions"]["voided_at"] = call.now()
    call.store.save(invoice)
    call.emit("invoice.voided", invoice)
    return invoice


def _open(call: Call, name: str, verb: str) -> Json:
    invoice = call.find(KIND, name)
    if invoice["status"] != "open":
        what = "Invoice is already paid" if invoice["status"] == "paid" else f"You can't {verb} it"
        raise refused(f"{what}: its status is {invoice['status']}.", "invoice_not_editable")
    return invoice


@operation("get /v1/invoices/{invoice}/lines")
def lines(call: Call, name: str) -> Json:
    return slice_of(call, call.find(KIND, name)["lines"]["data"])
