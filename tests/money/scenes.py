"""Deals and orders with their money in the books, as payments would have left them."""

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from marketplace.deals import service as deals
from marketplace.kit.clock import in_days, in_hours, today
from marketplace.payments import postings
from marketplace.shop import service as shop
from models import (
    Checkout,
    CheckoutStatus,
    Deal,
    DealStatus,
    Money,
    Order,
    Person,
    PersonKind,
    ShelfItem,
    Variant,
)
from tests import builders


def paid_checkout(
    db: Session, purpose: str, subject: uuid.UUID, minor: int, surcharge: int = 0
) -> Checkout:
    """A payment that came in and is booked, but of which nobody was told."""
    made = Checkout(
        purpose=purpose,
        subject_id=subject,
        status=CheckoutStatus.PAID,
        currency="eur",
        amount_minor=minor + surcharge,
        surcharge_minor=surcharge,
        description="",
        success_path="/",
        cancel_path="/",
        session_id=f"cs_{subject.hex}",
        charge_id=f"ch_{subject.hex}",
        payment_intent_id=f"pi_{subject.hex}",
        fee_minor=0,
        customer={"email": "sara@example.org", "name": "Sara Nyström", "address": {}},
    )
    builders.add(db, made)
    postings.paid(db, made)
    return made


def held_deal(db: Session, status: DealStatus = DealStatus.DELIVERED, **values: object) -> Deal:
    """A deal whose price is held."""
    deal = builders.deal(db, status=status, **values)
    paid_checkout(db, "deal", deal.id, deal.price_minor)
    return deal


def held_milestones(db: Session) -> Deal:
    """A deal in two milestones, paid and held, the first of them delivered."""
    campaign, creator = builders.campaign(db, builders.brand(db)), builders.creator(db)
    brand, price = campaign.brand.person, Money(48_000, "eur")
    days = [today() + timedelta(days=10), today() + timedelta(days=20)]
    pieces = [
        deals.Piece(name, price.share(5_000), day) for name, day in zip("AB", days, strict=True)
    ]
    terms: dict[str, Any] = {
        "price": price,
        "deliver_by": days[1],
        "milestones": pieces,
        "fee_bps": 1_000,
    }
    deal = deals.offer(db, campaign, creator, by=brand, **terms)
    deals.accept(db, deal, by=creator.person)
    deals.fund(db, paid_checkout(db, "deal", deal.id, deal.price_minor))
    deals.deliver(db, deal, links=["https://example.org/a"], by=creator.person)
    return deal


def an_admin(db: Session) -> Person:
    """The one there is: each more would be told of everything, too."""
    return db.query(Person).filter_by(kind=PersonKind.ADMIN).first() or builders.admin(db)


def overdue(db: Session, status: DealStatus) -> Deal:
    """A deal that the clock will act on at its next turn."""
    return held_deal(db, status, due_at=in_hours(-1))


def last_one(db: Session) -> tuple[ShelfItem, Variant]:
    """A product of which one is left, on a shelf."""
    brand, creator = builders.brand(db), builders.creator(db)
    product = builders.product(db, brand)
    db.refresh(product, ["variants"])
    product.variants[0].stock = 1
    return shop.add(db, product, by=creator.person), product.variants[0]


def paid_order(db: Session) -> Order:
    """An order for one, paid and shared out."""
    return pay_for(db, *last_one(db), 1)


def pay_for(db: Session, item: ShelfItem, variant: Variant, quantity: int) -> Order:
    """Bought, paid and shared out."""
    checkout = shop.start_order(db, item, variant, quantity, fee_bps=500)
    checkout.session_id = f"cs_{checkout.id.hex}"
    checkout.charge_id = f"ch_{checkout.id.hex}"
    checkout.payment_intent_id, checkout.fee_minor = f"pi_{checkout.id.hex}", 0
    checkout.customer = {"email": "sara@example.org", "name": "Sara Nyström", "address": {}}
    checkout.status = CheckoutStatus.PAID
    db.flush()
    postings.paid(db, checkout)
    shop.pay(db, checkout)
    return db.get_one(Order, checkout.subject_id)


def delivered_order(db: Session) -> Order:
    order = paid_order(db)
    shop.send(db, order, tracking="", by=order.brand.person)
    shop.deliver(db, order, by=None)
    order.due_at = in_days(14)
    return order
