"""Memberships: a price, a customer, an invoice each month by the sandbox's clock."""

from datetime import UTC, datetime

import pytest
import stripe

from marketplace.stripe_sandbox import periods
from tests.marketplace.stripe_sandbox.conftest import NOWHERE, balance, card

MONTHLY = {"interval": "month"}


def price(client, amount=900, **more):
    product = client.v1.products.create({"name": "Membership"})
    params = {
        "product": product.id,
        "currency": "eur",
        "unit_amount": amount,
        "recurring": MONTHLY,
    }
    wanted = {name: value for name, value in (params | more).items() if value}
    return client.v1.prices.create(wanted)


def customer(client, method="pm_card_visa"):
    made = client.v1.customers.create({"email": "fan@example.com"})
    kept = client.v1.payment_methods.attach(method, {"customer": made.id})
    settings = {"default_payment_method": kept.id}
    return client.v1.customers.update(made.id, {"invoice_settings": settings})


def subscribed(client, method="pm_card_visa", **more):
    params = {"customer": customer(client, method).id, "items": [{"price": price(client).id}]}
    return client.v1.subscriptions.create(params | more)


def types(client):
    return [event.type for event in client.v1.events.list({"limit": 100}).data][::-1]


def test_each_month_has_its_paid_invoice(sandbox, client):
    made = subscribed(client)
    assert made.status == "active"
    sandbox.advance(days=32)
    sandbox.advance(days=31)
    invoices = client.v1.invoices.list({"subscription": made.id}).data
    assert [invoice.billing_reason for invoice in invoices] == [
        "subscription_cycle",
        "subscription_cycle",
        "subscription_create",
    ]
    assert {(invoice.status, invoice.amount_paid) for invoice in invoices} == {("paid", 900)}
    assert sum(balance(client)) == 3 * (900 - 39)
    assert types(client).count("invoice.paid") == 3
    assert client.v1.subscriptions.retrieve(made.id).latest_invoice == invoices[0].id


def test_a_year_may_pass_in_one_step(sandbox, client):
    made = subscribed(client)
    sandbox.advance(days=366)
    assert len(client.v1.invoices.list({"subscription": made.id, "limit": 100}).data) == 13


def test_an_invoice_leads_to_its_charge(sandbox, client):
    made = subscribed(client)
    (payment,) = client.v1.invoice_payments.list({"invoice": made.latest_invoice}).data
    intent = client.v1.payment_intents.retrieve(
        payment.payment.payment_intent, {"expand": ["latest_charge.balance_transaction"]}
    )
    assert intent.latest_charge.balance_transaction.net == 861
    assert client.v1.invoices.line_items.list(made.latest_invoice).data[0].amount == 900


def test_a_declined_first_payment_leaves_it_incomplete(sandbox, client):
    made = subscribed(client, "pm_card_chargeCustomerFail")
    assert made.status == "incomplete"
    assert client.v1.invoices.retrieve(made.latest_invoice).status == "open"
    assert "invoice.payment_failed" in types(client)
    paid = client.v1.invoices.pay(made.latest_invoice, {"payment_method": "pm_card_visa"})
    assert paid.status == "paid"
    assert client.v1.subscriptions.retrieve(made.id).status == "active"


def test_what_stays_incomplete_expires(sandbox, client):
    made = subscribed(client, "pm_card_chargeCustomerFail")
    sandbox.advance(days=1)
    assert client.v1.subscriptions.retrieve(made.id).status == "incomplete_expired"


def test_it_may_be_refused_altogether(sandbox, client):
    with pytest.raises(stripe.CardError):
        subscribed(client, "pm_card_chargeCustomerFail", payment_behavior="error_if_incomplete")
    assert client.v1.subscriptions.list({"status": "all"}).data == []


def test_a_renewal_that_fails_is_tried_again_and_then_it_is_over(sandbox, client):
    made = subscribed(client)
    settings = {"default_payment_method": "pm_card_chargeCustomerFail"}
    client.v1.customers.update(made.customer, {"invoice_settings": settings})
    sandbox.advance(days=32)
    assert client.v1.subscriptions.retrieve(made.id).status == "past_due"
    invoice = client.v1.invoices.list({"subscription": made.id}).data[0]
    assert (invoice.status, invoice.attempt_count) == ("open", 1)
    for days in (4, 6, 8):
        sandbox.advance(days=days)
    ended = client.v1.subscriptions.retrieve(made.id)
    assert (ended.status, ended.cancellation_details.reason) == ("canceled", "payment_failed")
    assert types(client).count("invoice.payment_failed") == 4


