"""Answers that are lost, slow or wrong, and webhooks that are doubled, late, shuffled or forged."""

import json

import pytest
import requests
import stripe

from marketplace.stripe_sandbox import Endpoint
from marketplace.stripe_sandbox.operations import OPERATIONS
from tests.marketplace.stripe_sandbox.conftest import Running, checkout, onboarded, paid

pytestmark = pytest.mark.wide

SECRET = "whsec_platform"
ACCOUNT = {"type": "express"}


@pytest.fixture
def heard(tmp_path, receiver):
    running = Running(tmp_path / "state", (Endpoint(f"{receiver.url}/hook", SECRET),)).start()
    yield running
    running.stop()


def fault(sandbox, **order):
    answer = sandbox.control("faults", {"match": "post /v1/accounts"} | order)
    assert answer.status_code == 200, answer.text


def mischief(sandbox, how, **order):
    answer = sandbox.control("webhooks", {"how": how} | order)
    assert answer.status_code == 200, answer.text


def expired(sandbox):
    """One event: a session that was closed."""
    client = sandbox.client()
    return client.v1.checkout.sessions.expire(checkout(client).id).id


def taken(receiver):
    _, body, signature = receiver.got.get(timeout=20)
    return json.loads(body), body, signature


def test_a_failure_that_was_begun_is_the_answer_for_good(sandbox, client):
    fault(sandbox, when="during")
    key = {"idempotency_key": "account-1"}
    for replayed in (None, "true"):
        with pytest.raises(stripe.APIError) as error:
            client.v1.accounts.create(ACCOUNT, key)
        assert error.value.http_status == 500
        assert error.value.headers.get("Idempotent-Replayed") == replayed
        assert error.value.headers["Stripe-Should-Retry"] == "false"
    assert client.v1.accounts.list().data == []
    assert client.v1.accounts.create(ACCOUNT, {"idempotency_key": "account-2"}).id


def test_a_failure_may_hide_that_it_was_done(sandbox):
    client = sandbox.client(max_network_retries=2)
    fault(sandbox, when="kept")
    with pytest.raises(stripe.APIError):
        client.v1.accounts.create(ACCOUNT, {"idempotency_key": "account-1"})
    assert len(client.v1.accounts.list().data) == 1


def test_a_connection_lost_after_the_commit_is_asked_again_with_the_same_key(sandbox):
    client = sandbox.client(max_network_retries=2)
    fault(sandbox, when="after", kind="lost")
    made = client.v1.accounts.create(ACCOUNT)
    assert made.last_response.headers["Idempotent-Replayed"] == "true"
    assert [each.id for each in client.v1.accounts.list().data] == [made.id]


def test_without_retries_a_lost_connection_is_an_unknown_outcome(sandbox, client):
    fault(sandbox, when="before", kind="lost")
    with pytest.raises(stripe.APIConnectionError):
        client.v1.accounts.create(ACCOUNT)
    assert client.v1.accounts.list().data == []


def test_a_slow_answer_is_given_up_by_who_is_impatient(sandbox):
    client = stripe.StripeClient(
        "sk_test_sandbox",
        base_addresses={"api": sandbox.url},
        http_client=stripe.RequestsClient(timeout=0.05),
    )
    fault(sandbox, when="after", kind="slow", seconds=0.3)
    with pytest.raises(stripe.APIConnectionError):
        client.v1.accounts.create(ACCOUNT)
    assert len(sandbox.client().v1.accounts.list().data) == 1


def test_a_crash_of_our_own_is_kept_under_its_key_and_leaves_nothing(sandbox, client, monkeypatch):
    def crash(call):
        call.new("account", "acct")
        raise ZeroDivisionError

    monkeypatch.setitem(OPERATIONS, "post /v1/accounts", crash)
    key = {"idempotency_key": "account-1"}
    with pytest.raises(stripe.APIError, match="itself failed"):
        client.v1.accounts.create(ACCOUNT, key)
    monkeypatch.undo()
    with pytest.raises(stripe.APIError, match="itself failed"):
        client.v1.accounts.create(ACCOUNT, key)
    assert client.v1.accounts.list().data == []


def test_a_key_is_forgotten_after_a_day(sandbox, client):
    key = {"idempotency_key": "account-1"}
    first = client.v1.accounts.create(ACCOUNT, key)
    sandbox.advance(seconds=86_000)
    assert client.v1.accounts.create(ACCOUNT, key).id == first.id
    sandbox.advance(seconds=500)
    assert client.v1.accounts.create(ACCOUNT, key).id != first.id


def test_what_is_ordered_can_be_called_off(sandbox, client):
    fault(sandbox, times=5)
    mischief(sandbox, "drop", times=5)
    assert sandbox.control("calm", {}).status_code == 200
    assert client.v1.accounts.create(ACCOUNT).id


