"""Stripe on paper: what our jobs ask of it, and what it answers, without a wire."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import count
from typing import Any
from unittest.mock import patch

from marketplace.kit.clock import in_days
from marketplace.payments import gateway
from models import Money


def eur(minor: int) -> Money:
    return Money(minor, "eur")


class PaperStripe:
    """It keeps as much as it needs to answer, and to say no as Stripe does."""

    def __init__(self) -> None:
        self.numbers = count(1)
        self.accounts: defaultdict[str, int] = defaultdict(int)
        self.sent_to: dict[str, str] = {}
        self.refunds: dict[str, gateway.Moved] = {}
        self.disputes: dict[str, gateway.Dispute] = {}
        self.payouts: dict[str, gateway.Paying] = {}
        self.is_slow = False

    def id(self, prefix: str) -> str:
        return f"{prefix}_{next(self.numbers)}"

    # -- what is asked of it ---------------------------------------------------------------------

    def create_transfer(
        self, key: str, *, intent: str, amount: Money, destination: str, charge: str, group: str
    ) -> gateway.Moved:
        made = self.id("tr")
        self.accounts[destination] += amount.minor
        self.sent_to[made] = destination
        return gateway.Moved(made, "sent", True)

    def create_reversal(self, key: str, *, transfer: str, amount: Money) -> gateway.Moved:
        account = self.sent_to[transfer]
        if self.accounts[account] < amount.minor:
            raise gateway.Rejected("Insufficient funds", "balance_insufficient")
        self.accounts[account] -= amount.minor
        return gateway.Moved(self.id("trr"), "done", True)

    def create_refund(self, key: str, *, amount: Money, payment_intent: str) -> gateway.Moved:
        charge = payment_intent.replace("pi_", "ch_")
        cases = [one for one in self.disputes.values() if one.charge == charge]
        if any(not one.is_inquiry and one.status != "won" for one in cases):
            raise gateway.Rejected("It has been charged back", "charge_disputed")
        status = "pending" if self.is_slow else "succeeded"
        made = gateway.Moved(self.id("re"), status, True)
        self.refunds[made.id] = made
        return made

    def refund(self, id: str) -> gateway.Moved:
        known = self.refunds[id]
        if known.status == "pending" and not self.is_slow:
            known = self.refunds[id] = replace(known, status="succeeded")
        return known

    def nothing(self, *_: Any) -> None:
        """Nothing was ever sent without our having its answer."""

    # -- what happens there ----------------------------------------------------------------------

    def opens(self, charge: str, amount: int, *, asks: bool) -> str:
        id = self.id("du")
        self.disputes[id] = gateway.Dispute(
            id=id,
            charge=charge,
            payment_intent="",
            status="warning_needs_response" if asks else "needs_response",
            reason="fraudulent",
            amount=eur(amount),
            answer_by=None,
            moved=[] if asks else [self._line(id, -amount, 1_500)],
        )
        return id

    def takes(self, id: str) -> None:
        one = self.disputes[id]
        moved = [self._line(id, -one.amount.minor, 1_500)]
        self.disputes[id] = replace(one, status="needs_response", moved=moved)

    def decides(self, id: str, status: str) -> None:
        one = self.disputes[id]
        back = [self._line(id, one.amount.minor, 0)] if status == "won" else []
        self.disputes[id] = replace(one, status=status, moved=[*one.moved, *back])

    def _line(self, source: str, amount: int, fee: int) -> gateway.Booked:
        net = eur(amount - fee)
        return gateway.Booked(
            self.id("txn"), "adjustment", source, eur(amount), eur(fee), net, in_days(0)
        )


_ASKED = ("create_transfer", "create_reversal", "create_refund", "refund")
_LOOKED_FOR = ("find_transfer", "find_reversal", "find_refund")


@contextmanager
def on_paper(stripe: PaperStripe) -> Iterator[None]:
    """Whatever is asked through the gateway is asked of this one."""
    with ExitStack() as stack:
        for name in _ASKED:
            stack.enter_context(patch.object(gateway, name, getattr(stripe, name)))
        for name in _LOOKED_FOR:
            stack.enter_context(patch.object(gateway, name, stripe.nothing))
        for name, kept in (("dispute", stripe.disputes), ("payout", stripe.payouts)):
            stack.enter_context(patch.object(gateway, name, lambda name, *_, of=kept: of[name]))
        yield
