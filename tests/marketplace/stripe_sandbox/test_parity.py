"""What holds of Stripe and of the sandbox alike, by public calls only.

With STRIPE_TEST_KEY in the environment the same tests ask Stripe itself, in test mode.
"""

import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import stripe

from tests.marketplace.stripe_sandbox import spec
from tests.marketplace.stripe_sandbox.conftest import KEY, Running

pytestmark = pytest.mark.parity
REAL_KEY = os.environ.get("STRIPE_TEST_KEY", "")
PAGE = "https://example.com/"


@pytest.fixture
def either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[stripe.StripeClient]:
    """Stripe, if there is a key for it; else the sandbox."""
    if REAL_KEY:
        import pytest_socket

        assert REAL_KEY.startswith(("sk_test_", "rk_test_")), "a test key, never a live one"
        pytest_socket.enable_socket()
        pytest_socket._remove_restrictions()
        monkeypatch.delenv("NO_PROXY")  # for loopback only: Stripe may lie behind a proxy
        yield stripe.StripeClient(REAL_KEY, max_network_retries=2)
        return
    running = Running(tmp_path / "state").start()
    yield running.client(KEY)
    running.stop()


def held(answer: Any) -> Any:
    """An answer as Stripe's own description has it; Stripe itself may be newer than that."""
    found = spec.mistakes_in_object(answer.to_dict())
    if REAL_KEY:
        found = [each for each in found if "is unknown" not in each and "not one of" not in each]
    assert found == []
    return answer


def paid(client: stripe.StripeClient, amount: int = 2_000, method: str = "pm_card_visa") -> Any:
    params: dict[str, Any] = {
        "amount": amount,
        "currency": "usd",
        "payment_method": method,
        "confirm": True,
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        "expand": ["latest_charge.balance_transaction"],
    }
    return client.v1.payment_intents.create(params)


def session(client: stripe.StripeClient, **more: Any) -> Any:
    item = {"currency": "usd", "unit_amount": 500, "product_data": {"name": "A mug"}}
    params: dict[str, Any] = {
        "mode": "payment",
        "success_url": PAGE,
        "line_items": [{"price_data": item, "quantity": 2}],
    }
    return client.v1.checkout.sessions.create(params | more)


def fresh() -> str:
    return f"parity-{uuid.uuid4()}"


def test_a_card_pays(either):
    intent = paid(either)
    charge = intent.latest_charge
    assert (intent.status, intent.amount_received, charge.paid) == ("succeeded", 2_000, True)
    line = charge.balance_transaction
    if line is not None:
        held(line)
        assert line.net == line.amount - line.fee
    held(either.v1.charges.retrieve(charge.id))
    held(either.v1.payment_intents.retrieve(intent.id))


@pytest.mark.parametrize(
    ("method", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ],
)
def test_a_declined_card_is_a_card_error(either, method, code, decline_code):
    with pytest.raises(stripe.CardError) as error:
        paid(either, method=method)
    body = error.value.json_body["error"]
    assert (error.value.http_status, body["type"], body["code"]) == (402, "card_error", code)
    assert decline_code in (None, body.get("decline_code"))
    assert body["payment_intent"]["status"] == "requires_payment_method"
    assert body["payment_intent"]["last_payment_error"]["code"] == code
    assert body["charge"].startswith("ch_")
    assert body["doc_url"].endswith(code.replace("_", "-"))


def test_three_d_secure_asks_for_action(either):
    params = {
        "amount": 2_000,
        "currency": "usd",
        "payment_method": "pm_card_threeDSecure2Required",
        "confirm": True,
        "return_url": PAGE,
        "automatic_payment_methods": {"enabled": True},
    }
    intent = held(either.v1.payment_intents.create(params))
    assert intent.status == "requires_action"
    assert intent.next_action.type in ("redirect_to_url", "use_stripe_sdk")


def test_an_authorisation_is_captured_in_part(either):
    intent = either.v1.payment_intents.create(
        {
            "amount": 2_000,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "capture_method": "manual",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 2_000)
    done = held(either.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1_500}))
    assert (done.status, done.amount_received) == ("succeeded", 1_500)


