"""What was paid for, while a bank decides about the payment: frozen, told, and paid for."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.payments import ledger, service
from marketplace.payments.postings import Bearers
from marketplace.payments.service import banks
from models import Chargeback, Notice, Person, Refund, Refused, Transfer
from tests import builders
from tests.marketplace.payments.asked import DAY, DEAL, transfer
from tests.marketplace.payments.test_debts import eur, jobs

HOUR = timedelta(hours=1)
AMOUNT = {"minor": 600, "currency": "eur"}


class Thing:
    """Something with a clock; it notes what is done to it."""

    def __init__(self) -> None:
        self.id = DEAL
        self.frozen_at: datetime | None = None
        self.due_at: datetime | None = None
        self.done: list[Any] = []

    def lock(self) -> None:
        self.done.append("lock")

    def tell(self, verb: str, *, by: Person | None, note: str = "", **data: Any) -> None:
        self.done.append((verb, by, note, data))


class World:
    """A payment of €10.00 for a thing between two people, and a bank that takes €6.00 of it."""

    def __init__(self, db: Session) -> None:
        self.db, self.thing = db, Thing()
        self.sent = transfer(db, status="sent", stripe_id="tr_1")
        self.paid = self.sent.checkout
        self.payee, self.payer = self.sent.payee, builders.person(db)
        self.admin = builders.admin(db)
        self.bearers = Bearers.nobody("eur")
        self.of = banks.Subject(
            thing=self.thing,
            purpose="deal",
            title="A deal",
            path="/for-admins",
            sides=[(self.payee, "/payee"), (self.payer, "/payer")],
            bear=lambda chargeback: self._noted("bear", chargeback),
            end=lambda one: self._noted("end", one),
        )
        self.chargeback = Chargeback(checkout=self.paid, stripe_id="dp_1", currency="eur")
        self.chargeback.amount_minor, self.chargeback.answer_by = 600, DAY
        builders.add(db, self.chargeback)

    def _noted(self, what: str, thing: Any) -> Bearers:
        self.thing.done.append((what, thing))
        return self.bearers

    def decided(self, status: str = "lost") -> None:
        self.chargeback.status, self.chargeback.decided_at = status, DAY  # type: ignore[assignment]
        self.db.flush()

    def told(self, kind: str) -> None:
        """Both sides at their own pages, and the admins at theirs."""
        said = {"title": "A deal", "amount": AMOUNT, "until": DAY.isoformat()}
        assert notices(self.db) == [
            (self.payee, kind, "/payee", said),
            (self.payer, kind, "/payer", said),
            (self.admin, f"{kind}_for_admin", "/for-admins", said),
        ]


@pytest.fixture
def world(db: Session, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(banks, "now", lambda: DAY)
    return World(db)


def notices(db: Session) -> list[tuple[Person, str, str, object]]:
    db.flush()
    found = db.scalars(select(Notice).order_by(Notice.kind, Notice.path)).all()
    return [(one.person, one.kind, one.path, one.data) for one in found]


def test_a_question_is_noted_and_answered_by_admins(db: Session, world: World) -> None:
    banks.inquire(db, world.of, world.chargeback)
    assert world.thing.done == ["lock", ("inquire", None, "", AMOUNT)]
    assert world.thing.frozen_at is None
    said = {"title": "A deal", "amount": AMOUNT, "until": DAY.isoformat()}
    assert notices(db) == [(world.admin, "payment_questioned", "/for-admins", said)]


def test_a_bank_may_give_no_day_to_answer_by(db: Session, world: World) -> None:
    world.chargeback.answer_by = None
    banks.inquire(db, world.of, world.chargeback)
    assert notices(db)[0][3] == {"title": "A deal", "amount": AMOUNT}


def test_a_warning_of_fraud_moves_nothing(db: Session, world: World) -> None:
    banks.warn(db, world.of, world.paid)
    said = {"title": "A deal", "amount": {"minor": 1_000, "currency": "eur"}}
    assert notices(db) == [(world.admin, "payment_fraud_warning", "/for-admins", said)]
    assert world.thing.done == []


@pytest.mark.parametrize("before", [None, DAY - HOUR])
def test_a_dispute_stops_the_clock_where_it_stands(
    db: Session, world: World, before: datetime | None
) -> None:
    world.thing.frozen_at = before
    banks.freeze(db, world.of, world.chargeback)
    assert world.thing.frozen_at == (before or DAY)
    assert world.thing.done == ["lock", ("freeze", None, "", AMOUNT)]
    world.told("payment_disputed")
    with pytest.raises(Refused, match="bank disputes"):
        banks.still_free(world.thing)


def test_what_no_bank_disputes_is_free(world: World) -> None:
    banks.still_free(world.thing)


@pytest.mark.parametrize(
    ("frozen", "due", "due_then"),
    [
        (DAY - 2 * HOUR, DAY + HOUR, DAY + 3 * HOUR),
        (DAY - 2 * HOUR, None, None),
        (None, DAY + HOUR, DAY + HOUR),
    ],
)
def test_a_dispute_won_gives_the_clock_its_time_back(
    db: Session,
    world: World,
    frozen: datetime | None,
    due: datetime | None,
    due_then: datetime | None,
) -> None:
    world.decided("won")
    world.thing.frozen_at, world.thing.due_at = frozen, due
    world.sent.status, world.sent.stripe_id = "blocked", None  # type: ignore[assignment]
    banks.win(db, world.of, world.chargeback)
    assert (world.thing.frozen_at, world.thing.due_at) == (None, due_then)
    assert world.thing.done == [
        "lock",
        ("win_chargeback", None, "", AMOUNT),
        ("end", world.paid),
    ]
    world.told("payment_dispute_won")
    assert [job for job in jobs(db) if job[1] == "money"] == [
        ("send_transfer", "money", str(world.sent.id))
    ]


@pytest.mark.parametrize("decide", [banks.win, banks.lose])
def test_nothing_goes_on_while_another_bank_decides(db: Session, world: World, decide: Any) -> None:
    world.bearers = Bearers(*[eur(0)] * 5, ours=eur(600))
    if decide is banks.lose:
        took(db)
    other = Chargeback(checkout=world.paid, stripe_id="dp_2", currency="eur", status="open")
    other.amount_minor = 1
    db.add(other)
    world.decided("won" if decide is banks.win else "lost")
    world.thing.frozen_at = DAY - HOUR
    decide(db, world.of, world.chargeback)
    assert world.thing.frozen_at == DAY - HOUR
    assert ("end", world.paid) not in world.thing.done


def took(db: Session) -> None:
    """The bank has the money."""
    lines = [ledger.debit(ledger.DISPUTED, eur(600)), ledger.credit(ledger.STRIPE, eur(600))]
    ledger.post(db, "took", "test", lines, about=("deal", DEAL), source="test")


def test_who_bears_a_dispute_that_is_lost_is_told_what_they_owe(db: Session, world: World) -> None:
    owed = [(world.payee.id, eur(250)), (world.payer.id, eur(0))]
    world.bearers = Bearers(*[eur(0)] * 5, ours=eur(350), owed=owed)
    took(db)
    world.decided()
    world.thing.frozen_at = DAY
    banks.lose(db, world.of, world.chargeback)
    assert world.thing.done == [
        "lock",
        ("bear", world.chargeback),
        ("lose_chargeback", None, "", AMOUNT),
        ("end", world.paid),
    ]
    assert world.thing.frozen_at is None
    assert ledger.balance(db, ledger.DISPUTED, None, "eur") == eur(0)
    assert ledger.balance(db, ledger.OWED, world.payee.id, "eur") == eur(250)
    said = {"title": "A deal", "amount": {"minor": 250, "currency": "eur"}}
    (debt,) = [one for one in notices(db) if one[1] == "money_owed_back"]
    assert debt == (world.payee, "money_owed_back", "/money", said)
    db.execute(text("DELETE FROM notices WHERE kind = 'money_owed_back'"))
    db.expire_all()
    world.told("payment_dispute_lost")


def another(db: Session, of: Transfer, part: int, minor: int, **values: Any) -> Transfer:
    row = Transfer(payee_id=of.payee_id, checkout_id=of.checkout_id, part=part, currency="eur")
    row.purpose, row.subject_id, row.amount_minor = of.purpose, of.subject_id, minor
    for name, value in values.items():
        setattr(row, name, value)
    return builders.add(db, row)  # type: ignore[no-any-return]


def test_the_rest_is_taken_back_before_the_parts_and_the_last_part_first(
    db: Session, world: World
) -> None:
    world.sent.part = 1
    second = another(db, world.sent, 2, 100, status="sent", stripe_id="tr_2")
    rest = another(db, world.sent, 0, 30, status="sent", stripe_id="tr_3")
    another(db, world.sent, 5, 900, status="sent", stripe_id="tr_4", purpose="order")
    another(db, world.sent, 6, 900, status="sent", stripe_id="tr_5", subject_id=uuid.uuid4())
    burden = banks.Burden([(world.payee, eur(140))], eur(7), eur(3))
    bearers = service.collect(db, "deal", DEAL, burden)
    found = db.execute(text("SELECT transfer_id, amount_minor FROM reversals")).all()
    assert {row.transfer_id: row.amount_minor for row in found} == {
        rest.id: 30,
        second.id: 100,
        world.sent.id: 10,
    }
    assert (bearers.platform_fee, bearers.ours) == (eur(7), eur(3))
    assert (bearers.escrow, bearers.refund, bearers.deferred_fee) == (eur(0), eur(0), eur(0))
    assert bearers.owed == [(world.payee.id, eur(140))]
    assert bearers.payable == [(world.payee.id, eur(0))]


def test_what_was_not_sent_is_taken_from_what_waits(db: Session) -> None:
    row = transfer(db)
    burden = banks.Burden([(row.payee, eur(300))], eur(0), eur(0))
    bearers = service.collect(db, "deal", DEAL, burden)
    assert bearers.payable == [(row.payee_id, eur(300))]
    assert bearers.owed == [(row.payee_id, eur(0))]


def test_the_part_of_who_was_never_paid_is_nobodys(db: Session, world: World) -> None:
    parts = [(world.payer, eur(20)), (world.payee, eur(0)), (world.admin, eur(5))]
    bearers = service.collect(db, "deal", DEAL, banks.Burden(parts, eur(0), eur(1)))
    assert (bearers.ours, bearers.payable, bearers.owed) == (eur(26), [], [])


def test_what_goes_back_late_is_taken_from_everybody_first(db: Session, world: World) -> None:
    burden = banks.Burden([(world.payee, eur(80))], eur(0), eur(20))
    made = service.give_back_late(
        db, world.of, world.paid, burden, eur(100), why="never shown", by=world.admin
    )
    assert db.scalars(select(Refund)).all() == [made]
    assert (made.purpose, made.subject_id, made.amount) == ("deal", DEAL, eur(100))
    assert made.checkout_id == world.paid.id
    hundred = {"minor": 100, "currency": "eur"}
    assert world.thing.done == [("refund_late", world.admin, "never shown", hundred)]
    assert ledger.balance(db, ledger.OWED, world.payee.id, "eur") == eur(80)
    assert ledger.balance(db, ledger.GOODWILL, None, "eur") == eur(20)
    (journal,) = [
        one
        for one in ledger.journals(db, about=("deal", DEAL))
        if one.cause == f"refund:{made.id}:taken_back"
    ]
    assert journal.kind == "taken_back"
    said = {"title": "A deal", "amount": {"minor": 80, "currency": "eur"}}
    assert notices(db) == [(world.payee, "money_owed_back", "/money", said)]
