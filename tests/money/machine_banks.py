"""What banks, payees and admins do in the state machine."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from marketplace.deals.service import late as deals_late
from marketplace.kit.clock import in_days
from marketplace.kit.db import unit_of_work
from marketplace.payments import calls
from marketplace.payments import service as payments
from marketplace.payments.gateway import Paying
from marketplace.shop.service import late as shop_late
from marketplace.worker.routes import route
from models import (
    AccountStatus,
    Deal,
    Order,
    PayoutAccount,
    Person,
    Refund,
    Transfer,
)
from tests.money.oracle_back import Oracle
from tests.money.paper_stripe import PaperStripe, eur


class BanksAndAdmins:
    """Mixed into a machine that has an oracle, a Stripe on paper, and two creators."""

    app: Flask
    stripe: PaperStripe
    oracle: Oracle
    creators: list[tuple[Any, Any]]
    admin: Any
    expect: Callable[..., bool]
    _refund_ids: Callable[[], list[str]]

    # -- banks -----------------------------------------------------------------------------------

    def bank_opens(self, id: Any, part: int, asks: bool) -> None:
        thing = self.oracle.things[id]
        free = thing.paid - sum(amount for amount, _ in thing.cases.values())
        amount = free * part // 100
        if thing.checkout is None or amount <= 0:
            return
        paid_by = id if thing.kind == "deal" else thing.checkout
        case = self.stripe.opens(f"ch_{paid_by.hex}", amount, asks=asks)
        if asks:
            thing.cases[case] = [amount, "asks"]
        else:
            self.oracle.taken(id, case, amount)
        self._hear(case)

    def bank_decides(self, id: Any, wins: bool) -> None:
        """The oldest open case of a payment goes on."""
        thing = self.oracle.things[id]
        for case, (amount, how) in thing.cases.items():
            if how == "asks" and wins:
                self.stripe.decides(case, "warning_closed")
                thing.cases[case] = [0, "closed"]
            elif how == "asks":
                self.stripe.takes(case)
                self.oracle.taken(id, case, amount)
            elif how == "open":
                self.stripe.decides(case, "won" if wins else "lost")
                (self.oracle.won if wins else self.oracle.lost)(id, case)
            else:
                continue
            self._hear(case)
            return

    def bank_keeps(self, id: Any, part: int) -> None:
        """A bank takes a part of a payment, and decides all it has of it for the payer."""
        self.bank_opens(id, part, asks=False)
        while self.oracle.things[id].is_frozen:
            self.bank_decides(id, wins=False)

    def _hear(self, case: str) -> None:
        """Stripe tells, twice."""
        with self.app.app_context():
            for _ in range(2):
                assert calls.refresh_dispute(case, route)

    # -- people, and admins ----------------------------------------------------------------------

    def get_ready(self, which: int) -> None:
        """A creator says where to send money; what waited goes out."""
        person = self.creators[which][1]
        if person in self.oracle.ready:
            return
        self._get_ready(person)
        self.oracle.ready.add(person)

        def act(db: Session) -> None:
            waiting = db.query(Transfer).filter_by(payee_id=person, status="blocked")
            for row in waiting.order_by(Transfer.created_at):
                row.move("retry", by=None)
                payments.debts.net(db, row)
                payments.enqueue(db, "send_transfer", queue="money", id=str(row.id))

        self.expect(True, act)
        for one in self.oracle.sends:
            if one.payee == person and one.status == "blocked":
                one.status = "waiting"
                self.oracle.net(one)

    def _get_ready(self, person: Any) -> None:
        with self.app.app_context(), unit_of_work() as db:
            account = db.query(PayoutAccount).filter_by(person_id=person).one_or_none()
            if account is None:
                account = PayoutAccount(person_id=person, country="SE")
                account.stripe_id, account.status = f"acct_{person.hex}", AccountStatus.CREATED
                db.add(account)
            account.transfers_active = True

    def lose_account(self, which: int) -> None:
        """Stripe wants to know more of a creator before it sends them anything again."""
        person = self.creators[which][1]
        if person not in self.oracle.ready:
            return
        with self.app.app_context(), unit_of_work() as db:
            db.query(PayoutAccount).filter_by(person_id=person).one().transfers_active = False
        self.oracle.ready.remove(person)

    def spend(self, which: int) -> None:
        """A creator has everything paid out to their bank."""
        person = self.creators[which][1]
        self.stripe.accounts[f"acct_{person.hex}"] = 0
        self.oracle.accounts[person] = 0

    def refund_late(self, id: Any, part: int) -> None:
        thing = self.oracle.things[id]
        most = self.oracle.most_late(id)
        amount = max(1, thing.paid * part // 100)

        def act(db: Session) -> None:
            by = db.get_one(Person, self.admin)
            if thing.kind == "deal":
                row = db.get_one(Deal, id)
                deals_late.refund(db, row, eur(amount), why="Gone.", by=by)
            else:
                order = db.get_one(Order, id)
                shop_late.refund(db, order, eur(amount), why="Gone.", by=by)

        if self.expect(amount <= most, act, "refund_late", amount, most, thing):
            self.oracle.late(id, amount)

    def write_off(self, which: int, part: int) -> None:
        person = self.creators[which][1]
        owed = self.oracle.owed(person)
        amount = max(1, owed * part // 100)

        def act(db: Session) -> None:
            by = db.get_one(Person, self.admin)
            payments.write_off(db, db.get_one(Person, person), eur(amount), why="Gone.", by=by)

        if self.expect(amount <= owed, act, "write_off", amount, owed):
            self.oracle.written_off(person, amount)

    def mend_refund(self, which: int, how: str) -> None:
        """One comes back from the bank, or one that did is tried again or paid by hand."""
        one = self.oracle.refunds[which % len(self.oracle.refunds)]
        id = self._refund_ids()[self.oracle.refunds.index(one)]
        frozen = self.oracle.things[one.thing].is_frozen
        if how == "fails":
            if one.status in ("succeeded", "pending"):
                self._fails(id)
                self.oracle.came_back(one)
            return

        def act(db: Session) -> None:
            row, by = db.get_one(Refund, id), db.get_one(Person, self.admin)
            if how == "again":
                payments.refund_again(db, row, by=by)
            else:
                payments.pay_by_hand(db, row, why="By bank.", by=by)

        may = one.status == "failed" and not (frozen and how == "again")
        if self.expect(may, act, how, one):
            (self.oracle.again if how == "again" else self.oracle.by_hand)(one)

    def _fails(self, id: Any) -> None:
        with self.app.app_context(), unit_of_work() as db:
            stripe_id = db.get_one(Refund, id).stripe_id or ""
        known = self.stripe.refunds[stripe_id]
        self.stripe.refunds[stripe_id] = type(known)(known.id, "failed", True)
        with self.app.app_context():
            for _ in range(2):
                calls.refresh_refund(id, stripe_id, route)

    def our_payout(self, amount: int, words: list[str]) -> None:
        """Ours goes out; Stripe tells of it in any order, and the last word is what it is."""
        id = self.stripe.id("po")
        place = "A:in_transit"
        for word in words:
            self.stripe.payouts[id] = Paying(id, word, eur(amount), in_days(1), "", "")
            with self.app.app_context():
                assert calls.refresh_payout(id, "", route)
            if place == "A:in_transit" and word in ("paid", "canceled"):
                place = "A:bank" if word == "paid" else "A:stripe"
            if word == "failed":
                place = "A:stripe"
        self.oracle.move((place, None), ("A:stripe", None), amount)
