"""Any verbs in any order, of deals, orders, banks and admins, beside an oracle of its own.

After every step each account of the ledger and each state must be what the oracle says. EXAMPLES
says how many lives are tried (`EXAMPLES=500 pytest tests/money/test_machine.py`), STEPS how long.
"""

import os
from typing import Any

import psycopg
import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.money.machine import Hands
from tests.money.oracle import DEAL, ORDER
from tests.money.paper_stripe import PaperStripe, on_paper

pytestmark = pytest.mark.story

one_of_many = st.integers(0, 30)
either = st.integers(0, 1)
percent = st.integers(0, 100)
parts = st.one_of(st.just(100), st.integers(1, 99))
# Where a price is cut into pieces, in hundredths of it.
some_cuts = st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True)
cuts = st.one_of(st.just([]), some_cuts)
surcharges = st.one_of(st.just(0), st.integers(1, 9_000))
rates = st.sampled_from([0, 777, 1_000, 3_333])


class Books(Hands, RuleBasedStateMachine):
    eraser: tuple[psycopg.Connection, str]

    def __init__(self) -> None:
        super().__init__()
        connection, deletes = self.eraser
        connection.execute(deletes)  # type: ignore[call-overload]
        self.stripe = PaperStripe()
        self.paper = on_paper(self.stripe)
        self.paper.__enter__()
        self.start()
        self.some: dict[str, list[Any]] = {"deal": [], "order": []}

    def teardown(self) -> None:
        self.paper.__exit__(None, None, None)
        assert self.wrong_checks() == []

    def _one(self, kind: str, which: int) -> Any:
        return self.some[kind][which % len(self.some[kind])]

    def _any(self, which: int) -> Any:
        both = [*self.some["deal"], *self.some["order"]]
        return both[which % len(both)]

    # -- deals and orders ------------------------------------------------------------------------

    @initialize(price=st.integers(200, 500_000), which=either, at=some_cuts, on_top=surcharges)
    def begin(self, price: int, which: int, at: list[int], on_top: int) -> None:
        self.some["deal"].append(self.agree(which, price, 777, at, on_top))
        self.some["deal"].append(self.agree(which, price // 2 + 1, 3_333, at, 0))
        self.some["order"].append(self.buy(which, price // 4, 999))

    @rule(which=either, price=st.integers(100, 500_000), bps=rates, at=cuts, on_top=surcharges)
    def another_deal(self, which: int, price: int, bps: int, at: list[int], on_top: int) -> None:
        self.some["deal"].append(self.agree(which, price, bps, at, on_top))

    @rule(which=either, price=st.integers(50, 90_000), rate=st.sampled_from([0, 999, 1_200]))
    def another_order(self, which: int, price: int, rate: int) -> None:
        self.some["order"].append(self.buy(which, price, rate))

    @rule(which=one_of_many, verb=st.sampled_from(sorted(DEAL)), part=percent)
    def do_anything_with_a_deal(self, which: int, verb: str, part: int) -> None:
        """Allowed or not; most are refused."""
        self.deal_does(self._one("deal", which), verb, part)

    @rule(which=one_of_many, picks=st.lists(st.integers(0, 3), max_size=6), part=percent)
    def lead_a_deal_on(self, which: int, picks: list[int], part: int) -> None:
        """Verbs that are allowed, one after the other, so that deals get somewhere."""
        id = self._one("deal", which)
        for pick in picks:
            thing = self.oracle.things[id]
            may = [verb for verb in DEAL if self.oracle.may(DEAL, verb, thing)]
            if may:
                self.deal_does(id, may[pick % len(may)], part)

    @rule(which=one_of_many, pieces=st.integers(1, 4))
    def the_work_goes_well(self, which: int, pieces: int) -> None:
        """Some pieces are delivered and approved."""
        id = self._one("deal", which)
        for verb in ("fund", *["deliver", "approve"] * pieces):
            if self.oracle.may(DEAL, verb, self.oracle.things[id]):
                self.deal_does(id, verb, 0)

    @rule(
        which=either,
        price=st.integers(400, 90_000),
        bps=rates,
        at=some_cuts,
        on_top=surcharges,
        has_account=st.booleans(),
        pieces=st.integers(1, 3),
        jobs=st.sampled_from([0, 1, 40]),
        ends=st.sampled_from(["cancel", "rule", "bank", "time"]),
        part=percent,
    )
    def a_deal_ends_half_way(self, *, which: int, jobs: int, ends: str, **given: Any) -> None:
        """Some pieces are approved, and sent or not; what becomes of the rest?"""
        (self.get_ready if given.pop("has_account") else self.lose_account)(which)
        pieces, part = given.pop("pieces"), given.pop("part")
        id = self.agree(which, **given)
        self.some["deal"].append(id)
        for verb in ("fund", *["deliver", "approve"] * pieces):
            if self.oracle.may(DEAL, verb, self.oracle.things[id]):
                self.deal_does(id, verb, 0)
        self.run_jobs(jobs, slowly=False)
        if ends == "bank":
            self.bank_keeps(id, part)
        elif ends == "time":
            self.time_is_up(id)
        else:
            for verb in ("dispute", "rule") if ends == "rule" else ("cancel",):
                self.deal_does(id, verb, part)

    @rule(which=one_of_many, verb=st.sampled_from(sorted(ORDER)))
    def do_anything_with_an_order(self, which: int, verb: str) -> None:
        self.order_does(self._one("order", which), verb)

    @rule(which=one_of_many, steps=st.integers(1, 3))
    def lead_an_order_on(self, which: int, steps: int) -> None:
        id = self._one("order", which)
        for _ in range(steps):
            for verb in ("send", "deliver", "mature"):
                if self.oracle.things[id].state in ORDER[verb]:
                    self.order_does(id, verb)
                    break

    @rule(which=one_of_many, count=st.integers(1, 3))
    def something_is_sent_back(self, which: int, count: int) -> None:
        self.ask_return(self._one("order", which), count)

    @precondition(lambda self: self.parcels)
    @rule(which=one_of_many, keeps=st.booleans())
    def a_return_ends(self, which: int, keeps: bool) -> None:
        made = [one for one, state in self.oracle.returns.items() if state == "asked"]
        made = made or list(self.parcels)
        self.end_return(made[which % len(made)], keeps)

    @rule(which=one_of_many)
    def held_for_too_long(self, which: int) -> None:
        self.time_is_up(self._one("deal", which))

    # -- banks, payees and admins ----------------------------------------------------------------

    @rule(which=one_of_many, part=parts, asks=st.booleans())
    def a_bank_disputes(self, which: int, part: int, asks: bool) -> None:
        self.bank_opens(self._any(which), part, asks)

    @rule(which=one_of_many, part=parts)
    def a_bank_keeps_it(self, which: int, part: int) -> None:
        self.bank_keeps(self._one("deal", which), part)

    @rule(which=one_of_many, wins=st.booleans())
    def a_bank_decides(self, which: int, wins: bool) -> None:
        things = self.oracle.things
        open_ones = [
            id
            for id, thing in things.items()
            if any(how in ("asks", "open") for _, how in thing.cases.values())
        ]
        if open_ones:
            self.bank_decides(open_ones[which % len(open_ones)], wins)

    @rule(which=either)
    def a_creator_is_ready(self, which: int) -> None:
        self.get_ready(which)

    @rule(which=either)
    def a_creator_is_not_ready_any_more(self, which: int) -> None:
        self.lose_account(which)

    @rule(which=either)
    def a_creator_spends_it(self, which: int) -> None:
        self.spend(which)

    @rule(which=one_of_many, part=percent)
    def an_admin_refunds_late(self, which: int, part: int) -> None:
        self.refund_late(self._any(which), part)

    @rule(which=one_of_many, part=parts)
    def work_that_was_paid_is_refunded_late(self, which: int, part: int) -> None:
        """All of it is approved and has arrived; then a part of it goes back."""
        id = self._one("deal", which)
        self.the_work_goes_well(which, 4)
        for creator in range(2):
            self.get_ready(creator)
        self.run_jobs(40, slowly=False)
        self.refund_late(id, part)

    @rule(which=either, part=percent)
    def an_admin_writes_off(self, which: int, part: int) -> None:
        self.write_off(which, part)

    @precondition(lambda self: self.oracle.refunds)
    @rule(which=one_of_many, how=st.sampled_from(["fails", "fails", "again", "by_hand"]))
    def a_refund_is_in_trouble(self, which: int, how: str) -> None:
        self.mend_refund(which, how)

    @rule(
        amount=st.integers(1, 100_000),
        words=st.lists(
            st.sampled_from(["pending", "in_transit", "paid", "failed", "canceled"]),
            min_size=1,
            max_size=4,
        ),
    )
    def our_own_payout(self, amount: int, words: list[str]) -> None:
        self.our_payout(amount, words)

    # -- the worker ------------------------------------------------------------------------------

    @rule(most=st.integers(1, 8), slowly=st.booleans())
    def the_worker_works(self, most: int, slowly: bool) -> None:
        self.run_jobs(most, slowly)

    # -- what must hold after every step ---------------------------------------------------------

    @invariant()
    def everything_is_what_the_oracle_says(self) -> None:
        assert self.states() == self.predicted()
        said = {key: held for key, held in self.oracle.books.items() if held}
        found = {(kind, owner): held for (kind, owner), held in self.books().items()}
        assert found == said
        assert sum(held * (1 if kind[0] in "AE" else -1) for (kind, _), held in found.items()) == 0


def test_any_verbs_in_any_order_leave_what_the_oracle_says(
    app: Flask, _eraser: tuple[psycopg.Connection, str]
) -> None:
    Books.app, Books.eraser = app, _eraser
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=int(os.environ.get("EXAMPLES") or 10),
            stateful_step_count=int(os.environ.get("STEPS") or 25),
            deadline=None,
            # Making a failure small takes minutes on a real database, and says little more.
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
