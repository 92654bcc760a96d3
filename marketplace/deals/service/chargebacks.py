"""What a bank's dispute, and money given back late, mean to a deal."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.payments import ledger, postings
from marketplace.payments import service as payments
from marketplace.payments.service.banks import Burden, Subject
from models import Chargeback, Deal, Money, Transfer

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


def fees_left(db: Session, deal: Deal) -> dict[int, Money]:
    """What we still have of our fee on each part, numbered as in transfers.

    What went back of it is counted from the rest and the last milestone on, as what was sent is.
    """
    gone = _gone(db, deal, _TAKEN, ledger.PLATFORM_FEE)
    left = {}
    for part in (0, *range(len(deal.milestones), 0, -1)):
        fee = _sum(ledger.lines_of(db, f"{money.cause(deal, part)}:shared"), ledger.PLATFORM_FEE)
        # All of it has gone back with a part that nobody claimed, less what was gone by then.
        fee -= _unclaimed(db, deal, part)
        taken = min(gone, fee)
        left[part], gone = Money(fee - taken, deal.currency), gone - taken
    return left


def _unclaimed(db: Session, deal: Deal, part: int) -> int:
    query = select(Transfer.id).filter_by(purpose="deal", subject_id=deal.id, part=part)
    causes = [f"transfer:{id}:unclaimed" for id in db.scalars(query)]
    return -_sum(ledger.lines_of(db, *causes), ledger.PLATFORM_FEE)


def burden(db: Session, deal: Deal, amount: Money) -> Burden:
    """The creator's and our part of `amount` going back, by what each was given and left with.

    Counted from the sum of everything taken back so far, so that many small ones never drift.
    """
    causes = [f"{money.cause(deal, part)}:shared" for part in range(len(deal.milestones) + 1)]
    given = ledger.lines_of(db, *causes)
    # What nobody claimed has gone back already: nobody has anything of it.
    back = ("money_unclaimed",)
    creator = _sum(given, ledger.PAYABLE) - _gone(db, deal, back, ledger.PAYABLE)
    fee = _sum(given, ledger.PLATFORM_FEE) - _gone(db, deal, back, ledger.PLATFORM_FEE)
    theirs = _gone(db, deal, _TAKEN, ledger.PAYABLE, ledger.OWED)
    ours = _gone(db, deal, _TAKEN, ledger.PLATFORM_FEE)
    now = min(amount.minor, creator + fee - theirs - ours)
    if not creator or now <= 0:
        return Burden([], Money(0, deal.currency), amount)
    by_now = Money(theirs + ours + now, deal.currency).split([creator, fee])[0].minor
    # We give back no more than we have left of our fee, and nobody gets anything by it.
    part = Money(min(max(by_now - theirs, now - (fee - ours), 0), now), deal.currency)
    bears = Money(now, deal.currency) - part
    return Burden([(deal.creator.person, part)], bears, amount - part - bears)


def _sum(lines: Sequence[ledger.Line], account: str) -> int:
    """What these lines gave to accounts of a kind."""
    return -sum(line.amount.minor for line in lines if line.account == account)


def _gone(db: Session, deal: Deal, kinds: Sequence[str], *accounts: str) -> int:
    return ledger.debited(db, ("deal", deal.id), kinds, accounts)


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
