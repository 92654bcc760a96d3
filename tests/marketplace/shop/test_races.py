"""Two shoppers' clicks at once, on two connections: what was returned is returned once."""

import threading
import uuid

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.kit.db import unit_of_work
from marketplace.shop import service
from marketplace.shop.service.orders import mature
from models import Order, OrderStatus, Refused, Return
from tests.marketplace.shop.conftest import Shop, paid


def sent(db: Session, shop: Shop, quantity: int = 1) -> uuid.UUID:
    order = paid(db, shop, quantity)
    service.send(db, order, tracking="", by=shop.brand.person)
    service.deliver(db, order, by=None)
    db.commit()
    return order.id


def test_what_was_read_before_the_lock_is_not_returned_again(
    app: Flask, db: Session, shop: Shop
) -> None:
    order_id = sent(db, shop)
    read, other_done = threading.Event(), threading.Event()
    refused: list[str] = []

    def slower() -> None:
        with app.app_context(), unit_of_work() as mine:
            order = mine.get_one(Order, order_id)
            line = order.lines[0]
            read.set()
            assert other_done.wait(10)
            try:
                service.ask_return(mine, order, quantity={str(line.id): 1}, reason="other")
            except Refused as refusal:
                refused.append(refusal.why)

    thread = threading.Thread(target=slower)
    thread.start()
    assert read.wait(10)
    with app.app_context(), unit_of_work() as first:
        order = first.get_one(Order, order_id)
        service.ask_return(first, order, quantity={str(order.lines[0].id): 1}, reason="other")
    other_done.set()
    thread.join(20)
    assert refused
    with app.app_context(), unit_of_work() as after:
        assert after.query(Return).filter_by(order_id=order_id).count() == 1


def test_an_order_does_not_mature_while_a_parcel_is_on_its_way_back(
    db: Session, shop: Shop
) -> None:
    order = db.get_one(Order, sent(db, shop))
    service.ask_return(db, order, quantity={str(order.lines[0].id): 1}, reason="other")
    mature(db, order)
    assert order.status == OrderStatus.DELIVERED


def test_nothing_is_taken_from_shares_that_were_paid_out(db: Session, shop: Shop) -> None:
    order = db.get_one(Order, sent(db, shop, 2))
    made = service.ask_return(db, order, quantity={str(order.lines[0].id): 1}, reason="other")
    order.move("mature", by=None)
    with pytest.raises(Refused):
        service.receive(db, made, by=shop.brand.person)
