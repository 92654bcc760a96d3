"""The oracle's deals: paid for, divided piece by piece or at once, and held for too long."""

from typing import Any

from tests.money.oracle import HOLDING, Send, half_up
from tests.money.oracle_books import Books


class Deals(Books):
    """A deal of one piece has one part, 0. Of several each is a part, and 0 is the rest."""

    def fund(self, id: Any, checkout: Any) -> None:
        thing = self.things[id]
        thing.checkout, thing.state = checkout, "funded"
        self.move(("A:stripe", None), ("L:escrow", id), thing.price)
        self.move(("A:stripe", None), ("L:surcharge", id), thing.surcharge)

    def approve(self, id: Any) -> None:
        """The piece that is worked on is paid for, and the next one begins if there is one."""
        thing = self.things[id]
        worth = thing.pieces[thing.gone]
        self._pay_for(id, worth, thing.gone + 1 if len(thing.pieces) > 1 else 0)
        if thing.gone + 1 < len(thing.pieces):
            thing.gone, thing.state = thing.gone + 1, "funded"
        else:
            thing.state = "approved"

    def rule(self, id: Any, whole: int) -> None:
        """Of the rest, `whole` is for the work; what is left of it goes back."""
        thing = self.things[id]
        thing.state = "settling"
        if whole:
            self._pay_for(id, whole, 0)
        self.back_to_brand(id)

    def cancel(self, id: Any) -> None:
        """Before it was paid nothing has to go back; after, all that is still held."""
        thing = self.things[id]
        thing.state = "cancelled" if thing.state == "accepted" else "refunding"
        self.back_to_brand(id)

    def _pay_for(self, id: Any, worth: int, part: int) -> None:
        """The fee is that on all that was paid for by now, less that on what was before."""
        thing = self.things[id]
        (creator,), ours = thing.payees, ("I:platform_fee", None)
        fee = half_up(thing.passed + worth, thing.bps) - half_up(thing.passed, thing.bps)
        thing.weights[0] += worth - fee
        thing.weights[1] += fee
        thing.fees[part] = fee
        self.move(("L:escrow", id), ("L:payable", creator), worth - fee)
        self.move(("L:escrow", id), ours, fee)
        on_top = self.books["L:surcharge", id]
        if on_top:
            self.move(("L:surcharge", id), ("I:surcharge", None), on_top)
            thing.kept_with = part
        self.send(id, creator, worth - fee, part)

    def back_to_brand(self, id: Any) -> None:
        """All that is still held, and with it the surcharge where nothing was paid for."""
        held, on_top = self.books["L:escrow", id], self.books["L:surcharge", id]
        self.give_back(id, {("L:escrow", id): held, ("L:surcharge", id): on_top})

    # -- held for too long -----------------------------------------------------------------------

    def time_is_up(self, id: Any) -> None:
        """What nobody claimed is paid back, and so is work that isn't finished."""
        thing = self.things[id]
        if thing.is_frozen:
            return
        blocked = [one for one in self._sends(id) if one.status == "blocked"]
        for one in sorted(blocked, key=lambda one: one.part):
            self._unclaimed(one)
        if thing.state in ("funded", "revising"):
            self.cancel(id)
        elif thing.state == "approved" and blocked:
            thing.state = "refunding"

    def _unclaimed(self, one: Send) -> None:
        """With our fee on it, as far as that isn't back, and with the surcharge it had kept."""
        thing = self.things[one.thing]
        fee, on_top = thing.fees[one.part], 0
        if thing.kept_with == one.part:
            on_top, thing.kept_with = thing.surcharge, None
        thing.weights[0] -= one.amount
        thing.weights[1] -= fee
        thing.fees[one.part] = 0
        of = {("L:payable", one.payee): one.amount, ("I:platform_fee", None): fee}
        self.give_back(one.thing, {**of, ("I:surcharge", None): on_top})
        one.status = "cancelled"

    # -- banks -----------------------------------------------------------------------------------

    def _end(self, id: Any) -> None:
        """A deal whose money the bank kept is over, once nothing of it is under way."""
        thing = self.things[id]
        if thing.state in HOLDING:
            thing.state = "refunding" if self._is_under_way(id) else "refunded"
            self.back_to_brand(id)
        elif thing.state in ("approved", "refunding", "settling") and not self._is_under_way(id):
            thing.state = "refunded"

    def held_pays(self, id: Any, left: int) -> int:
        """The price first, then what lies beside it. Gives what neither could pay."""
        for kind in ("L:escrow", "L:surcharge"):
            part = min(left, self.books[kind, id])
            self.move((kind, id), ("A:disputed", None), part)
            left -= part
        return left