def test_errors_say_whether_to_ask_again(sandbox, client):
    fault(sandbox, status=409)
    with pytest.raises(stripe.APIError) as error:
        client.v1.accounts.create(ACCOUNT)
    assert error.value.headers["Stripe-Should-Retry"] == "true"
    assert error.value.json_body["error"]["code"] == "lock_timeout"
    fault(sandbox, status=429)
    with pytest.raises(stripe.RateLimitError) as limited:
        client.v1.accounts.create(ACCOUNT)
    assert limited.value.headers["Stripe-Rate-Limited-Reason"] == "global-rate"


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "odd"},
        {"kind": "lost", "when": "kept"},
        {"kind": "slow", "seconds": 100},
        {"seconds": "long"},
        {"status": 418},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(sandbox, order):
    answer = sandbox.control("faults", {"match": "x"} | order)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


def test_an_event_may_come_twice(heard, receiver):
    mischief(heard, "duplicate")
    expired(heard)
    assert taken(receiver)[0]["id"] == taken(receiver)[0]["id"]


def test_one_thing_may_have_two_events(heard, receiver):
    mischief(heard, "twin")
    session = expired(heard)
    first, second = taken(receiver)[0], taken(receiver)[0]
    assert first["id"] != second["id"]
    assert {first["data"]["object"]["id"], second["data"]["object"]["id"]} == {session}


def test_events_may_come_in_reverse(heard, receiver):
    mischief(heard, "reorder", times=3)
    made = [expired(heard) for _ in range(3)]
    assert [taken(receiver)[0]["data"]["object"]["id"] for _ in range(3)] == made[::-1]


def test_a_dropped_event_is_only_in_the_list(heard, receiver):
    mischief(heard, "drop", match="checkout[.]session[.]expired")
    lost = expired(heard)
    kept = expired(heard)
    assert taken(receiver)[0]["data"]["object"]["id"] == kept
    listed = heard.client().v1.events.list().data
    assert [event.data.object.id for event in listed] == [kept, lost]
    outcomes = heard.get("/_sandbox/state").json()["deliveries"]["outcomes"]
    assert outcomes["dropped"] == 1


def test_a_delayed_event_comes_after_a_later_one(heard, receiver):
    mischief(heard, "delay", seconds=0.4)
    late, prompt = expired(heard), expired(heard)
    assert [taken(receiver)[0]["data"]["object"]["id"] for _ in range(2)] == [prompt, late]


@pytest.mark.parametrize("how", ["bad_signature", "stale"])
def test_a_badly_signed_event_is_refused_and_then_sent_properly(heard, receiver, how):
    mischief(heard, how)
    receiver.check = SECRET
    session = expired(heard)
    event, body, signature = taken(receiver)
    assert receiver.forged == 1
    assert heard.client().construct_event(body, signature, SECRET).data.object.id == session
    assert event["type"] == "checkout.session.expired"


def test_an_event_is_sent_again_on_request(heard, receiver):
    expired(heard)
    first = taken(receiver)[0]
    assert heard.control("resend", {"event": first["id"]}).status_code == 200
    assert taken(receiver)[0]["id"] == first["id"]
    assert heard.control("resend", {"event": "evt_none"}).status_code == 400


@pytest.mark.parametrize("order", [[], {}, {"how": "odd"}, {"how": "drop", "match": "("}])
def test_an_order_for_webhooks_says_what_is_wrong_with_it(sandbox, order):
    answer = sandbox.control("webhooks", order)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


def test_a_whole_payment_survives_every_kind_of_trouble(heard, receiver):
    """The client retries, the receiver sorts it out, and everything happened once."""
    client = heard.client(max_network_retries=3)
    account = onboarded(heard)
    charge = paid(heard).latest_charge
    for when, kind in (("before", "error"), ("after", "error"), ("after", "lost")):
        heard.control("faults", {"match": "post /v1/transfers", "when": when, "kind": kind})
    params = {
        "amount": 40_000,
        "currency": "eur",
        "destination": account,
        "source_transaction": charge.id,
    }
    sent = client.v1.transfers.create(params)
    assert [each.id for each in client.v1.transfers.list().data] == [sent.id]


def test_the_state_of_an_older_sandbox_is_taken_over(tmp_path):
    running = Running(tmp_path / "state").start()
    store = running.app.extensions["sandbox"].store
    for table, column in (("deliveries", "how"), ("faults", "kind"), ("idempotency", "request")):
        store.db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    running.stop()
    running.start()
    assert running.client().v1.accounts.create(ACCOUNT).id
    running.stop()


def test_no_answer_is_cached(sandbox):
    assert requests.get(f"{sandbox.url}/", timeout=5).headers["Cache-Control"] == "no-store"
