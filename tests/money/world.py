"""What is outside our code while a flow runs: the worker's queue, people at Stripe, and Stripe.

People who find a thing undone do it again, the worker runs what waits, Stripe tells again: that is
all the recovery there is.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
import stripe
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.kit.db import unit_of_work
from marketplace.payments import gateway
from marketplace.payments.absorb import TooEarly
from marketplace.worker.tasks import TASKS
from models import Checkout

SECRET = "whsec_crash"
ADDRESS = {
    "name": "Sara Nyström",
    "email": "sara@example.org",
    "line1": "Storgatan 14",
    "postal_code": "903 26",
    "city": "Umeå",
    "country": "SE",
}
CARD = {"number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123"}
GOOD_IBAN, BAD_IBAN = "AT611904300234573201", "AT861904300235473202"
_WAITING = text(
    "SELECT id, task_name, args FROM procrastinate_jobs WHERE queue_name <> 'mail'"
    " AND id <> ALL(:failed) ORDER BY id LIMIT 1"
)
_DONE = text("DELETE FROM procrastinate_jobs WHERE id = :id")


class World:
    """An app, its stand-in for Stripe, and two accounts there that can receive."""

    def __init__(self, app: Flask, sandbox: str, accounts: list[str]) -> None:
        self.app, self.sandbox, self.accounts = app, sandbox, accounts
        # Called where nothing is half done: before each job, and before each thing people do.
        self.mark: Callable[[], None] = lambda: None

    @contextmanager
    def work(self) -> Iterator[Session]:
        with self.app.app_context(), unit_of_work() as db:
            yield db

    # -- the worker ------------------------------------------------------------------------------

    def run_jobs(self) -> None:
        """As the worker does: a job is gone once it is done, and runs again if it was not."""
        failed: set[int] = set()
        while True:
            with self.work() as db:
                job = db.execute(_WAITING, {"failed": list(failed)}).first()
            if job is None:
                return
            self.mark()
            try:
                with self.app.app_context():
                    TASKS[job.task_name][0](**job.args)
            except (gateway.Problem, TooEarly):
                failed.add(job.id)
                continue
            with self.work() as db:
                db.execute(_DONE, {"id": job.id})

    # -- people on Stripe's pages ----------------------------------------------------------------

    def pay(self, checkout: Checkout) -> None:
        """With a card, on Stripe's page, unless they have."""
        self.type(checkout.url, CARD | ADDRESS)

    def pay_by_bank(self, checkout: Checkout, account: str = GOOD_IBAN) -> None:
        self.type(checkout.url, {"method": "bank", "account": account} | ADDRESS)

    def type(self, page: str | None, typed: dict[str, str]) -> None:
        assert page
        requests.post(page, typed, allow_redirects=False, timeout=20)

    # -- Stripe ----------------------------------------------------------------------------------

    def ask(self, path: str, account: str = "", **params: Any) -> Any:
        return self._call("GET", path, account, params=params)

    def do(self, path: str, account: str = "", **params: Any) -> Any:
        return self._call("POST", path, account, data=params)

    def _call(self, method: str, path: str, account: str, **what: Any) -> Any:
        headers = {"Authorization": "Bearer sk_test_sandbox"}
        headers |= {"Stripe-Account": account} if account else {}
        answer = requests.request(method, self.sandbox + path, headers=headers, timeout=20, **what)
        assert answer.ok, answer.text
        return answer.json()

    def happen(self, to: str, what: str, **more: object) -> None:
        """What only a bank or Stripe can do."""
        self.switch("happen", to=to, what=what, **more)

    def advance(self, days: float) -> None:
        self.switch("clock", advance_seconds=int(days * 86_400))

    def switch(self, name: str, **given: object) -> None:
        answer = requests.post(f"{self.sandbox}/_sandbox/{name}", json=given, timeout=20)
        assert answer.ok, answer.text

    def others_pay(self, minor: int) -> None:
        """Money of others lies on our balance, as on any real one."""
        self.do(
            "/v1/payment_intents",
            **{
                "amount": minor,
                "currency": "eur",
                "payment_method": "pm_card_bypassPending",
                "confirm": "true",
                "automatic_payment_methods[enabled]": "true",
                "automatic_payment_methods[allow_redirects]": "never",
            },
        )

    def tell(self, kind: str, thing: str, account: str = "", **more: object) -> None:
        """Stripe tells of something; the second time of the same, it is the same event."""
        body: dict[str, Any] = {
            "id": f"evt_{kind}_{thing}",
            "object": "event",
            "type": kind,
            "livemode": False,
            "created": int(time.time()),
            "data": {"object": {"id": thing, **more}},
        }
        door = "/webhooks/stripe"
        if account:
            body["account"], door = account, "/webhooks/stripe/connect"
        raw = json.dumps(body)
        signed = stripe.WebhookSignature.generate_signature_header(raw, SECRET, int(time.time()))
        headers = {"Stripe-Signature": signed, "Content-Type": "application/json"}
        told = self.app.test_client().post(door, data=raw, headers=headers)
        assert told.status_code == 200, told.text
