"""What a client does that knows Stripe and not us."""

from typing import Any

import pytest
import requests
import stripe

from tests.marketplace.stripe_sandbox.conftest import KEY, ONBOARDED, balance, checkout, paid
from tests.marketplace.stripe_sandbox.test_every_operation import CUSTOM

VISA: Any = {"amount": 2_000, "currency": "eur", "payment_method": "pm_card_visa"}


def ask(sandbox: Any, verb: str, path: str, **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {KEY}"}
    return requests.request(verb, sandbox.url + path, headers=headers, timeout=10, **more)


def refused(call: Any) -> stripe.StripeError:
    with pytest.raises(stripe.StripeError) as error:
        call()
    return error.value


@pytest.mark.parametrize("verb", ["put", "patch", "options", "delete", "get"])
@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/unicorns", "/v2", "/v3/charges"])
def test_what_stripe_does_not_have_is_a_404_in_its_form(sandbox, verb, path):
    answer = ask(sandbox, verb, path)
    assert answer.status_code == 404
    assert "Unrecognized request URL" in answer.json()["error"]["message"]


def test_what_is_not_built_is_not_asked_for_again(sandbox):
    answer = ask(sandbox, "post", "/v1/test_helpers/test_clocks", data={"frozen_time": "1"})
    assert (answer.status_code, answer.headers["Stripe-Should-Retry"]) == (501, "false")


def test_a_request_may_come_as_a_form_of_parts_or_in_the_address(sandbox):
    parts = ask(sandbox, "post", "/v1/customers", files={"name": (None, "Ada")})
    address = ask(sandbox, "post", "/v1/customers?name=Bo")
    raw = "name=Å".encode()
    form = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/x-www-form-urlencoded"}
    unescaped = requests.post(f"{sandbox.url}/v1/customers", raw, headers=form, timeout=10)
    assert [each.json()["name"] for each in (parts, address, unescaped)] == ["Ada", "Bo", "Å"]


@pytest.mark.parametrize(
    ("query", "param", "words"),
    [
        ("created[gte]=soon", "created[gte]", "Invalid integer: soon"),
        ("created[around]=1", "created[around]", "unknown parameter"),
        ("expand=data", "expand", "Invalid array"),
    ],
)
def test_the_mistake_is_told_where_it_is(sandbox, query, param, words):
    error = ask(sandbox, "get", f"/v1/charges?{query}").json()["error"]
    assert error["param"] == param
    assert words in error["message"]


def test_what_is_live_is_not_looked_for_here(client):
    error = refused(lambda: client.v1.checkout.sessions.retrieve("cs_live_a1"))
    assert "No such checkout.session: 'cs_live_a1'; a similar object exists in live" in str(error)


def test_lists_within_an_object_have_pages(client):
    item: Any = {
        "quantity": 1,
        "price_data": {"currency": "eur", "unit_amount": 500, "product_data": {"name": "Mug"}},
    }
    session = checkout(client, line_items=[item, item, item])
    lines = client.v1.checkout.sessions.line_items.list(session.id, {"limit": 2})
    assert ([each.object for each in lines.data], lines.has_more) == (["item"] * 2, True)
    assert len(list(lines.auto_paging_iter())) == 3
    last = client.v1.checkout.sessions.line_items.list(
        session.id, {"ending_before": lines.data[1].id}
    )
    assert [each.id for each in last.data] == [lines.data[0].id]


def test_events_are_listed_by_the_beginning_of_their_kind(client):
    client.v1.customers.create({})
    client.v1.products.create({"name": "Mug"})
    found = client.v1.events.list({"type": "customer.*"}).data
    assert [event.type for event in found] == ["customer.created"]


# Payments


def test_a_payment_is_changed_until_it_is_made(client):
    intent = client.v1.payment_intents.create({"amount": 500, "currency": "eur"})
    changed = client.v1.payment_intents.update(
        intent.id,
        {
            "amount": 700,
            "payment_method": "pm_card_visa",
            "transfer_group": "deal",
            "description": "x",
        },
    )
    assert (changed.amount, changed.status) == (700, "requires_confirmation")
    done = client.v1.payment_intents.confirm(intent.id)
    assert (done.amount_received, done.transfer_group) == (700, "deal")
    error = refused(lambda: client.v1.payment_intents.update(intent.id, {"amount": 800}))
    assert error.code == "payment_intent_unexpected_state"
    kept = client.v1.payment_intents.update(intent.id, {"metadata": {"deal": "1"}})
    assert kept.metadata["deal"] == "1"


def test_of_a_capture_in_part_just_that_can_be_refunded(client):
    made = client.v1.payment_intents.create(VISA | {"capture_method": "manual", "confirm": True})
    client.v1.payment_intents.capture(made.id, {"amount_to_capture": 1_200})
    client.v1.refunds.create({"payment_intent": made.id, "amount": 200})
    assert client.v1.refunds.create({"payment_intent": made.id}).amount == 1_000
    assert client.v1.charges.retrieve(made.latest_charge).refunded
    error = refused(lambda: client.v1.refunds.create({"payment_intent": made.id}))
    assert error.code == "charge_already_refunded"


def test_a_card_is_used_only_for_whom_it_was_kept(client):
    ada, bo = (client.v1.customers.create({}).id for _ in range(2))
    card = client.v1.payment_methods.attach("pm_card_visa", {"customer": ada}).id
    for customer in ({}, {"customer": bo}):
        params = VISA | {"payment_method": card, "confirm": True} | customer
        error = refused(lambda params=params: client.v1.payment_intents.create(params))
        assert error.json_body["error"]["param"] == "payment_method"
    client.v1.payment_methods.detach(card)
    error = refused(lambda: client.v1.payment_methods.attach(card, {"customer": ada}))
    assert error.code == "payment_method_unexpected_state"


def test_a_charge_is_captured_by_its_own_name_once(client):
    made = client.v1.payment_intents.create(VISA | {"capture_method": "manual", "confirm": True})
    charge = client.v1.charges.capture(made.latest_charge, {"amount": 1_500})
    assert (charge.amount_captured, charge.amount_refunded) == (1_500, 500)
    error = refused(lambda: client.v1.charges.capture(charge.id))
    assert error.code == "charge_already_captured"


def test_a_closed_dispute_takes_a_note_and_no_evidence(sandbox, client):
    paid(sandbox, 9_000, "4000000000000259")
    dispute = client.v1.disputes.list().data[0].id
    client.v1.disputes.close(dispute)
    assert client.v1.disputes.update(dispute, {"metadata": {"a": "b"}}).status == "lost"
    evidence: Any = {"evidence": {"uncategorized_text": "winning_evidence"}}
    assert "closed" in str(refused(lambda: client.v1.disputes.update(dispute, evidence)))


# Searching


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name:'Ada'", ["Ada"]),
        ("email~'example'", ["Bo", "Ada"]),
        ("metadata['team']:'red' AND -name:'Bo'", ["Ada"]),
        ("name:'Ada' OR name:'Bo'", ["Bo", "Ada"]),
        ("phone:null created>0", ["Bo", "Ada"]),
        ("created<5", []),
    ],
)
def test_search_finds_what_fits(client, query, names):
    for name in ("Ada", "Bo"):
        email = f"{name}@example.com"
        client.v1.customers.create({"name": name, "email": email, "metadata": {"team": "red"}})
    found = client.v1.customers.search({"query": query})
    assert [each.name for each in found.data] == names