def test_of_a_capture_in_part_just_that_is_refunded(either):
    params: Any = {"amount": 2_000, "currency": "usd", "payment_method": "pm_card_visa"}
    params |= {"confirm": True, "capture_method": "manual"}
    params |= {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    intent = either.v1.payment_intents.create(params)
    either.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1_500})
    assert held(either.v1.refunds.create({"payment_intent": intent.id})).amount == 1_500


def test_an_intent_is_changed_until_it_is_paid(either):
    intent = either.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    changed = held(either.v1.payment_intents.update(intent.id, {"amount": 700}))
    assert changed.amount == 700
    either.v1.payment_intents.cancel(intent.id)
    with pytest.raises(stripe.InvalidRequestError) as error:
        either.v1.payment_intents.update(intent.id, {"amount": 800})
    assert error.value.code == "payment_intent_unexpected_state"


def test_an_invoice_is_drafted_and_finalised(either):
    customer = either.v1.customers.create({"email": "ada@example.com"})
    sent: Any = {"collection_method": "send_invoice", "days_until_due": 7, "currency": "usd"}
    invoice = held(either.v1.invoices.create({"customer": customer.id} | sent))
    assert invoice.status == "draft"
    item: Any = {"customer": customer.id, "invoice": invoice.id, "amount": 900, "currency": "usd"}
    held(either.v1.invoice_items.create(item))
    opened = held(either.v1.invoices.finalize_invoice(invoice.id))
    assert (opened.status, opened.amount_due) == ("open", 900)
    assert held(either.v1.invoices.void_invoice(invoice.id)).status == "void"


def test_an_intent_is_cancelled_once(either):
    intent = either.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    assert held(either.v1.payment_intents.cancel(intent.id)).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as error:
        either.v1.payment_intents.cancel(intent.id)
    assert error.value.code == "payment_intent_unexpected_state"


def test_a_refund_is_never_more_than_was_paid(either):
    intent = paid(either, method="pm_card_bypassPending")
    part = held(either.v1.refunds.create({"payment_intent": intent.id, "amount": 500}))
    assert (part.amount, part.status) == (500, "succeeded")
    with pytest.raises(stripe.InvalidRequestError):
        either.v1.refunds.create({"payment_intent": intent.id, "amount": 1_501})
    either.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as error:
        either.v1.refunds.create({"payment_intent": intent.id})
    assert error.value.code == "charge_already_refunded"


def test_a_key_gives_its_answer_again_and_only_for_the_same_question(either):
    key = {"idempotency_key": fresh()}
    params: Any = {"amount": 700, "currency": "usd"}
    first = either.v1.payment_intents.create(params, key)
    again = either.v1.payment_intents.create(params, key)
    assert again.id == first.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.headers["Original-Request"] == first.last_response.request_id
    with pytest.raises(stripe.IdempotencyError) as error:
        either.v1.payment_intents.create(params | {"amount": 701}, key)
    assert error.value.http_status == 400
    assert error.value.json_body["error"]["type"] == "idempotency_error"


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"currency": "usd"}, "parameter_missing", "amount"),
        ({"amount": "ten", "currency": "usd"}, "parameter_invalid_integer", "amount"),
        ({"amount": 500, "currency": "usd", "colour": "red"}, "parameter_unknown", "colour"),
        ({"amount": 1, "currency": "usd"}, "amount_too_small", "amount"),
        (
            {"amount": 500, "currency": "usd", "customer": "cus_none"},
            "resource_missing",
            "customer",
        ),
    ],
)
def test_a_mistake_in_a_request_is_named(either, params, code, param):
    with pytest.raises(stripe.InvalidRequestError) as error:
        either.v1.payment_intents.create(params)
    body = error.value.json_body["error"]
    assert (error.value.http_status, body["code"], body["param"]) == (400, code, param)
    assert body["type"] == "invalid_request_error"
    assert body["request_log_url"].startswith("https://dashboard.stripe.com/")
    assert error.value.request_id.startswith("req_")


def test_what_does_not_exist_is_a_404(either):
    with pytest.raises(stripe.InvalidRequestError) as error:
        either.v1.charges.retrieve("ch_none")
    assert (error.value.http_status, error.value.code) == (404, "resource_missing")


def test_a_wrong_key_is_refused(either):
    with pytest.raises(stripe.AuthenticationError) as error:
        either.raw_request("get", "/v1/balance", api_key="sk_test_nonsense")
    assert error.value.http_status == 401


