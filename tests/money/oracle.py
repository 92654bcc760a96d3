"""What everybody should have: told by hand from what the docs promise, and knowing no code of ours.

Whole cents and plain words only. Where the product may choose, it is told what it chose.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

# Written down by hand, not read from the flow tables: what a verb makes of each state.
DEAL = {
    "fund": {"accepted": "funded"},
    "deliver": {"funded": "delivered", "revising": "delivered"},
    "ask_change": {"delivered": "revising"},
    "approve": {"delivered": "approved"},
    "cancel": {"accepted": "cancelled", "funded": "refunding"},
    "dispute": {"funded": "disputed", "delivered": "disputed", "revising": "disputed"},
    "rule": {"disputed": "settling"},
}
ORDER = {
    "send": {"paid": "sent"},
    "deliver": {"sent": "delivered"},
    "cancel": {"paid": "returned"},
    "mature": {"delivered": "matured"},
}
HOLDING = ("funded", "delivered", "revising", "disputed")
WINDOW = ("paid", "sent", "delivered")
# Nothing of a deal that the bank has taken is decided while the bank decides.
STANDS_STILL = ("approve", "cancel", "rule", "mature", "receive")
DISPUTE_FEE = 1_500


def half_up(amount: int, bps: int) -> int:
    return int(Fraction(amount * bps, 10_000) + Fraction(1, 2))


def divided(amount: int, weights: Sequence[int]) -> list[int]:
    """In proportion, rounded down; then a cent at a time to whoever is furthest behind."""
    whole = sum(weights)
    if not whole:
        return [0 for _ in weights]
    parts = [amount * weight // whole for weight in weights]
    for _ in range(amount - sum(parts)):
        behind = [
            Fraction(weight, 2 * part + 1) for weight, part in zip(weights, parts, strict=True)
        ]
        parts[behind.index(max(behind))] += 1
    return parts


@dataclass
class Thing:
    """A deal or an order that was paid for."""

    kind: str
    price: int
    state: str
    checkout: Any = None
    # Who was to have what of it; ours comes last.
    payees: list[Any] = field(default_factory=list)
    weights: list[int] = field(default_factory=list)
    # How much of that has gone back to the payer.
    back: int = 0
    # The bank's cases: name → [amount, how it stands].
    cases: dict[str, list[Any]] = field(default_factory=dict)
    # A deal's own: what is paid on top, our rate, what each piece costs, how many have gone by.
    surcharge: int = 0
    bps: int = 0
    pieces: list[int] = field(default_factory=list)
    gone: int = 0
    # What is left of our fee on each part, and the part whose division kept the surcharge.
    fees: dict[int, int] = field(default_factory=dict)
    kept_with: int | None = None
    # Of what has gone back after it was divided, what each has borne.
    borne: list[int] = field(default_factory=lambda: [0, 0])

    @property
    def paid(self) -> int:
        return self.price + self.surcharge

    @property
    def passed(self) -> int:
        return sum(self.pieces[: self.gone])

    @property
    def rest(self) -> int:
        return self.price - self.passed

    @property
    def is_frozen(self) -> bool:
        return any(how == "open" for _, how in self.cases.values())

    @property
    def lost(self) -> int:
        return sum(amount for amount, how in self.cases.values() if how == "lost")


@dataclass
class Send:
    thing: Any
    payee: Any
    amount: int
    status: str = "waiting"
    reversed: int = 0
    # Which piece of a deal; 0 is all of it, or the rest.
    part: int = 0

    @property
    def key(self) -> tuple[Any, Any, int]:
        return self.thing, self.payee, self.part

    @property
    def is_over(self) -> bool:
        return self.status in ("sent", "netted", "cancelled")


@dataclass
class Refund:
    thing: Any
    amount: int
    status: str = "waiting"
    made: Any = None

    @property
    def is_over(self) -> bool:
        return self.status not in ("waiting", "pending", "failed")


@dataclass
class Reversal:
    send: Send
    amount: int
    status: str = "waiting"
