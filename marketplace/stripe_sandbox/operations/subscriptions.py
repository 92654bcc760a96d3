"""Subscriptions: a customer, a price, and an invoice each period by the sandbox's clock."""

from marketplace.stripe_sandbox import periods
from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import missing, not_built, refused
from marketplace.stripe_sandbox.operations import catalog, invoices, payment_methods
from marketplace.stripe_sandbox.operations.registry import (
    PAGING,
    narrowed,
    operation,
    page_of,
    retrieves,
    slice_of,
    when_billed,
    when_due,
)
from marketplace.stripe_sandbox.outside import public
from marketplace.stripe_sandbox.store import Json, mint

KIND = "subscription"
DAY = 86_400
HOURS_TO_FINISH = 23
BUILT = (
    "customer items default_payment_method payment_behavior trial_period_days metadata"
    " cancel_at_period_end collection_method days_until_due description off_session"
    " payment_settings proration_behavior trial_end cancel_at trial_settings currency"
)
ENDED = ("canceled", "incomplete_expired")
ALWAYS: Json = {
    "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
    "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}},
    "billing_schedules": [],
    "collection_method": "charge_automatically",
    "default_tax_rates": [],
    "discounts": [],
    "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
    "payment_settings": {
        "payment_method_options": None,
        "payment_method_types": None,
        "save_default_payment_method": "off",
    },
    "status": "incomplete",
    "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
}
PLACES = {
    "collection_method": "collection_method",
    "current_period_end": "items.data[0].current_period_end",
    "current_period_start": "items.data[0].current_period_start",
    "customer": "customer",
    "price": "items.data[0].price.id",
}
LIVE = ("active", "past_due", "trialing", "incomplete")

retrieves("get /v1/subscriptions/{subscription_exposed_id}", KIND)


@operation("post /v1/subscriptions")
def create(call: Call) -> Json:
    call.only(BUILT)
    params = call.params
    if params.get("collection_method") == "send_invoice" and "days_until_due" not in params:
        words = "If collection_method is send_invoice, give days_until_due."
        raise refused(words, "parameter_missing", "days_until_due")
    customer = call.find("customer", params.get("customer", ""), param="customer", status=400)
    given = params.get("items", [])
    if not given:
        raise refused("Missing required param: items.", "parameter_missing", "items")
    priced = [
        (catalog.price_for(call, item, f"items[{n}]"), item.get("quantity", 1))
        for n, item in enumerate(given)
    ]
    return start(call, customer, priced, params)


def start(call: Call, customer: Json, priced: list[tuple[Json, int]], params: Json) -> Json:
    refuse_unlike(priced)
    method = method_of(call, customer, params)
    subscription = _new(call, customer, priced, params)
    behavior = params.get("payment_behavior", "allow_incomplete")
    trial = bool(_trial_end(call, params))
    subscription["status"] = "trialing" if trial else "incomplete"
    period = period_of(subscription)
    call.emit("customer.subscription.created", subscription)
    invoice = invoices.bill(call, subscription, "subscription_create", period)
    subscription |= {"latest_invoice": invoice["id"]}
    if subscription["status"] == "incomplete":
        subscription["_due"] = call.now() + HOURS_TO_FINISH * 3600
    call.store.save(subscription)
    if subscription["collection_method"] == "send_invoice":
        started = "trialing" if trial else "active"
        due = period_of(subscription)[1]
        call.store.save(subscription | {"status": started, "_due": due})
        collect_or_send(call, subscription, invoice)
        return call.find(KIND, subscription["id"])
    if behavior == "default_incomplete" and not trial:
        invoices.intent_of(call, invoice)
        return call.find(KIND, subscription["id"])
    error = invoices.collect(call, invoice, method, alone=params.get("off_session", False))
    if error and (behavior == "error_if_incomplete" or method is None):
        raise error
    return call.find(KIND, subscription["id"])