def test_a_checkout_page_is_opened_and_closed(either):
    opened = held(session(either, metadata={"deal": "1"}, client_reference_id="1"))
    assert (opened.status, opened.payment_status, opened.amount_total) == ("open", "unpaid", 1_000)
    assert opened.url
    assert held(either.v1.checkout.sessions.expire(opened.id)).status == "expired"
    with pytest.raises(stripe.InvalidRequestError):
        either.v1.checkout.sessions.expire(opened.id)
    lines = either.v1.checkout.sessions.line_items.list(opened.id)
    assert [line.amount_total for line in lines.data] == [1_000]


def test_the_old_name_of_the_payment_methods_is_unknown(either):
    with pytest.raises(stripe.InvalidRequestError) as error:
        session(either, payment_method_types=["card"])
    assert (error.value.code, error.value.param) == ("parameter_unknown", "payment_method_types")


def test_a_customer_is_kept_changed_and_forgotten(either):
    customer = held(either.v1.customers.create({"email": "ada@example.com", "name": "Ada"}))
    changed = either.v1.customers.update(customer.id, {"metadata": {"deal": "1"}, "name": ""})
    assert (changed.metadata["deal"], changed.name) == ("1", None)
    assert either.v1.customers.delete(customer.id).deleted
    assert either.v1.customers.retrieve(customer.id).deleted


def test_a_subscription_is_paid_and_cancelled(either):
    product = held(either.v1.products.create({"name": fresh()}))
    price = held(
        either.v1.prices.create(
            {
                "product": product.id,
                "currency": "usd",
                "unit_amount": 900,
                "recurring": {"interval": "month"},
            }
        )
    )
    customer = either.v1.customers.create({"email": "ada@example.com"})
    method = either.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    made = held(
        either.v1.subscriptions.create(
            {
                "customer": customer.id,
                "items": [{"price": price.id}],
                "default_payment_method": held(method).id,
            }
        )
    )
    assert made.status == "active"
    invoice = held(either.v1.invoices.retrieve(made.latest_invoice))
    assert (invoice.status, invoice.amount_paid) == ("paid", 900)
    assert held(either.v1.subscriptions.cancel(made.id)).status == "canceled"


def test_a_subscription_without_a_way_to_pay_is_refused(either):
    product = either.v1.products.create({"name": fresh()})
    recurring = {"interval": "month"}
    data = {
        "product": product.id,
        "currency": "usd",
        "unit_amount": 900,
        "recurring": recurring,
    }
    price = either.v1.prices.create(data)
    customer = either.v1.customers.create({})
    with pytest.raises(stripe.InvalidRequestError) as error:
        either.v1.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}]})
    assert (error.value.http_status, error.value.code) == (400, "resource_missing")


def test_a_transfer_to_nobody_is_refused(either):
    params: Any = {"amount": 100, "currency": "usd", "destination": "acct_none"}
    with pytest.raises(stripe.InvalidRequestError) as error:
        either.v1.transfers.create(params)
    assert error.value.http_status == 400


def test_what_happened_is_in_the_list_of_events(either):
    customer = either.v1.customers.create({"name": fresh()})
    found = None
    for _ in range(10 if REAL_KEY else 1):  # Stripe writes it down a moment later
        events = either.v1.events.list({"type": "customer.created", "limit": 20})
        found = next((each for each in events.data if each.data.object.id == customer.id), None)
        if found:
            break
        time.sleep(1)
    assert found
    held(found)
    assert found.pending_webhooks >= 0


def test_an_endpoint_says_its_secret_once(either):
    params: Any = {"url": "https://example.com/hook", "enabled_events": ["charge.succeeded"]}
    made = held(either.v1.webhook_endpoints.create(params))
    assert made.secret.startswith("whsec_")
    assert "secret" not in held(either.v1.webhook_endpoints.retrieve(made.id)).to_dict()
    assert either.v1.webhook_endpoints.delete(made.id).deleted


def test_lists_are_newest_first_and_paged(either):
    names = [either.v1.customers.create({}).id for _ in range(3)][::-1]
    first = either.v1.customers.list({"limit": 2})
    assert ([each.id for each in first.data], first.has_more) == (names[:2], True)
    rest = either.v1.customers.list({"limit": 1, "starting_after": names[1]})
    assert rest.data[0].id == names[2]


def test_the_balance_has_its_shape(either):
    held(either.v1.balance.retrieve())
