"""What tests of the shop share: a shelf to buy from, and a payment that came in."""

from typing import NamedTuple

import pytest
from sqlalchemy.orm import Session

from marketplace.payments import postings
from marketplace.shop import service
from models import Brand, Checkout, CheckoutStatus, Creator, Order, Product, ShelfItem, Variant
from tests import builders

FEE_BPS = 500


class Shop(NamedTuple):
    brand: Brand
    creator: Creator
    product: Product
    variant: Variant
    item: ShelfItem


@pytest.fixture
def shop(db: Session) -> Shop:
    """A pair of boots for €149.00 on Ida's shelf, at 12%; five are left."""
    brand, creator = builders.brand(db), builders.creator(db)
    product = builders.product(db, brand)
    db.refresh(product, ["variants"])
    item = service.add(db, product, by=creator.person)
    return Shop(brand, creator, product, product.variants[0], item)


def order(db: Session, shop: Shop, quantity: int = 1) -> Order:
    checkout = service.start_order(db, shop.item, shop.variant, quantity, fee_bps=FEE_BPS)
    return db.get_one(Order, checkout.subject_id)


def settle_payment(db: Session, of: Order) -> Checkout:
    """The payment arrives, as payments would take it in."""
    checkout = db.query(Checkout).filter_by(subject_id=of.id).one()
    checkout.session_id, checkout.charge_id = f"cs_{of.id.hex}", f"ch_{of.id.hex}"
    checkout.fee_minor = 0
    checkout.customer = {
        "email": "Sara@Example.org",
        "name": "Sara Nyström",
        "address": {"line1": "Storgatan 14", "postal_code": "903 26", "city": "Umeå"},
    }
    checkout.status = CheckoutStatus.PAID
    db.flush()
    postings.paid(db, checkout)
    service.pay(db, checkout)
    return checkout


def paid(db: Session, shop: Shop, quantity: int = 1) -> Order:
    made = order(db, shop, quantity)
    settle_payment(db, made)
    return made
