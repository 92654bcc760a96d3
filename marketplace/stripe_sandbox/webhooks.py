"""Sending events: a table of deliveries and one thread working through it. No answer waits."""

import http.client
import json
import logging
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import stripe

from marketplace.stripe_sandbox.store import Json, Store

log = logging.getLogger(__name__)
TIMEOUT = 10
PAUSES = (0.5, 1, 2, 5, 10, 30, 60)
MOST_ATTEMPTS = 40
TICK = 1.0
STALE = 600


class StayHere(urllib.request.HTTPRedirectHandler):
    """A webhook that is redirected has not been taken."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True)
class Delivery:
    id: int
    attempts: int
    endpoint: Json
    event: Json
    how: str = ""

    def signed(self, payload: str) -> str:
        """The receiver's tolerance is in real time, whatever the sandbox's clock says."""
        secret, now = self.endpoint["_secret"], int(time.time())
        is_first = self.attempts == 0
        if is_first and self.how == "bad_signature":
            secret = "whsec_of_somebody_else"  # noqa: S105
        if is_first and self.how == "stale":
            now -= STALE
        return stripe.WebhookSignature.generate_signature_header(payload, secret, now)


class Courier:
    """Takes what is due, posts it, writes down how it went. What waits outlives the process."""

    def __init__(self, store: Store, on_tick: Callable[[], None]) -> None:
        self.store = store
        self.on_tick = on_tick
        self.wake = threading.Event()
        self.stopped = False
        # Straight to the receiver: a proxy set for the machine has no business with loopback.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), StayHere)
        self.thread = threading.Thread(target=self._run, name="webhooks", daemon=True)

    def start(self) -> None:
        with self.store.transaction():  # nobody is known to be down after a restart
            self.store.db.execute("UPDATE deliveries SET next_at = 0 WHERE next_at IS NOT NULL")
        self.thread.start()

    def stop(self) -> None:
        self.stopped = True
        self.wake.set()
        if self.thread.is_alive():
            self.thread.join(TIMEOUT + 5)

    def _run(self) -> None:
        while not self.stopped:
            try:
                self.wake.wait(self._until_next())
                self.wake.clear()
                self.on_tick()
                while not self.stopped and (delivery := self._next()):
                    self._send(delivery)
            except Exception:
                log.exception("Webhook deliveries stopped for a moment")
                self.wake.wait(TICK)

    def _until_next(self) -> float:
        """As long as nothing is due, at most a tick: the clock has to be looked at too."""
        with self.store.lock:
            soonest = self.store.db.execute("SELECT min(next_at) FROM deliveries").fetchone()[0]
        return TICK if soonest is None else min(TICK, max(0.0, soonest - time.time()))

    def _next(self) -> Delivery | None:
        with self.store.lock:
            row = self.store.db.execute(
                "SELECT id, event, endpoint, attempts, how FROM deliveries WHERE next_at <= ?"
                " ORDER BY next_at, id LIMIT 1",
                (time.time(),),
            ).fetchone()
            if row is None:
                return None
            endpoint, event = self.store.get(row["endpoint"]), self.store.get(row["event"])
        assert endpoint is not None
        assert event is not None
        return Delivery(row["id"], row["attempts"], endpoint, event, row["how"])

    def _send(self, delivery: Delivery) -> None:
        payload = json.dumps(
            {name: value for name, value in delivery.event.items() if name[0] != "_"}, indent=2
        )
        outcome = self._post(
            delivery.endpoint.get("_url") or delivery.endpoint["url"],
            payload,
            delivery.signed(payload),
        )
        attempts = delivery.attempts + 1
        next_at = None
        if outcome != "delivered" and attempts < MOST_ATTEMPTS:
            next_at = time.time() + PAUSES[min(attempts, len(PAUSES)) - 1]
        with self.store.transaction():
            self.store.db.execute(
                "UPDATE deliveries SET attempts = ?, next_at = ?, outcome = ?, tried_at = ?"
                " WHERE id = ?",
                (attempts, next_at, outcome, time.time(), delivery.id),
            )

    def _post(self, url: str, payload: str, signature: str) -> str:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature,
        }
        try:
            request = urllib.request.Request(url, payload.encode(), headers)  # noqa: S310 - http(s)
            with self.opener.open(request, timeout=TIMEOUT) as answer:
                return "delivered" if answer.status < 300 else f"answered {answer.status}"
        except urllib.error.HTTPError as error:
            error.close()
            return f"answered {error.code}"
        except (OSError, ValueError, http.client.HTTPException) as error:
            return f"not reached: {type(error).__name__}"