def refuse_unlike(priced: list[tuple[Json, int]]) -> None:
    first = priced[0][0]
    for n, (price, quantity) in enumerate(priced):
        at = f"items[{n}]"
        if price["recurring"] is None:
            words = "The price specified is set to `type=one_time` but this field only accepts "
            raise refused(f"{words}prices with `type=recurring`.", None, f"{at}[price]")
        if price["recurring"] != first["recurring"] or price["currency"] != first["currency"]:
            words = "All prices on a subscription must have the same interval and currency."
            raise refused(words, None, f"{at}[price]")
        if quantity < 1:
            raise refused(
                "Invalid positive integer", "parameter_invalid_integer", f"{at}[quantity]"
            )


def method_of(call: Call, customer: Json, params: Json) -> Json | None:
    name = params.get("default_payment_method")
    if name:
        method = payment_methods.named(call, name, "default_payment_method")
        if method["customer"] != customer["id"]:
            raise refused(
                f"The customer does not have a payment method with the ID {name}. The payment "
                "method must be attached to the customer.",
                "resource_missing",
                "default_payment_method",
            )
        return method
    default = customer["invoice_settings"]["default_payment_method"]
    return call.store.get(default) if default else None


def _new(
    call: Call,
    customer: Json,
    priced: list[tuple[Json, int]],
    params: Json,
) -> Json:
    now, trial = call.now(), _trial_end(call, params)
    name, recurring = mint("sub"), priced[0][0]["recurring"]
    anchor = end = trial or now
    if not trial:
        end = periods.after(now, recurring["interval"], recurring["interval_count"])
    items = [item_of(call, name, price, quantity, (now, end)) for price, quantity in priced]
    return call.new(
        KIND,
        "sub",
        **(ALWAYS | _wishes(params)),
        id=name,
        billing_cycle_anchor=anchor,
        cancel_at_period_end=params.get("cancel_at_period_end", False),
        cancellation_details=dict.fromkeys(("comment", "feedback", "reason")),
        currency=priced[0][0]["currency"],
        customer=customer["id"],
        default_payment_method=params.get("default_payment_method"),
        description=params.get("description"),
        items={
            "object": "list",
            "data": items,
            "has_more": False,
            "url": f"/v1/subscription_items?subscription={name}",
        },
        metadata=call.metadata(params.get("metadata", {})),
        start_date=now,
        trial_end=anchor if trial else None,
        trial_start=now if trial else None,
    )


def _wishes(params: Json) -> Json:
    names = ("cancel_at", "collection_method", "days_until_due", "trial_settings")
    return {name: params[name] for name in names if name in params}


def _trial_end(call: Call, params: Json) -> int | None:
    """When the trial is over, if there is one."""
    at = params.get("trial_end")
    if at is None:
        days: int = params.get("trial_period_days", 0)
        return call.now() + days * DAY if days else None
    if at == "now":
        return None
    if not isinstance(at, int) or at <= call.now():
        raise refused("Invalid timestamp: must be in the future", None, "trial_end")
    return at


def item_of(
    call: Call, subscription: str, price: Json, quantity: int, period: tuple[int, int]
) -> Json:
    return {
        "id": mint("si", 14),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": call.now(),
        "current_period_end": period[1],
        "current_period_start": period[0],
        "discounts": [],
        "metadata": {},
        "price": public(price),
        "quantity": quantity,
        "subscription": subscription,
        "tax_rates": [],
    }


def period_of(subscription: Json) -> tuple[int, int]:
    item = subscription["items"]["data"][0]
    return item["current_period_start"], item["current_period_end"]


# The clock


@when_billed
def billed(call: Call, invoice: Json) -> None:
    """Paid: active until the period is over. Refused: past due, and over after the last try."""
    subscription = call.store.get(invoice.get("_subscription") or "")
    if subscription is None or subscription["status"] in ENDED:
        return
    before = subscription["status"]
    if invoice["status"] == "paid":
        if before != "trialing":
            subscription["status"] = "active"
        over = period_of(subscription)[1]
        subscription["_due"] = min(over, subscription["cancel_at"] or over)
    elif invoice["billing_reason"] == "subscription_cycle":
        subscription["status"] = "past_due"
        if invoice["next_payment_attempt"] is None and invoice["attempt_count"] > 1:
            end(call, subscription, "payment_failed")
            return
    call.store.save(subscription)
    if subscription["status"] != before:
        call.emit("customer.subscription.updated", subscription, previous={"status": before})


