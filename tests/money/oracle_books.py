"""The oracle's own books: every account, sales, and all that is under way, told by hand."""

from collections import defaultdict
from typing import Any

from tests.money.oracle import STANDS_STILL, Refund, Reversal, Send, Thing, divided

Account = tuple[str, Any]


class Books:
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

    # -- sent on, or back ------------------------------------------------------------------------

    def send(self, id: Any, payee: Any, amount: int, part: int = 0) -> None:
        if not amount:
            return
        one = Send(id, payee, amount, part=part)
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

    def give_back(self, id: Any, of: dict[Account, int]) -> None:
        """As one refund, whoever has it."""
        for account, amount in of.items():
            self.move(account, ("L:refund", self.things[id].checkout), amount)
        if any(of.values()):
            self.refunds.append(Refund(id, sum(of.values())))

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
        if one.made is not None:
            self.returns[one.made] = "refunded"
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
        """It is over once all of it has arrived, of earlier pieces and either way."""
        thing = self.things[id]
        if thing.kind == "deal" and not self._is_under_way(id):
            ends = {"approved": "released", "refunding": "refunded", "settling": "settled"}
            thing.state = ends.get(thing.state, thing.state)
        if thing.state == "matured" and all(one.is_over for one in self._sends(id)):
            thing.state = "settled"

    def _is_under_way(self, id: Any) -> bool:
        return not all(one.is_over for one in [*self._sends(id), *self._refunds(id)])

    def _sends(self, id: Any) -> list[Send]:
        return [one for one in self.sends if one.thing == id]

    def _refunds(self, id: Any) -> list[Refund]:
        return [one for one in self.refunds if one.thing == id]
