"""Any verb in any order, of deals and orders at once, beside an oracle that knows no code of ours.

The oracle is a table of what leads where and a few sums of whole cents. After every step the
states and every balance of the ledger must be what it says.
"""

import os
from collections import defaultdict
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.deals import service as deals
from marketplace.kit.clock import in_days
from marketplace.kit.db import unit_of_work
from marketplace.shop import service as shop
from marketplace.shop.service.orders import mature
from models import (
    Deal,
    DealStatus,
    Money,
    Order,
    Refused,
    Return,
    Transfer,
)
from tests import builders
from tests.money import scenes
from tests.money.oracle import DEAL, ORDER, half_up
from tests.money.stripe_hands import StripeHands

pytestmark = pytest.mark.story


class Books(StripeHands, RuleBasedStateMachine):
    """One shop and its deals. `app` is set by the test."""

    app: Flask
    some_deals: Bundle[Any] = Bundle("some_deals")
    some_orders: Bundle[Any] = Bundle("some_orders")
    some_returns: Bundle[Any] = Bundle("some_returns")

    def __init__(self) -> None:
        super().__init__()
        self.states: dict[Any, str] = {}
        self.price: dict[Any, int] = {}
        self.changes: defaultdict[Any, int] = defaultdict(int)
        # What each kind of account holds, of all owners together.
        self.holds: defaultdict[str, int] = defaultdict(int)
        self.shares: dict[Any, tuple[int, int, int]] = {}
        self.left: dict[Any, int] = {}
        self.taken: defaultdict[Any, int] = defaultdict(int)
        self.open: set[Any] = set()
        self.before = self._balances()

    # -- how a step is taken ---------------------------------------------------------------------

    def _balances(self) -> dict[str, int]:
        with self.app.app_context(), unit_of_work() as db:
            found = text("SELECT kind, sum(balance) FROM ledger.balance GROUP BY 1")
            return {kind: int(held) for kind, held in db.execute(found)}

    def _try(self, act: Any) -> bool:
        """Whether it was done; a refusal changes nothing."""
        try:
            with self.app.app_context(), unit_of_work() as db:
                act(db)
        except Refused:
            return False
        return True

    def _move(self, table: dict[str, dict[str, str]], verb: str, id: Any, done: bool) -> bool:
        """The oracle's step; what was done must have been allowed, and the other way round."""
        after = table[verb].get(self.states[id])
        assert done == (after is not None), (verb, self.states[id])
        if after is not None:
            self.states[id] = after
        return done

    # -- deals -----------------------------------------------------------------------------------

    @initialize(target=some_deals, price=st.integers(100, 500_000))
    def begin_with_a_deal(self, price: int) -> Any:
        return self.agree(price, 777)

    @initialize(target=some_orders, price=st.integers(100, 90_000))
    def begin_with_an_order(self, price: int) -> Any:
        return self.buy(price, 999)

    @rule(target=some_deals, price=st.integers(100, 500_000), bps=st.sampled_from([0, 777, 1_000]))
    def agree(self, price: int, bps: int) -> Any:
        with self.app.app_context(), unit_of_work() as db:
            fee = half_up(price, bps)
            values = {"price_minor": price, "fee_bps": bps, "fee_minor": fee}
            deal = builders.deal(db, status=DealStatus.ACCEPTED, **values)
            id = deal.id
        self.states[id], self.price[id] = "accepted", price
        self.changes[id, "bps"] = bps
        return id

    def fund(self, id: Any) -> None:
        if self.states[id] != "accepted":
            return  # a second payment can't come in: the database keeps one live page a thing

        def act(db: Session) -> None:
            price = self.price[id]
            deals.fund(db, scenes.paid_checkout(db, "deal", id, price))

        self._move(DEAL, "fund", id, self._try(act))
        self.holds["A:stripe"] += self.price[id]
        self.holds["L:escrow"] += self.price[id]

    def deliver(self, id: Any) -> None:
        links = ["https://example.org/reel"]

        def act(db: Session) -> None:
            deal = db.get_one(Deal, id)
            deals.deliver(db, deal, links=links, by=deal.creator.person)

        self._move(DEAL, "deliver", id, self._try(act))

    def ask_change(self, id: Any) -> None:
        def act(db: Session) -> None:
            deal = db.get_one(Deal, id)
            deals.ask_change(db, deal, what="Shorter.", by=deal.brand.person)

        done = self._try(act)
        if self.changes[id] >= 1:
            assert not done
        elif self._move(DEAL, "ask_change", id, done):
            self.changes[id] += 1

    def approve(self, id: Any, clock: bool) -> None:
        def act(db: Session) -> None:
            deal = db.get_one(Deal, id)
            deals.approve(db, deal, by=None if clock else deal.brand.person)

        if self._move(DEAL, "approve", id, self._try(act)):
            self._divide(id, self.price[id])

    def cancel(self, id: Any) -> None:
        def act(db: Session) -> None:
            deal = db.get_one(Deal, id)
            deals.cancel(db, deal, by=deal.creator.person)

        if self._move(DEAL, "cancel", id, self._try(act)) and self.states[id] == "refunding":
            self._divide(id, 0)

    def dispute(self, id: Any) -> None:
        def act(db: Session) -> None:
            deal = db.get_one(Deal, id)
            deals.dispute(db, deal, by=deal.brand.person, answer_by=in_days(3))

        self._move(DEAL, "dispute", id, self._try(act))

    def decide(self, id: Any, part: int) -> None:
        to_creator = self.price[id] * part // 100

        def act(db: Session) -> None:
            deals.rule(db, db.get_one(Deal, id), to_creator=Money(to_creator, "eur"), by=None)

        if self._move(DEAL, "rule", id, self._try(act)):
            self._divide(id, to_creator)

    def _divide(self, id: Any, to_creator: int) -> None:
        fee = half_up(to_creator, self.changes[id, "bps"])
        self.holds["L:escrow"] -= self.price[id]
        self.holds["L:payable"] += to_creator - fee
        self.holds["I:platform_fee"] += fee
        self.holds["L:refund"] += self.price[id] - to_creator

    @rule(id=some_deals, verb=st.sampled_from(sorted(DEAL)), part=st.integers(0, 100))
    def do_anything_with_a_deal(self, id: Any, verb: str, part: int) -> None:
        """Allowed or not; most are refused."""
        if verb == "rule":
            self.decide(id, part)
        elif verb == "approve":
            self.approve(id, part > 50)
        else:
            getattr(self, verb)(id)

    @rule(id=some_deals, picks=st.lists(st.integers(0, 3), max_size=6), part=st.integers(0, 100))
    def lead_a_deal_on(self, id: Any, picks: list[int], part: int) -> None:
        """Verbs that are allowed, one after the other, so that deals get somewhere."""
        for pick in picks:
            may = [verb for verb, steps in DEAL.items() if self.states[id] in steps]
            if may:
                self.do_anything_with_a_deal(id, may[pick % len(may)], part)

    # -- orders ----------------------------------------------------------------------------------

    @rule(target=some_orders, price=st.integers(100, 90_000), rate=st.sampled_from([0, 999, 1200]))
    def buy(self, price: int, rate: int) -> Any:
        with self.app.app_context(), unit_of_work() as db:
            brand, creator = builders.brand(db), builders.creator(db)
            product = builders.product(db, brand, price, commission_bps=rate)
            db.refresh(product, ["variants"])
            item = shop.add(db, product, by=creator.person)
            id = scenes.pay_for(db, item, product.variants[0], 3).id
        whole = 3 * price
        ours, creators = half_up(whole, 500), half_up(whole, rate)
        self.states[id], self.price[id], self.left[id] = "paid", price, 3
        self.shares[id] = (whole - ours - creators, creators, ours)
        self.holds["A:stripe"] += whole
        self.holds["L:held"] += whole - ours
        self.holds["L:deferred_fee"] += ours
        return id

    def carry(self, id: Any, verb: str) -> None:
        def act(db: Session) -> None:
            order = db.get_one(Order, id)
            if verb == "send":
                shop.send(db, order, tracking="", by=order.brand.person)
            else:
                shop.deliver(db, order, by=None)

        self._move(ORDER, verb, id, self._try(act))

    @rule(id=some_orders, verb=st.sampled_from(sorted(ORDER)))
    def do_anything_with_an_order(self, id: Any, verb: str) -> None:
        if verb == "cancel":
            self.call_off(id)
        elif verb == "mature":
            self.wait(id)
        else:
            self.carry(id, verb)

    @rule(id=some_orders, steps=st.integers(1, 3))
    def lead_an_order_on(self, id: Any, steps: int) -> None:
        for _ in range(steps):
            for verb in ("send", "deliver", "mature"):
                if self.states[id] in ORDER[verb]:
                    self.do_anything_with_an_order(id, verb)
                    break

    def call_off(self, id: Any) -> None:
        if self._move(
            ORDER, "cancel", id, self._try(lambda db: shop.cancel(db, db.get_one(Order, id)))
        ):
            self._take(id, 3 * self.price[id])

    @rule(target=some_returns, id=some_orders, count=st.integers(1, 3))
    def ask_return(self, id: Any, count: int) -> Any:
        made: list[Any] = []

        def act(db: Session) -> None:
            order = db.get_one(Order, id)
            lines = {str(order.lines[0].id): count}
            made.append(shop.ask_return(db, order, quantity=lines, reason="other").id)

        done = self._try(act)
        may = self.states[id] in ("sent", "delivered") and count <= self.left[id]
        assert done == may
        if not done:
            return multiple()
        self.left[id] -= count
        self.open.add(made[0])
        return made[0], id, count

    @rule(asked=consumes(some_returns), keeps=st.booleans())
    def end_return(self, asked: Any, keeps: bool) -> None:
        made, id, count = asked

        def act(db: Session) -> None:
            row = db.get_one(Return, made)
            if keeps:
                shop.withdraw(db, row)
            else:
                shop.receive(db, row, by=row.order.brand.person)

        assert self._try(act)
        self.open.discard(made)
        if keeps:
            self.left[id] += count
            return
        self._take(id, count * self.price[id])
        if self.taken[id] == 3 * self.price[id]:
            self.states[id] = "returned"

    def _take(self, id: Any, amount: int) -> None:
        """Each gives back in proportion; the sum is exact, whoever bears the odd cent."""
        self.taken[id] += amount
        self.holds["L:refund"] += amount

    def wait(self, id: Any) -> None:
        """The days to return are over; a parcel on its way back holds everything up."""

        def act(db: Session) -> None:
            order = db.get_one(Order, id)
            mature(db, order)
            if not order.matured_at:
                raise Refused("not_now", verb="mature", state="")

        done = self._try(act)
        if self.states[id] == "delivered" and self._has_open_return(id):
            assert not done
        elif self._move(ORDER, "mature", id, done):
            self._settle_if_nothing_is_left(id)

    def _has_open_return(self, id: Any) -> bool:
        with self.app.app_context(), unit_of_work() as db:
            found = db.scalars(select(Return.id).where(Return.order_id == id))
            return bool(self.open & set(found))

    def _settle_if_nothing_is_left(self, id: Any) -> None:
        with self.app.app_context(), unit_of_work() as db:
            sends = db.query(Transfer).filter_by(subject_id=id).count()
        if not sends:
            self.states[id] = "settled"

    # -- what Stripe does ------------------------------------------------------------------------

    @rule(sends=st.integers(0, 3), refunds=st.integers(0, 3))
    def stripe_works(self, sends: int, refunds: int) -> None:
        for _ in range(sends):
            self.stripe_sends()
        for _ in range(refunds):
            self.stripe_refunds()

    # -- what must hold after every step ---------------------------------------------------------

    @invariant()
    def the_states_are_what_the_oracle_says(self) -> None:
        with self.app.app_context(), unit_of_work() as db:
            found = dict(db.execute(select(Deal.id, Deal.status)).all())
            found |= dict(db.execute(select(Order.id, Order.status)).all())
        assert {id: str(found[id]) for id in self.states} == self.states

    @invariant()
    def the_books_are_what_the_oracle_says(self) -> None:
        now_held = self._balances()
        found = {kind: now_held.get(kind, 0) - self.before.get(kind, 0) for kind in now_held}
        sales = ("L:held", "L:deferred_fee")
        for kind in ("A:stripe", "L:escrow", "L:refund"):
            assert found.get(kind, 0) == self.holds[kind], kind
        # What was taken back of sales, and what matured, left them for others; the sum stays.
        taken = sum(self.taken.values())
        held = sum(self.holds[kind] for kind in sales) - taken
        matured = [id for id, state in self.states.items() if state in ("matured", "settled")]
        over = sum(3 * self.price[id] - self.taken[id] for id in matured if id in self.shares)
        assert sum(found.get(kind, 0) for kind in sales) == held - over
        paid = ("L:payable", "I:platform_fee")
        assert sum(found.get(kind, 0) for kind in paid) == sum(self.holds[k] for k in paid) + over
        # Ours of a sale is in proportion to what was kept, to the cent; exact where nothing was.
        sold = [id for id in matured if id in self.shares]
        kept = [Fraction(3 * self.price[id] - self.taken[id], 3 * self.price[id]) for id in sold]
        ours = sum(self.shares[id][2] * part for id, part in zip(sold, kept, strict=True))
        apart = found.get("I:platform_fee", 0) - self.holds["I:platform_fee"] - ours
        assert abs(apart) <= sum(part != 1 for part in kept)
        signed = sum(held if kind[0] in "AE" else -held for kind, held in found.items())
        assert signed == 0


def test_any_verbs_in_any_order_leave_what_the_oracle_says(app: Flask) -> None:
    Books.app = app
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=int(os.environ.get("EXAMPLES") or 8),
            stateful_step_count=20,
            deadline=None,
            # Making a failure small takes minutes on a real database, and says little more.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
