"""Invoices made by hand, and subscriptions that change on the way."""

from typing import Any

import pytest
import stripe

from tests.marketplace.stripe_sandbox.conftest import Running

MONTH = 31


def customer(client: stripe.StripeClient, card: str = "pm_card_visa") -> str:
    made = client.v1.customers.create({"email": "ada@example.com"}).id
    method = client.v1.payment_methods.attach(card, {"customer": made}).id
    client.v1.customers.update(made, {"invoice_settings": {"default_payment_method": method}})
    return made


def price(client: stripe.StripeClient, amount: int, interval: Any = "month") -> str:
    product = client.v1.products.create({"name": "Membership"}).id
    params: Any = {"currency": "eur", "unit_amount": amount, "recurring": {"interval": interval}}
    return client.v1.prices.create(params | {"product": product}).id


def subscribed(client: stripe.StripeClient, amount: int = 3_000, **more: Any) -> Any:
    params = {"customer": customer(client), "items": [{"price": price(client, amount)}]}
    return client.v1.subscriptions.create(params | more)


def first_item(subscription: Any) -> str:
    return subscription["items"].data[0].id


def owed(client: stripe.StripeClient, who: str, amount: int = 900, **more: Any) -> Any:
    params = {"customer": who, "amount": amount, "currency": "eur", "description": "Mugs"}
    return client.v1.invoice_items.create(params | more)


# Invoices


def test_an_invoice_is_drafted_finalised_and_paid(client):
    who = customer(client)
    invoice = client.v1.invoices.create({"customer": who})
    owed(client, who, invoice=invoice.id)
    owed(client, who, 100, invoice=invoice.id)
    draft = client.v1.invoices.retrieve(invoice.id)
    assert (draft.status, draft.total, draft.number) == ("draft", 1_000, None)
    opened = client.v1.invoices.finalize_invoice(invoice.id)
    assert (opened.status, opened.amount_due) == ("open", 1_000)
    assert opened.number
    paid = client.v1.invoices.pay(invoice.id)
    assert (paid.status, paid.amount_paid) == ("paid", 1_000)
    assert client.v1.charges.list({"customer": who}).data[0].amount == 1_000


def test_a_draft_takes_what_waits_if_that_is_wished(client):
    who = customer(client)
    item = owed(client, who)
    invoice = client.v1.invoices.create(
        {"customer": who, "pending_invoice_items_behavior": "include"}
    )
    assert invoice.lines.data[0].parent.invoice_item_details.invoice_item == item.id
    client.v1.invoices.delete(invoice.id)
    assert [each.id for each in client.v1.invoice_items.list({"pending": True}).data] == [item.id]


def test_a_draft_that_may_advance_is_paid_by_itself(sandbox, client):
    who = customer(client)
    owed(client, who)
    params: Any = {"customer": who, "pending_invoice_items_behavior": "include"}
    invoice = client.v1.invoices.create(params | {"auto_advance": True})
    sandbox.advance(seconds=3_700)
    assert client.v1.invoices.retrieve(invoice.id).status == "open"
    sandbox.advance(seconds=3_700)
    assert client.v1.invoices.retrieve(invoice.id).status == "paid"


def test_an_invoice_may_be_sent_and_given_up_and_paid_all_the_same(client):
    who = customer(client)
    params: Any = {"customer": who, "collection_method": "send_invoice", "days_until_due": 7}
    invoice = client.v1.invoices.create(params)
    owed(client, who, invoice=invoice.id)
    sent = client.v1.invoices.send_invoice(invoice.id)
    assert sent.due_date - sent.created == 7 * 86_400
    assert client.v1.invoices.mark_uncollectible(invoice.id).status == "uncollectible"
    paid = client.v1.invoices.pay(invoice.id, {"paid_out_of_band": True})
    assert (paid.status, paid.amount_paid_off_stripe) == ("paid", 900)


@pytest.mark.parametrize(
    "verb", ["finalize_invoice", "void_invoice", "pay", "delete", "send_invoice"]
)
def test_what_is_paid_stays_as_it_is(client, verb):
    subscription = subscribed(client)
    with pytest.raises(stripe.InvalidRequestError) as error:
        getattr(client.v1.invoices, verb)(subscription.latest_invoice)
    assert error.value.code == "invoice_not_editable"


def test_an_invoice_of_nothing_is_paid_at_once(client):
    invoice = client.v1.invoices.create({"customer": customer(client)})
    assert client.v1.invoices.finalize_invoice(invoice.id).status == "paid"


# Subscriptions


