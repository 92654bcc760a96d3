"""A deal whose payment the brand's bank disputes: frozen, and then won or lost."""

from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.notices.service import tell, tell_admins
from marketplace.payments import ledger, postings
from marketplace.payments import service as payments
from marketplace.payments.postings import Bearers
from models import Chargeback, Checkout, Deal, Money, Refund, Refused, Transfer


def still_free(deal: Deal) -> None:
    """Refuse what would move money that a bank may take."""
    if deal.frozen_at is not None:
        raise Refused(
            _("The brand’s bank disputes the payment. Nothing moves until it has decided.")
        )


def inquire(db: Session, chargeback: Chargeback) -> None:
    """The bank only asks; nothing is frozen, and admins answer it."""
    deal = _deal(db, chargeback)
    deal.tell("inquire", by=None, **_money(chargeback.amount))
    tell_admins(db, "payment_questioned", path=_path(deal), **_said(deal, chargeback))


def warn(db: Session, checkout: Checkout) -> None:
    """A bank believes the payment to be fraud; admins look before it takes the money."""
    deal = db.get_one(Deal, checkout.subject_id)
    about = {"title": deal.title, "amount": _money(checkout.amount)}
    tell_admins(db, "payment_fraud_warning", path=_path(deal), **about)


def freeze(db: Session, chargeback: Chargeback) -> None:
    """The bank has taken the money: no clock runs and nothing is paid out until it decides."""
    deal = _deal(db, chargeback)
    deal.frozen_at = deal.frozen_at or now()
    deal.tell("freeze", by=None, **_money(chargeback.amount))
    _tell_all(db, deal, chargeback, "payment_disputed")


def win(db: Session, chargeback: Chargeback) -> None:
    """The bank gave the money back: the deal goes on where it stood."""
    deal = _deal(db, chargeback)
    deal.tell("win_chargeback", by=None, **_money(chargeback.amount))
    _tell_all(db, deal, chargeback, "payment_dispute_won")
    _go_on(db, deal, chargeback.checkout)


def lose(db: Session, chargeback: Chargeback) -> None:
    """The bank keeps it: what is held pays for it first, then whoever was paid."""
    deal = _deal(db, chargeback)
    left = chargeback.amount
    escrow = min(left, ledger.balance(db, ledger.ESCROW, deal.id, deal.currency))
    left -= escrow
    refund = payments.refund_waiting(db, chargeback.checkout, left)
    left -= refund
    part = take_back(db, deal, left)
    nobody = Bearers.nobody(deal.currency)
    bearers = Bearers(
        escrow=escrow,
        refund=refund,
        deferred_fee=nobody.deferred_fee,
        platform_fee=part.fee,
        ours=part.rest,
        payable=[(deal.creator.person_id, part.unsent)],
        owed=[(deal.creator.person_id, part.owed)],
    )
    postings.chargeback_lost(db, chargeback, bearers)
    deal.tell("lose_chargeback", by=None, **_money(chargeback.amount))
    _tell_all(db, deal, chargeback, "payment_dispute_lost")
    if part.owed:
        about = {"title": deal.title, "amount": _money(part.owed)}
        tell(db, deal.creator.person, "money_owed_back", path="/money", **about)
    _go_on(db, deal, chargeback.checkout)


class Part(NamedTuple):
    """Of money that goes back after it was divided: what each bears."""

    unsent: Money
    owed: Money
    fee: Money
    rest: Money


def take_back(db: Session, deal: Deal, amount: Money) -> Part:
    """The creator's and our part of `amount`, by what each was given.

    Counted from the sum of everything taken back so far, so that many small ones never drift.
    """
    nothing = Money(0, deal.currency)
    transfer = db.scalar(select(Transfer).filter_by(purpose="deal", subject_id=deal.id))
    if transfer is None or not amount:
        return Part(nothing, nothing, nothing, amount)
    given = ledger.lines_of(db, f"deal:{deal.id}:shared")
    creator = -sum(line.amount.minor for line in given if line.account == ledger.PAYABLE)
    fee = -sum(line.amount.minor for line in given if line.account == ledger.PLATFORM_FEE)
    before = ledger.debited(
        db,
        ("deal", deal.id),
        ("chargeback_lost", "taken_back"),
        (ledger.PAYABLE, ledger.OWED, ledger.PLATFORM_FEE),
    )
    after = min(before + amount.minor, creator + fee)
    whole = creator + fee
    theirs = _rounded(after * creator, whole) - _rounded(before * creator, whole)
    unsent, owed = payments.take_from(db, transfer, Money(theirs, deal.currency))
    ours = Money(after - before - theirs, deal.currency)
    return Part(unsent, owed, ours, amount - unsent - owed - ours)


def _rounded(part: int, whole: int) -> int:
    return (2 * part + whole) // (2 * whole)


def _go_on(db: Session, deal: Deal, checkout: Checkout) -> None:
    """Once no bank is deciding any more: clocks run again, or nothing is left to run for."""
    db.flush()
    if payments.is_frozen(db, checkout.id):
        return
    if deal.frozen_at is not None and deal.due_at is not None:
        deal.due_at += now() - deal.frozen_at
    deal.frozen_at = None
    _end_what_is_gone(db, deal, checkout)
    payments.resume(db, checkout)


def _end_what_is_gone(db: Session, deal: Deal, checkout: Checkout) -> None:
    """A deal whose money the bank kept is over; what is left of it goes back, too."""
    was_lost = ledger.is_posted_for(db, ("deal", deal.id), "chargeback_lost")
    if not was_lost or not deal.may("charge_back"):
        return
    left = ledger.balance(db, ledger.ESCROW, deal.id, deal.currency)
    if deal.status not in Deal.HOLDING and _is_under_way(db, deal):
        return
    deal.move("charge_back", by=None, also={"ended_at": now(), "due_at": None})
    if left:
        nothing = Money(0, deal.currency)
        postings.share_out(
            db,
            deal.id,
            creator_id=deal.creator.person_id,
            checkout_id=checkout.id,
            to_creator=nothing,
            fee=nothing,
            to_brand=left,
            kind="deal_given_back",
            source=f"deal:{deal.id}",
        )
        payments.give_back(db, purpose="deal", subject_id=deal.id, amount=left, checkout=checkout)


def _is_under_way(db: Session, deal: Deal) -> bool:
    """Whether something of it is still to be sent, either way."""
    transfers = db.scalars(select(Transfer).filter_by(purpose="deal", subject_id=deal.id))
    refunds = db.scalars(select(Refund).filter_by(purpose="deal", subject_id=deal.id))
    return any(one.status not in Transfer.ENDS for one in transfers) or any(
        one.status not in Refund.OVER for one in refunds
    )


def _deal(db: Session, chargeback: Chargeback) -> Deal:
    deal = db.get_one(Deal, chargeback.checkout.subject_id)
    deal.lock()
    return deal


def _path(deal: Deal) -> str:
    return f"/deals/{deal.id}"


def _money(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency}


def _said(deal: Deal, chargeback: Chargeback) -> dict[str, Any]:
    until = {"until": chargeback.answer_by.isoformat()} if chargeback.answer_by else {}
    return {"title": deal.title, "amount": _money(chargeback.amount)} | until


def _tell_all(db: Session, deal: Deal, chargeback: Chargeback, kind: str) -> None:
    about = _said(deal, chargeback)
    for person in (deal.creator.person, deal.brand.person):
        tell(db, person, kind, path=_path(deal), **about)
    tell_admins(db, f"{kind}_for_admin", path=_path(deal), **about)
