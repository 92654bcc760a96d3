"""What comes back, and what goes back for it: each step of a return, as it is written down."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.kit import clock
from marketplace.payments import ledger
from marketplace.shop import service
from marketplace.shop.rules import CONFIRM_DAYS
from marketplace.shop.rules.shares import Shares, kept
from models import (
    Event,
    Money,
    Notice,
    Order,
    OrderStatus,
    Person,
    Refund,
    Refused,
    Return,
    ReturnStatus,
)
from tests import builders
from tests.marketplace.payments.asked import DAY, locked
from tests.marketplace.shop.conftest import Shop, paid
from tests.marketplace.shop.test_orders import deliver, mails


def eur(minor: int) -> Money:
    return Money(minor, "eur")


@pytest.fixture
def order(db: Session, shop: Shop) -> Order:
    """Three pairs of boots at €149.00, which have arrived."""
    made = paid(db, shop, 3)
    deliver(db, made)
    forget(db)
    return made


def forget(db: Session) -> None:
    """What was told and written before this."""
    db.flush()
    for table in ("notices", "procrastinate_jobs"):
        db.execute(text(f"DELETE FROM {table}"))


def ask(db: Session, order: Order, count: int = 1) -> Return:
    return service.ask_return(db, order, quantity={str(order.lines[0].id): count}, reason="size")


def told(db: Session) -> list[tuple[Person, str]]:
    db.flush()
    return [(one.person, one.kind) for one in db.scalars(select(Notice).order_by(Notice.kind))]


def subjects(db: Session) -> list[str]:
    """What the shopper was written."""
    db.flush()
    return [one["subject"] for one in mails(db) if one["to"].lower() == "sara@example.org"]


def only(db: Session, thing: Any, verb: str) -> Event:
    found = select(Event).where(Event.subject_id == thing.id, Event.verb == verb)
    return db.scalars(found).one()


def refunds(db: Session) -> list[tuple[str, uuid.UUID, int]]:
    db.flush()
    return [(one.purpose, one.subject_id, one.amount_minor) for one in db.query(Refund)]


def test_a_return_is_written_down_and_told(
    db: Session, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: DAY)
    with locked(db) as tables:
        made = ask(db, order, 2)
    assert tables == ["orders"]
    (line,) = order.lines
    assert line.returned == 2
    assert (made.status, made.order, made.reason) == ("asked", order, "size")
    assert made.items == [{"line_id": str(line.id), "quantity": 2}]
    assert (made.amount, made.due_at) == (eur(29_800), clock.in_days(CONFIRM_DAYS))
    assert only(db, made, "ask").actor_id is None
    (notice,) = db.query(Notice)
    assert (notice.person, notice.kind) == (order.brand.person, "return_asked")
    assert made.due_at is not None
    assert notice.data["until"] == made.due_at.isoformat()
    assert subjects(db) == [f"Your return from order {order.number}"]


@pytest.mark.parametrize("status", OrderStatus)
def test_only_what_was_sent_and_is_still_held_can_be_returned(
    db: Session, order: Order, status: OrderStatus
) -> None:
    if status in ("created", "expired"):
        order.paid_at = None
    order.status = status
    db.flush()
    if status in ("sent", "delivered"):
        assert ask(db, order).status == "asked"
        return
    with pytest.raises(Refused, match="are over"):
        ask(db, order)


def test_as_many_are_returned_as_there_are_and_no_more(db: Session, order: Order) -> None:
    ask(db, order)
    with pytest.raises(Refused, match="fewer"):
        ask(db, order, 3)
    assert ask(db, order, 2).amount == eur(29_800)
    with pytest.raises(Refused, match="Choose what"):
        ask(db, order, 0)
    with pytest.raises(Refused, match="Choose what"):
        service.ask_return(db, order, quantity={str(uuid.uuid4()): 1}, reason="size")


def test_what_others_returned_meanwhile_is_seen(db: Session, order: Order) -> None:
    made = ask(db, order)
    db.flush()
    db.execute(text("UPDATE order_lines SET returned = 3"))
    assert order.lines[0].returned == 1
    with pytest.raises(Refused, match="fewer"):
        ask(db, order)
    db.execute(text("UPDATE order_lines SET returned = 2"))
    service.withdraw(db, made)
    assert order.lines[0].returned == 1


def test_who_keeps_it_after_all_may_return_it_later(db: Session, order: Order) -> None:
    ask(db, order)
    made = ask(db, order, 2)
    forget(db)
    with locked(db) as tables:
        service.withdraw(db, made)
    assert tables == ["orders", "returns"]
    assert (made.status, made.due_at, order.lines[0].returned) == ("withdrawn", None, 1)
    assert only(db, made, "withdraw").actor_id is None
    assert subjects(db) == [f"Your return from order {order.number} is withdrawn"]


def test_what_came_back_is_taken_from_each_share_and_goes_back(
    db: Session, order: Order, shop: Shop
) -> None:
    made = ask(db, order)
    forget(db)
    with locked(db) as tables:
        service.receive(db, made, by=shop.brand.person)
    assert tables[:2] == ["orders", "returns"]
    assert (made.status, made.due_at, made.amount) == ("refunding", None, eur(14_900))
    assert only(db, made, "receive").actor_id == shop.brand.person_id
    assert (order.status, order.refunded) == (OrderStatus.DELIVERED, eur(14_900))
    assert order.due_at is not None
    assert refunds(db) == [("return", made.id, 14_900)]
    assert told(db) == [(order.creator.person, "sale_returned")]
    assert subjects(db) == [f"Your refund from order {order.number}"]
    assert kept(order) == Shares(eur(24_734), eur(3_576), eur(1_490))
    (journal,) = [
        one for one in ledger.journals(db, about=("order", order.id)) if str(made.id) in one.cause
    ]
    lines = {(one.account, one.owner): one.amount.minor for one in journal.lines}
    assert lines == {
        (ledger.HELD, shop.brand.person_id): 12_367,
        (ledger.HELD, shop.creator.person_id): 1_788,
        (ledger.DEFERRED_FEE, None): 745,
        (ledger.REFUND, db.query(Refund).one().checkout_id): -14_900,
    }


def test_an_order_that_came_back_whole_is_over(db: Session, order: Order, shop: Shop) -> None:
    made = ask(db, order, 3)
    service.receive(db, made, by=shop.brand.person)
    assert (order.status, order.due_at, order.refunded) == ("returned", None, eur(44_700))
    assert only(db, order, "return_all").actor_id == shop.brand.person_id


def test_a_parcel_the_bank_has_paid_for_brings_nothing_more(db: Session, order: Order) -> None:
    made = ask(db, order)
    order.refunded_minor, order.status, order.due_at = 44_700, OrderStatus.RETURNED, None
    forget(db)
    service.receive(db, made, by=None)
    assert (made.status, made.due_at) == ("refunded", None)
    assert only(db, made, "refund").actor_id is None
    assert (refunds(db), told(db), subjects(db)) == ([], [], [])


def test_what_the_bank_gave_back_is_not_given_back_by_a_return(db: Session, order: Order) -> None:
    made = ask(db, order, 2)
    order.refunded_minor = 30_000
    db.flush()
    service.receive(db, made, by=None)
    assert made.amount == eur(14_700)
    assert (order.refunded, order.status) == (eur(44_700), OrderStatus.RETURNED)
    assert refunds(db) == [("return", made.id, 14_700)]


@pytest.mark.parametrize("status", ["matured", "settled"])
def test_a_parcel_that_comes_after_the_shares_have_left_brings_nothing(
    db: Session, order: Order, status: str
) -> None:
    made = ask(db, order)
    order.status, order.due_at = OrderStatus(status), None
    with pytest.raises(Refused, match="Nothing is held"):
        service.receive(db, made, by=None)
    assert (made.status, refunds(db)) == ("asked", [])


def test_nothing_goes_back_while_a_bank_decides(db: Session, shop: Shop) -> None:
    new, old = paid(db, shop), paid(db, shop)
    deliver(db, old)
    made = ask(db, old)
    # Both were read before the bank's word came: they are locked and read afresh.
    db.flush()
    db.execute(text("UPDATE orders SET frozen_at = now()"))
    with pytest.raises(Refused, match="bank disputes"):
        service.receive(db, made, by=None)
    with pytest.raises(Refused, match="bank disputes"):
        service.cancel(db, new)
    assert refunds(db) == []


@pytest.mark.parametrize("reason", ["", "unsent"])
def test_what_was_never_sent_goes_back_whole(db: Session, shop: Shop, reason: str) -> None:
    made = paid(db, shop, 3)
    made.lines[0].returned = 1
    stock = shop.variant.stock
    forget(db)
    service.cancel(db, made, **({"reason": reason} if reason else {}))
    why = reason or "cancelled"
    back = db.query(Return).one()
    assert back.items == [{"line_id": str(made.lines[0].id), "quantity": 2}]
    assert (back.status, back.reason, back.due_at) == ("refunding", why, None)
    assert only(db, back, "receive").actor_id is None
    assert (made.lines[0].returned, made.status, made.due_at) == (3, "returned", None)
    said = only(db, made, "return_all")
    assert (said.actor_id, said.note) == (None, why)
    assert refunds(db) == [("return", back.id, 29_800)]
    assert set(told(db)) == {
        (shop.brand.person, f"order_{why}"),
        (shop.creator.person, f"order_{why}"),
    }
    assert subjects(db) == [f"Your order {made.number} is refunded"]
    db.refresh(shop.variant)
    assert shop.variant.stock == stock + 2


def test_what_is_on_its_way_is_not_cancelled(db: Session, shop: Shop) -> None:
    made = paid(db, shop)
    db.execute(text("UPDATE orders SET status = 'sent'"))
    with pytest.raises(Refused, match="on its way already"):
        service.cancel(db, made)
    assert (refunds(db), db.query(Return).count()) == ([], 0)


def test_a_line_that_came_back_before_is_left_out_of_the_rest(db: Session, shop: Shop) -> None:
    made = paid(db, shop, 2)
    line = made.lines[0]
    other = type(line)(order=made, variant_id=line.variant_id, title="Laces", currency="eur")
    other.quantity, other.returned, other.price_minor, other.commission_bps = 1, 1, 500, 1_200
    builders.add(db, other)
    service.cancel(db, made)
    assert db.query(Return).one().items == [{"line_id": str(line.id), "quantity": 2}]


def test_a_return_is_over_when_its_money_is_back(db: Session, order: Order, shop: Shop) -> None:
    made = ask(db, order)
    service.receive(db, made, by=shop.brand.person)
    refund = db.query(Refund).one()
    db.flush()
    for times in (1, 2):
        with locked(db) as tables:
            service.on_refund_succeeded(db, refund)
        assert tables == ["returns"] * (3 - times)
        assert made.status == ReturnStatus.REFUNDED
    assert only(db, made, "refund").actor_id is None


def test_a_stray_payment_has_no_return_to_end(db: Session) -> None:
    service.on_refund_succeeded(db, Refund(purpose="order", subject_id=uuid.uuid4()))
