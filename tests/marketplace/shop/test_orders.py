"""An order from the click until everyone has their share."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.kit.db import unit_of_work
from marketplace.payments.ledger import HELD, ORDER, PAYABLE, REFUND
from marketplace.shop import service
from models import (
    Notice,
    Order,
    OrderStatus,
    Refund,
    RefundStatus,
    Refused,
    Return,
    ReturnStatus,
    ShelfItem,
    Transfer,
    TransferStatus,
    Variant,
)
from models.clock import now

from .conftest import FEE_BPS, Shop, order, paid, settle_payment


def held(db: Session, code: str, owner: object) -> int:
    found = db.execute(
        text("SELECT balance FROM ledger.balance WHERE kind = :kind AND owner = :owner"),
        {"kind": code, "owner": owner},
    ).scalar()
    return int(found or 0)


def mails(db: Session) -> list[dict[str, str]]:
    rows = db.execute(
        text("SELECT args FROM procrastinate_jobs WHERE task_name = 'send_mail' ORDER BY id")
    )
    return [row.args for row in rows]


def later(db: Session, thing: Order | Return) -> None:
    """Its time has come."""
    thing.due_at = now() - timedelta(seconds=1)
    db.flush()


def deliver(db: Session, made: Order) -> None:
    service.send(db, made, tracking="", by=made.brand.person)
    service.deliver(db, made, by=made.brand.person)


def test_buying_takes_from_the_stock_and_opens_a_payment_page(db: Session, shop: Shop) -> None:
    checkout = service.start_order(db, shop.item, shop.variant, 2, fee_bps=FEE_BPS)
    made = db.get_one(Order, checkout.subject_id)
    assert shop.variant.stock == 3
    assert made.status == OrderStatus.CREATED
    assert checkout.amount == made.total
    assert made.total.minor == 29_800
    assert (made.brand_minor, made.creator_minor, made.platform_minor) == (24_734, 3_576, 1_490)
    assert checkout.wants_address
    assert checkout.success_path == f"/orders/{made.code}?thanks=1"


def test_more_than_there_are_cannot_be_bought(db: Session, shop: Shop) -> None:
    with pytest.raises(Refused, match="Only 5 left"):
        order(db, shop, 6)
    order(db, shop, 5)
    with pytest.raises(Refused, match="sold out"):
        order(db, shop)


def test_a_stock_that_is_not_counted_never_ends(db: Session, shop: Shop) -> None:
    shop.variant.stock = None
    order(db, shop, 99)
    assert shop.variant.stock is None


def test_a_sum_too_small_for_a_card_is_refused(db: Session, shop: Shop) -> None:
    shop.variant.price_minor = 20
    with pytest.raises(Refused, match="too small"):
        order(db, shop, 2)


def test_of_two_who_want_the_last_one_one_gets_it(app: Flask, db: Session, shop: Shop) -> None:
    shop.variant.stock = 1
    db.commit()
    item_id, variant_id, start = shop.item.id, shop.variant.id, threading.Barrier(2)
    answers: list[str] = []

    def buy() -> None:
        with app.app_context():
            try:
                with unit_of_work() as session:
                    item = session.get_one(ShelfItem, item_id)
                    variant = session.get_one(Variant, variant_id)
                    start.wait()
                    service.start_order(session, item, variant, 1, fee_bps=FEE_BPS)
                answers.append("bought")
            except Refused as refusal:
                answers.append(refusal.why)

    threads = [threading.Thread(target=buy) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(answers) == "bought"
    assert "sold out" in min(answers)
    assert db.query(Order).count() == 1


def test_an_unpaid_order_expires_and_gives_the_stock_back(db: Session, shop: Shop) -> None:
    checkout = service.start_order(db, shop.item, shop.variant, 2, fee_bps=FEE_BPS)
    service.expire(db, checkout)
    db.refresh(shop.variant)
    assert shop.variant.stock == 5
    assert db.get_one(Order, checkout.subject_id).status == OrderStatus.EXPIRED


def test_paying_holds_a_share_for_each_and_tells_everyone(db: Session, shop: Shop) -> None:
    made = paid(db, shop)
    assert made.status == OrderStatus.PAID
    assert made.email == "sara@example.org"
    assert made.shipping["city"] == "Umeå"
    assert held(db, HELD, shop.brand.person_id) == 12_367
    assert held(db, HELD, shop.creator.person_id) == 1_788
    assert held(db, ORDER, made.id) == 0
    kinds = {notice.kind: notice.person_id for notice in db.query(Notice)}
    assert kinds["order_to_send"] == shop.brand.person_id
    assert kinds["sale_made"] == shop.creator.person_id
    letter = next(mail for mail in mails(db) if mail["to"] == "sara@example.org")
    assert f"/orders/{made.code}" in letter["text"]


def test_an_order_is_paid_once(db: Session, shop: Shop) -> None:
    made = order(db, shop)
    checkout = settle_payment(db, made)
    with pytest.raises(Refused):
        service.pay(db, checkout)


def test_what_is_not_sent_in_a_week_is_refunded_whole(db: Session, shop: Shop) -> None:
    made = paid(db, shop, 2)
    assert timedelta(days=6) < made.due_at - now() <= timedelta(days=7)
    later(db, made)
    assert service.tick(db) == 1
    assert made.status == OrderStatus.RETURNED
    assert made.refunded == made.total
    assert db.query(Refund).one().amount == made.total
    assert held(db, HELD, shop.creator.person_id) == 0
    db.refresh(shop.variant)
    assert shop.variant.stock == 5
    assert service.tick(db) == 0


def test_the_shopper_may_cancel_until_it_is_sent(db: Session, shop: Shop) -> None:
    made = paid(db, shop)
    service.cancel(db, made)
    assert made.status == OrderStatus.RETURNED
    other = paid(db, shop)
    service.send(db, other, tracking="", by=shop.brand.person)
    with pytest.raises(Refused, match="on its way"):
        service.cancel(db, other)


def test_the_clock_leads_from_sent_to_settled(db: Session, shop: Shop) -> None:
    made = paid(db, shop)
    service.send(db, made, tracking="SE123", by=shop.brand.person)
    later(db, made)
    service.tick(db)
    assert made.status == OrderStatus.DELIVERED
    assert timedelta(days=13) < made.due_at - now() <= timedelta(days=14)
    later(db, made)
    service.tick(db)
    assert made.status == OrderStatus.MATURED
    assert held(db, PAYABLE, shop.creator.person_id) == 1_788
    transfers = db.query(Transfer).order_by(Transfer.amount_minor).all()
    assert [one.amount_minor for one in transfers] == [1_788, 12_367]
    for number, transfer in enumerate(transfers):
        assert made.status == OrderStatus.MATURED
        transfer.stripe_id, transfer.status = f"tr_{number}", TransferStatus.SENT
        service.on_transfer_sent(db, transfer)
    assert made.status == OrderStatus.SETTLED


def test_nothing_matures_before_its_day(db: Session, shop: Shop) -> None:
    deliver(db, paid(db, shop))
    assert service.tick(db) == 0


def test_a_return_takes_from_each_share_in_proportion(db: Session, shop: Shop) -> None:
    made = paid(db, shop, 3)
    deliver(db, made)
    [line] = made.lines
    asked = service.ask_return(db, made, quantity={str(line.id): 1}, reason="size")
    assert asked.amount.minor == 14_900
    assert held(db, HELD, shop.creator.person_id) == 3 * 1_788
    service.receive(db, asked, by=shop.brand.person)
    assert held(db, HELD, shop.creator.person_id) == 2 * 1_788
    assert held(db, HELD, shop.brand.person_id) == 2 * 12_367
    refund = db.query(Refund).one()
    assert held(db, REFUND, refund.checkout_id) == 14_900
    assert refund.subject_id == asked.id
    refund.stripe_id, refund.status = "re_1", RefundStatus.SUCCEEDED
    service.on_refund_succeeded(db, refund)
    assert asked.status == ReturnStatus.REFUNDED
    later(db, made)
    service.tick(db)
    assert sum(one.amount_minor for one in db.query(Transfer)) == 2 * (1_788 + 12_367)


def test_returning_all_of_it_ends_the_order(db: Session, shop: Shop) -> None:
    made = paid(db, shop, 2)
    deliver(db, made)
    [line] = made.lines
    for _ in range(2):
        asked = service.ask_return(db, made, quantity={str(line.id): 1}, reason="mind")
        service.receive(db, asked, by=shop.brand.person)
    assert made.status == OrderStatus.RETURNED
    assert made.refunded == made.total
    assert held(db, HELD, shop.brand.person_id) == 0


def test_an_open_return_keeps_the_shares_held(db: Session, shop: Shop) -> None:
    made = paid(db, shop, 2)
    deliver(db, made)
    asked = service.ask_return(db, made, quantity={str(made.lines[0].id): 1}, reason="size")
    later(db, made)
    assert service.tick(db) == 0
    later(db, asked)
    assert service.tick(db) == 2
    assert asked.status == ReturnStatus.REFUNDING
    assert made.status == OrderStatus.MATURED


def test_the_same_thing_is_not_returned_twice(db: Session, shop: Shop) -> None:
    made = paid(db, shop)
    deliver(db, made)
    one = {str(made.lines[0].id): 1}
    asked = service.ask_return(db, made, quantity=one, reason="size")
    with pytest.raises(Refused, match="fewer"):
        service.ask_return(db, made, quantity=one, reason="size")
    service.withdraw(db, asked)
    service.ask_return(db, made, quantity=one, reason="size")


def test_nothing_is_returned_after_the_window(db: Session, shop: Shop) -> None:
    made = paid(db, shop)
    deliver(db, made)
    later(db, made)
    service.tick(db)
    with pytest.raises(Refused, match="are over"):
        service.ask_return(db, made, quantity={str(made.lines[0].id): 1}, reason="size")


def test_an_order_whose_payment_page_is_gone_expires_by_the_clock(db: Session, shop: Shop) -> None:
    made = order(db, shop)
    later(db, made)
    service.tick(db)
    assert made.status == OrderStatus.CREATED
    assert made.due_at > now()
    db.execute(text("UPDATE checkouts SET status = 'refused'"))
    later(db, made)
    service.tick(db)
    assert made.status == OrderStatus.EXPIRED