def test_a_dearer_price_is_paid_by_the_day(sandbox, client):
    made = subscribed(client, 3_000)
    period = client.v1.subscription_items.retrieve(first_item(made))
    half = (period.current_period_end - period.current_period_start) // 2
    sandbox.advance(seconds=half)
    dearer: Any = [{"id": first_item(made), "price": price(client, 6_000)}]
    changed = client.v1.subscriptions.update(
        made.id, {"items": dearer, "proration_behavior": "always_invoice"}
    )
    invoice = client.v1.invoices.retrieve(changed.latest_invoice)
    assert (invoice.billing_reason, invoice.status) == ("subscription_update", "paid")
    assert invoice.amount_paid == pytest.approx(1_500, abs=2)
    assert [line.amount < 0 for line in invoice.lines.data] == [True, False]


def test_what_is_too_much_is_taken_from_the_next_invoice(sandbox, client):
    made = subscribed(client, 6_000)
    cheaper: Any = [{"id": first_item(made), "price": price(client, 1_000)}]
    client.v1.subscriptions.update(made.id, {"items": cheaper})
    assert len(client.v1.invoice_items.list({"customer": made.customer}).data) == 2
    sandbox.advance(days=MONTH)
    latest = client.v1.subscriptions.retrieve(made.id).latest_invoice
    invoice = client.v1.invoices.retrieve(latest)
    assert (invoice.amount_due, invoice.total, invoice.status) == (0, -4_000, "paid")
    assert client.v1.customers.retrieve(made.customer).balance == -4_000
    sandbox.advance(days=MONTH)
    latest = client.v1.subscriptions.retrieve(made.id).latest_invoice
    assert client.v1.invoices.retrieve(latest).ending_balance == -3_000


def test_a_change_may_cost_nothing_until_the_next_period(client):
    made = subscribed(client)
    client.v1.subscription_items.update(
        first_item(made), {"quantity": 3, "proration_behavior": "none"}
    )
    assert client.v1.invoice_items.list().data == []
    assert client.v1.subscription_items.retrieve(first_item(made)).quantity == 3


def test_another_interval_begins_at_once(client):
    made = subscribed(client, 1_000)
    yearly: Any = [{"id": first_item(made), "price": price(client, 10_000, "year")}]
    changed = client.v1.subscriptions.update(made.id, {"items": yearly})
    invoice = client.v1.invoices.retrieve(changed.latest_invoice)
    assert invoice.amount_paid == pytest.approx(9_000, abs=2)


def test_items_come_and_go_and_one_remains(client):
    made = subscribed(client)
    added = client.v1.subscription_items.create(
        {"subscription": made.id, "price": price(client, 500)}
    )
    client.v1.subscription_items.delete(first_item(made))
    left = client.v1.subscription_items.list({"subscription": made.id}).data
    assert [item.id for item in left] == [added.id]
    with pytest.raises(stripe.InvalidRequestError, match="at least one"):
        client.v1.subscription_items.delete(added.id)


def test_a_trial_may_end_today(client):
    made = subscribed(client, trial_period_days=14)
    assert made.status == "trialing"
    ended = client.v1.subscriptions.update(made.id, {"trial_end": "now"})
    assert ended.status == "active"
    assert client.v1.invoices.retrieve(ended.latest_invoice).amount_paid == 3_000


def test_a_subscription_may_end_on_a_day(sandbox, client):
    made = subscribed(client)
    client.v1.subscriptions.update(made.id, {"cancel_at": made.created + 3 * 86_400})
    sandbox.advance(days=4)
    assert client.v1.subscriptions.retrieve(made.id).status == "canceled"


@pytest.mark.parametrize(
    ("behavior", "status"),
    [("void", "void"), ("mark_uncollectible", "uncollectible"), ("keep_as_draft", "draft")],
)
def test_nothing_is_drawn_while_collecting_is_paused(sandbox, client, behavior, status):
    made = subscribed(client)
    client.v1.subscriptions.update(made.id, {"pause_collection": {"behavior": behavior}})
    sandbox.advance(days=MONTH)
    latest = client.v1.subscriptions.retrieve(made.id).latest_invoice
    assert client.v1.invoices.retrieve(latest).status == status


def test_a_subscription_may_send_its_invoices(sandbox: Running, client: stripe.StripeClient):
    made = subscribed(client, collection_method="send_invoice", days_until_due=14)
    invoice = client.v1.invoices.retrieve(made.latest_invoice)
    assert (made.status, invoice.status) == ("active", "open")
    assert invoice.due_date - invoice.created == 14 * 86_400
    assert client.v1.invoices.pay(invoice.id).status == "paid"