@when_due(KIND)
def period_over(call: Call, subscription: Json) -> None:
    if subscription["status"] == "incomplete":
        subscription |= {"status": "incomplete_expired", "ended_at": call.now(), "_due": None}
        call.store.save(subscription)
        call.emit("customer.subscription.updated", subscription, previous={"status": "incomplete"})
        return
    at = subscription["cancel_at"]
    if subscription["cancel_at_period_end"] or (at and at <= call.now()):
        end(call, subscription, "cancellation_requested")
        return
    _renew(call, subscription)


def _renew(call: Call, subscription: Json) -> None:
    was, recurring = period_of(subscription), subscription["items"]["data"][0]["price"]["recurring"]
    anchor = subscription["billing_cycle_anchor"]
    over = periods.after(was[1], recurring["interval"], recurring["interval_count"], anchor)
    for item in subscription["items"]["data"]:
        item |= {"current_period_start": was[1], "current_period_end": over}
    before = {"status": subscription["status"]}
    if subscription["status"] == "trialing":
        subscription["status"] = "active"
    subscription["_due"] = min(over, subscription["cancel_at"] or over)
    invoice = invoices.bill(call, subscription, "subscription_cycle", (was[1], over))
    subscription["latest_invoice"] = invoice["id"]
    call.store.save(subscription)
    call.emit("customer.subscription.updated", subscription, previous=before)
    collect_or_send(call, subscription, invoice)


def collect_or_send(call: Call, subscription: Json, invoice: Json) -> None:
    """Draw it, or let the customer pay; or neither, while collecting is paused."""
    paused = (subscription.get("pause_collection") or {}).get("behavior")
    if paused == "keep_as_draft":
        call.store.save(invoice | {"status": "draft", "auto_advance": False, "number": None})
    elif paused:
        invoices.closed(call, invoice, "void" if paused == "void" else "uncollectible")
    elif subscription["collection_method"] == "send_invoice" and invoice["amount_due"]:
        call.emit("invoice.sent", invoice)
    else:
        invoices.collect(call, invoice, invoices.method_for(call, invoice), alone=True)


def end(call: Call, subscription: Json, reason: str) -> None:
    subscription |= {
        "status": "canceled",
        "canceled_at": subscription["canceled_at"] or call.now(),
        "ended_at": call.now(),
        "_due": None,
    }
    subscription["cancellation_details"]["reason"] = reason
    call.store.save(subscription)
    call.emit("customer.subscription.deleted", subscription)


def cancel_later(call: Call, subscription: Json, wished: bool) -> None:
    subscription |= {
        "cancel_at_period_end": wished,
        "cancel_at": period_of(subscription)[1] if wished else None,
        "canceled_at": call.now() if wished else None,
    }
    reason = "cancellation_requested" if wished else None
    subscription["cancellation_details"]["reason"] = reason


@operation("delete /v1/subscriptions/{subscription_exposed_id}")
def cancel(call: Call, name: str) -> Json:
    call.only("cancellation_details invoice_now prorate")
    if call.params.get("prorate"):
        raise not_built("cancelling with prorate=true")
    subscription = running(call, name)
    details = call.params.get("cancellation_details", {})
    subscription["cancellation_details"] |= {key: value or None for key, value in details.items()}
    end(call, subscription, "cancellation_requested")
    return subscription


def running(call: Call, name: str) -> Json:
    subscription = call.find(KIND, name)
    if subscription["status"] in ENDED:
        raise missing("subscription", name)
    return subscription


@operation("get /v1/subscriptions")
def listing(call: Call) -> Json:
    call.only(f"status {' '.join(PLACES)} {PAGING}")
    fields = narrowed(call, **PLACES)
    status = call.params.get("status")
    if status == "ended":
        fields["status"] = ENDED
    elif status != "all":
        fields["status"] = status or LIVE
    return page_of(call, KIND, fields)


@operation("get /v1/subscription_items")
def items(call: Call) -> Json:
    call.only("subscription limit starting_after ending_before")
    found = call.find(KIND, call.params["subscription"], param="subscription", status=400)
    return slice_of(call, found["items"]["data"])
