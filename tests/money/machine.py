"""What the state machine does with our code; beside each of its hands the oracle does the same."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.books import verify
from marketplace.kit.db import unit_of_work
from marketplace.payments import service as payments
from marketplace.shop import service as shop
from marketplace.shop.service.orders import mature
from marketplace.worker.tasks import TASKS
from models import (
    Creator,
    Deal,
    Dispute,
    Order,
    Refund,
    Refused,
    Return,
    Reversal,
    Transfer,
)
from tests import builders
from tests.money import oracle as told
from tests.money import scenes
from tests.money.machine_banks import BanksAndAdmins
from tests.money.machine_deals import Deals
from tests.money.oracle import Thing, half_up
from tests.money.oracle_back import Oracle
from tests.money.paper_stripe import PaperStripe

_JOB = "SELECT id, task_name, args FROM procrastinate_jobs WHERE queue_name = 'money'"


class Hands(Deals, BanksAndAdmins):
    """Two creators with many deals and sales, one after the other. `app` is set by the test."""

    app: Flask
    stripe: PaperStripe

    def start(self) -> None:
        self.oracle = Oracle()
        self.changed: set[Any] = set()
        self.parcels: dict[Any, tuple[Any, int, int]] = {}
        self.left: defaultdict[Any, int] = defaultdict(lambda: 3)
        with self.app.app_context(), unit_of_work() as db:
            self.admin = builders.admin(db).id
            made = [builders.creator(db) for _ in range(2)]
            self.creators = [(one.id, one.person_id) for one in made]

    def do(self, act: Callable[[Session], Any]) -> bool:
        """Whether it was done; a refusal changes nothing."""
        try:
            with self.app.app_context(), unit_of_work() as db:
                act(db)
        except Refused:
            return False
        return True

    def expect(self, allowed: bool, act: Callable[[Session], Any], *about: Any) -> bool:
        done = self.do(act)
        assert done == allowed, (*about, done)
        return done

    # -- orders ----------------------------------------------------------------------------------

    def buy(self, which: int, price: int, rate: int) -> Any:
        with self.app.app_context(), unit_of_work() as db:
            brand, creator = builders.brand(db), db.get_one(Creator, self.creators[which][0])
            product = builders.product(db, brand, price, commission_bps=rate)
            db.refresh(product, ["variants"])
            item = shop.add(db, product, by=creator.person)
            order = scenes.pay_for(db, item, product.variants[0], 3)
            id, people = order.id, [brand.person_id, creator.person_id]
            checkout = payments.paid_checkout(db, "order", id).id
        whole = 3 * price
        ours, creators = half_up(whole, 500), half_up(whole, rate)
        weights = [whole - ours - creators, creators, ours]
        self.oracle.sell(id, Thing("order", whole, "paid", checkout, people, weights))
        self.oracle.ready.add(people[0])
        self._get_ready(people[0])
        return id

    def order_does(self, id: Any, verb: str) -> None:
        thing = self.oracle.things[id]
        may = self.oracle.may(told.ORDER, verb, thing)
        if verb == "mature":
            may = may and not any(
                of == id and self.oracle.returns[made] == "asked"
                for made, (of, _, _) in self.parcels.items()
            )
        if not self.expect(may, lambda db: self._order_verb(db, id, verb), verb, thing):
            return
        if verb == "cancel":
            self._cancelled(id)
            return
        thing.state = told.ORDER[verb][thing.state]
        if verb == "mature":
            self.oracle.mature(id)

    def _order_verb(self, db: Session, id: Any, verb: str) -> None:
        order = db.get_one(Order, id)
        if verb == "send":
            shop.send(db, order, tracking="", by=order.brand.person)
        elif verb == "deliver":
            shop.deliver(db, order, by=None)
        elif verb == "cancel":
            shop.cancel(db, order)
        else:
            mature(db, order)
            if not order.matured_at:
                raise Refused("not_now", verb="mature", state="")

    def _cancelled(self, id: Any) -> None:
        with self.app.app_context(), unit_of_work() as db:
            made = db.query(Return).filter_by(order_id=id).one().id
        thing = self.oracle.things[id]
        self.parcels[made] = (id, self.left[id], thing.price)
        self.left[id] = 0
        self.oracle.returned(id, thing.price, made)
        thing.state = "returned"

    def ask_return(self, id: Any, count: int) -> None:
        thing, made = self.oracle.things[id], []

        def act(db: Session) -> None:
            order = db.get_one(Order, id)
            lines = {str(order.lines[0].id): count}
            made.append(shop.ask_return(db, order, quantity=lines, reason="other").id)

        may = thing.state in ("sent", "delivered") and count <= self.left[id]
        if self.expect(may, act, "ask_return", thing):
            self.left[id] -= count
            self.parcels[made[0]] = (id, count, count * thing.price // 3)
            self.oracle.returns[made[0]] = "asked"

    def end_return(self, made: Any, keeps: bool) -> None:
        id, count, amount = self.parcels[made]
        thing = self.oracle.things[id]
        may = self.oracle.returns[made] == "asked"

        def act(db: Session) -> None:
            row = db.get_one(Return, made)
            if keeps:
                shop.withdraw(db, row)
            else:
                shop.receive(db, row, by=row.order.brand.person)

        if not keeps:
            may = may and not thing.is_frozen and thing.state in ("sent", "delivered", "returned")
        if not self.expect(may, act, "end_return", keeps, thing):
            return
        if keeps:
            self.left[id] += count
            self.oracle.returns[made] = "withdrawn"
        else:
            self.oracle.returned(id, amount, made)

    # -- the worker ------------------------------------------------------------------------------

    def run_jobs(self, most: int, slowly: bool) -> None:
        """The oldest first; the oracle is told which thing each of them looks after."""
        self.stripe.is_slow = slowly
        for _ in range(most):
            with self.app.app_context(), unit_of_work() as db:
                job = db.execute(text(f"{_JOB} ORDER BY id LIMIT 1")).first()
                if job is None:
                    return
                db.execute(text("DELETE FROM procrastinate_jobs WHERE id = :id"), {"id": job.id})
                db.commit()
            with self.app.app_context():
                TASKS[job.task_name][0](**job.args)
            self._tell_of(job.task_name, job.args["id"], slowly)

    def _tell_of(self, name: str, id: str, slowly: bool) -> None:
        if name == "send_transfer":
            with self.app.app_context(), unit_of_work() as db:
                row = db.get_one(Transfer, id)
                key = row.subject_id, row.payee_id, row.part
            (send,) = [one for one in self.oracle.sends if one.key == key]
            self.oracle.sent(send)
        elif name == "send_reversal":
            self.oracle.asked_back(self.oracle.reversals[self._ids(Reversal).index(id)])
        elif name == "send_refund":
            one = self.oracle.refunds[self._refund_ids().index(id)]
            self.oracle.refunded(one, slowly=slowly)
        elif name == "tell_refunded":
            self.oracle.told_refunded(self.oracle.refunds[self._refund_ids().index(id)])

    def _refund_ids(self) -> list[str]:
        return self._ids(Refund)

    def _ids(self, model: Any) -> list[str]:
        with self.app.app_context(), unit_of_work() as db:
            return [str(one.id) for one in db.query(model).order_by(model.created_at)]

    # -- how it all stands -----------------------------------------------------------------------

    def books(self) -> dict[tuple[str, Any], int]:
        with self.app.app_context(), unit_of_work() as db:
            query = text("SELECT kind, owner, balance FROM ledger.balance WHERE balance <> 0")
            return {(kind, owner): int(held) for kind, owner, held in db.execute(query)}

    def states(self) -> dict[str, Any]:
        with self.app.app_context(), unit_of_work() as db:
            found: dict[str, Any] = {
                str(one.id): str(one.status) for kind in (Deal, Order) for one in db.query(kind)
            }
            found |= {str(one.id): str(one.status) for one in db.query(Return)}
            for name, kind in (("refunds", Refund), ("reversals", Reversal)):
                rows = db.query(kind).order_by(kind.created_at)
                found[name] = [(str(one.status), one.amount_minor) for one in rows]
            rows = db.query(Reversal).order_by(Reversal.created_at)
            found["reversed parts"] = [one.transfer.part for one in rows]
            live = db.query(Dispute).filter(Dispute.status != "ruled")
            found["disputes"] = {one.deal_id for one in live}
            sends = db.query(Transfer)
            found["sends"] = {
                (one.subject_id, one.payee_id, one.part): (str(one.status), one.amount_minor)
                for one in sends
            }
        return found

    def wrong_checks(self) -> list[str]:
        """Checks of the books that find anything; the oracle has found nothing."""
        with self.app.app_context(), unit_of_work() as db:
            return [name for name in verify.CHECKS if not verify.check(db, name).passed]

    def predicted(self) -> dict[str, Any]:
        said = self.oracle
        found: dict[str, Any] = {str(id): thing.state for id, thing in said.things.items()}
        found |= {str(made): state for made, state in said.returns.items()}
        found["disputes"] = {id for id, thing in said.things.items() if thing.state == "disputed"}
        found["refunds"] = [(one.status, one.amount) for one in said.refunds]
        found["reversals"] = [(one.status, one.amount) for one in said.reversals]
        found["reversed parts"] = [one.send.part for one in said.reversals]
        found["sends"] = {one.key: (one.status, one.amount) for one in said.sends}
        return found
