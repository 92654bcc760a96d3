"""The sandbox over a real socket, spoken to by the real client."""

import json
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
import requests
import stripe
from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

from marketplace.stripe_sandbox import Endpoint, Sandbox, create_sandbox, mischief, store, webhooks
from tests.marketplace.stripe_sandbox import spec

KEY = "sk_test_sandbox"
NOWHERE = "http://127.0.0.1:1"
ONBOARDED = {
    "country": "IE",
    "controller": {
        "stripe_dashboard": {"type": "express"},
        "fees": {"payer": "application"},
        "losses": {"payments": "application"},
        "requirement_collection": "stripe",
    },
    "capabilities": {"transfers": {"requested": True}},
    # Not what Stripe does unless told: the tests of automatic payouts take it out again.
    "settings": {"payouts": {"schedule": {"interval": "manual"}}},
}


@pytest.fixture(autouse=True)
def _quiet_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe, "enable_telemetry", False)
    monkeypatch.setenv("STRIPE_SUPPRESS_NOTICES", "true")
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same pauses, a tenth as long: the client's between attempts, and the courier's."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.05)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.2)
    monkeypatch.setattr(webhooks, "PAUSES", (0.05, 0.1))
    monkeypatch.setattr(mischief, "STEP", 0.1)
    monkeypatch.setattr(store, "PATIENCE", 0.1)


class Door:
    """One server and one app for all tests; in it whichever sandbox is running."""

    def __init__(self) -> None:
        self.running: Running | None = None
        with tempfile.TemporaryDirectory() as folder:
            self.app = create_sandbox(folder, secret_key=KEY)
            self.app.extensions["sandbox"].close()
        self.app.after_request(self._look)
        server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def _look(self, response: Response) -> Response:
        if self.running:
            self.running.hold_against_stripe(response)
        return response


class Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Nothing: the tests say what they asked."""


@cache
def door() -> Door:
    return Door()


@dataclass
class Running:
    """A sandbox that can be stopped and started again on the same state."""

    folder: Path
    endpoints: tuple[Endpoint, ...] = ()
    app: Flask = field(init=False)
    url: str = field(init=False)
    mistakes: list[str] = field(default_factory=list)

    def start(self) -> "Running":
        assert door().running is None, "another sandbox is still running"
        self.app, self.url = door().app, door().url
        self.app.extensions["sandbox"] = Sandbox(self.folder, KEY, self.endpoints)
        door().running = self
        return self

    def stop(self) -> None:
        door().running = None
        sandbox = self.app.extensions["sandbox"]
        for event in sandbox.store.find("event"):
            found = spec.mistakes_in_object(event["data"]["object"])
            self.mistakes += [f"{event['type']}: {each}" for each in found]
        sandbox.close()
        found, self.mistakes = sorted(set(self.mistakes)), []
        assert not found, "Stripe would not say:\n" + "\n".join(found)

    def hold_against_stripe(self, response: Response) -> None:
        if request.path.startswith(("/v1/", "/v2/")) and response.status_code not in (404, 501):
            schema = spec.schema_of(request.method.lower(), request.path, response.status_code)
            at = f"{request.method} {request.path.split('/')[2]}"
            body = json.loads(response.get_data())
            if request.path.startswith("/v2/"):
                body = spec.without_nulls(body)
            self.mistakes += spec.mistakes(schema, body, at)

    def client(self, key: str = KEY, **options: Any) -> stripe.StripeClient:
        return stripe.StripeClient(
            key,
            base_addresses={"api": self.url, "files": self.url},
            http_client=stripe.RequestsClient(timeout=10),
            **options,
        )

    def post(self, path: str, data: dict[str, str] | None = None) -> requests.Response:
        return requests.post(self.url + path, data, allow_redirects=False, timeout=10)

    def get(self, path: str) -> requests.Response:
        return requests.get(self.url + path, allow_redirects=False, timeout=10)

    def control(self, name: str, order: Any) -> requests.Response:
        return requests.post(f"{self.url}/_sandbox/{name}", json=order, timeout=10)

    def advance(self, *, days: int = 0, seconds: int = 0) -> None:
        answer = self.control("clock", {"advance_seconds": days * 86_400 + seconds})
        assert answer.status_code == 200, answer.text


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path / "state").start()
    yield running
    running.stop()


@pytest.fixture
def client(sandbox: Running) -> stripe.StripeClient:
    return sandbox.client()


def checkout(client: stripe.StripeClient, amount: int = 48_000, **more: Any) -> Any:
    params: dict[str, Any] = {
        "mode": "payment",
        "success_url": f"{NOWHERE}/paid?session={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{NOWHERE}/deal",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": amount,
                    "product_data": {"name": "Two reels"},
                },
            }
        ],
    }
    return client.v1.checkout.sessions.create(params | more)


def card(number: str = "4242424242424242", **more: str) -> dict[str, str]:
    typed = {"number": number, "expiry": "12/34", "cvc": "123", "email": "brand@example.com"}
    return typed | more


def paid(
    running: Running, amount: int = 48_000, number: str = "4242424242424242", **more: Any
) -> Any:
    """A payment intent that succeeded, with its charge and that charge's balance transaction."""
    client = running.client()
    session = checkout(client, amount, **more)
    answer = running.post(f"/c/pay/{session.id}", card(number))
    assert answer.status_code == 303, answer.text
    done = client.v1.checkout.sessions.retrieve(session.id)
    return client.v1.payment_intents.retrieve(
        done.payment_intent, {"expand": ["latest_charge.balance_transaction"]}
    )


def onboarded(running: Running, outcome: str = "complete", bank: str = "") -> str:
    client = running.client()
    account = client.v1.accounts.create(ONBOARDED)
    running.post(setup_path(client, account.id), {"outcome": outcome, "bank": bank})
    return account.id


def setup_path(client: stripe.StripeClient, account: str) -> str:
    link = client.v1.account_links.create(
        {
            "account": account,
            "type": "account_onboarding",
            "refresh_url": f"{NOWHERE}/again",
            "return_url": f"{NOWHERE}/back",
        }
    )
    return "/setup/" + link.url.partition("/setup/")[2]


def balance(client: stripe.StripeClient, account: str | None = None) -> tuple[int, int]:
    """What is available, and what is pending."""
    got = client.v1.balance.retrieve(None, {"stripe_account": account} if account else None)
    return got.available[0].amount, got.pending[0].amount


@dataclass
class Receiver:
    """A tiny server that takes webhooks, and can refuse the first few."""

    server: ThreadingHTTPServer
    got: "Queue[tuple[str, bytes, str]]" = field(default_factory=Queue)
    refuse: int = 0
    check: str = ""  # the secret to check signatures with
    forged: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


def is_signed(body: bytes, signature: str, secret: str) -> bool:
    try:
        return bool(stripe.WebhookSignature.verify_header(body.decode(), signature, secret, 300))
    except stripe.SignatureVerificationError:
        return False


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if taker.check and not is_signed(body, self.headers["Stripe-Signature"], taker.check):
                taker.forged += 1
                self.send_response(400)
            elif taker.refuse:
                taker.refuse -= 1
                self.send_response(500)
            else:
                taker.got.put((self.path, body, self.headers["Stripe-Signature"]))
                self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing: the tests look at what arrived."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    taker = Receiver(server)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield taker
    server.shutdown()
    server.server_close()
