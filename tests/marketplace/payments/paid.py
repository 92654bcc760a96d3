"""Deals and orders whose money moved, straight in the books, without asking Stripe."""

import uuid
from typing import Any

from sqlalchemy.orm import Session

from marketplace.payments import postings
from models import (
    Checkout,
    CheckoutStatus,
    Deal,
    DealStatus,
    Money,
    Order,
    Refund,
    RefundStatus,
    Transfer,
    TransferStatus,
)
from models.clock import now
from tests import builders
from tests.world import order as an_order


def eur(minor: int) -> Money:
    return Money(minor, "eur")


def checkout(
    db: Session, purpose: str, thing: Any, amount: int, *, fee: int = 0, surcharge: int = 0
) -> Checkout:
    """A payment that came in and is booked."""
    row = Checkout(purpose=purpose, subject_id=thing.id, currency="eur", amount_minor=amount)
    row.surcharge_minor = surcharge
    row.description, row.success_path, row.cancel_path = "x", "/", "/"
    row.session_id, row.payment_intent_id = f"cs_{thing.id.hex}", f"pi_{thing.id.hex}"
    row.charge_id, row.fee_minor, row.status = f"ch_{thing.id.hex}", fee, CheckoutStatus.PAID
    builders.add(db, row)
    postings.paid(db, row)
    return row


def share(db: Session, deal: Deal, paid: Checkout, *, creator: int, fee: int, back: int) -> None:
    postings.share_out(
        db,
        deal.id,
        creator_id=deal.creator.person_id,
        checkout_id=paid.id,
        to_creator=eur(creator),
        fee=eur(fee),
        to_brand=eur(back),
        kind="deal_ruled",
        source=f"deal:{deal.id}",
    )


def send(db: Session, paid: Checkout, payee: uuid.UUID, amount: int) -> Transfer:
    row = Transfer(purpose=paid.purpose, subject_id=paid.subject_id, payee_id=payee)
    row.checkout_id, row.currency, row.amount_minor = paid.id, "eur", amount
    row.status, row.stripe_id, row.sent_at = TransferStatus.SENT, f"tr_{uuid.uuid4().hex}", now()
    builders.add(db, row)
    postings.sent(db, row)
    return row


def give_back(db: Session, paid: Checkout, amount: int) -> Refund:
    row = Refund(purpose=paid.purpose, subject_id=paid.subject_id, checkout_id=paid.id)
    row.currency, row.amount_minor, row.status = "eur", amount, RefundStatus.SUCCEEDED
    row.stripe_id = f"re_{uuid.uuid4().hex}"
    builders.add(db, row)
    postings.refunded(db, row)
    return row


def ruled_deal(db: Session, **values: Any) -> tuple[Deal, Transfer, Refund]:
    """€480 paid: 40 % to the creator less our fee, the rest back; all of it has moved."""
    deal = builders.deal(db, status=DealStatus.SETTLED, **values)
    paid = checkout(db, "deal", deal, 48_000, fee=745)
    share(db, deal, paid, creator=17_280, fee=1_920, back=28_800)
    return (
        deal,
        send(db, paid, deal.creator.person_id, 17_280),
        give_back(db, paid, 28_800),
    )


def matured_order(db: Session) -> tuple[Order, Checkout]:
    """€149 paid, €14.90 returned, the rest divided; the creator's part is sent."""
    brand, creator = builders.brand(db), builders.creator(db)
    order = an_order(db, brand, creator, builders.product(db, brand))
    paid = checkout(db, "order", order, 14_900, fee=250)

    def people(to_brand: int, to_creator: int) -> list[tuple[uuid.UUID, Money]]:
        return [(brand.person_id, eur(to_brand)), (creator.person_id, eur(to_creator))]

    postings.accrued(db, order.id, people(12_000, 2_000), platform=eur(900))
    back = {"cause": "r1", "checkout_id": paid.id, "platform": eur(90)}
    postings.returned(db, order.id, people(1_200, 200), **back)
    give_back(db, paid, 1_490)
    postings.matured(db, order.id, people(10_800, 1_800), platform=eur(810))
    send(db, paid, creator.person_id, 1_800)
    order.refunded_minor = 1_490
    db.flush()
    return order, paid
