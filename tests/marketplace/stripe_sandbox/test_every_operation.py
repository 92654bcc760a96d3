"""Every operation once, each answer held against Stripe's own description of it."""

import io
import re
from typing import Any

import pytest

from marketplace.stripe_sandbox.operations import OPERATIONS
from tests.marketplace.stripe_sandbox.conftest import NOWHERE, ONBOARDED, checkout, onboarded, paid
from tests.marketplace.stripe_sandbox.test_accounts_v2 import RECIPIENT

MONTHLY = {"currency": "eur", "unit_amount": 900, "recurring": {"interval": "month"}}
BANK = {"object": "bank_account", "account_number": "000123456789", "country": "IE"}
INTENT = {"amount": 500, "currency": "eur"}
DECLINING = "pm_card_chargeCustomerFail"
LINK = {"type": "account_onboarding", "refresh_url": NOWHERE, "return_url": NOWHERE}
HOOK = {"url": NOWHERE, "enabled_events": ["*"]}
CHARGED = "4000000000000077"
CUSTOM = {
    "country": "IE",
    "business_type": "individual",
    "controller": {
        "stripe_dashboard": {"type": "none"},
        "fees": {"payer": "application"},
        "losses": {"payments": "application"},
        "requirement_collection": "application",
    },
    "capabilities": {"transfers": {"requested": True}},
    "external_account": BANK,
    "individual": {
        "first_name": "Ida",
        "last_name": "Berg",
        "dob": {"day": 1, "month": 2, "year": 1990},
        "address": {"line1": "Storgatan 14", "city": "Cork"},
        "id_number": "000000000",
    },
    "tos_acceptance": {"date": 1_700_000_000, "ip": "127.0.0.1"},
}
DESTINATION = {
    "name": "ours",
    "type": "webhook_endpoint",
    "event_payload": "thin",
    "enabled_events": ["*"],
    "webhook_endpoint": {"url": NOWHERE},
}


