"""Checkout pages that keep a card, are opened again, or let the payer choose how many."""

from typing import Any

import pytest
import stripe

from tests.marketplace.stripe_sandbox.conftest import card, checkout, onboarded, paid


def shown(client: stripe.StripeClient, session: Any) -> Any:
    return client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})


def keeping(client: stripe.StripeClient, **more: Any) -> Any:
    page = {"mode": "setup", "success_url": "http://127.0.0.1:1/kept", "currency": "eur"}
    return client.v1.checkout.sessions.create(page | more)


def test_a_page_may_keep_a_card_and_charge_nothing(sandbox, client):
    customer = client.v1.customers.create({}).id
    session = keeping(client, customer=customer)
    assert (session.amount_total, session.payment_status) == (None, "no_payment_required")
    assert "Nothing is paid now" in sandbox.get(f"/c/pay/{session.id}").text
    assert sandbox.post(f"/c/pay/{session.id}", card()).status_code == 303
    done = shown(client, session)
    assert (done.status, done.setup_intent.status) == ("complete", "succeeded")
    kept = client.v1.customers.payment_methods.list(customer).data
    assert [each.id for each in kept] == [done.setup_intent.payment_method]
    assert "card is kept" in sandbox.get(f"/c/pay/{session.id}").text


def test_a_card_that_is_declined_is_not_kept(sandbox, client):
    session = keeping(client)
    assert sandbox.post(f"/c/pay/{session.id}", card("4000000000000002")).status_code == 402
    assert shown(client, session).setup_intent.status == "requires_payment_method"


def test_a_card_to_be_kept_may_ask_for_3d_secure(sandbox, client):
    session = keeping(client)
    sandbox.post(f"/c/pay/{session.id}", card("4000002500003155"))
    asked = f"/c/pay/{session.id}/3d-secure"
    assert "may be kept" in sandbox.get(asked).text
    assert sandbox.post(asked, {"outcome": "complete"}).status_code == 303
    assert shown(client, session).setup_intent.status == "succeeded"


def test_nothing_is_sold_where_a_card_is_kept(client):
    with pytest.raises(stripe.InvalidRequestError, match="line_items"):
        checkout(client, mode="setup")


def test_an_expired_page_can_be_recovered(sandbox, client):
    session = checkout(client, after_expiration={"recovery": {"enabled": True}})
    sandbox.advance(days=2)
    event = client.v1.events.list({"type": "checkout.session.expired"}).data[0]
    url = event.data.object.after_expiration.recovery.url
    path = sandbox.get("/c/recover/" + url.partition("/c/recover/")[2]).headers["Location"]
    again = client.v1.checkout.sessions.list().data[0]
    assert (again.recovered_from, again.url.endswith(again.id)) == (session.id, True)
    assert sandbox.post("/c/pay/" + path.rpartition("/")[2], card()).status_code == 303


def test_only_what_was_meant_to_be_recovered_is(sandbox, client):
    session = checkout(client)
    client.v1.checkout.sessions.expire(session.id)
    assert sandbox.get(f"/c/recover/{session.id}").status_code == 404


@pytest.mark.parametrize(("wished", "total"), [("3", 1_500), ("9", 500), ("none", 500)])
def test_the_payer_may_choose_how_many(sandbox, client, wished, total):
    item = {
        "quantity": 1,
        "price_data": {"currency": "eur", "unit_amount": 500, "product_data": {"name": "Mug"}},
        "adjustable_quantity": {"enabled": True, "minimum": 1, "maximum": 5},
    }
    session = checkout(client, line_items=[item])
    assert 'name="quantity-0"' in sandbox.get(f"/c/pay/{session.id}").text
    sandbox.post(f"/c/pay/{session.id}", card(**{"quantity-0": wished}))
    assert shown(client, session).amount_total == total


def test_whoever_pays_becomes_a_customer_if_that_is_wished(sandbox, client):
    data: Any = {"setup_future_usage": "off_session"}
    session = checkout(client, customer_creation="always", payment_intent_data=data)
    sandbox.post(f"/c/pay/{session.id}", card())
    customer = shown(client, session).customer
    assert client.v1.customers.retrieve(customer).email == "brand@example.com"
    assert len(client.v1.customers.payment_methods.list(customer).data) == 1


def test_an_address_is_asked_for_if_it_is_required(sandbox, client):
    session = checkout(client, billing_address_collection="required")
    assert sandbox.post(f"/c/pay/{session.id}", card()).status_code == 422
    place = {"name": "Ada", "line1": "Storgatan 14", "city": "Umeå", "postal_code": "903 26"}
    typed = card(**place, country="SE")
    assert sandbox.post(f"/c/pay/{session.id}", typed).status_code == 303
    done = shown(client, session)
    assert done.customer_details.address.city == "Umeå"
    assert done.collected_information.shipping_details is None


def test_a_price_spelled_out_leads_to_its_product(client):
    session = checkout(client, expand=["line_items.data.price.product"])
    assert session.line_items.data[0].price.product.name == "Two reels"


# Money taken back, seen from the account it is taken from


def test_what_is_taken_back_is_refunded_by_the_account(sandbox, client):
    account, charge = onboarded(sandbox), paid(sandbox).latest_charge
    transfer = client.v1.transfers.create(
        {
            "amount": 5_000,
            "currency": "eur",
            "destination": account,
            "source_transaction": charge.id,
        }
    )
    reversal = client.v1.transfers.reversals.create(transfer.id, {"amount": 2_000})
    options: Any = {"stripe_account": account}
    payment = client.v1.charges.retrieve(transfer.destination_payment, None, options)
    assert (payment.amount_refunded, payment.refunded) == (2_000, False)
    refund = client.v1.refunds.list({"charge": payment.id}, options).data[0]
    assert (refund.id, refund.source_transfer_reversal) == (
        reversal.destination_payment_refund,
        reversal.id,
    )
    lines = client.v1.balance_transactions.list({"expand": ["data.source"]}, options).data
    assert [line.source.object for line in lines] == ["refund", "charge"]
