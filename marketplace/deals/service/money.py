"""Where a deal's money goes: to the creator, back to the brand, or by a ruling to both."""

from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.notices.service import tell
from marketplace.payments import ledger, postings
from marketplace.payments import service as payments
from models import (
    Checkout,
    Deal,
    DealStatus,
    Milestone,
    Money,
    Person,
    Refund,
    Transfer,
)

from . import news, pieces


def pay_out(db: Session, deal: Deal, milestone: Milestone | None, *, done: Money) -> Money:
    """Approved: the creator is owed what it was worth less our fee, and it is sent.

    `done` is what milestones before this one were worth. Gives what the creator receives.
    """
    price, fee = (milestone.amount, milestone.fee) if milestone else (deal.price, deal.fee)
    borne = _bear_stripe_fee(db, deal, done, price, most=price - fee)
    if milestone is not None:
        milestone.approved_at = now()
        milestone.stripe_fee_minor = borne.minor
    gets = price - fee - borne
    nothing = Money(0, deal.currency)
    parts = Parts(gets, fee, borne, nothing)
    kind = "milestone_approved" if milestone else "deal_approved"
    divide(db, deal, parts, kind=kind, milestone=milestone)
    return gets


def give_back(db: Session, deal: Deal, *, by: Person | None, note: str = "") -> None:
    """Cancelled after funding: the brand gets everything back."""
    deal.move("give_back", by=by, note=note, also={"due_at": None})
    divide(db, deal, Parts.back(deal.rest), kind="deal_given_back")


def give_back_stray(db: Session, deal: Deal, checkout: Checkout) -> None:
    """A payment that came after its deal had ended."""
    deal.tell("stray_payment", by=None)
    price = checkout.amount - checkout.surcharge
    divide(db, deal, Parts.back(price), kind="deal_stray_payment")


def rule(db: Session, deal: Deal, *, to_creator: Money, by: Person | None) -> None:
    """A dispute ended: `to_creator` of what is held is the creator's (before our fee), the rest
    goes back to the brand. Our fee is taken on the creator's part only."""
    deal.lock()
    payments.still_free(deal)
    fee = pieces.fee_within(deal.passed, to_creator, deal.fee_bps)
    to_brand = deal.rest - to_creator
    deal.move(
        "rule",
        by=by,
        also={"due_at": None},
        to_creator_minor=to_creator.minor,
        to_brand_minor=to_brand.minor,
    )
    borne = _bear_stripe_fee(db, deal, deal.passed, deal.rest, most=to_creator - fee)
    parts = Parts(to_creator - fee - borne, fee, borne, to_brand)
    divide(db, deal, parts, kind="deal_ruled")


def _bear_stripe_fee(db: Session, deal: Deal, done: Money, amount: Money, *, most: Money) -> Money:
    """Where the terms say so, what Stripe kept comes off the creator's part, as far as it goes;
    off each milestone by what it is of the price.

    A fee that Stripe hasn't named by now is ours: nobody is billed for it afterwards.
    """
    if not deal.creator_bears_stripe_fee:
        return Money(0, deal.currency)
    fee = payments.paid_checkout(db, "deal", deal.id).fee_minor or 0
    before = fee * done.minor // deal.price_minor
    after = fee * (done + amount).minor // deal.price_minor
    borne = min(Money(after - before, deal.currency), most)
    deal.stripe_fee_minor += borne.minor
    return borne


class Parts(NamedTuple):
    """How something that was held is divided."""

    to_creator: Money
    fee: Money
    stripe_fee: Money
    to_brand: Money

    @property
    def is_shared(self) -> bool:
        """Whether anybody but the brand has a part."""
        return bool(self.to_creator or self.fee or self.stripe_fee)

    @classmethod
    def back(cls, amount: Money) -> "Parts":
        nothing = Money(0, amount.currency)
        return cls(nothing, nothing, nothing, amount)


