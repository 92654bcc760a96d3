"""What a bank's dispute, and money given back late, mean to a deal."""

import uuid
from dataclasses import replace

from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.payments import ledger, postings
from marketplace.payments import service as payments
from marketplace.payments.service.banks import Burden, Subject
from models import Chargeback, Deal, Money

from . import money


def subject(db: Session, id: uuid.UUID) -> Subject:
    """A deal, as payments see it."""
    deal = db.get_one(Deal, id)
    path = f"/deals/{deal.id}"
    return Subject(
        thing=deal,
        purpose="deal",
        title=deal.title,
        path=path,
        sides=[(deal.creator.person, path), (deal.brand.person, path)],
        bear=lambda chargeback: _bear(db, deal, chargeback),
        end=lambda _checkout: _end_what_is_gone(db, deal),
    )


def _bear(db: Session, deal: Deal, chargeback: Chargeback) -> postings.Bearers:
    """What is held pays for it, then a refund on its way to the same payer, then who was paid."""
    left = chargeback.amount
    escrow = min(left, ledger.balance(db, ledger.ESCROW, deal.id, deal.currency))
    left -= escrow
    surcharge = min(left, money.surcharge_held(db, deal))
    left -= surcharge
    refund = payments.refund_waiting(db, chargeback.checkout, left)
    parts = burden(db, deal, left - refund)
    paid = payments.collect(db, "deal", deal.id, parts)
    return replace(paid, escrow=escrow, surcharge=surcharge, refund=refund)


_TAKEN = ("chargeback_lost", "taken_back")


def fee_taken_back(db: Session, deal: Deal) -> Money:
    """How much of our fee has gone back to the payer already."""
    back = ledger.debited(db, ("deal", deal.id), _TAKEN, (ledger.PLATFORM_FEE,))
    return Money(back, deal.currency)


def burden(db: Session, deal: Deal, amount: Money) -> Burden:
    """The creator's and our part of `amount` going back, by what each was given.

    Counted from the sum of everything taken back so far, so that many small ones never drift.
    """
    causes = [f"{money.cause(deal, part)}:shared" for part in range(len(deal.milestones) + 1)]
    given = ledger.lines_of(db, *causes)
    creator = -sum(line.amount.minor for line in given if line.account == ledger.PAYABLE)
    fee = -sum(line.amount.minor for line in given if line.account == ledger.PLATFORM_FEE)
    before = ledger.debited(
        db,
        ("deal", deal.id),
        _TAKEN,
        (ledger.PAYABLE, ledger.OWED, ledger.PLATFORM_FEE),
    )
    after = min(before + amount.minor, creator + fee)
    is_unclaimed = ledger.is_posted_for(db, ("deal", deal.id), "money_unclaimed")
    # What nobody claimed has gone back already: nobody has anything of it.
    if not creator or before == after or is_unclaimed:
        return Burden([], Money(0, deal.currency), amount)
    then = Money(before, deal.currency).split([creator, fee])
    by_now = Money(after, deal.currency).split([creator, fee])
    theirs, ours = (later - earlier for later, earlier in zip(by_now, then, strict=True))
    return Burden([(deal.creator.person, theirs)], ours, amount - theirs - ours)


def _end_what_is_gone(db: Session, deal: Deal) -> None:
    """A deal whose money the bank kept is over; what is left of it goes back, too."""
    was_lost = ledger.is_posted_for(db, ("deal", deal.id), "chargeback_lost")
    if not was_lost or not deal.may("charge_back"):
        return
    left = ledger.balance(db, ledger.ESCROW, deal.id, deal.currency)
    if not money.is_under_way(db, deal):
        deal.move("charge_back", by=None, also={"ended_at": now(), "due_at": None})
    elif deal.status in Deal.HOLDING:
        deal.move("break_off", by=None, also={"due_at": None})
    else:
        return
    if left or money.surcharge_held(db, deal):
        money.divide(db, deal, money.Parts.back(left), kind="deal_given_back")
