"""A subscription that changes on the way: other prices, another end; and what that costs."""

from typing import Any

from marketplace.stripe_sandbox import periods
from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import missing, not_built, refused
from marketplace.stripe_sandbox.operations import catalog, invoice_items, invoices
from marketplace.stripe_sandbox.operations import subscriptions as base
from marketplace.stripe_sandbox.operations.registry import operation
from marketplace.stripe_sandbox.outside import public
from marketplace.stripe_sandbox.store import Json

BUILT = (
    "billing_cycle_anchor cancel_at cancel_at_period_end cancellation_details collection_method"
    " days_until_due default_payment_method description items metadata off_session"
    " pause_collection payment_behavior proration_behavior proration_date trial_end trial_settings"
)


@operation("post /v1/subscriptions/{subscription_exposed_id}")
def update(call: Call, name: str) -> Json:
    call.only(BUILT)
    subscription = base.running(call, name)
    before = {"cancel_at_period_end": subscription["cancel_at_period_end"]}
    subscription["metadata"] = call.metadata(before=subscription["metadata"])
    _change_plainly(call, subscription)
    if "items" in call.params:
        before["items"] = subscription["items"]
        _change_items(call, subscription, call.params["items"])
    else:
        call.store.save(subscription)
    if call.params.get("trial_end"):
        _end_trial(call, call.find(base.KIND, name), call.params["trial_end"])
    subscription = call.find(base.KIND, name)
    call.emit("customer.subscription.updated", subscription, previous=before)
    return subscription


def _change_plainly(call: Call, subscription: Json) -> None:
    params = call.params
    if params.get("billing_cycle_anchor", "unchanged") != "unchanged":
        raise not_built("billing_cycle_anchor=now")
    if "cancel_at_period_end" in params:
        base.cancel_later(call, subscription, params["cancel_at_period_end"])
    if "cancel_at" in params:
        _cancel_at(call, subscription, params["cancel_at"])
    for field in ("description", "pause_collection"):
        if field in params:
            subscription[field] = params[field] or None
    if pause := subscription["pause_collection"]:
        subscription["pause_collection"] = {"resumes_at": None} | pause
    for field in ("collection_method", "days_until_due", "trial_settings"):
        if field in params:
            subscription[field] = params[field]
    given: Json = params.get("cancellation_details") or {}
    subscription["cancellation_details"] |= {key: value or None for key, value in given.items()}
    if params.get("default_payment_method"):
        customer = call.find("customer", subscription["customer"])
        method = base.method_of(call, customer, params)
        subscription["default_payment_method"] = method["id"] if method else None


def _cancel_at(call: Call, subscription: Json, at: Any) -> None:
    if at == "":
        base.cancel_later(call, subscription, False)
        return
    if not isinstance(at, int):
        raise not_built(f"cancel_at={at}")
    if at <= call.now():
        raise refused("`cancel_at` must be a future timestamp.", None, "cancel_at")
    subscription |= {"cancel_at": at, "canceled_at": call.now()}
    subscription["_due"] = min(subscription["_due"] or at, at)


def _end_trial(call: Call, subscription: Json, at: Any) -> None:
    if subscription["status"] != "trialing":
        raise refused("Only a trialing subscription can have its trial changed.", None, "trial_end")
    moment = call.now() if at == "now" else at
    if moment < call.now():
        raise refused("Invalid timestamp: must be in the future", None, "trial_end")
    for item in subscription["items"]["data"]:
        item["current_period_end"] = moment
    subscription |= {"trial_end": moment, "billing_cycle_anchor": moment, "_due": moment}
    call.store.save(subscription)
    if at == "now":
        base.period_over(call, subscription)


# Items


def _change_items(call: Call, subscription: Json, given: list[Json]) -> None:
    items = [dict(item) for item in subscription["items"]["data"]]
    before = {item["id"]: item for item in subscription["items"]["data"]}
    for n, wished in enumerate(given):
        items = _changed(call, subscription, items, wished, f"items[{n}]")
    if not items:
        words = "A subscription must have at least one active plan."
        raise refused(words, None, "items")
    base.refuse_unlike([(item["price"], item["quantity"]) for item in items])
    _settle(call, subscription, before, items)


def _changed(
    call: Call, subscription: Json, items: list[Json], wished: Json, at: str
) -> list[Json]:
    name = wished.get("id")
    known = next((item for item in items if item["id"] == name), None)
    if name and known is None:
        raise missing("subscription_item", name, f"{at}[id]", 400)
    if wished.get("deleted"):
        return [item for item in items if item["id"] != name]
    priced = "price" in wished or "price_data" in wished
    if known is None:
        price = catalog.price_for(call, wished, at)
        period = base.period_of(subscription)
        quantity = wished.get("quantity", 1)
        made = base.item_of(call, subscription["id"], price, quantity, period)
        return [*items, made | {"metadata": call.metadata(wished.get("metadata", {}))}]
    if priced:
        known["price"] = public(catalog.price_for(call, wished, at))
    known["quantity"] = wished.get("quantity", known["quantity"])
    known["metadata"] = call.metadata(wished.get("metadata", {}), known["metadata"])
    return items


