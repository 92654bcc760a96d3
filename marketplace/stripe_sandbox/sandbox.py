"""The sandbox itself: its state, its contract, and the thread that sends webhooks."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import stripe

from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.contract import load
from marketplace.stripe_sandbox.errors import StripeError
from marketplace.stripe_sandbox.operations import OPERATIONS, WHEN_DUE
from marketplace.stripe_sandbox.operations.accounts import platform_account
from marketplace.stripe_sandbox.router import Router
from marketplace.stripe_sandbox.store import PLATFORM, Json, Store
from marketplace.stripe_sandbox.webhooks import Courier

MOST_AT_ONCE = 10_000


@dataclass(frozen=True)
class Endpoint:
    """Where events go: the platform's own, or those of connected accounts."""

    url: str
    secret: str
    connect: bool = False

    @property
    def id(self) -> str:
        return "we_connect" if self.connect else "we_platform"


class Sandbox:
    def __init__(self, folder: Path, secret_key: str, endpoints: tuple[Endpoint, ...]) -> None:
        self.secret_key = secret_key
        self.base_url = ""
        self.contract = load(frozenset(OPERATIONS))
        self.router = Router(self.contract)
        self.store = Store(folder)
        self._in_use: set[str] = set()
        self._guard = threading.Lock()
        with self.store.transaction():
            if self.store.get(PLATFORM) is None:
                self.store.add(platform_account(self.call()), "")
            self._listen(endpoints)
        self.courier = Courier(self.store, self._tick)
        self.courier.start()

    def close(self) -> None:
        self.courier.stop()
        self.store.close()

    def call(self, base_url: str = "") -> Call:
        """What happens by the clock alone knows the sandbox's address from the last request."""
        self.base_url = base_url or self.base_url
        return Call(self.store, self.contract, base_url=self.base_url)

    def catch_up(self, call: Call) -> None:
        """Whatever the clock has made due since: sessions that expire, payouts that arrive."""
        for _ in range(MOST_AT_ONCE):
            body = self.store.next_due()
            if body is None:
                return
            with self.store.as_of(body["_due"]):
                WHEN_DUE[body["object"]](call.acting_for(body["_owner"]), body)

    @contextmanager
    def only_one(self, key: str | None) -> Iterator[None]:
        """Two requests with one key at once: Stripe refuses the second."""
        if key is None:
            yield
            return
        with self._guard:
            if key in self._in_use:
                raise StripeError(
                    409,
                    "idempotency_error",
                    "There is currently another in-progress request using "
                    "this Idempotent Key (that probably means you submitted twice, and the "
                    "other request "
                    "is still going through)",
                    code="idempotency_key_in_use",
                )
            self._in_use.add(key)
        try:
            yield
        finally:
            with self._guard:
                self._in_use.discard(key)

    def _tick(self) -> None:
        with self.store.transaction():
            self.catch_up(self.call())

    def _listen(self, endpoints: tuple[Endpoint, ...]) -> None:
        """Endpoints given at the start keep their ids: waiting deliveries follow an address."""
        for endpoint in endpoints:
            body: Json = {
                "id": endpoint.id,
                "object": "webhook_endpoint",
                "api_version": stripe.api_version,
                "application": None,
                "created": self.store.now(),
                "description": None,
                "enabled_events": ["*"],
                "livemode": False,
                "metadata": {},
                "status": "enabled",
                "url": endpoint.url,
                "_connect": endpoint.connect,
                "_secret": endpoint.secret,
            }
            if self.store.get(endpoint.id) is None:
                self.store.add(body, PLATFORM)
            else:
                self.store.save(body | {"_owner": PLATFORM})
