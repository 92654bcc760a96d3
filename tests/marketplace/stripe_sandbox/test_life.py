"""Webhooks, the clock, and what survives."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
import stripe

from marketplace.stripe_sandbox import Endpoint
from marketplace.stripe_sandbox.__main__ import main
from marketplace.stripe_sandbox.store import Busy, Store
from tests.marketplace.stripe_sandbox.conftest import (
    Running,
    balance,
    checkout,
    onboarded,
    paid,
)

pytestmark = pytest.mark.wide

PLATFORM_SECRET = "whsec_platform"
CONNECT_SECRET = "whsec_connect"


@pytest.fixture
def listened_to(tmp_path, receiver):
    endpoints = (
        Endpoint(f"{receiver.url}/platform", PLATFORM_SECRET),
        Endpoint(f"{receiver.url}/connect", CONNECT_SECRET, connect=True),
    )
    running = Running(tmp_path / "state", endpoints).start()
    yield running
    running.stop()


def take(receiver, client, n):
    """The next events, each checked against the secret of the endpoint it came to."""
    events = []
    for _ in range(n):
        path, body, signature = receiver.got.get(timeout=20)
        secret = PLATFORM_SECRET if path == "/platform" else CONNECT_SECRET
        events.append((path, client.construct_event(body, signature, secret)))
    return events


def test_a_payment_arrives_as_signed_webhooks(listened_to, receiver):
    client = listened_to.client()
    intent = paid(listened_to)
    events = take(receiver, client, 4)
    assert {path for path, _ in events} == {"/platform"}
    by_type = {event.type: event for _, event in events}
    assert set(by_type) == {
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    }
    session = by_type["checkout.session.completed"].data.object
    assert (session.payment_status, session.payment_intent) == ("paid", intent.id)
    assert by_type["charge.succeeded"].api_version == stripe.api_version
    assert client.v1.events.retrieve(by_type["charge.succeeded"].id).type == "charge.succeeded"


def test_what_happens_to_a_connected_account_goes_to_the_other_endpoint(listened_to, receiver):
    account = onboarded(listened_to)
    events = take(receiver, listened_to.client(), 2)
    assert [(path, event.type, event.account) for path, event in events] == [
        ("/connect", "capability.updated", account),
        ("/connect", "account.updated", account),
    ]


def test_a_webhook_is_signed_in_real_time_whatever_the_clock_says(listened_to, receiver):
    listened_to.advance(days=400)
    client = listened_to.client()
    checkout_id = checkout(client).id
    client.v1.checkout.sessions.expire(checkout_id)
    ((_, event),) = take(receiver, client, 1)
    assert event.data.object.id == checkout_id
    assert event.created - int(time.time()) > 399 * 86_400


def test_a_refused_webhook_is_sent_again(listened_to, receiver):
    receiver.refuse = 1
    client = listened_to.client()
    client.v1.checkout.sessions.expire(checkout(client).id)
    ((_, event),) = take(receiver, client, 1)
    assert event.type == "checkout.session.expired"


def test_a_webhook_still_waiting_is_sent_after_a_restart(tmp_path, receiver):
    running = Running(tmp_path / "state", (Endpoint("http://127.0.0.1:1/gone", "whsec_x"),)).start()
    client = running.client()
    session = checkout(client)
    client.v1.checkout.sessions.expire(session.id)
    running.stop()
    running.endpoints = (Endpoint(f"{receiver.url}/platform", PLATFORM_SECRET),)
    running.start()
    ((_, event),) = take(receiver, client, 1)
    assert event.data.object.id == session.id
    running.stop()


def test_an_endpoint_made_by_the_api_gets_its_own_secret(sandbox, client, receiver):
    params = {"url": f"{receiver.url}/x", "enabled_events": ["checkout.session.expired"]}
    endpoint = client.v1.webhook_endpoints.create(params)
    assert "secret" not in client.v1.webhook_endpoints.list().data[0].to_dict()
    paid(sandbox)
    client.v1.checkout.sessions.expire(checkout(client).id)
    _, body, signature = receiver.got.get(timeout=20)
    assert (
        client.construct_event(body, signature, endpoint.secret).type == "checkout.session.expired"
    )


def test_a_restart_keeps_everything(sandbox, client):
    account = onboarded(sandbox)
    intent = paid(sandbox, metadata={"deal": "1"})
    params = {
        "amount": 40_000,
        "currency": "eur",
        "destination": account,
        "source_transaction": intent.latest_charge.id,
    }
    sent = client.v1.transfers.create(params, {"idempotency_key": "release-1"})
    sandbox.advance(seconds=3600)
    before, now = balance(client), sandbox.get("/_sandbox/clock").json()["now"]
    sandbox.stop()
    sandbox.start()
    client = sandbox.client()
    assert balance(client) == before
    assert now <= sandbox.get("/_sandbox/clock").json()["now"] <= now + 60
    again = client.v1.transfers.create(params, {"idempotency_key": "release-1"})
    assert again.id == sent.id
    assert len(client.v1.transfers.list().data) == 1


def test_the_clock_goes_back_only_before_anything_happened(sandbox, client):
    back = {"set": 1_750_000_000}
    assert sandbox.control("clock", back).json()["now"] in (1_750_000_000, 1_750_000_001)
    account = client.v1.accounts.create({"type": "express"})
    assert 0 <= account.created - 1_750_000_000 < 60
    refused = sandbox.control("clock", {"set": 1_700_000_000})
    assert refused.status_code == 400
    assert "later time" in refused.json()["error"]
    assert sandbox.control("clock", {"set": 1_760_000_000}).status_code == 200


@pytest.mark.parametrize(
    "order",
    [
        None,
        [],
        {},
        {"advance_seconds": 0},
        {"advance_seconds": -5},
        {"advance_seconds": 1.5},
        {"advance_seconds": 10**12},
        {"set": "now"},
        {"set": True},
        {"set": 10**20},
        {"set": 1, "advance_seconds": 1},
        {"jump": 1},
    ],
)
def test_an_order_for_the_clock_says_what_is_wrong_with_it(sandbox, order):
    answer = sandbox.control("clock", order)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(("Give", "Send"))


def test_two_sandboxes_never_share_their_state(sandbox):
    with pytest.raises(Busy):
        Store(sandbox.folder)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--host", "0.0.0.0"], "only on this machine"),
        (["--host", "example.com"], "only on this machine"),
        (["--secret-key", "sk_live_1"], "sk_test_"),
    ],
)
def test_it_starts_only_where_it_is_safe(tmp_path, capsys, options, says):
    assert main([*options, "--state", str(tmp_path)]) == 1
    assert says in capsys.readouterr().err


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def started(folder: Path, port: int) -> subprocess.Popen[str]:
    options = ["--port", str(port), "--state", str(folder)]
    process = subprocess.Popen(
        [sys.executable, "-m", "marketplace.stripe_sandbox", *options],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(f"Stripe sandbox on http://127.0.0.1:{port}")
    return process


def test_being_killed_loses_nothing_that_was_answered(tmp_path):
    port = free_port()
    running = Running(tmp_path)
    running.url = f"http://127.0.0.1:{port}"
    process = started(tmp_path, port)
    intent = paid(running)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    process = started(tmp_path, port)
    client = running.client()
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert balance(client) == (0, 47_255)
    assert requests.get(f"{running.url}/", timeout=5).status_code == 200
    process.terminate()
    process.communicate(timeout=20)
    assert process.returncode == 0