@pytest.fixture
def world(sandbox, client):
    """One of everything, by the word that stands for it below."""
    v1, ids = client.v1, {}
    ids["account"] = account = onboarded(sandbox)
    ids["spare"] = v1.accounts.create(ONBOARDED).id
    ids["empty"] = v1.accounts.create(ONBOARDED).id
    ids["bank"] = v1.accounts.retrieve(account).external_accounts.data[0].id
    intent = paid(sandbox, 90_000, CHARGED)
    charge = intent.latest_charge
    ids |= {"intent": intent.id, "charge": charge.id, "txn": charge.balance_transaction.id}
    params = {"currency": "eur", "destination": account, "source_transaction": charge.id}
    ids["transfer"] = v1.transfers.create(params | {"amount": 5_000}).id
    ids["reversal"] = v1.transfers.reversals.create(ids["transfer"], {"amount": 1}).id
    ids["refund"] = v1.refunds.create({"charge": charge.id, "amount": 1}).id
    ids["payout"] = v1.payouts.create({"amount": 10, "currency": "eur"}).id
    ids["topup"] = v1.topups.create({"amount": 10_000, "currency": "eur"}).id
    paid(sandbox, 9_000, "4000004040000079")
    ids["dispute"], ids["other dispute"] = (each.id for each in v1.disputes.list().data)
    paid(sandbox, 9_000, "4000000000005423")
    ids["warning"] = v1.radar.early_fraud_warnings.list().data[0].id
    ids["session"], ids["other session"] = checkout(client).id, checkout(client).id
    ids["product"] = v1.products.create({"name": "Membership"}).id
    ids["price"] = v1.prices.create({"product": ids["product"]} | MONTHLY).id
    ids["customer"] = v1.customers.create({"email": "fan@example.com"}).id
    for word, method in (("method", "pm_card_visa"), ("declining", DECLINING)):
        ids[word] = v1.payment_methods.attach(method, {"customer": ids["customer"]}).id
    for word, method in (
        ("subscription", "method"),
        ("unpaid", "declining"),
        ("void", "declining"),
    ):
        made = v1.subscriptions.create(
            {
                "customer": ids["customer"],
                "items": [{"price": ids["price"]}],
                "default_payment_method": ids[method],
            }
        )
        ids[word] = made.id
        ids[f"invoice of {word}"] = made.latest_invoice
    ids["invoice payment"] = v1.invoice_payments.list().data[0].id
    for word in ("open intent", "intent to cancel"):
        ids[word] = v1.payment_intents.create(INTENT).id
    held = INTENT | {"capture_method": "manual", "confirm": True, "payment_method": "pm_card_visa"}
    ids["held intent"] = v1.payment_intents.create(held).id
    for word in ("setup", "setup to cancel"):
        ids[word] = v1.setup_intents.create({"payment_method": "pm_card_visa"}).id
    ids["endpoint"] = v1.webhook_endpoints.create(HOOK).id
    ids["event"] = v1.events.list().data[0].id
    ids["subscription item"] = v1.subscriptions.retrieve(ids["subscription"])["items"].data[0].id
    sent = {"collection_method": "send_invoice", "days_until_due": 7}
    for word in ("draft", "other draft"):
        ids[word] = v1.invoices.create({"customer": ids["customer"]} | sent).id
    owed = {"customer": ids["customer"], "amount": 900, "currency": "eur"}
    v1.invoice_items.create(owed | {"invoice": ids["draft"]})
    ids["invoice item"] = v1.invoice_items.create(owed).id
    second = v1.payment_intents.create(held)
    ids["held charge"] = second.latest_charge
    ids["lone product"] = v1.products.create({"name": "Unpriced"}).id
    scan: Any = {"purpose": "dispute_evidence", "file": io.BytesIO(b"%PDF")}
    ids["file"] = client.v1.files.create(scan).id
    ids["custom"] = v1.accounts.create(CUSTOM).id
    ids["person"] = v1.accounts.persons.create(ids["custom"], {"first_name": "Bo"}).id
    core = client.v2.core
    for word in ("recipient", "closing"):
        ids[word] = core.accounts.create(RECIPIENT).id
    ids["thin event"] = core.events.list({"object_id": ids["closing"]}).data[0].id
    ids["destination"] = core.event_destinations.create(DESTINATION).id
    return ids


