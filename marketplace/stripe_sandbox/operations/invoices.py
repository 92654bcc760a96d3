"""Invoices: what a subscription asks for each period, and how it was paid."""

from collections.abc import Callable

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import StripeError, card_error, refused
from marketplace.stripe_sandbox.means import means_of
from marketplace.stripe_sandbox.operations import (
    charging,
    invoice_items,
    payment_methods,
    payments,
)
from marketplace.stripe_sandbox.operations.registry import (
    BILLED,
    lists,
    operation,
    retrieves,
    slice_of,
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
retrieves("get /v1/invoice_payments/{invoice_payment}", "invoice_payment")
lists(
    "get /v1/invoices",
    KIND,
    *("collection_method", "customer", "due_date", "status"),
    subscription="_subscription",
)
lists("get /v1/invoice_payments", "invoice_payment", "invoice", "payment", "status")


def bill(call: Call, subscription: Json, reason: str, period: tuple[int, int]) -> Json:
    """A finalised invoice for one period of a subscription, and for what waited to be billed."""
    customer = call.find("customer", subscription["customer"])
    invoice = new_invoice(call, customer, subscription["currency"], reason)
    name = invoice["id"]
    items = subscription["items"]["data"] if reason != "subscription_update" else []
    lines = [invoice_items.line_for(name, item, subscription, period) for item in items]
    found = invoice_items.waiting(call, customer["id"], invoice["currency"], subscription["id"])
    lines += [invoice_items.line_of(name, item) for item in found]
    invoice_items.take(call, found, name)
    invoice["lines"]["data"] = lines
    invoice |= amounts(sum(line["amount"] for line in lines)) | {
        "auto_advance": True,
        "collection_method": subscription["collection_method"],
        "parent": _parent(subscription),
        "period_start": period[0] if reason == "subscription_create" else call.now(),
        "_subscription": subscription["id"],
    }
    if days := subscription["days_until_due"]:
        invoice["due_date"] = call.now() + days * DAY
    call.emit("invoice.created", invoice)
    open_up(call, invoice)
    call.emit("invoice.finalized", invoice)
    return invoice


def new_invoice(
    call: Call, customer: Json, code: str, reason: str, *, status: str = "draft"
) -> Json:
    name, now = mint("in"), call.now()
    return call.new(
        KIND,
        "in",
        **amounts(0),
        **_who(customer),
        attempt_count=0,
        attempted=False,
        auto_advance=False,
        billing_reason=reason,
        collection_method="charge_automatically",
        currency=code,
        lines=_list(f"/v1/invoices/{name}/lines", []),
        metadata={},
        period_end=now,
        period_start=now,
        status=status,
        status_transitions=_transitions(None),
        id=name,
    )


def open_up(call: Call, invoice: Json) -> None:
    """Its number, its day, and what the customer's balance leaves of it."""
    customer = call.find("customer", invoice["customer"])
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}"
    before, total = customer["balance"], invoice["total"]
    due = max(0, total + before)
    after = min(0, total + before)
    customer |= {"balance": after, "next_invoice_sequence": customer["next_invoice_sequence"] + 1}
    customer["currency"] = customer["currency"] or invoice["currency"]
    call.store.save(customer)
    invoice |= {
        "amount_due": due,
        "amount_remaining": due,
        "effective_at": call.now(),
        "ending_balance": after,
        "number": number,
        "starting_balance": before,
        "status": "open",
    }
    invoice["status_transitions"]["finalized_at"] = call.now()
    call.store.save(invoice)


def amounts(total: int) -> Json:
    zero = (
        "amount_overpaid amount_paid amount_paid_off_stripe amount_shipping"
        " post_payment_credit_notes_amount pre_payment_credit_notes_amount starting_balance"
    )
    return dict.fromkeys(zero.split(), 0) | {
        "amount_due": max(0, total),
        "amount_remaining": max(0, total),
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


def _transitions(now: int | None) -> Json:
    never = ("marked_uncollectible_at", "paid_at", "voided_at")
    return dict.fromkeys(never) | {"finalized_at": now}


def _parent(subscription: Json) -> Json:
    details = {"metadata": subscription["metadata"], "subscription": subscription["id"]}
    return {
        "quote_details": None,
        "subscription_details": details,
        "type": "subscription_details",
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


# Who finalises a draft when its hour is over.
DRAFTED: list[Callable[[Call, Json], None]] = []


def when_draft_is_due(
    function: Callable[[Call, Json], None],
) -> Callable[[Call, Json], None]:
    DRAFTED.append(function)
    return function


@when_due(KIND)
def try_again(call: Call, invoice: Json) -> None:
    if invoice["status"] == "draft":
        for listener in DRAFTED:
            listener(call, invoice)
        return
    if invoice["status"] != "open":
        call.store.save(invoice | {"_due": None})
        return
    collect(call, invoice, method_for(call, invoice), alone=True)


def method_for(call: Call, invoice: Json) -> Json | None:
    """The subscription's own way to pay, else the customer's."""
    subscription = call.store.get(invoice.get("_subscription") or "")
    customer = call.find("customer", invoice["customer"])
    name = invoice["default_payment_method"] or (subscription or {}).get("default_payment_method")
    name = name or customer["invoice_settings"]["default_payment_method"]
    return call.store.get(name) if name else None


@operation("post /v1/invoices/{invoice}/pay")
def pay(call: Call, name: str) -> Json:
    call.only("paid_out_of_band payment_method off_session")
    invoice = _open(call, name, "pay")
    if call.params.get("paid_out_of_band"):
        invoice["amount_paid_off_stripe"] = invoice["amount_due"]
        _paid(call, invoice, None)
        return invoice
    given = call.params.get("payment_method")
    method = payment_methods.named(call, given) if given else method_for(call, invoice)
    if error := collect(call, invoice, method, alone=call.params.get("off_session", False)):
        raise error.kept()
    return call.find(KIND, name)


@operation("post /v1/invoices/{invoice}/void")
def void(call: Call, name: str) -> Json:
    return closed(call, _open(call, name, "void"), "void")


def closed(call: Call, invoice: Json, status: str) -> Json:
    """Nobody is asked for it any more."""
    word = "voided" if status == "void" else "marked_uncollectible"
    invoice |= {"status": status, "auto_advance": False, "next_payment_attempt": None, "_due": None}
    invoice["status_transitions"][f"{word}_at"] = call.now()
    call.store.save(invoice)
    call.emit(f"invoice.{word}", invoice)
    return invoice


def _open(call: Call, name: str, verb: str) -> Json:
    invoice = call.find(KIND, name)
    if invoice["status"] not in ("open", "uncollectible"):
        what = "Invoice is already paid" if invoice["status"] == "paid" else f"You can't {verb} it"
        raise refused(f"{what}: its status is {invoice['status']}.", "invoice_not_editable")
    return invoice


@operation("get /v1/invoices/{invoice}/lines")
def lines(call: Call, name: str) -> Json:
    return slice_of(call, call.find(KIND, name)["lines"]["data"])
