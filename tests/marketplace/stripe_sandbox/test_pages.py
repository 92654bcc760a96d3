import re

import pytest
import stripe

from tests.marketplace.stripe_sandbox.conftest import (
    NOWHERE,
    ONBOARDED,
    card,
    checkout,
    paid,
    setup_path,
)

ADDRESS = {
    "name": "Ada Byrne",
    "line1": "1 Quay Street",
    "city": "Galway",
    "postal_code": "H91 X1",
    "country": "IE",
}


def test_a_declined_card_says_so_and_the_next_one_pays(sandbox, client):
    session = checkout(client, client_reference_id="deal-1", metadata={"deal": "1"})
    path = f"/c/pay/{session.id}"
    assert "Pay €480.00" in sandbox.get(path).text
    declined = sandbox.post(path, card("4000000000009995"))
    assert declined.status_code == 402
    assert "Your card has insufficient funds." in declined.text
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    good = sandbox.post(path, card())
    assert good.status_code == 303
    assert good.headers["Location"] == f"{NOWHERE}/paid?session={session.id}"
    done = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent", "line_items"]}
    )
    assert (done.status, done.payment_status, done.metadata["deal"]) == ("complete", "paid", "1")
    assert done.customer_details.email == "brand@example.com"
    assert done.payment_intent.status == "succeeded"
    assert done.line_items.data[0].amount_total == 48_000
    charges = client.v1.charges.list({"payment_intent": done.payment_intent.id}).data
    assert [charge.status for charge in charges] == ["succeeded", "failed"]


@pytest.mark.parametrize(
    ("number", "code", "decline_code"),
    [
        ("4000000000000002", "card_declined", "generic_decline"),
        ("4000000000009995", "card_declined", "insufficient_funds"),
        ("4000000000009987", "card_declined", "lost_card"),
        ("4000000000009979", "card_declined", "stolen_card"),
        ("4000000000000069", "expired_card", "expired_card"),
        ("4000000000000127", "incorrect_cvc", "incorrect_cvc"),
        ("4000000000000119", "processing_error", "processing_error"),
        ("4012888888881881", "card_declined", "test_mode_live_card"),
    ],
)
def test_every_declining_card_leaves_its_reason(sandbox, client, number, code, decline_code):
    session = checkout(client)
    assert sandbox.post(f"/c/pay/{session.id}", card(number)).status_code == 402
    intent = client.v1.payment_intents.list().data[0]
    error = intent.last_payment_error
    assert (error.code, error.decline_code) == (code, decline_code)
    assert intent.status == "requires_payment_method"
    assert client.v1.balance_transactions.list().data == []


@pytest.mark.parametrize("number", ["4000002500003155", "4000 0027 6000 3184"])
def test_3d_secure_is_failed_and_then_completed(sandbox, client, number):
    session = checkout(client)
    path = f"/c/pay/{session.id}"
    asked = sandbox.post(path, card(number))
    assert asked.headers["Location"].endswith(f"{path}/3d-secure")
    assert "Is this you?" in sandbox.get(f"{path}/3d-secure").text
    failed = sandbox.post(f"{path}/3d-secure", {"outcome": "fail"})
    assert failed.status_code == 402
    assert "unable to authenticate" in failed.text
    assert sandbox.get(f"{path}/3d-secure").status_code == 303
    sandbox.post(path, card(number))
    done = sandbox.post(f"{path}/3d-secure", {"outcome": "complete"})
    assert done.headers["Location"].startswith(f"{NOWHERE}/paid")
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"number": ""}, "Enter your card number"),
        ({"number": "4242424242424241"}, "Your card number is incorrect"),
        ({"number": "٤٢٤٢"}, "Your card number is incorrect"),
        ({"expiry": "13/30"}, "Enter the expiry date"),
        ({"expiry": "01/20"}, "expiration date is in the past"),
        ({"cvc": "12"}, "Enter the security code"),
        ({"email": "nobody"}, "Enter an email address"),
    ],
)
def test_what_is_mistyped_is_said_and_kept(sandbox, client, typed, problem):
    session = checkout(client)
    answer = sandbox.post(f"/c/pay/{session.id}", card(**typed))
    assert answer.status_code == 422
    assert problem in answer.text.replace("&#39;", "'")
    assert 'value="123"' in answer.text or typed.get("cvc")
    assert client.v1.payment_intents.list().data == []


def test_paying_twice_charges_once(sandbox, client):
    session = checkout(client)
    path = f"/c/pay/{session.id}"
    assert sandbox.post(path, card()).status_code == 303
    assert sandbox.post(path, card()).status_code == 303
    assert len(client.v1.charges.list().data) == 1
    assert "Already paid" in sandbox.get(path).text


def test_an_address_is_asked_for_and_kept_as_stripe_keeps_it(sandbox, client):
    session = checkout(client, shipping_address_collection={"allowed_countries": ["IE", "FR"]})
    path = f"/c/pay/{session.id}"
    assert ">Ireland</option>" in sandbox.get(path).text
    short = sandbox.post(path, card(**(ADDRESS | {"city": "", "country": "XX"})))
    assert short.status_code == 422
    assert "Enter a town or city" in short.text
    assert "Choose a country" in short.text
    assert sandbox.post(path, card(**ADDRESS)).status_code == 303
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    details = done.collected_information.shipping_details
    assert (details.name, details.address.city) == ("Ada Byrne", "Galway")
    assert done.customer_details.address.postal_code == "H91 X1"
    assert done.payment_intent.shipping.address.country == "IE"


