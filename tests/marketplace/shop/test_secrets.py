"""The code of an order is its shopper's key: whoever sells, earns or looks after it has none."""

import re
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.shop import service
from models import Order, OrderStatus, Person
from tests import builders

from .conftest import Shop, order, paid

_LINK = re.compile(r'(?:href|action)="(/[^"#]*)"')


def reachable(client: Any, most: int = 150) -> dict[str, str]:
    """Every page somebody comes to by clicking from the front page."""
    waiting, seen = ["/"], dict[str, str]()
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        if path in seen or path.startswith(("/static", "/pay/")):
            continue
        answer = client.get(path, follow_redirects=True)
        if answer.mimetype == "text/html" and answer.status_code == 200:
            seen[path] = answer.text
            waiting += _LINK.findall(answer.text)
    return seen


@pytest.fixture
def sold(db: Session, shop: Shop) -> Order:
    """An order of which a part is on its way back."""
    made = paid(db, shop, 2)
    service.send(db, made, tracking="", by=shop.brand.person)
    service.ask_return(db, made, quantity={str(made.lines[0].id): 1}, reason="size")
    return made


def others(db: Session, shop: Shop) -> dict[str, Person]:
    admin = builders.admin(db)
    return {"brand": shop.brand.person, "creator": shop.creator.person, "admin": admin}


@pytest.mark.parametrize("who", ["brand", "creator", "admin"])
def test_no_page_of_anybody_else_shows_the_code(
    client: Any, db: Session, shop: Shop, sold: Order, who: str
) -> None:
    person = others(db, shop)[who]
    db.commit()
    client.sign_in(person)
    pages = reachable(client)
    assert [path for path, page in pages.items() if sold.code in page] == []
    if who != "creator":
        assert any(f"Order {sold.number}" in page for page in pages.values())
        assert f"/sales/{sold.id}" in pages


def test_no_notice_or_mail_to_anybody_else_holds_the_code(
    db: Session, shop: Shop, sold: Order
) -> None:
    cancelled = paid(db, shop)
    service.cancel(db, cancelled)
    codes = (sold.code, cancelled.code)
    told = [f"{row}" for row in db.execute(text("SELECT path, data FROM notices"))]
    mails = db.execute(text("SELECT args FROM procrastinate_jobs WHERE task_name = 'send_mail'"))
    sent = [row.args for row in mails]
    to_others = [str(mail) for mail in sent if mail["to"] != "sara@example.org"]
    assert told
    assert to_others
    assert [one for one in told + to_others if any(code in one for code in codes)] == []
    to_shopper = [mail for mail in sent if mail["to"] == "sara@example.org"]
    assert all(any(code in mail["text"] for code in codes) for mail in to_shopper)
    assert not any(code in mail["subject"] for mail in to_shopper for code in codes)


def test_a_brand_cannot_cancel_or_return_in_the_shoppers_name(
    client: Any, db: Session, shop: Shop
) -> None:
    made = paid(db, shop)
    db.commit()
    client.sign_in(shop.brand.person)
    for path in (f"/orders/{made.id}", f"/orders/{made.number}", f"/sales/{made.id}"):
        for verb in ("cancel", "return"):
            assert client.post(f"{path}/{verb}").status_code == 404
    db.expire_all()
    assert made.status == OrderStatus.PAID


def test_a_sale_is_its_brands_and_the_admins_to_read(client: Any, db: Session, shop: Shop) -> None:
    made, stranger = paid(db, shop), builders.brand(db)
    people = others(db, shop)
    db.commit()
    path = f"/sales/{made.id}"
    assert client.get(path).status_code in (302, 303, 401)
    for person, status in (
        (stranger.person, 404),
        (people["creator"], 404),
        (people["brand"], 200),
        (people["admin"], 200),
    ):
        assert client.sign_in(person).get(path).status_code == status
    assert "Mark as sent" not in client.get(path).text
    assert "Mark as sent" in client.sign_in(people["brand"]).get(path).text


def test_numbers_count_up_and_are_told_to_both_sides(client: Any, db: Session, shop: Shop) -> None:
    first, second = order(db, shop), order(db, shop)
    assert second.number == first.number + 1
    db.commit()
    page = client.get(f"/orders/{first.code}").text
    assert f"Order {first.number}" in page
    assert first.code in page


def test_an_admin_finds_an_order_by_number_and_never_by_code(
    client: Any, db: Session, shop: Shop
) -> None:
    made, admin = paid(db, shop), builders.admin(db)
    db.commit()
    client.sign_in(admin)
    assert f"/sales/{made.id}" in client.get(f"/admin/orders?search={made.number}").text
    assert f"/sales/{made.id}" not in client.get(f"/admin/orders?search={made.code[:3]}").text