@pytest.mark.parametrize(
    "query", ["nonsense", "shoe_size:'4'", "name:'a' AND", "name:'a' AND name:'b' OR name:'c'"]
)
def test_a_search_that_makes_no_sense_is_refused(client, query):
    assert refused(lambda: client.v1.customers.search({"query": query})).http_status == 400


def test_search_has_pages(client):
    for _ in range(3):
        client.v1.products.create({"name": "Mug"})
    found = client.v1.products.search({"query": "active:'true'", "limit": 2})
    assert (len(found.data), found.has_more) == (2, True)
    assert len(list(found.auto_paging_iter())) == 3


# Accounts


def test_an_account_that_a_platform_speaks_for_is_ready_once_all_is_told(client):
    told: Any = {"individual", "external_account", "tos_acceptance"}
    less: Any = {name: value for name, value in CUSTOM.items() if name not in told}
    account = client.v1.accounts.create(less)
    assert account.capabilities.transfers == "inactive"
    client.v1.accounts.update(account.id, {"individual": CUSTOM["individual"]})
    waiting = client.v1.accounts.retrieve(account.id)
    assert waiting.requirements.currently_due == ["external_account", "tos_acceptance.date"]
    client.v1.accounts.update(
        account.id, {name: CUSTOM[name] for name in ("external_account", "tos_acceptance")}
    )
    ready = client.v1.accounts.retrieve(account.id)
    assert (ready.capabilities.transfers, ready.payouts_enabled) == ("active", True)
    assert ready.individual.first_name == "Ida"


def test_nobody_accepts_terms_for_those_stripe_asks_itself(client):
    account = client.v1.accounts.create(ONBOARDED)
    error = refused(
        lambda: client.v1.accounts.update(
            account.id, {"tos_acceptance": {"date": 1_700_000_000, "ip": "127.0.0.1"}}
        )
    )
    assert error.json_body["error"]["param"] == "tos_acceptance"


def test_how_an_account_is_paid_can_be_changed(client, sandbox):
    account = client.v1.accounts.create(CUSTOM).id
    options: Any = {"stripe_account": account}
    settings = client.v1.balance_settings.retrieve(None, options)
    assert settings.payments.payouts.schedule.interval == "daily"
    client.v1.balance_settings.update(
        {"payments": {"payouts": {"schedule": {"interval": "manual"}}}}, options
    )
    charge = paid(sandbox).latest_charge
    client.v1.transfers.create(
        {
            "amount": 900,
            "currency": "eur",
            "destination": account,
            "source_transaction": charge.id,
        }
    )
    sandbox.advance(days=10)
    assert balance(client, account) == (900, 0)
    schedule: Any = {"interval": "weekly", "weekly_anchor": "monday"}
    client.v1.accounts.update(account, {"settings": {"payouts": {"schedule": schedule}}})
    sandbox.advance(days=8)
    assert balance(client, account) == (0, 0)