def cause(deal: Deal, part: int) -> str:
    """The cause of the journal that divided what is numbered so in transfers."""
    return f"milestone:{deal.milestones[part - 1].id}" if part else f"deal:{deal.id}"


def divide(
    db: Session, deal: Deal, parts: Parts, *, kind: str, milestone: Milestone | None = None
) -> None:
    """Book the parts and ask Stripe to move them, in one transaction.

    A surcharge goes back with all of the rest, and is kept once anything was paid for.
    """
    checkout = payments.paid_checkout(db, "deal", deal.id)
    surcharge, nothing = surcharge_held(db, deal), Money(0, deal.currency)
    kept, back = (surcharge, nothing) if parts.is_shared else (nothing, surcharge)
    part = milestone.number if milestone else 0
    postings.share_out(
        db,
        deal.id,
        creator_id=deal.creator.person_id,
        checkout_id=checkout.id,
        to_creator=parts.to_creator,
        fee=parts.fee,
        to_brand=parts.to_brand,
        kind=kind,
        stripe_fee=parts.stripe_fee,
        surcharge=(kept, back),
        source=cause(deal, part),
    )
    if parts.to_creator:
        payments.send(
            db,
            purpose="deal",
            subject_id=deal.id,
            part=part,
            payee_id=deal.creator.person_id,
            amount=parts.to_creator,
            checkout=checkout,
        )
    if to_brand := parts.to_brand + back:
        payments.give_back(
            db, purpose="deal", subject_id=deal.id, amount=to_brand, checkout=checkout
        )


def surcharge_held(db: Session, deal: Deal) -> Money:
    """What the brand paid on top, while nothing was paid for yet."""
    return ledger.balance(db, ledger.SURCHARGE, deal.id, deal.currency)


def on_transfer_sent(db: Session, transfer: Transfer) -> None:
    deal = db.get_one(Deal, transfer.subject_id)
    deal.lock()
    _end_when_done(db, deal)
    said = _of(deal, transfer.amount, transfer.part)
    tell(db, deal.creator.person, "money_sent", path=news.path(deal), **said)


def on_transfer_blocked(db: Session, transfer: Transfer) -> None:
    """The creator's account can't receive yet: say so, and what to do."""
    deal = db.get_one(Deal, transfer.subject_id)
    data = _of(deal, transfer.amount, transfer.part)
    tell(db, deal.creator.person, "money_waits_for_account", path="/payouts", **data)


def on_refund_succeeded(db: Session, refund: Refund) -> None:
    deal = db.get_one(Deal, refund.subject_id)
    deal.lock()
    _end_when_done(db, deal)
    said = _of(deal, refund.amount)
    tell(db, deal.brand.person, "money_refunded", path=news.path(deal), **said)


_ENDS_BY = {
    DealStatus.APPROVED: "release",
    DealStatus.REFUNDING: "refund",
    DealStatus.SETTLING: "settle",
}


def _end_when_done(db: Session, deal: Deal) -> None:
    """What was decided is over once each part of it, and of what went before, has arrived."""
    verb = _ENDS_BY.get(deal.status)
    if verb is None or is_under_way(db, deal):
        return
    released = {"released_at": now()} if verb == "release" else {}
    deal.move(verb, by=None, also={"ended_at": now(), **released})


def is_under_way(db: Session, deal: Deal) -> bool:
    """Whether something of it is still to be sent, either way."""
    db.flush()
    transfers = select(Transfer.status).filter_by(purpose="deal", subject_id=deal.id)
    refunds = select(Refund.status).filter_by(purpose="deal", subject_id=deal.id)
    return any(one not in Transfer.ENDS for one in db.scalars(transfers)) or any(
        one not in Refund.OVER for one in db.scalars(refunds)
    )


def _of(deal: Deal, amount: Money, part: int = 0) -> dict[str, Any]:
    named = news.title(deal, deal.milestones[part - 1] if part else None)
    return {"who": deal.brand.name, "title": named, "amount": amount.plain()}
