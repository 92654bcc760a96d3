"""Every movement of our Stripe balance against the journals that book it, both ways."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import accumulate, takewhile

from marketplace.books.results import Result, Thing, amount, result, thing

from .sides import Booked, Json, Ours, Theirs, is_young

# A source moves the balance once in each of these ways.
_ONCE = frozenset({"charge", "payment", "refund", "payment_refund", "transfer", "payout"})
# What we book → what Stripe calls it.
_CALLED = {
    "deal_paid": {"charge", "payment"},
    "order_paid": {"charge", "payment"},
    "stripe_fee": {"charge", "payment"},
    "refund_sent": {"refund", "payment_refund"},
    "refund_failed": {"refund_failure", "payment_failure_refund"},
    "money_sent": {"transfer"},
    "transfer_reversed": {"transfer_refund"},
    "payout_left": {"payout"},
    "payout_returned": {"payout_failure", "payout_cancel"},
    "bank_took": {"adjustment"},
    "bank_returned": {"adjustment"},
}
NAMES = (
    "Every movement at Stripe has its journal",
    "Every journal of our Stripe account has its movement",
    "Amounts are the same on both sides",
    "Stripe's fees are the same on both sides",
    "Currencies are the same on both sides",
    "No movement is booked twice",
    "Stripe moved nothing twice",
    "Every movement says what it nets to",
    "Movements are of the kind we booked",
    "Stripe's balance is the sum of its movements",
    "Our Stripe account is the sum of Stripe's movements",
)


@dataclass
class Pair:
    """All that Stripe moved for one source, and all we booked for it."""

    source: str
    theirs: list[Json] = field(default_factory=list)
    ours: list[Booked] = field(default_factory=list)

    @property
    def is_on_its_way(self) -> bool:
        """Something of it is so new that its journal, or its fee, may not be written yet."""
        behind = len(self.ours) < len(self.theirs) or self.gross[0] == self.gross[1]
        return behind and any(is_young(one) for one in self.theirs)

    @property
    def currency(self) -> str:
        return self.ours[0].currency

    @property
    def gross(self) -> tuple[int, int]:
        return self.net[0] + self.fee[0], self.net[1] + self.fee[1]

    @property
    def net(self) -> tuple[int, int]:
        return sum(one["net"] for one in self.theirs), sum(one.net for one in self.ours)

    @property
    def fee(self) -> tuple[int, int]:
        return sum(one["fee"] for one in self.theirs), sum(one.fee for one in self.ours)

    def say(self, what: str = "") -> Thing:
        known = thing(self.ours[0].thing) if self.ours else Thing("")
        kinds = ", ".join(sorted({str(one["type"]) for one in self.theirs}))
        return Thing(" ".join(filter(None, (kinds, self.source, what))), known.path)


def pairs(ours: Ours, theirs: Theirs) -> list[Pair]:
    """Put together what is about the same; a journal names a movement itself, or its source."""
    found: dict[str, Pair] = defaultdict(lambda: Pair(""))
    named = {one.stripe_id for one in ours.journals}
    for one in theirs.balance_transactions:
        key = one["id"] if one["id"] in named else str(one["source"] or one["id"])
        found[key].source = key
        found[key].theirs.append(one)
    for booked in ours.journals:
        key = booked.stripe_id or booked.thing
        found[key].source = key
        found[key].ours.append(booked)
    return list(found.values())


def compare(ours: Ours, theirs: Theirs) -> list[Result]:
    """Movement by movement, then the sums."""
    both = pairs(ours, theirs)
    whole = [pair for pair in both if pair.theirs and pair.ours]
    moved, booked = len(theirs.balance_transactions), len(ours.journals)
    faults = (
        [p.say() for p in both if not p.ours and not p.is_on_its_way],
        [p.say(p.ours[0].kind) for p in both if not p.theirs],
        [p.say(_apart(p, p.gross)) for p in whole if _apart(p, p.gross)],
        [p.say(_apart(p, p.fee)) for p in whole if _apart(p, p.fee)],
        [p.say() for p in both if _mixed(p, ours.currency)],
        [p.say() for p in both if _twice([one.kind for one in p.ours])],
        [p.say() for p in both if _twice([t["type"] for t in p.theirs if t["type"] in _ONCE])],
        [Thing(t["id"]) for t in theirs.balance_transactions if t["net"] != t["amount"] - t["fee"]],
        [p.say(p.ours[0].kind) for p in whole if not p.is_on_its_way and _of_another_kind(p)],
    )
    seen = (moved, booked, len(whole), len(whole), len(both), booked, moved, moved, len(whole))
    results = [
        result(name, count, "movements", len(wrong), wrong)
        for name, count, wrong in zip(NAMES, seen, faults, strict=False)
    ]
    return [*results, *_sums(ours, theirs, both)]


def _apart(pair: Pair, sides: tuple[int, int]) -> str:
    """How far both sides are apart."""
    there, here = sides
    same = there == here or pair.is_on_its_way
    return "" if same else _said(there, here, pair.currency)


def _said(there: int, here: int, currency: str, other: str = "booked") -> str:
    return f"Stripe {amount(there, currency)}, {other} {amount(here, currency)}"


def _mixed(pair: Pair, currency: str) -> bool:
    return {one["currency"] for one in pair.theirs} | {one.currency for one in pair.ours} != {
        currency
    }


def _of_another_kind(pair: Pair) -> bool:
    """Stripe calls it something that what we booked is never called."""
    kinds = {one.kind for one in pair.ours}
    known = set().union(*(_CALLED[kind] for kind in kinds if kind in _CALLED))
    return kinds <= set(_CALLED) and not {str(one["type"]) for one in pair.theirs} <= known


def _twice(kinds: list[str]) -> bool:
    return len(kinds) != len(set(kinds))


def _sums(ours: Ours, theirs: Theirs, both: list[Pair]) -> list[Result]:
    """Stripe's own sum, and ours against it without what is too young to be booked."""
    movements = [t for t in theirs.balance_transactions if t["currency"] == ours.currency]
    there = sum(one["net"] for one in movements)
    # The balance may have been read before the newest of them; Stripe lists those first.
    recent = accumulate(one["net"] for one in takewhile(is_young, movements))
    sums = {there, *(there - later for later in recent)}
    here = sum(one.net for one in ours.journals if one.currency == ours.currency)
    young = sum(pair.net[0] - pair.net[1] for pair in both if pair.is_on_its_way)
    said = _said(there, here, ours.currency)
    off = _said(theirs.balances[-1], there, ours.currency, "their sum")
    wrong = [] if sums & set(theirs.balances) else [Thing(off)]
    apart = [] if there - young == here else [Thing(said)]
    return [
        result(NAMES[-2], len(movements), "movements", len(wrong), wrong),
        result(NAMES[-1], len(ours.journals), "journals", len(apart), apart),
    ]