def _settle(call: Call, subscription: Json, before: dict[str, Json], items: list[Json]) -> None:
    """What was paid for and is not used is given back, what is used from now on is paid."""
    old, new = (each[0]["price"]["recurring"] for each in (list(before.values()), items))
    turns_over = (old["interval"], old["interval_count"]) != (
        new["interval"],
        new["interval_count"],
    )
    behavior = call.params.get("proration_behavior", "create_prorations")
    is_paid = subscription["status"] in ("active", "past_due")
    if is_paid and behavior != "none":
        _prorate(call, subscription, before, items, turns_over)
    subscription["items"]["data"] = items
    if turns_over and is_paid:
        now = call.now()
        over = periods.after(now, new["interval"], new["interval_count"])
        for item in items:
            item |= {"current_period_start": now, "current_period_end": over}
        subscription |= {"billing_cycle_anchor": now, "_due": over}
    call.store.save(subscription)
    if is_paid and (turns_over or behavior == "always_invoice"):
        _bill_now(call, subscription, turns_over)


def _prorate(
    call: Call, subscription: Json, before: dict[str, Json], items: list[Json], turns_over: bool
) -> None:
    start, end = base.period_of(subscription)
    share = (end - call.params.get("proration_date", call.now())) / max(1, end - start)
    after = {item["id"]: item for item in items}
    for name in before | after:
        was, will = before.get(name), after.get(name)
        if was and will and _cost(was) == _cost(will) and not turns_over:
            continue
        if was:
            _add(call, subscription, was, -round(_cost(was) * share), "Unused time on")
        if will and not turns_over:
            _add(call, subscription, will, round(_cost(will) * share), "Remaining time on")


def _cost(item: Json) -> int:
    return int(item["price"]["unit_amount"]) * int(item["quantity"])


def _add(call: Call, subscription: Json, item: Json, amount: int, words: str) -> None:
    if not amount:
        return
    named = item["price"]["nickname"] or item["price"]["product"]
    made = invoice_items.add(
        call,
        subscription["customer"],
        amount=amount,
        code=subscription["currency"],
        description=f"{words} {item['quantity']} × {named}",
        period={"start": call.now(), "end": base.period_of(subscription)[1]},
        price=item["price"],
        proration=True,
        quantity=item["quantity"],
        subscription=subscription["id"],
        subscription_item=item["id"],
    )
    call.emit("invoiceitem.created", made)


def _bill_now(call: Call, subscription: Json, turns_over: bool) -> None:
    reason = "subscription_cycle" if turns_over else "subscription_update"
    invoice = invoices.bill(call, subscription, reason, base.period_of(subscription))
    latest = call.find(base.KIND, subscription["id"]) | {"latest_invoice": invoice["id"]}
    call.store.save(latest)
    base.collect_or_send(call, latest, invoice)


@operation("get /v1/subscription_items/{item}")
def retrieve_item(call: Call, name: str) -> Json:
    return _found(call, name)[1]


def _found(call: Call, name: str) -> tuple[Json, Json]:
    for subscription in call.store.find(base.KIND, call.account):
        for item in subscription["items"]["data"]:
            if item["id"] == name:
                return subscription, item
    raise missing("subscription_item", name, "item")


def _change_one(call: Call, subscription: Json, wished: Json) -> None:
    base.running(call, subscription["id"])
    _change_items(call, subscription, [wished])
    changed = call.find(base.KIND, subscription["id"])
    call.emit("customer.subscription.updated", changed)


@operation("post /v1/subscription_items")
def add_item(call: Call) -> Json:
    call.only(
        "metadata payment_behavior price price_data proration_behavior proration_date quantity"
        " subscription"
    )
    name = call.params["subscription"]
    subscription = call.find(base.KIND, name, param="subscription", status=400)
    known = {item["id"] for item in subscription["items"]["data"]}
    _change_one(call, subscription, _wished(call))
    held = call.find(base.KIND, name)["items"]["data"]
    return next(dict(item) for item in held if item["id"] not in known)


def _wished(call: Call) -> Json:
    names = ("metadata", "price", "price_data", "quantity")
    return {name: call.params[name] for name in names if name in call.params}


@operation("post /v1/subscription_items/{item}")
def update_item(call: Call, name: str) -> Json:
    call.only(
        "metadata off_session payment_behavior price price_data proration_behavior proration_date"
        " quantity"
    )
    subscription, _ = _found(call, name)
    _change_one(call, subscription, _wished(call) | {"id": name})
    return _found(call, name)[1]


@operation("delete /v1/subscription_items/{item}")
def delete_item(call: Call, name: str) -> Json:
    call.only("clear_usage payment_behavior proration_behavior proration_date")
    subscription, _ = _found(call, name)
    _change_one(call, subscription, {"id": name, "deleted": True})
    return {"id": name, "object": "subscription_item", "deleted": True}


@operation("post /v1/subscriptions/{subscription}/resume")
def resume(call: Call, name: str) -> Json:
    subscription = base.running(call, name)
    words = "Only subscriptions with a status of paused can be resumed; this one is "
    raise refused(f"{words}{subscription['status']}.", None, "subscription", 400)
