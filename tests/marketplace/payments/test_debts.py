"""What has to come back is kept from what waits, asked back from what was sent, or stays owed."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.payments import ledger, service
from marketplace.payments.service import debts
from models import (
    Chargeback,
    Event,
    Money,
    Notice,
    Payout,
    PayoutAccount,
    Refund,
    Refused,
    Reversal,
    Transfer,
)
from tests import builders
from tests.marketplace.payments.asked import DEAL, checkout, locked, refund, transfer


def eur(minor: int) -> Money:
    return Money(minor, "eur")


def jobs(db: Session) -> list[tuple[str, str, str]]:
    db.flush()
    found = db.execute(
        text("SELECT task_name, queue_name, args->>'id' FROM procrastinate_jobs ORDER BY id")
    )
    return [(name, queue, id) for name, queue, id in found]


def owes(db: Session, person: uuid.UUID, minor: int, currency: str = "eur") -> None:
    amount = Money(minor, currency)
    lines = [ledger.debit(ledger.OWED, amount, person), ledger.credit(ledger.GOODWILL, amount)]
    cause = f"owes {person} {minor} {currency}"
    ledger.post(db, cause, "test", lines, about=("person", person), source="test")


def dispute(db: Session, row: Transfer | Refund, status: str) -> None:
    decided = None if status in ("inquiry", "open") else now()
    db.add(
        Chargeback(
            checkout_id=row.checkout_id,
            stripe_id=f"dp_{status}",
            status=status,
            currency="eur",
            amount_minor=1_000,
            reason="fraudulent",
            decided_at=decided,
        )
    )
    db.flush()


def asked_back(db: Session) -> list[int]:
    return list(db.scalars(select(Reversal.amount_minor).order_by(Reversal.created_at)))


@pytest.mark.parametrize(
    ("status", "frozen"), [("inquiry", False), ("open", True), ("won", False), ("lost", False)]
)
def test_a_payment_is_frozen_only_while_a_bank_decides(
    db: Session, status: str, frozen: bool
) -> None:
    row = transfer(db)
    dispute(db, row, status)
    assert service.is_frozen(db, row.checkout_id) is frozen
    assert service.is_frozen(db, uuid.uuid4()) is False


def test_what_is_being_asked_back_is_not_owed_a_second_time(db: Session) -> None:
    row = transfer(db, status="sent", stripe_id="tr_1")
    owes(db, row.payee_id, 100)
    for status, minor in (("waiting", 30), ("refused", 7), ("waiting", 11)):
        db.add(Reversal(transfer_id=row.id, currency="eur", amount_minor=minor, status=status))
    db.flush()
    assert service.owed(db, row.payee_id, "eur") == eur(59)
    assert service.owed(db, uuid.uuid4(), "eur") == eur(0)
    assert service.owed(db, row.payee_id, "sek") == Money(0, "sek")


@pytest.mark.parametrize(
    ("owed", "left", "status"),
    [(0, 800, "waiting"), (300, 500, "waiting"), (800, 0, "netted"), (900, 0, "netted")],
)
def test_what_a_payee_owes_is_kept_from_their_next_pay(
    db: Session, owed: int, left: int, status: str
) -> None:
    row = transfer(db)
    if owed:
        owes(db, row.payee_id, owed)
    debts.net(db, row)
    db.flush()
    assert (row.amount_minor, row.netted_minor, row.status) == (left, 800 - left, status)
    assert ledger.balance(db, ledger.OWED, row.payee_id, "eur") == eur(owed - (800 - left))
    assert ledger.balance(db, ledger.PAYABLE, row.payee_id, "eur") == eur(left)
    kept = db.scalars(select(Event).where(Event.verb == "keep_back")).all()
    assert [one.data for one in kept] == [{"minor": 300, "currency": "eur"}] * (owed == 300)


@pytest.mark.parametrize("status", ["waiting", "blocked"])
@pytest.mark.parametrize(
    ("part", "unsent", "left", "ends"),
    [(300, 300, 500, False), (800, 800, 0, True), (900, 800, 0, True), (0, 0, 800, False)],
)
def test_what_was_not_sent_yet_is_taken_from_it(
    db: Session, status: str, part: int, unsent: int, left: int, ends: bool
) -> None:
    row = transfer(db, status=status)
    assert service.take_from(db, [row], eur(part)) == (eur(unsent), eur(part - unsent))
    assert (row.amount_minor, row.status) == (left, "cancelled" if ends else status)
    assert asked_back(db) == []
    assert jobs(db) == []


@pytest.mark.parametrize(
    ("part", "asked"), [(300, [100, 300]), (680, [100, 680]), (700, [100, 680])]
)
def test_what_was_sent_is_asked_back_but_never_more_than_was_sent(
    db: Session, part: int, asked: list[int]
) -> None:
    row = transfer(db, status="sent", stripe_id="tr_1", reversed_minor=20)
    db.add(Reversal(transfer_id=row.id, currency="eur", amount_minor=100))
    db.flush()
    assert service.take_from(db, [row], eur(part)) == (eur(0), eur(part))
    assert asked_back(db) == asked
    latest = db.scalars(select(Reversal).where(Reversal.amount_minor == asked[-1])).one()
    assert jobs(db) == [("send_reversal", "money", str(latest.id))]
    told = db.scalars(select(Event).where(Event.subject_id == latest.id)).one()
    assert (told.verb, told.actor_id) == ("ask", None)


def test_what_waits_is_taken_first_and_then_what_was_sent_is_asked_back(db: Session) -> None:
    sent = transfer(db, status="sent", stripe_id="tr_1")
    more = {"payee_id": sent.payee_id, "checkout_id": sent.checkout_id, "currency": "eur"}
    rows = [sent]
    for part, minor, status in ((1, 100, "waiting"), (2, 50, "sent")):
        number = "tr_2" if status == "sent" else None
        row = Transfer(purpose="deal", subject_id=DEAL, part=part, status=status, **more)
        row.amount_minor, row.stripe_id = minor, number
        db.add(row)
        rows.append(row)
    db.flush()
    assert service.take_from(db, rows, eur(920)) == (eur(100), eur(820))
    assert [one.status for one in rows] == ["sent", "cancelled", "sent"]
    assert sorted(asked_back(db)) == [20, 800]


@pytest.mark.parametrize("part", [1, 799, 800])
def test_all_of_what_was_sent_can_be_asked_back(db: Session, part: int) -> None:
    row = transfer(db, status="sent", stripe_id="tr_1")
    service.take_from(db, [row], eur(part))
    assert asked_back(db) == [part]


def test_who_owes_is_locked_before_their_debt_is_looked_at(db: Session) -> None:
    row, admin = transfer(db), builders.admin(db)
    owes(db, row.payee_id, 100)
    with locked(db) as tables:
        debts.net(db, row)
    assert tables == ["people"]
    owes(db, row.payee_id, 50)
    with locked(db) as tables:
        service.write_off(db, row.payee, eur(50), why="gone", by=admin)
    assert tables == ["people"]


def test_a_refund_is_locked_before_it_is_asked_for_again(db: Session) -> None:
    row = refund(db, status="failed")
    with locked(db) as tables:
        service.refund_again(db, row, by=builders.admin(db))
    assert tables == ["refunds", "refunds"]


@pytest.mark.parametrize("part", [0, 5])
def test_where_nothing_is_left_nothing_is_asked_back(db: Session, part: int) -> None:
    row = transfer(db, status="sent", stripe_id="tr_1", reversed_minor=800 if part else 0)
    assert service.take_from(db, [row], eur(part)) == (eur(0), eur(part))
    assert (asked_back(db), jobs(db)) == ([], [])


@pytest.mark.parametrize("status", ["netted", "cancelled"])
def test_what_never_was_sent_is_only_owed(db: Session, status: str) -> None:
    row = transfer(db, status=status)
    assert service.take_from(db, [row], eur(5)) == (eur(0), eur(5))
    assert (asked_back(db), jobs(db), row.amount_minor) == ([], [], 800)


def test_a_debt_is_given_up_with_a_reason_that_stays(db: Session) -> None:
    person, admin = builders.person(db), builders.admin(db)
    owes(db, person.id, 100)
    for wrong in (0, 101):
        with pytest.raises(Refused, match="owe less"):
            service.write_off(db, person, eur(wrong), why="gone", by=admin)
    service.write_off(db, person, eur(60), why="gone", by=admin)
    note = db.scalars(select(Event).where(Event.verb == "write_off")).one()
    assert (note.subject_type, note.subject_id, note.actor_id) == ("people", person.id, admin.id)
    assert (note.note, note.after, note.data) == ("gone", "open", {"minor": 60, "currency": "eur"})
    assert abs(note.at - now()) < timedelta(minutes=5)
    assert ledger.is_posted(db, f"debt:{note.id}:written_off")
    assert service.owed(db, person.id, "eur") == eur(40)
    person.suspended_at = now()
    service.write_off(db, person, eur(40), why="gone", by=admin)
    assert sorted(db.scalars(select(Event.after).where(Event.verb == "write_off"))) == [
        "open",
        "suspended",
    ]


def test_a_refund_is_asked_for_with_its_job(db: Session) -> None:
    charge, admin = checkout(db), builders.admin(db)
    row = service.give_back(
        db, purpose="deal", subject_id=DEAL, amount=eur(70), checkout=charge, by=admin
    )
    assert (row.purpose, row.subject_id, row.checkout_id) == ("deal", DEAL, charge.id)
    assert (row.amount, row.status) == (eur(70), "waiting")
    assert jobs(db) == [("send_refund", "money", str(row.id))]
    told = db.scalars(select(Event).where(Event.subject_id == row.id)).one()
    assert (told.verb, told.actor_id) == ("ask", admin.id)


def test_a_failed_refund_is_asked_for_again_as_another(db: Session) -> None:
    row, admin = refund(db, status="failed"), builders.admin(db)
    again = service.refund_again(db, row, by=admin)
    assert (row.status, again.status, again.amount) == ("replaced", "waiting", row.amount)
    assert (again.purpose, again.subject_id, again.checkout_id) == ("deal", DEAL, row.checkout_id)
    assert jobs(db) == [("send_refund", "money", str(again.id))]
    told = db.scalars(select(Event).where(Event.verb.in_(("replace", "ask")))).all()
    assert [one.actor_id for one in told] == [admin.id, admin.id]


def test_a_failed_refund_waits_while_a_bank_decides(db: Session) -> None:
    row = refund(db, status="failed")
    dispute(db, row, "open")
    with pytest.raises(Refused, match="A bank disputes"):
        service.refund_again(db, row, by=builders.admin(db))
    assert row.status == "failed"


def test_a_failed_refund_is_paid_by_hand(db: Session) -> None:
    row, admin = refund(db, status="failed"), builders.admin(db)
    service.pay_by_hand(db, row, why="by wire", by=admin)
    assert row.status == "by_hand"
    assert ledger.is_posted(db, f"refund:{row.id}:by_hand")
    assert jobs(db) == [("tell_refunded", "money", str(row.id))]
    told = db.scalars(select(Event).where(Event.verb == "pay_by_hand")).one()
    assert (told.note, told.actor_id) == ("by wire", admin.id)


@pytest.mark.parametrize(
    ("most", "refunds"),
    [
        (0, "200 waiting, 50 waiting, 70 failed"),
        (150, "50 waiting, 50 waiting, 70 failed"),
        (200, "200 cancelled, 50 waiting, 70 failed"),
        (250, "200 cancelled, 50 cancelled, 70 failed"),
        (260, "200 cancelled, 50 cancelled, 70 replaced, 60 waiting"),
        (320, "200 cancelled, 50 cancelled, 70 cancelled"),
        (400, "200 cancelled, 50 cancelled, 70 cancelled"),
    ],
)
def test_what_the_bank_gave_back_is_not_sent_again(db: Session, most: int, refunds: str) -> None:
    row = refund(db)
    for days, minor, status in ((1, 50, "waiting"), (2, 70, "failed")):
        more = Refund(purpose="deal", subject_id=DEAL, checkout_id=row.checkout_id, currency="eur")
        more.amount_minor, more.status, more.created_at = minor, status, now() + timedelta(days)
        db.add(more)
    db.flush()
    assert service.refund_waiting(db, row.checkout, eur(most)) == eur(min(most, 320))
    db.flush()
    left = db.scalars(select(Refund).order_by(Refund.created_at)).all()
    wanted = sorted(refunds.split(", "))
    assert sorted(f"{one.amount_minor} {one.status}" for one in left) == wanted
    verbs = ("cancel", "keep_back", "replace")
    told = db.scalars(select(Event).where(Event.verb.in_(verbs))).all()
    assert all((one.note, one.actor_id) == ("the bank gave the money back", None) for one in told)
    kept = [one.data for one in told if one.verb == "keep_back"]
    assert kept == [{"minor": 150}] * (most == 150)
    assert {(one.purpose, one.subject_id, one.checkout_id) for one in left} == {
        ("deal", DEAL, row.checkout_id)
    }


def test_what_waited_for_a_payment_goes_on(db: Session) -> None:
    back = refund(db)
    blocked = db.scalars(select(Transfer)).one()
    blocked.move("block", by=None)
    other = Refund(purpose="deal", subject_id=DEAL, checkout_id=back.checkout_id, currency="eur")
    other.amount_minor, other.status = 5, "failed"
    db.add(other)
    db.flush()
    service.resume(db, back.checkout)
    assert blocked.status == "waiting"
    sent = [("send_transfer", "money", str(blocked.id)), ("send_refund", "money", str(back.id))]
    assert jobs(db) == sent
    service.resume(db, back.checkout)
    assert jobs(db) == sent * 2


def test_pay_is_sent_once_less_what_is_owed(db: Session) -> None:
    first = transfer(db)
    owes(db, first.payee_id, 300)
    row = service.send(
        db,
        purpose="deal",
        subject_id=uuid.UUID(int=8),
        payee_id=first.payee_id,
        amount=eur(800),
        checkout=first.checkout,
    )
    assert (row.purpose, row.subject_id, row.part) == ("deal", uuid.UUID(int=8), 0)
    assert (row.payee_id, row.checkout_id) == (first.payee_id, first.checkout_id)
    assert (row.amount, row.netted, row.status) == (eur(500), eur(300), "waiting")
    assert jobs(db) == [("send_transfer", "money", str(row.id))]
    asked = db.scalars(select(Event).where(Event.subject_id == row.id, Event.verb == "ask")).one()
    assert asked.actor_id is None


def test_an_account_is_asked_for_once_and_its_link_each_time(db: Session) -> None:
    person = builders.person(db)
    one = service.set_up_payouts(db, person, "SE")
    one.link_url = "https://old"
    assert service.set_up_payouts(db, person, "NO") is one
    assert (one.person_id, one.country, one.link_url) == (person.id, "SE", None)
    assert jobs(db) == [("onboard", "money", str(one.id))] * 2
    assert service.account_of(db, person.id) is one
    assert service.account_of(db, uuid.uuid4()) is None
    asked = db.scalars(select(Event).where(Event.subject_id == one.id)).one()
    assert (asked.verb, asked.actor_id) == ("ask", person.id)


def test_only_an_account_that_stripe_knows_is_read_again(db: Session) -> None:
    waiting = service.set_up_payouts(db, builders.person(db), "SE")
    known = PayoutAccount(person_id=builders.person(db).id, country="SE", stripe_id="acct_1")
    known.status = "created"
    db.add(known)
    db.flush()
    for account in (waiting, known):
        service.refresh_account(db, account)
    assert jobs(db)[1:] == [("refresh_account", "money", str(known.id))]


@pytest.mark.parametrize(
    ("status", "read"),
    [("waiting", False), ("open", True), ("processing", True), ("expired", False)],
)
def test_a_page_is_read_again_while_it_may_be_paid(db: Session, status: str, read: bool) -> None:
    row = checkout(db, paid=False, status=status)
    service.refresh_checkout(db, row)
    assert jobs(db) == [("refresh_checkout", "money", str(row.id))] * read


def notices(db: Session) -> list[tuple[uuid.UUID, str, str, object]]:
    db.flush()
    found = db.scalars(select(Notice).order_by(Notice.kind))
    return [(one.person.id, one.kind, one.path, one.data) for one in found]


def test_admins_are_told_of_a_refund_that_failed(db: Session) -> None:
    row, admin = refund(db), builders.admin(db)
    service.tell_of_failed_refund(db, row)
    said = {"amount": {"minor": 200, "currency": "eur"}}
    assert notices(db) == [(admin.id, "refund_failed", "/admin/money/owed", said)]


def test_who_a_payout_was_for_is_told_that_it_failed(db: Session) -> None:
    row, admin = transfer(db), builders.admin(db)
    account = db.scalars(select(PayoutAccount)).one()
    said = {"amount": {"minor": 60, "currency": "eur"}}
    for of in (account, None):
        service.tell_of_failed_payout(db, Payout(account=of, amount=eur(60)))
    assert notices(db) == [
        (admin.id, "own_payout_failed", "/admin/money", said),
        (row.payee_id, "payout_failed", "/payouts", said),
    ]


def test_refunds_are_locked_before_they_are_given_up(db: Session) -> None:
    row = refund(db)
    with locked(db) as tables:
        service.refund_waiting(db, row.checkout, eur(1))
    assert tables == ["refunds"]
