"""The oracle's own books: every account, and all that is under way, told by hand."""

from collections import defaultdict
from typing import Any

from tests.money.oracle import (
    DISPUTE_FEE,
    HOLDING,
    STANDS_STILL,
    WINDOW,
    Refund,
    Reversal,
    Send,
    Thing,
    divided,
    half_up,
)


class Oracle:
    """The books, by (kind of account, owner), and all that is under way."""

    def __init__(self) -> None:
        self.books: defaultdict[tuple[str, Any], int] = defaultdict(int)
        self.things: dict[Any, Thing] = {}
        self.sends: list[Send] = []
        self.refunds: list[Refund] = []
        self.reversals: list[Reversal] = []
        self.returns: dict[Any, str] = {}
        self.ready: set[Any] = set()
        # What lies in payees' accounts at Stripe.
        self.accounts: defaultdict[Any, int] = defaultdict(int)

    def move(self, debit: tuple[str, Any], credit: tuple[str, Any], amount: int) -> None:
        for (kind, owner), sign in ((debit, 1), (credit, -1)):
            self.books[kind, owner] += sign * amount * (1 if kind[0] in "AE" else -1)

    def may(self, table: dict[str, dict[str, str]], verb: str, thing: Thing) -> bool:
        stands = thing.is_frozen and verb in STANDS_STILL
        return thing.state in table[verb] and not stands

    # -- coming in and being divided -------------------------------------------------------------

    def fund(self, id: Any, checkout: Any) -> None:
        thing = self.things[id]
        thing.checkout = checkout
        self.move(("A:stripe", None), ("L:escrow", id), thing.price)

    def divide(self, id: Any, creator: Any, whole: int, bps: int) -> None:
        """Of what is held, `whole` is for the work; the rest goes back."""
        thing = self.things[id]
        fee, held = half_up(whole, bps), self.books["L:escrow", id]
        thing.payees, thing.weights = [creator], [whole - fee, fee]
        self.move(("L:escrow", id), ("L:payable", creator), whole - fee)
        self.move(("L:escrow", id), ("I:platform_fee", None), fee)
        self.send(id, creator, whole - fee)
        self.give_back(id, ("L:escrow", id), held - whole)

    def send(self, id: Any, payee: Any, amount: int) -> None:
        if not amount:
            return
        one = Send(id, payee, amount)
        self.sends.append(one)
        self.net(one)

    def owed(self, payee: Any) -> int:
        asked = [
            one.amount
            for one in self.reversals
            if one.status == "waiting" and one.send.payee == payee
        ]
        return self.books["A:owed", payee] - sum(asked)

    def net(self, one: Send) -> None:
        kept = min(self.owed(one.payee), one.amount)
        self.move(("L:payable", one.payee), ("A:owed", one.payee), kept)
        one.amount -= kept
        if kept and not one.amount:
            one.status = "netted"

    def give_back(self, id: Any, of: tuple[str, Any], amount: int, made: Any = None) -> None:
        if not amount:
            return
        self.move(of, ("L:refund", self.things[id].checkout), amount)
        self.refunds.append(Refund(id, amount, made=made))

    # -- a sale ----------------------------------------------------------------------------------

    def sell(self, id: Any, thing: Thing) -> None:
        self.things[id] = thing
        self.move(("A:stripe", None), ("L:deferred_fee", None), thing.weights[2])
        for payee, part in zip(thing.payees, thing.weights, strict=False):
            self.move(("A:stripe", None), ("L:held", payee), part)

    def take(self, id: Any, amount: int) -> list[int]:
        """Everybody's part of what goes back now, counted from the sum of all that went back."""
        thing = self.things[id]
        after = min(thing.back + amount, sum(thing.weights))
        if not thing.is_claimed:
            after = thing.back
        now, then = divided(after, thing.weights), divided(thing.back, thing.weights)
        thing.back = after
        return [later - earlier for later, earlier in zip(now, then, strict=True)]

    def returned(self, id: Any, amount: int, made: Any) -> None:
        """While the shares are held, they give it back; never more than there is left."""
        thing, amount = self.things[id], min(amount, self.things[id].price - self.things[id].back)
        parts = self.take(id, amount)
        refund = ("L:refund", thing.checkout)
        for payee, part in zip(thing.payees, parts, strict=False):
            self.move(("L:held", payee), refund, part)
        self.move(("L:deferred_fee", None), refund, parts[2])
        self.returns[made] = "refunding" if amount else "refunded"
        if amount:
            self.refunds.append(Refund(id, amount, made=made))
        if thing.back == thing.price:
            thing.state = "returned"

    def mature(self, id: Any) -> None:
        thing = self.things[id]
        gone = divided(thing.back, thing.weights)
        kept = [weight - part for weight, part in zip(thing.weights, gone, strict=True)]
        self.move(("L:deferred_fee", None), ("I:platform_fee", None), kept[2])
        for payee, part in zip(thing.payees, kept, strict=False):
            self.move(("L:held", payee), ("L:payable", payee), part)
        for payee, part in zip(thing.payees, kept, strict=False):
            self.send(id, payee, part)
        self._settle(id)

    # -- what leaves -----------------------------------------------------------------------------

    def sent(self, one: Send) -> None:
        """A job looks after a transfer."""
        thing = self.things[one.thing]
        if one.status == "waiting":
            if thing.is_frozen or one.payee not in self.ready:
                one.status = "blocked"
                return
            self.move(("L:payable", one.payee), ("A:stripe", None), one.amount)
            self.accounts[one.payee] += one.amount
            one.status = "sent"
        elif one.status != "netted":
            return
        if thing.state == "approved":
            thing.state = "released"
        self._settle(one.thing)

    def refunded(self, one: Refund, *, slowly: bool) -> None:
        """A job looks after a refund: banks take some at once, and some a while."""
        thing = self.things[one.thing]
        if one.status == "pending" and not slowly:
            self._arrived(one)
        if one.status != "waiting" or thing.is_frozen:
            return
        if thing.lost or any(how == "silent" for _, how in thing.cases.values()):
            one.status = "failed"
            return
        self.move(("L:refund", thing.checkout), ("A:stripe", None), one.amount)
        if slowly:
            one.status = "pending"
        else:
            self._arrived(one)

    def _arrived(self, one: Refund) -> None:
        one.status = "succeeded"
        self.told_refunded(one)

    def told_refunded(self, one: Refund) -> None:
        thing = self.things[one.thing]
        if one.made is not None:
            self.returns[one.made] = "refunded"
        elif thing.kind == "deal" and thing.state == "refunding":
            thing.state = "refunded"
        else:
            self._settle(one.thing)

    def came_back(self, one: Refund) -> None:
        self.move(("A:stripe", None), ("L:refund", self.things[one.thing].checkout), one.amount)
        one.status = "failed"

    def again(self, one: Refund) -> None:
        one.status = "replaced"
        self.refunds.append(Refund(one.thing, one.amount, made=one.made))

    def by_hand(self, one: Refund) -> None:
        self.move(("L:refund", self.things[one.thing].checkout), ("A:bank", None), one.amount)
        one.status = "by_hand"

    def asked_back(self, one: Reversal) -> None:
        if one.status != "waiting":
            return
        payee = one.send.payee
        if self.accounts[payee] < one.amount:
            one.status = "refused"
            return
        one.status = "done"
        one.send.reversed += one.amount
        self.accounts[payee] -= one.amount
        self.move(("A:stripe", None), ("A:owed", payee), one.amount)

    def _settle(self, id: Any) -> None:
        thing = self.things[id]
        sends = all(one.status in ("sent", "netted", "cancelled") for one in self._sends(id))
        over = all(one.status not in ("waiting", "pending", "failed") for one in self._refunds(id))
        if thing.state == "settling" and sends and over:
            thing.state = "settled"
        if thing.state == "matured" and sends:
            thing.state = "settled"

    def _sends(self, id: Any) -> list[Send]:
        return [one for one in self.sends if one.thing == id]

    def _refunds(self, id: Any) -> list[Refund]:
        return [one for one in self.refunds if one.thing == id]

    # -- what has to come back -------------------------------------------------------------------

    def collect(self, id: Any, amount: int, to: tuple[str, Any], ours: str) -> None:
        """Who was paid gives their part back, sent or not; what nobody bears is ours."""
        thing = self.things[id]
        parts = self.take(id, amount)
        self.move((ours, None), to, amount - sum(parts))
        if parts:
            self.move(("I:platform_fee", None), to, parts[-1])
        for payee, part in zip(thing.payees, parts, strict=False):
            mine = [one for one in self._sends(id) if one.payee == payee]
            if not mine:
                self.move((ours, None), to, part)
            elif part:
                self._take_from(mine[0], part, to)

    def _take_from(self, one: Send, part: int, to: tuple[str, Any]) -> None:
        unsent = min(part, one.amount) if one.status in ("waiting", "blocked") else 0
        if one.status == "sent":
            asked = [
                ask.amount for ask in self.reversals if ask.send is one and ask.status == "waiting"
            ]
            more = min(part, one.amount - one.reversed - sum(asked))
            if more:
                self.reversals.append(Reversal(one, more))
        self.move(("L:payable", one.payee), to, unsent)
        self.move(("A:owed", one.payee), to, part - unsent)
        if unsent:
            one.amount -= unsent
            one.status = one.status if one.amount else "cancelled"

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
        return max(0, thing.price - sum(given) - thing.lost)

    def written_off(self, payee: Any, amount: int) -> None:
        self.move(("E:chargeback_loss", None), ("A:owed", payee), amount)

    def time_is_up(self, id: Any) -> None:
        """Held for too long: unfinished work is paid back, and so is what nobody claimed."""
        thing = self.things[id]
        if thing.is_frozen:
            return
        if thing.state in ("funded", "revising"):
            thing.state = "refunding"
            self.give_back(id, ("L:escrow", id), self.books["L:escrow", id])
        blocked = [one for one in self._sends(id) if one.status == "blocked"]
        if thing.state == "approved" and blocked:
            (one,) = blocked
            fee = thing.weights[-1] - divided(thing.back, thing.weights)[-1]
            self.move(("L:payable", one.payee), ("L:refund", thing.checkout), one.amount)
            self.give_back(id, ("I:platform_fee", None), fee)
            if fee:
                self.refunds.pop()
            self.refunds.append(Refund(id, one.amount + fee))
            one.amount, one.status, thing.state = one.amount, "cancelled", "refunding"
            thing.is_claimed = False

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
            held = min(left, self.books["L:escrow", id])
            self.move(("L:escrow", id), to, held)
            left -= held
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

    def _end(self, id: Any) -> None:
        """A deal whose money the bank kept is over, once nothing of it is under way."""
        thing = self.things[id]
        moving = [one for one in self._sends(id) if one.status in ("waiting", "blocked")]
        moving += [
            one for one in self._refunds(id) if one.status in ("waiting", "pending", "failed")
        ]  # type: ignore[misc]
        if thing.state in HOLDING:
            thing.state = "refunded"
            self.give_back(id, ("L:escrow", id), self.books["L:escrow", id])
        elif thing.state in ("approved", "refunding", "settling") and not moving:
            thing.state = "refunded"
