"""The oracle's word on what has to come back: given back late, or taken by a bank."""

from typing import Any

from tests.money.oracle import DISPUTE_FEE, WINDOW, Refund, Reversal, Send, divided
from tests.money.oracle_books import Account
from tests.money.oracle_deals import Deals


class Oracle(Deals):
    """The books, by (kind of account, owner), and all that is under way."""

    # -- what has to come back -------------------------------------------------------------------

    def collect(self, id: Any, amount: int, to: Account, ours: str) -> None:
        """Who was paid gives their part back, sent or not; what nobody bears is ours."""
        thing = self.things[id]
        parts = self._of_a_deal(id, amount) if thing.kind == "deal" else self.take(id, amount)
        self.move((ours, None), to, amount - sum(parts))
        if parts:
            self.move(("I:platform_fee", None), to, parts[-1])
        for payee, part in zip(thing.payees, parts, strict=False):
            mine = [one for one in self._sends(id) if one.payee == payee]
            if not mine:
                self.move((ours, None), to, part)
            else:
                self._take_from(mine, part, to)

    def _of_a_deal(self, id: Any, amount: int) -> list[int]:
        """Of all that has gone back of it by now, each bears by what they were left with."""
        thing = self.things[id]
        (theirs, fee), (before, fees) = thing.weights, thing.borne
        now = min(amount, theirs + fee - before - fees)
        part = divided(before + fees + now, thing.weights)[0] - before
        # Never more than they have, nor than we.
        part = min(max(part, now - (fee - fees), 0), now, theirs - before)
        thing.borne = [before + part, fees + now - part]
        self._bear_fee(id, now - part)
        return [part, now - part]

    def _bear_fee(self, id: Any, left: int) -> None:
        """Of our fees, that on the rest goes first, then that on the last piece."""
        fees = self.things[id].fees
        for part in sorted(fees, key=_last_first):
            gone = min(left, fees[part])
            fees[part] -= gone
            left -= gone

    def _take_from(self, sends: list[Send], part: int, to: Account) -> None:
        """What hasn't left yet goes first; each time the rest, and then from the last piece on."""
        left, payee = part, sends[0].payee
        for one in sorted(sends, key=lambda one: _last_first(one.part)):
            unsent = min(left, one.amount) if one.status in ("waiting", "blocked") else 0
            self.move(("L:payable", payee), to, unsent)
            left -= unsent
            if unsent:
                one.amount -= unsent
                one.status = one.status if one.amount else "cancelled"
        self.move(("A:owed", payee), to, left)
        for one in sorted(sends, key=lambda one: _last_first(one.part)):
            if one.status == "sent":
                left -= self._ask_back(one, left)

    def _ask_back(self, one: Send, most: int) -> int:
        asked = [
            ask.amount for ask in self.reversals if ask.send is one and ask.status == "waiting"
        ]
        more = min(most, one.amount - one.reversed - sum(asked))
        if more:
            self.reversals.append(Reversal(one, more))
        return more

    def late(self, id: Any, amount: int) -> None:
        refund = ("L:refund", self.things[id].checkout)
        self.collect(id, amount, refund, "E:goodwill")
        self.refunds.append(Refund(id, amount))

    def most_late(self, id: Any) -> int:
        """What the payer hasn't had back: from us, or from their bank."""
        thing = self.things[id]
        if thing.is_frozen or thing.state not in ("released", "settled", "matured"):
            return 0
        given = [
            one.amount for one in self._refunds(id) if one.status not in ("replaced", "cancelled")
        ]
        return max(0, thing.paid - sum(given) - thing.lost)

    def written_off(self, payee: Any, amount: int) -> None:
        self.move(("E:chargeback_loss", None), ("A:owed", payee), amount)

    # -- banks -----------------------------------------------------------------------------------

    def taken(self, id: Any, case: str, amount: int) -> None:
        self.things[id].cases[case] = [amount, "open"]
        self.move(("A:disputed", None), ("A:stripe", None), amount)
        self.move(("E:dispute_fees", None), ("A:stripe", None), DISPUTE_FEE)

    def won(self, id: Any, case: str) -> None:
        amount = self.things[id].cases[case][0]
        self.things[id].cases[case][1] = "won"
        self.move(("A:stripe", None), ("A:disputed", None), amount)
        self._go_on(id)

    def lost(self, id: Any, case: str) -> None:
        """Whatever is still held pays first, then what was going back to the payer anyway."""
        thing, to = self.things[id], ("A:disputed", None)
        left = thing.cases[case][0]
        thing.cases[case][1] = "lost"
        if thing.kind == "deal":
            left = self.held_pays(id, left)
        for one in self._refunds(id):
            if one.status in ("waiting", "failed"):
                part = min(left, one.amount)
                self.move(("L:refund", thing.checkout), to, part)
                left -= part
                self._is_covered(one, part)
        if thing.kind == "order" and thing.state in WINDOW:
            parts = self.take(id, left)
            for payee, part in zip(thing.payees, parts, strict=False):
                self.move(("L:held", payee), to, part)
            self.move(("L:deferred_fee", None), to, parts[2])
            self.move(("E:chargeback_loss", None), to, left - sum(parts))
        else:
            self.collect(id, left, to, "E:chargeback_loss")
        self._go_on(id)

    def _is_covered(self, one: Refund, part: int) -> None:
        """The payer has had this part of a refund from their bank."""
        if part == one.amount:
            one.status = "cancelled"
            if one.made is not None:
                self.returns[one.made] = "refunded"
        elif part and one.status == "failed":
            one.status = "replaced"
            self.refunds.append(Refund(one.thing, one.amount - part, made=one.made))
        else:
            one.amount -= part

    def _go_on(self, id: Any) -> None:
        thing = self.things[id]
        if thing.is_frozen:
            return
        if thing.kind == "order" and thing.state in WINDOW and thing.back == thing.price:
            thing.state = "returned"
        if thing.kind == "deal" and thing.lost:
            self._end(id)
        for one in self._sends(id):
            if one.status == "blocked":
                one.status = "waiting"


def _last_first(part: int) -> int:
    """The rest is the last of all."""
    return -part if part else -100
