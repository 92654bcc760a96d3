"""How long a deal's money may be held: warnings ahead, then it goes where it must."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from marketplace.deals import rules
from marketplace.kit.clock import end_of_day, now
from marketplace.kit.db import one_by_one
from marketplace.kit.settings import settings
from marketplace.notices.service import tell_admins
from marketplace.payments import ledger, postings
from marketplace.payments import service as payments
from models import Deal, DealStatus, Money, Refused, Transfer, TransferStatus
from models.holding import WARN_DAYS, days, deadline, warns_at

from . import money, news
from .chargebacks import fees_left

_OPEN = (*Deal.HOLDING, DealStatus.APPROVED)


def until(since: datetime) -> datetime:
    return deadline(since, settings().platform_country)


def fits(deal: Deal) -> None:
    """Refuse to take money for work that would end after it may be held."""
    longest = timedelta(days=rules.LONGEST_AFTER)
    if end_of_day(deal.deliver_by) + longest > until(now()):
        most = days(settings().platform_country)
        raise Refused(
            _(
                "Money may be held for %(days)s days at most, and this work would take longer."
                " Cancel the deal and agree on an earlier day.",
                days=most,
            )
        )


def tick(db: Session) -> int:
    """Warn before the time is over; when it is, give back what nobody can be paid."""
    soon = now() + timedelta(days=max(WARN_DAYS))
    query = (
        select(Deal)
        .where(
            Deal.hold_until < soon,
            or_(Deal.status.in_(_OPEN), _waits_for_an_account()),
            Deal.frozen_at.is_(None),
        )
        .order_by(Deal.hold_until)
        .limit(200)
        .with_for_update(skip_locked=True, of=Deal)
    )
    due = [deal for deal in db.scalars(query).unique() if _is_due(deal)]
    return one_by_one(db, due, lambda deal: _act(db, deal))


def _waits_for_an_account() -> ColumnElement[bool]:
    """Approved money whose creator hasn't said where to send it, whatever else the deal is at."""
    return exists().where(
        Transfer.purpose == "deal",
        Transfer.subject_id == Deal.id,
        Transfer.status == TransferStatus.BLOCKED,
    )


def _is_due(deal: Deal) -> bool:
    assert deal.hold_until is not None
    if deal.hold_until > now():
        return warns_at(deal.hold_until, deal.hold_warned_at, now())
    # A dispute is ruled by people; they are called to it once a day.
    return deal.hold_warned_at is None or deal.hold_warned_at < max(
        deal.hold_until, now() - timedelta(days=1)
    )


def _act(db: Session, deal: Deal) -> None:
    assert deal.hold_until is not None
    deal.hold_warned_at = now()
    if deal.hold_until > now():
        _warn(db, deal)
        return
    back = _give_back_unclaimed(db, deal)
    stays = deal.status in Deal.HOLDING or not back
    if deal.status in (DealStatus.FUNDED, DealStatus.REVISING):
        back, stays = back + deal.goes_back, False
        money.give_back(db, deal, by=None, note="hold")
    if back:
        news.tell_both(db, deal, "hold_ended", amount=back.plain())
    if stays:
        left = _held(deal) + _unsent(db, deal)
        _tell_admins(db, deal, "hold_overdue", amount=left.plain())


def _warn(db: Session, deal: Deal) -> None:
    """Say what is meant: of a price, milestones may have gone by, or wait for an account."""
    deal.tell("warn_hold", by=None)
    held, waits = _held(deal), _unsent(db, deal)
    kind, about = "hold_ends_soon", {"amount": held.plain()}
    if waits and held:
        kind, about = "hold_and_unsent_end_soon", about | {"waits": waits.plain()}
    elif waits:
        kind, about = "unsent_ends_soon", {"amount": waits.plain()}
    news.tell_both(db, deal, kind, **about, **_limit(deal))
    _tell_admins(db, deal, kind, **about)


def _held(deal: Deal) -> Money:
    """Of the price, what nobody has approved or given back yet."""
    return deal.rest if deal.status in Deal.HOLDING else Money(0, deal.currency)


def _unsent(db: Session, deal: Deal) -> Money:
    """What was approved, and hasn't left for the creator."""
    query = select(Transfer.amount_minor).where(
        Transfer.purpose == "deal",
        Transfer.subject_id == deal.id,
        Transfer.status.in_((TransferStatus.WAITING, TransferStatus.BLOCKED)),
    )
    return Money(sum(db.scalars(query)), deal.currency)


def _give_back_unclaimed(db: Session, deal: Deal) -> Money:
    """The creator never said where to send it. Not where an answer of Stripe's may be lost.

    Gives what goes back.
    """
    query = select(Transfer).filter_by(
        purpose="deal", subject_id=deal.id, status=TransferStatus.BLOCKED, asked_at=None
    )
    blocked = db.scalars(query.order_by(Transfer.part)).all()
    # A bank may have taken a part back meanwhile, and our fee on it.
    fees = fees_left(db, deal) if blocked else {}
    back = Money(0, deal.currency)
    for transfer in blocked:
        transfer.lock()
        cause = f"{money.cause(deal, transfer.part)}:shared"
        stripe_fee, surcharge = _fees(db, cause, deal.currency)
        fee = fees[transfer.part]
        postings.unclaimed(db, transfer, fee=fee, stripe_fee=stripe_fee, surcharge=surcharge)
        amount = transfer.amount + fee + stripe_fee + surcharge
        checkout = transfer.checkout
        transfer.move("cancel", by=None, note="hold")
        payments.give_back(db, purpose="deal", subject_id=deal.id, amount=amount, checkout=checkout)
        back += amount
    if blocked and deal.may("unclaim"):
        deal.move("unclaim", by=None)
    return back


def _fees(db: Session, cause: str, currency: str) -> tuple[Money, Money]:
    """Stripe's, and the surcharge, as they were taken when it was approved."""
    given = ledger.lines_of(db, cause)

    def taken(account: str) -> Money:
        return Money(-sum(one.amount.minor for one in given if one.account == account), currency)

    return taken(ledger.STRIPE_FEES), taken(ledger.SURCHARGE_KEPT)


def _limit(deal: Deal) -> dict[str, str]:
    assert deal.hold_until is not None
    return {"until": deal.hold_until.isoformat()}


def _tell_admins(db: Session, deal: Deal, kind: str, **more: Any) -> None:
    about = news.about(deal, deal.brand.name, **more, **_limit(deal))
    tell_admins(db, kind, path=news.path(deal), **about)
