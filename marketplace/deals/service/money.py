"""Where a deal's money goes: to the creator, back to the brand, or by a ruling to both."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.notices.service import tell
from marketplace.payments import postings
from marketplace.payments import service as payments
from models import (
    Checkout,
    Deal,
    DealStatus,
    Money,
    Person,
    Refund,
    Transfer,
)


def pay_out(db: Session, deal: Deal) -> None:
    """Approved: the creator is owed the price less our fee, and it is sent."""
    _bear_stripe_fee(db, deal, deal.price - deal.fee)
    nothing = Money(0, deal.currency)
    _divide(
        db, deal, to_creator=deal.creator_receives, fee=deal.fee, to_brand=nothing, kind="approved"
    )


def give_back(db: Session, deal: Deal, *, by: Person | None, note: str = "") -> None:
    """Cancelled after funding: the brand gets everything back."""
    deal.move("give_back", by=by, note=note, also={"due_at": None, "stripe_fee_minor": 0})
    nothing = Money(0, deal.currency)
    _divide(db, deal, to_creator=nothing, fee=nothing, to_brand=deal.price, kind="given_back")


def give_back_stray(db: Session, deal: Deal, checkout: Checkout) -> None:
    """A payment that came after its deal had ended."""
    nothing = Money(0, deal.currency)
    deal.tell("stray_payment", by=None)
    _divide(
        db, deal, to_creator=nothing, fee=nothing, to_brand=checkout.amount, kind="stray_payment"
    )


def rule(db: Session, deal: Deal, *, to_creator: Money, by: Person | None) -> None:
    """A dispute ended: `to_creator` of the price is the creator's (before our fee), the rest goes
    back to the brand. Our fee is taken on the creator's part only."""
    deal.lock()
    payments.still_free(deal)
    fee = to_creator.share(deal.fee_bps)
    to_brand = deal.price - to_creator
    deal.move(
        "rule",
        by=by,
        also={"due_at": None},
        to_creator_minor=to_creator.minor,
        to_brand_minor=to_brand.minor,
    )
    _bear_stripe_fee(db, deal, to_creator - fee)
    _divide(
        db,
        deal,
        to_creator=to_creator - fee - deal.stripe_fee,
        fee=fee,
        to_brand=to_brand,
        kind="ruled",
    )


def _bear_stripe_fee(db: Session, deal: Deal, most: Money) -> None:
    """Where the terms say so, what Stripe kept comes off the creator's part, as far as it goes.

    A fee that Stripe hasn't named by now is ours: nobody is billed for it afterwards.
    """
    fee = payments.paid_checkout(db, "deal", deal.id).fee_minor or 0
    deal.stripe_fee_minor = min(fee, most.minor) if deal.creator_bears_stripe_fee else 0


def _divide(
    db: Session, deal: Deal, *, to_creator: Money, fee: Money, to_brand: Money, kind: str
) -> None:
    """Book the parts and ask Stripe to move them, in one transaction."""
    checkout = payments.paid_checkout(db, "deal", deal.id)
    postings.share_out(
        db,
        deal.id,
        creator_id=deal.creator.person_id,
        checkout_id=checkout.id,
        to_creator=to_creator,
        fee=fee,
        to_brand=to_brand,
        kind=f"deal_{kind}",
        stripe_fee=deal.stripe_fee,
        source=f"deal:{deal.id}",
    )
    if to_creator:
        payments.send(
            db,
            purpose="deal",
            subject_id=deal.id,
            payee_id=deal.creator.person_id,
            amount=to_creator,
            checkout=checkout,
        )
    if to_brand:
        payments.give_back(
            db, purpose="deal", subject_id=deal.id, amount=to_brand, checkout=checkout
        )


def on_transfer_sent(db: Session, transfer: Transfer) -> None:
    deal = db.get_one(Deal, transfer.subject_id)
    deal.lock()
    if deal.may("release"):
        deal.move("release", by=None, also={"released_at": now(), "ended_at": now()})
    else:
        _settle_when_done(db, deal)
    tell(db, deal.creator.person, "money_sent", path=_path(deal), **_of(deal, transfer.amount))


def on_transfer_blocked(db: Session, transfer: Transfer) -> None:
    """The creator's account can't receive yet: say so, and what to do."""
    deal = db.get_one(Deal, transfer.subject_id)
    data = _of(deal, transfer.amount)
    tell(db, deal.creator.person, "money_waits_for_account", path="/payouts", **data)


def on_refund_succeeded(db: Session, refund: Refund) -> None:
    deal = db.get_one(Deal, refund.subject_id)
    deal.lock()
    if deal.may("refund"):
        deal.move("refund", by=None, also={"ended_at": now()})
    else:
        _settle_when_done(db, deal)
    tell(db, deal.brand.person, "money_refunded", path=_path(deal), **_of(deal, refund.amount))


def _settle_when_done(db: Session, deal: Deal) -> None:
    """A ruling is settled once each part has arrived where it goes."""
    if deal.status != DealStatus.SETTLING:
        return
    db.flush()
    transfers = db.scalars(
        select(Transfer.status).filter_by(purpose="deal", subject_id=deal.id)
    ).all()
    refunds = db.scalars(select(Refund.status).filter_by(purpose="deal", subject_id=deal.id)).all()
    if all(status in Transfer.ENDS for status in transfers) and all(
        status in Refund.OVER for status in refunds
    ):
        deal.move("settle", by=None, also={"ended_at": now()})


def _path(deal: Deal) -> str:
    return f"/deals/{deal.id}"


def _of(deal: Deal, amount: Money) -> dict[str, Any]:
    said = {"minor": amount.minor, "currency": amount.currency}
    return {"who": deal.brand.name, "title": deal.title, "amount": said}
