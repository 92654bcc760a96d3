"""The sandbox in this process, over a real socket, with hands to pay and to onboard."""

import threading
from collections.abc import Mapping
from pathlib import Path

import requests
from flask import Flask
from werkzeug.serving import make_server

from marketplace.kit.db import unit_of_work
from marketplace.payments import gateway
from marketplace.stripe_sandbox import create_sandbox
from marketplace.stripe_sandbox.store import PLATFORM, Store
from models import Checkout, Money, PayoutAccount

GOOD, DECLINED = "4242 4242 4242 4242", "4000 0000 0000 0002"
GOOD_IBAN, BAD_IBAN = "AT611904300234573201", "AT861904300235473202"


class StripeWorld:
    """What people do on Stripe's own pages, and what the sandbox's switches do."""

    def __init__(self, state: Path, port: int) -> None:
        self.app = create_sandbox(state)
        self.server = make_server("127.0.0.1", port, self.app, threaded=True)
        self.url = f"http://127.0.0.1:{port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def forget(self) -> None:
        """Empty the sandbox and put its clock right: what other tests did there is gone."""
        store: Store = self.app.extensions["sandbox"].store
        kept = "object = 'webhook_endpoint' OR id = ?"
        with store.transaction():
            store.db.execute(f"DELETE FROM objects WHERE NOT ({kept})", (PLATFORM,))
            for table in ("entries", "idempotency", "deliveries", "faults", "mischief", "meta"):
                store.db.execute(f"DELETE FROM {table}")
            store.shift = 0

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.app.extensions["sandbox"].close()

    def pay(self, checkout: Checkout, card: str = GOOD) -> int:
        """Type a card on the hosted page; gives the page's status (303 paid, 402 declined)."""
        assert checkout.url
        typed = {"number": card, "expiry": "12 / 34", "cvc": "123", "name": "Sara Nyström"}
        typed |= {"email": "sara@example.org", "line1": "Storgatan 14", "postal_code": "903 26"}
        typed |= {"city": "Umeå", "country": "SE"}
        return requests.post(checkout.url, typed, allow_redirects=False, timeout=10).status_code

    def onboard(self, account: PayoutAccount, outcome: str = "complete") -> None:
        """Go through the hosted onboarding with one of its outcomes."""
        assert account.link_url
        answer = requests.post(
            account.link_url, {"outcome": outcome}, allow_redirects=False, timeout=10
        )
        assert answer.status_code == 303, answer.text

    def fault(self, match: str, when: str = "after", times: int = 1, status: int = 500) -> None:
        order = {"match": match, "when": when, "times": times, "status": status}
        answer = requests.post(f"{self.url}/_sandbox/faults", json=order, timeout=10)
        assert answer.ok, answer.text

    def pay_by_bank(self, checkout: Checkout, account: str = GOOD_IBAN) -> int:
        """Fill in the hosted page with a bank account: paid, or refused, some seconds later."""
        assert checkout.url
        typed = {"method": "bank", "account": account, "email": "sara@example.org"}
        typed |= {"name": "Sara Nyström", "line1": "Storgatan 14", "postal_code": "903 26"}
        typed |= {"city": "Umeå", "country": "SE"}
        return requests.post(checkout.url, typed, allow_redirects=False, timeout=10).status_code

    def happen(self, to: str, what: str, **more: object) -> dict[str, object]:
        """What only a bank or Stripe can do: a refund fails, a payout fails, a dispute opens."""
        return self._order("happen", {"to": to, "what": what} | more)

    def mischief(self, how: str, match: str = ".*", times: int = 1, seconds: float = 1) -> None:
        """Webhooks duplicated, twinned, delayed, reordered, dropped, badly signed, stale."""
        order = {"how": how, "match": match, "times": times, "seconds": seconds}
        self._order("webhooks", order)

    def settings(self, **values: int) -> None:
        self._order("settings", values)

    def _order(self, name: str, order: Mapping[str, object]) -> dict[str, object]:
        answer = requests.post(f"{self.url}/_sandbox/{name}", json=order, timeout=10)
        assert answer.ok, answer.text
        done: dict[str, object] = answer.json()
        return done

    def advance(self, days: float) -> None:
        order = {"advance_seconds": int(days * 86_400)}
        assert requests.post(f"{self.url}/_sandbox/clock", json=order, timeout=10).ok


def stripe_total(app: Flask) -> Money:
    with app.app_context():
        return gateway.balance("eur")


def run_jobs(app: Flask, *, failing: bool = False) -> int:
    """Run every job that waits, as the worker would, until none is left; gives how many ran."""
    from sqlalchemy import text

    from marketplace.worker.tasks import TASKS

    ran = 0
    while True:
        with app.app_context(), unit_of_work() as db:
            row = db.execute(
                text(
                    "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo'"
                    " ORDER BY id LIMIT 1"
                )
            ).first()
            if row is None:
                return ran
            db.execute(text("DELETE FROM procrastinate_jobs WHERE id = :id"), {"id": row.id})
        with app.app_context():
            try:
                TASKS[row.task_name][0](**row.args)
            except gateway.Problem:
                if not failing:
                    raise
        ran += 1


def job_names(app: Flask) -> list[str]:
    from sqlalchemy import text

    with app.app_context(), unit_of_work() as db:
        return list(db.scalars(text("SELECT task_name FROM procrastinate_jobs ORDER BY id")))


__all__ = [
    "BAD_IBAN",
    "DECLINED",
    "GOOD",
    "GOOD_IBAN",
    "StripeWorld",
    "job_names",
    "run_jobs",
    "stripe_total",
]