def test_a_session_expires_by_the_clock(sandbox, client):
    session = checkout(client)
    sandbox.advance(days=1, seconds=60)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert "has expired" in sandbox.get(f"/c/pay/{session.id}").text
    assert sandbox.post(f"/c/pay/{session.id}", card()).status_code == 409
    assert client.v1.events.list().data[0].type == "checkout.session.expired"


def test_a_session_is_expired_on_request_but_not_once_paid(sandbox, client):
    session = checkout(client)
    assert client.v1.checkout.sessions.expire(session.id).status == "expired"
    paid_for = client.v1.checkout.sessions.list({"payment_intent": paid(sandbox).id}).data[0]
    with pytest.raises(stripe.InvalidRequestError, match="status of complete"):
        client.v1.checkout.sessions.expire(paid_for.id)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"success_url": "javascript:alert(1)"}, "Not a valid URL"),
        ({"cancel_url": "/deal"}, "Not a valid URL"),
        ({"customer_email": "nobody"}, "Invalid email address"),
        ({"line_items": []}, "Missing required param: line_items"),
        ({"expires_at": 1}, "at least 30 minutes"),
        ({"metadata": {"k" * 41: "v"}}, "at most 40 characters"),
        ({"metadata": {"k": "v" * 501}}, "at most 500 characters"),
    ],
)
def test_a_session_that_could_not_be_paid_is_refused(client, change, message):
    with pytest.raises(stripe.InvalidRequestError, match=message):
        checkout(client, **change)


@pytest.mark.parametrize("amount", [49, -1, 100_000_000])
def test_an_amount_too_small_or_too_large_is_refused(client, amount):
    with pytest.raises(stripe.InvalidRequestError):
        checkout(client, amount)


def test_onboarding_makes_an_account_ready_to_be_paid(sandbox, client):
    account = client.v1.accounts.create(ONBOARDED | {"metadata": {"creator": "7"}})
    assert (account.details_submitted, account.capabilities.transfers) == (False, "inactive")
    assert account.requirements.currently_due
    path = setup_path(client, account.id)
    assert "Complete everything" in sandbox.get(path).text
    done = sandbox.post(path, {"outcome": "complete"})
    assert (done.status_code, done.headers["Location"]) == (303, f"{NOWHERE}/back")
    ready = client.v1.accounts.retrieve(account.id)
    assert (ready.details_submitted, ready.payouts_enabled) == (True, True)
    assert (ready.capabilities.transfers, ready.metadata["creator"]) == ("active", "7")
    assert ready.requirements.currently_due == []
    events = client.v1.events.list(None, {"stripe_account": account.id}).data
    assert [event.type for event in events] == ["account.updated", "capability.updated"]
    assert events[0].account == account.id


@pytest.mark.parametrize(
    ("outcome", "reason", "due"),
    [
        ("missing", "requirements.past_due", ["individual.verification.document"]),
        ("rejected", "rejected.other", []),
    ],
)
def test_onboarding_may_end_otherwise(sandbox, client, outcome, reason, due):
    account = client.v1.accounts.create(ONBOARDED).id
    sandbox.post(setup_path(client, account), {"outcome": outcome})
    left = client.v1.accounts.retrieve(account)
    assert (left.requirements.disabled_reason, left.requirements.currently_due) == (reason, due)
    assert left.payouts_enabled is False


def test_an_onboarding_link_works_once_and_not_for_long(sandbox, client):
    account = client.v1.accounts.create(ONBOARDED).id
    path = setup_path(client, account)
    assert sandbox.post(path, {"outcome": "anything"}).status_code == 422
    sandbox.post(path, {"outcome": "missing"})
    assert sandbox.get(path).headers["Location"] == f"{NOWHERE}/again"
    late = setup_path(client, account)
    sandbox.advance(seconds=301)
    assert sandbox.post(late, {"outcome": "complete"}).headers["Location"] == f"{NOWHERE}/again"
    assert client.v1.accounts.retrieve(account).payouts_enabled is False


@pytest.mark.parametrize(
    "path", ["/c/pay/cs_test_none", "/setup/acct_1/link_none", "/c/pay/x/3d-secure"]
)
def test_a_page_that_is_not_there_says_so(sandbox, path):
    for answer in (sandbox.get(path), sandbox.post(path)):
        assert answer.status_code == 404
        assert "There is no such" in answer.text


def test_every_page_says_loudly_that_no_money_moves(sandbox, client):
    session = checkout(client)
    account = client.v1.accounts.create(ONBOARDED).id
    for path in ("/", f"/c/pay/{session.id}", setup_path(client, account), "/c/pay/none"):
        page = sandbox.get(path).text
        assert "Sandbox: no real money" in page
        assert not re.search(r"<script|style=|onclick", page)


def test_a_test_card_is_filled_in_by_its_link(sandbox, client):
    session = checkout(client)
    assert 'value="4242 4242' not in sandbox.get(f"/c/pay/{session.id}").text
    page = sandbox.get(f"/c/pay/{session.id}?card=4242424242424242").text
    assert 'value="4242 4242 4242 4242"' in page