def test_a_subscription_ends_with_its_period_or_at_once(sandbox, client):
    made = subscribed(client)
    later = client.v1.subscriptions.update(made.id, {"cancel_at_period_end": True})
    assert (later.status, later.cancel_at_period_end) == ("active", True)
    sandbox.advance(days=32)
    assert client.v1.subscriptions.retrieve(made.id).status == "canceled"
    assert types(client)[-1] == "customer.subscription.deleted"
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        client.v1.subscriptions.cancel(made.id)


def test_a_trial_costs_nothing_until_it_is_over(sandbox, client):
    made = subscribed(client, trial_period_days=7)
    assert (made.status, sum(balance(client))) == ("trialing", 0)
    sandbox.advance(days=8)
    assert client.v1.subscriptions.retrieve(made.id).status == "active"
    assert sum(balance(client)) == 861


def test_3d_secure_is_asked_for_on_the_first_invoice(sandbox, client):
    made = subscribed(client, "pm_card_authenticationRequired")
    assert made.status == "incomplete"
    (payment,) = client.v1.invoice_payments.list({"invoice": made.latest_invoice}).data
    intent = client.v1.payment_intents.retrieve(payment.payment.payment_intent)
    sandbox.post(
        intent.next_action.redirect_to_url.url.removeprefix(sandbox.url), {"outcome": "complete"}
    )
    assert client.v1.subscriptions.retrieve(made.id).status == "active"


def test_a_membership_is_bought_on_the_hosted_page(sandbox, client):
    session = client.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "success_url": NOWHERE,
            "line_items": [{"price": price(client).id, "quantity": 1}],
            "subscription_data": {"metadata": {"shelf": "1"}},
        }
    )
    path = f"/c/pay/{session.id}"
    assert sandbox.post(path, card("4000000000000002")).status_code == 402
    assert client.v1.customers.list().data == []
    assert sandbox.post(path, card()).status_code == 303
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
    assert (done.status, done.payment_status) == ("complete", "paid")
    assert (done.subscription.status, done.subscription.metadata["shelf"]) == ("active", "1")
    assert client.v1.invoices.retrieve(done.invoice).status == "paid"
    sandbox.advance(days=32)
    assert len(client.v1.invoices.list({"customer": done.customer}).data) == 2


def test_a_card_is_kept_for_later(sandbox, client):
    made = client.v1.customers.create({})
    params = {"customer": made.id, "payment_method": "pm_card_visa", "confirm": True}
    intent = client.v1.setup_intents.create(params)
    assert intent.status == "succeeded"
    kept = client.v1.customers.payment_methods.list(made.id).data
    assert [each.id for each in kept] == [intent.payment_method]
    assert client.v1.payment_methods.detach(kept[0].id).customer is None
    with pytest.raises(stripe.CardError):
        client.v1.setup_intents.create(params | {"payment_method": "pm_card_chargeDeclined"})


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"items": []}, "items"),
        ({"items": [{"price": "price_none"}]}, "No such price"),
        ({"customer": "cus_none"}, "No such customer"),
    ],
)
def test_a_subscription_names_what_is_wrong(sandbox, client, more, says):
    with pytest.raises(stripe.InvalidRequestError, match=says):
        subscribed(client, **more)


def test_a_price_is_once_or_every_so_often(sandbox, client):
    once = price(client, recurring=None)
    assert once.type == "one_time"
    with pytest.raises(stripe.InvalidRequestError, match="type=one_time"):
        subscribed(client, items=[{"price": once.id}])
    client.v1.prices.update(once.id, {"active": False})
    assert [each.id for each in client.v1.prices.list({"active": False}).data] == [once.id]


@pytest.mark.parametrize(
    ("start", "interval", "count", "end"),
    [
        ("2026-01-31", "month", 1, "2026-02-28"),
        ("2026-12-05", "month", 2, "2027-02-05"),
        ("2028-02-29", "year", 1, "2029-02-28"),
        ("2026-01-01", "week", 2, "2026-01-15"),
        ("2026-01-01", "day", 3, "2026-01-04"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_last(start, interval, count, end):
    def epoch(day):
        return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())

    assert periods.after(epoch(start), interval, count) == epoch(end)
    assert periods.after(epoch("2026-02-28"), "month", 1, epoch("2026-01-31")) == epoch(
        "2026-03-31"
    )
