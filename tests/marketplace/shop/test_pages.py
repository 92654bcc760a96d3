"""The shop's pages, as brands, creators and shoppers use them."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from marketplace.kit.clock import in_days
from marketplace.kit.i18n import day
from marketplace.shop import service
from marketplace.shop.rules import CONFIRM_DAYS
from models import Checkout, Order, OrderStatus, Return, ShelfItem
from tests import builders

from .conftest import Shop, order, paid


def test_a_creator_fills_a_shelf(client: Any, db: Session, shop: Shop) -> None:
    other = builders.product(db, shop.brand, 4_200, title="Steel flask 100%", kind="flask")
    newcomer = builders.creator(db, name="Noor Haddad")
    db.commit()
    client.sign_in(newcomer.person)
    assert "Your shelf is empty" in client.get("/shelf").text
    browse = client.get("/shelf/add").text
    assert "2 products you can add" in browse
    assert "You earn about €5.04 a sale" in browse
    assert "1 product you can add" in client.get("/shelf/add?q=100%25").text
    assert "Nothing fits that search" in client.get("/shelf/add?q=zebra&kind=tent").text
    assert client.get("/shelf/add?kind=nonsense&page=0").status_code == 200
    assert "You earn about €5.04" in client.get(f"/shelf/add/{other.id}").text
    added = client.post(f"/shelf/add/{other.id}", follow_redirects=True)
    assert "Why is it on your shelf?" in added.text
    item = db.query(ShelfItem).filter_by(creator_id=newcomer.id).one()
    words = {"quote": "Hot at noon.", "section": "Mornings", "is_featured": "yes"}
    assert (
        "Hot at noon." in client.post(f"/shelf/{item.id}", data=words, follow_redirects=True).text
    )
    client.post(f"/shelf/{item.id}/up")
    page = client.get(f"/shelves/{newcomer.slug}").text
    assert "Hot at noon." in page
    assert "Noor earns a commission when you buy from this page." in page
    assert client.post(f"/shelf/{shop.item.id}/remove").status_code == 404
    client.post(f"/shelf/{item.id}/remove")
    assert "Your shelf is empty" in client.get("/shelf").text


def test_shelves_can_be_browsed(client: Any, db: Session, shop: Shop) -> None:
    builders.creator(db, name="Nobody Yet")
    db.commit()
    page = client.get("/shelves").text
    assert "1 creator shows" in page or "1 creator show" in page
    assert "Stig hiking boots" in page
    assert "Nobody Yet" not in page


def test_the_product_page_says_who_earns_what(client: Any, db: Session, shop: Shop) -> None:
    db.commit()
    page = client.get(f"/shelves/{shop.creator.slug}/{shop.product.id}").text
    for words in ("€149.00", "Ida earns €17.88", "€123.67", "€7.45", "Buy for €149.00 each"):
        assert words in page


def test_a_shopper_buys_without_an_account(client: Any, db: Session, shop: Shop) -> None:
    db.commit()
    address = f"/shelves/{shop.creator.slug}/{shop.product.id}"
    answer = client.post(address, data={"option.0": "39", "quantity": "2"})
    checkout = db.query(Checkout).one()
    assert answer.status_code == 303
    assert answer.location == f"/pay/{checkout.id}"
    made = db.query(Order).one()
    waiting = client.get(f"/orders/{made.code}?thanks=1").text
    assert "We are looking for your payment" in waiting
    assert "Pay now" in client.get(f"/orders/{made.code}").text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "There is no such combination"),
        ({"option.0": "47", "quantity": "1"}, "There is no such combination"),
        ({"option.0": "39", "quantity": "9"}, "Only 5 left"),
        ({"option.0": "39", "quantity": "-1"}, "Enter a whole number from 1 to 10"),
        ({"option.0": "39", "quantity": ""}, "Choose how many"),
        ({"option.7": "39", "quantity": "1"}, "There is no such combination"),
    ],
)
def test_a_purchase_that_cannot_be_says_why(
    client: Any, db: Session, shop: Shop, data: dict[str, str], words: str
) -> None:
    db.commit()
    data = {"quantity": "1", **data}
    answer = client.post(f"/shelves/{shop.creator.slug}/{shop.product.id}", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.query(Order).count() == 0


def test_a_sold_out_size_cannot_be_chosen(client: Any, db: Session, shop: Shop) -> None:
    shop.variant.stock = 0
    db.commit()
    address = f"/shelves/{shop.creator.slug}/{shop.product.id}"
    page = client.get(address).text
    assert "Sold out" in page
    assert "disabled" in page
    answer = client.post(address, data={"option.0": "39", "quantity": "1"})
    assert "39 is sold out" in answer.text


def test_a_product_of_one_kind_says_when_it_is_sold_out(
    client: Any, db: Session, shop: Shop
) -> None:
    shop.variant.stock, shop.variant.options, shop.variant.title = 0, {}, ""
    db.commit()
    address = f"/shelves/{shop.creator.slug}/{shop.product.id}"
    answer = client.post(address, data={"quantity": "1"})
    assert answer.status_code == 422
    assert "This is sold out" in answer.text


def test_an_order_is_followed_from_paid_to_settled(client: Any, db: Session, shop: Shop) -> None:
    made = paid(db, shop, 2)
    db.commit()
    address = f"/orders/{made.code}"
    page = client.get(address).text
    for words in ("Thank you. It is paid.", "Storgatan 14", "€298.00", "Cancel and get all"):
        assert words in page
    client.sign_in(shop.brand.person)
    mine = client.get("/orders").text
    assert "1 order to send" in mine
    assert "Storgatan 14" in mine
    client.post(f"/sales/{made.id}/send", data={"tracking": "https://track.example/1"})
    assert "It is on its way" in client.get(address).text
    assert "Mark as delivered" in client.get("/orders").text
    client.post(f"/sales/{made.id}/deliver")
    assert "You can return it until" in client.get(address).text
    mine = client.get("/orders").text
    assert "Returnable until" in mine
    assert "Storgatan 14" not in mine
    assert client.post(f"/sales/{made.id}/send").status_code == 409


def test_a_shopper_returns_a_part(client: Any, db: Session, shop: Shop) -> None:
    made = paid(db, shop, 2)
    service.send(db, made, tracking="", by=shop.brand.person)
    db.commit()
    address, line = f"/orders/{made.code}", made.lines[0]
    until = day(in_days(CONFIRM_DAYS))
    first = client.get(f"{address}/return").text
    assert f"If nobody says anything, you get it by itself on {until}." in first
    wrong = client.post(f"{address}/return", data={f"quantity.{line.id}": "1"})
    assert "Choose why you return it" in wrong.text
    none = {f"quantity.{line.id}": "0", "reason": "size"}
    assert "Choose what you return" in client.post(f"{address}/return", data=none).text
    many = {f"quantity.{line.id}": "3", "reason": "size"}
    assert "fewer of these" in client.post(f"{address}/return", data=many).text
    one = {f"quantity.{line.id}": "1", "reason": "size"}
    page = client.post(f"{address}/return", data=one, follow_redirects=True).text
    assert "Return of €149.00" in page
    assert f"If they say nothing, you get it on {until} by itself." in page
    asked = db.query(Return).one()
    assert client.post(f"/returns/{asked.id}/receive").status_code in (302, 303, 401)
    client.sign_in(shop.brand.person)
    assert "1 parcel is coming back" in client.get("/orders").text
    client.post(f"/returns/{asked.id}/receive")
    page = client.get(address).text
    assert "€149.00 went back to you" in page
    assert "Refund on its way" in page


def test_a_shopper_withdraws_a_return_or_cancels(client: Any, db: Session, shop: Shop) -> None:
    sent, new = paid(db, shop), paid(db, shop)
    service.send(db, sent, tracking="", by=shop.brand.person)
    asked = service.ask_return(db, sent, quantity={str(sent.lines[0].id): 1}, reason="mind")
    db.commit()
    assert client.post(f"/orders/{new.code}/returns/{asked.id}/withdraw").status_code == 404
    client.post(f"/orders/{sent.code}/returns/{asked.id}/withdraw")
    done = client.post(f"/orders/{new.code}/cancel", follow_redirects=True)
    assert "You get all of your money back" in done.text
    assert client.post(f"/orders/{sent.code}/cancel").status_code == 409
    db.expire_all()
    assert new.status == OrderStatus.RETURNED


def test_an_order_is_found_by_code_and_address(client: Any, db: Session, shop: Shop) -> None:
    made = paid(db, shop)
    db.commit()
    loose = made.code.replace("-", "").lower()
    found = client.post("/orders/find", data={"code": loose, "email": "SARA@example.org"})
    assert found.location == f"/orders/{made.code}"
    for data in ({"code": made.code, "email": "x@example.org"}, {"code": "1", "email": "a@b.se"}):
        assert "There is no order with this code" in client.post("/orders/find", data=data).text
    assert client.get("/orders/AAA-AAA-AAA").status_code == 404


def test_other_brands_and_visitors_cannot_send(client: Any, db: Session, shop: Shop) -> None:
    made, other = paid(db, shop), builders.brand(db)
    db.commit()
    assert client.post(f"/sales/{made.id}/send").status_code in (302, 303, 401)
    client.sign_in(other.person)
    assert client.post(f"/sales/{made.id}/send").status_code == 404
    assert f"Order {made.number}" not in client.get("/orders").text


def test_an_unpaid_order_is_nobodys_to_send(client: FlaskClient, db: Session, shop: Shop) -> None:
    made = order(db, shop)
    db.commit()
    client.sign_in(shop.brand.person)  # type: ignore[attr-defined]
    assert client.post(f"/sales/{made.id}/send").status_code == 409
    assert f"Order {made.number}" not in client.get("/orders").text


@pytest.fixture
def asked(app: Flask) -> Iterator[list[str]]:
    """Every statement the database was sent."""
    seen: list[str] = []
    engine = app.extensions["engine"]

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_no_page_asks_more_than_twelve_times(
    client: Any, db: Session, shop: Shop, asked: list[str]
) -> None:
    for number in range(6):
        other = builders.product(db, shop.brand, title=f"Mug {number}")
        service.add(db, other, by=shop.creator.person)
        builders.product(db, builders.brand(db), title=f"Lamp {number}")
        service.add(db, shop.product, by=builders.creator(db).person)
        made = paid(db, shop, 1) if number < 4 else None
    assert made is None
    sold = db.query(Order).first()
    assert sold
    db.commit()
    shelf = f"/shelves/{shop.creator.slug}"
    pages = {
        None: ["/shelves", shelf, f"{shelf}/{shop.product.id}", f"/orders/{sold.code}"],
        shop.brand.person: [
            "/products",
            "/orders",
            f"/sales/{sold.id}",
            f"/products/{shop.product.id}/edit",
        ],
        shop.creator.person: ["/shelf", "/shelf/add", f"/shelf/{shop.item.id}"],
    }
    for person, paths in pages.items():
        if person is not None:
            client.sign_in(person)
        for path in paths:
            asked.clear()
            assert client.get(path).status_code == 200
            assert len(asked) <= 12, f"{path}: {len(asked)}"


def test_an_order_that_was_never_paid_asks_for_nothing(
    client: FlaskClient, db: Session, shop: Shop
) -> None:
    made = order(db, shop)
    db.commit()
    page = client.get(f"/orders/{made.code}").text
    assert "It is kept for you: " in page
    assert "What you chose" in page
    assert "To pay" in page
    made.status, made.due_at = OrderStatus.EXPIRED, None
    db.commit()
    page = client.get(f"/orders/{made.code}").text
    assert "Never paid" in page
    for wrong in ("What you bought", "To pay", "You pay", "Who earns what"):
        assert wrong not in page
