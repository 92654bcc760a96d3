"""What an operation has in its hands: the request, the books, and the ways to write in them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import stripe

from marketplace.stripe_sandbox import mischief
from marketplace.stripe_sandbox.contract import Contract
from marketplace.stripe_sandbox.errors import missing, not_built, refused
from marketplace.stripe_sandbox.money import CURRENCIES, LARGEST_AMOUNT, divisor
from marketplace.stripe_sandbox.outside import as_of_now
from marketplace.stripe_sandbox.store import PLATFORM, Json, Store, mint

# These don't say livemode.
NEVER_LIVE = {
    "balance_transaction",
    "file",
    "person",
    "refund",
    "subscription_item",
    "transfer_reversal",
}
# Nor does this say when it was made, but for which day it is.
NEVER_DATED = {"invoiceitem"}
MOST_METADATA = 50
LONGEST_KEY = 40
LONGEST_VALUE = 500


@dataclass
class Call:
    store: Store
    contract: Contract
    account: str = PLATFORM  # whose books
    params: Json = field(default_factory=dict)
    path: str = ""
    base_url: str = ""
    request_id: str | None = None
    idempotency_key: str | None = None

    def now(self) -> int:
        return self.store.now()

    def acting_for(self, account: str) -> "Call":
        return replace(self, account=account)

    def new(self, kind: str, prefix: str, *, owner: str | None = None, **fields: Any) -> Json:
        """A new object, with null for everything Stripe would say nothing about."""
        body: Json = {"id": mint(prefix), "object": kind}
        body |= dict.fromkeys(self.contract.nullable.get(kind, ()))
        body["_created" if kind in NEVER_DATED else "created"] = self.now()
        body |= ({} if kind in NEVER_LIVE else {"livemode": False}) | fields
        self.store.add(body, owner or self.account)
        return body

    def find(self, kind: str, name: str, *, param: str = "id", status: int = 404) -> Json:
        """One object of the account that asks; anyone else's doesn't exist."""
        body = self.store.get(name)
        if body is None or body["object"] != kind or body["_owner"] != self.account:
            raise missing(kind, name, param, status)
        return body

    def emit(
        self, kind: str, body: Json, *, account: str | None = None, previous: Json | None = None
    ) -> None:
        """An event, and a delivery to every endpoint that listens; sent after the transaction."""
        owner = account or self.account
        how, leaves_at = mischief.plan(self.store, kind)
        for _ in range(2 if how == "twin" else 1):
            event = self._event(kind, body, owner, previous)
            self.store.add(event, owner)
            for endpoint in self.store.find("webhook_endpoint", status="enabled"):
                wants = {"*", kind} & set(endpoint["enabled_events"])
                if wants and endpoint["_connect"] == (owner != PLATFORM):
                    sent = mischief.post(self.store, event["id"], endpoint["id"], how, leaves_at)
                    event["pending_webhooks"] += sent
            self.store.save(event)

    def _event(self, kind: str, body: Json, owner: str, previous: Json | None) -> Json:
        data: Json = {"object": as_of_now(self.store, body)}
        if previous:
            data["previous_attributes"] = previous
        event: Json = {
            "id": mint("evt"),
            "object": "event",
            "api_version": stripe.api_version,
            "created": self.now(),
        }
        if owner != PLATFORM:
            event["account"] = owner
        return event | {
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": self.request_id, "idempotency_key": self.idempotency_key},
            "type": kind,
        }

    # Reading the parameters the contract can't judge.

    def only(self, built: str) -> None:
        """Stripe takes more parameters than these; the sandbox says so instead of ignoring them."""
        for name in self.params:
            if name not in built.split():
                raise not_built(f"the parameter {name} of {self.path}")

    def amount(self, left: int | None = None) -> int:
        amount: int | None = self.params.get("amount", left)
        if amount is None:
            raise refused("Missing required param: amount.", "parameter_missing", "amount")
        if amount < 1:
            raise refused("Invalid positive integer", "parameter_invalid_integer", "amount")
        if amount > LARGEST_AMOUNT:
            raise refused("Amount must be no more than 999,999.99", "amount_too_large", "amount")
        return amount

    def metadata(self, given: Any = None, before: Json | None = None) -> Json:
        """What is given joins what was there; an empty value takes a key away, "" takes all."""
        changes = self.params.get("metadata", {}) if given is None else given
        if changes == "":
            return {}
        for key, value in changes.items():
            if len(key) > LONGEST_KEY:
                raise refused(
                    f"Metadata keys can be at most {LONGEST_KEY} characters long.", None, "metadata"
                )
            if len(value) > LONGEST_VALUE:
                at = f"metadata[{key}]"
                raise refused(
                    f"Metadata values can be at most {LONGEST_VALUE} characters long.", None, at
                )
        merged = {key: value for key, value in ((before or {}) | changes).items() if value != ""}
        if len(merged) > MOST_METADATA:
            raise refused(f"Metadata can have at most {MOST_METADATA} keys.", None, "metadata")
        return merged


def refuse_odd(amount: int, code: str, param: str = "amount") -> None:
    """Some currencies have coins too large for every amount."""
    if amount % divisor(code):
        words = f"Amounts in {code.upper()} must be evenly divisible by {divisor(code)}."
        raise refused(words, "invalid_charge_amount", param)


def currency(given: str, param: str = "currency") -> str:
    lowered = given.lower()
    if lowered not in CURRENCIES:
        raise refused(
            f"Invalid currency: {given}. Use a three-letter ISO code that Stripe supports.",
            None,
            param,
        )
    return lowered


Operation = Callable[..., Json]