def steps(ids: dict[str, str]) -> list[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """(operation, the names in its path, its parameters), those that end something last."""
    account, customer = ids["account"], ids["customer"]
    one_item = [{"price": ids["price"]}]
    keep: dict[str, Any] = {"metadata": {"a": "b"}}
    read = [
        ("get /v1/account", ()),
        ("get /v1/accounts", ()),
        ("get /v1/accounts/{account}", ("account",)),
        ("get /v1/accounts/{account}/capabilities", ("account",)),
        ("get /v1/accounts/{account}/external_accounts", ("account",)),
        ("get /v1/accounts/{account}/external_accounts/{id}", ("account", "bank")),
        ("get /v1/balance", ()),
        ("get /v1/balance_transactions", ()),
        ("get /v1/balance_transactions/{id}", ("txn",)),
        ("get /v1/charges", ()),
        ("get /v1/charges/{charge}", ("charge",)),
        ("get /v1/checkout/sessions", ()),
        ("get /v1/checkout/sessions/{session}", ("session",)),
        ("get /v1/checkout/sessions/{session}/line_items", ("session",)),
        ("get /v1/customers", ()),
        ("get /v1/customers/{customer}", ("customer",)),
        ("get /v1/customers/{customer}/payment_methods", ("customer",)),
        ("get /v1/disputes", ()),
        ("get /v1/disputes/{dispute}", ("dispute",)),
        ("get /v1/events", ()),
        ("get /v1/events/{id}", ("event",)),
        ("get /v1/invoice_payments", ()),
        ("get /v1/invoice_payments/{invoice_payment}", ("invoice payment",)),
        ("get /v1/invoices", ()),
        ("get /v1/invoices/{invoice}", ("invoice of subscription",)),
        ("get /v1/invoices/{invoice}/lines", ("invoice of subscription",)),
        ("get /v1/payment_intents", ()),
        ("get /v1/payment_intents/{intent}", ("intent",)),
        ("get /v1/payment_methods", ()),
        ("get /v1/payment_methods/{payment_method}", ("method",)),
        ("get /v1/payouts", ()),
        ("get /v1/payouts/{payout}", ("payout",)),
        ("get /v1/prices", ()),
        ("get /v1/prices/{price}", ("price",)),
        ("get /v1/products", ()),
        ("get /v1/products/{id}", ("product",)),
        ("get /v1/radar/early_fraud_warnings", ()),
        ("get /v1/radar/early_fraud_warnings/{early_fraud_warning}", ("warning",)),
        ("get /v1/refunds", ()),
        ("get /v1/refunds/{refund}", ("refund",)),
        ("get /v1/setup_intents", ()),
        ("get /v1/setup_intents/{intent}", ("setup",)),
        ("get /v1/subscriptions", ()),
        ("get /v1/subscriptions/{subscription_exposed_id}", ("subscription",)),
        ("get /v1/topups", ()),
        ("get /v1/topups/{topup}", ("topup",)),
        ("get /v1/transfers", ()),
        ("get /v1/transfers/{id}/reversals", ("transfer",)),
        ("get /v1/transfers/{transfer}", ("transfer",)),
        ("get /v1/transfers/{transfer}/reversals/{id}", ("transfer", "reversal")),
        ("get /v1/webhook_endpoints", ()),
        ("get /v1/webhook_endpoints/{webhook_endpoint}", ("endpoint",)),
    ]
    change = [
        ("post /v1/accounts/{account}", ("account",)),
        ("post /v1/charges/{charge}", ("charge",)),
        ("post /v1/checkout/sessions/{session}", ("session",)),
        ("post /v1/customers/{customer}", ("customer",)),
        ("post /v1/disputes/{dispute}", ("dispute",)),
        ("post /v1/invoices/{invoice}", ("invoice of subscription",)),
        ("post /v1/payment_intents/{intent}", ("intent",)),
        ("post /v1/payouts/{payout}", ("payout",)),
        ("post /v1/prices/{price}", ("price",)),
        ("post /v1/products/{id}", ("product",)),
        ("post /v1/refunds/{refund}", ("refund",)),
        ("post /v1/setup_intents/{intent}", ("setup",)),
        ("post /v1/subscriptions/{subscription_exposed_id}", ("subscription",)),
        ("post /v1/transfers/{transfer}", ("transfer",)),
        ("post /v1/webhook_endpoints/{webhook_endpoint}", ("endpoint",)),
    ]
    item = {
        "quantity": 1,
        "price_data": {"currency": "eur", "unit_amount": 500, "product_data": {"name": "Mug"}},
    }
    page = {"mode": "payment", "success_url": NOWHERE, "line_items": [item]}
    transfer = {"amount": 5, "currency": "eur", "destination": account}
    renewing = {"customer": customer, "items": one_item, "default_payment_method": ids["method"]}
    visa = {"payment_method": "pm_card_visa"}
    make: list[tuple[str, tuple[str, ...], dict[str, Any]]] = [
        ("get /v1/accounts/{account}/capabilities/{capability}", ("account", "transfers"), {}),
        ("get /v1/subscription_items", (), {"subscription": ids["subscription"]}),
        ("post /v1/account_links", (), {"account": account} | LINK),
        ("post /v1/accounts", (), ONBOARDED),
        (
            "post /v1/accounts/{account}/external_accounts",
            ("account",),
            {"external_account": BANK, "default_for_currency": True},
        ),
        ("post /v1/accounts/{account}/login_links", ("account",), {}),
        ("post /v1/checkout/sessions", (), page),
        ("post /v1/checkout/sessions/{session}/expire", ("other session",), {}),
        ("post /v1/customers", (), {"name": "Ada"}),
        ("post /v1/disputes/{dispute}/close", ("other dispute",), {}),
        ("post /v1/invoices/{invoice}/pay", ("invoice of unpaid",), visa),
        ("post /v1/invoices/{invoice}/void", ("invoice of void",), {}),
        ("post /v1/payment_intents", (), INTENT),
        ("post /v1/payment_intents/{intent}/cancel", ("intent to cancel",), {}),
        ("post /v1/payment_intents/{intent}/capture", ("held intent",), {}),
        ("post /v1/payment_intents/{intent}/confirm", ("open intent",), visa),
        ("post /v1/payment_methods", (), {"type": "card", "card": {"token": "tok_visa"}}),
        ("post /v1/payment_methods/{payment_method}/attach", ("method",), {"customer": customer}),
        ("post /v1/payment_methods/{payment_method}/detach", ("declining",), {}),
        ("post /v1/payouts", (), {"amount": 5, "currency": "eur"}),
        ("post /v1/payouts/{payout}/cancel", ("payout",), {}),
        ("post /v1/prices", (), {"product": ids["product"]} | MONTHLY),
        ("post /v1/products", (), {"name": "Sticker"}),
        ("post /v1/refunds", (), {"charge": ids["charge"], "amount": 1}),
        ("post /v1/setup_intents", (), {"customer": customer}),
        ("post /v1/setup_intents/{intent}/cancel", ("setup to cancel",), {}),
        ("post /v1/setup_intents/{intent}/confirm", ("setup",), {}),
        ("post /v1/subscriptions", (), renewing),
        ("post /v1/topups", (), {"amount": 5, "currency": "eur"}),
        ("post /v1/transfers", (), transfer),
        ("post /v1/transfers/{id}/reversals", ("transfer",), {"amount": 1}),
        ("post /v1/webhook_endpoints", (), HOOK),
        ("post /v1/accounts/{account}/reject", ("spare",), {"reason": "other"}),
        ("delete /v1/accounts/{account}", ("empty",), {}),
        ("delete /v1/accounts/{account}/external_accounts/{id}", ("account", "bank"), {}),
        ("delete /v1/subscriptions/{subscription_exposed_id}", ("subscription",), {}),
        ("delete /v1/customers/{customer}", ("customer",), {}),
        ("delete /v1/webhook_endpoints/{webhook_endpoint}", ("endpoint",), {}),
    ]
    reads = [(operation, words, {}) for operation, words in read]
    changes = [(operation, words, keep) for operation, words in change]
    return [*reads, *changes, *make]


def later_steps(ids: dict[str, str]) -> list[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """Those of version 2."""
    onboarding = {"refresh_url": NOWHERE, "return_url": NOWHERE}
    use_case = {"type": "account_onboarding", "account_onboarding": onboarding}
    link = {"account": ids["recipient"], "use_case": use_case}
    name, places = {"display_name": "Ida"}, "/v2/core/event_destinations/{id}"
    return [
        ("get /v2/core/accounts", (), {}),
        ("get /v2/core/accounts/{id}", ("recipient",), {}),
        ("get /v2/core/event_destinations", (), {}),
        (f"get {places}", ("destination",), {}),
        ("get /v2/core/events", (), {"object_id": ids["recipient"]}),
        ("get /v2/core/events/{id}", ("thin event",), {}),
        ("post /v2/core/account_links", (), link),
        ("post /v2/core/accounts", (), RECIPIENT),
        ("post /v2/core/accounts/{id}", ("recipient",), name),
        ("post /v2/core/accounts/{id}/close", ("closing",), {}),
        ("post /v2/core/event_destinations", (), DESTINATION),
        (f"post {places}/disable", ("destination",), {}),
        (f"post {places}/enable", ("destination",), {}),
        (f"delete {places}", ("destination",), {}),
    ]


def further_steps(ids: dict[str, str]) -> list[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """What is done less often; before anything is ended by the others."""
    people, held = "/v1/accounts/{account}/persons", ("custom", "person")
    searches = "charges customers invoices payment_intents prices products subscriptions"
    return [
        *((f"get /v1/{n}/search", (), {"query": "metadata['a']:null"}) for n in searches.split()),
        ("post /v1/accounts/{account}/capabilities/{capability}", ("custom", "transfers"), {}),
        (
            "post /v1/accounts/{account}/external_accounts/{id}",
            ("account", "bank"),
            {"metadata": {"a": "b"}},
        ),
        (f"get {people}", ("custom",), {}),
        (f"get {people}/{{person}}", held, {}),
        (f"post {people}", ("custom",), {"first_name": "Ada"}),
        (f"post {people}/{{person}}", held, {"last_name": "Berg"}),
        (f"delete {people}/{{person}}", held, {}),
        ("get /v1/balance_settings", (), {}),
        ("post /v1/balance_settings", (), {"payments": {"debit_negative_balances": True}}),
        ("post /v1/charges/{charge}/capture", ("held charge",), {}),
        (
            "get /v1/customers/{customer}/payment_methods/{payment_method}",
            ("customer", "method"),
            {},
        ),
        (
            "post /v1/payment_methods/{payment_method}",
            ("method",),
            {"billing_details": {"name": "Ada"}},
        ),
        ("delete /v1/products/{id}", ("lone product",), {}),
        (
            "post /v1/transfers/{transfer}/reversals/{id}",
            ("transfer", "reversal"),
            {"metadata": {"a": "b"}},
        ),
    ]


def billing_steps(ids: dict[str, str]) -> list[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """Invoices made by hand, and the items of a subscription."""
    owed = {"customer": ids["customer"], "amount": 500, "currency": "eur"}
    item, invoice = "/v1/invoiceitems/{invoiceitem}", "/v1/invoices/{invoice}"
    part = "/v1/subscription_items/{item}"
    other = {"price": ids["price"], "subscription": ids["subscription"]}
    return [
        ("get /v1/files", (), {}),
        ("get /v1/files/{file}", ("file",), {}),
        ("get /v1/invoiceitems", (), {}),
        (f"get {item}", ("invoice item",), {}),
        ("post /v1/invoiceitems", (), owed),
        (f"post {item}", ("invoice item",), {"description": "Mugs"}),
        ("post /v1/invoices", (), {"customer": ids["customer"]}),
        (f"post {invoice}", ("draft",), {"description": "Mugs"}),
        (f"post {invoice}/finalize", ("draft",), {}),
        (f"post {invoice}/send", ("draft",), {}),
        (f"post {invoice}/mark_uncollectible", ("draft",), {}),
        (f"delete {item}", ("invoice item",), {}),
        (f"delete {invoice}", ("other draft",), {}),
        (f"get {part}", ("subscription item",), {}),
        (f"post {part}", ("subscription item",), {"quantity": 2}),
        ("post /v1/subscription_items", (), other),
        (f"delete {part}", ("subscription item",), {}),
    ]


# Only refused, whatever one does: what cards, banks in Europe and subscriptions here never need.
NEVER = {
    "post /v1/files",  # not by this way of asking; the world has made one
    "post /v1/payouts/{payout}/reverse",
    "post /v1/refunds/{refund}/cancel",
    "post /v1/subscriptions/{subscription}/resume",
}


def test_every_operation_answers_as_stripe_describes_it(client, world):
    done = set()
    for operation, words, params in [
        *further_steps(world),
        *billing_steps(world),
        *steps(world),
        *later_steps(world),
    ]:
        verb, path = operation.split()
        names = iter(world.get(word, word) for word in words)
        path = re.sub(r"\{\w+\}", lambda _, names=names: next(names), path)
        answer = client.raw_request(verb, path, **params)
        assert answer is not None, operation
        done.add(operation)
    assert done | NEVER == set(OPERATIONS)
