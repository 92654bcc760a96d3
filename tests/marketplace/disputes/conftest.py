"""A deal with its money really in the ledger, and a dispute about it."""

import pytest
from sqlalchemy.orm import Session

from marketplace.disputes import service
from marketplace.payments import postings
from models import Checkout, CheckoutStatus, Deal, DealStatus, Dispute, DisputeReason, Money
from tests import builders


def funded(db: Session, status: DealStatus = DealStatus.FUNDED, **values: object) -> Deal:
    deal = builders.deal(db, status=status, **values)
    checkout = Checkout(
        purpose="deal",
        subject_id=deal.id,
        status=CheckoutStatus.PAID,
        currency=deal.currency,
        amount_minor=deal.price_minor,
        description=deal.title,
        success_path="/",
        cancel_path="/",
        session_id=f"cs_{deal.id}",
        payment_intent_id=f"pi_{deal.id}",
        charge_id=f"ch_{deal.id}",
        fee_minor=97,
    )
    builders.add(db, checkout)
    postings.paid(db, checkout)
    return deal


def disputed(db: Session, deal: Deal, asks: int = 24_000) -> Dispute:
    return service.open_dispute(
        db,
        deal,
        reason=DisputeReason.PART_MISSING,
        statement="The second reel is 19 seconds.",
        asks=Money(asks, "eur"),
        by=deal.brand.person,
    )


def answered(db: Session, dispute: Dispute, asks: int = 48_000) -> Dispute:
    service.answer(
        db,
        dispute,
        answer="They asked for a snappier cut.",
        asks=Money(asks, "eur"),
        by=dispute.deal.creator.person,
    )
    return dispute


@pytest.fixture
def deal(db: Session) -> Deal:
    return funded(db, DealStatus.DELIVERED)


@pytest.fixture
def dispute(db: Session, deal: Deal) -> Dispute:
    return disputed(db, deal)
