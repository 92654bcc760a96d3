"""What people, and the clock, do with a deal. The only code that changes one."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.deals import rules
from marketplace.kit.clock import end_of_day, in_days, in_hours, now, today
from marketplace.kit.db import one_by_one
from marketplace.notices.service import tell
from marketplace.payments import service as payments
from models import (
    Application,
    Campaign,
    Checkout,
    CheckoutStatus,
    Creator,
    Deal,
    DealStatus,
    Message,
    Money,
    Offer,
    Person,
    Refused,
    terms_digest,
)

from . import chargebacks, holds, money, news, offers, pieces
from .money import on_refund_succeeded, on_transfer_blocked, on_transfer_sent, rule
from .pieces import Piece
from .work import approve, ask_change, deliver

__all__ = [
    "Piece",
    "accept",
    "approve",
    "ask_change",
    "cancel",
    "chargebacks",
    "counter",
    "decline",
    "deliver",
    "dispute",
    "fund",
    "offer",
    "on_payment_ended",
    "on_payment_processing",
    "on_refund_succeeded",
    "on_transfer_blocked",
    "on_transfer_sent",
    "rule",
    "say",
    "start_funding",
    "tick",
    "withdraw",
]


def offer(
    db: Session,
    campaign: Campaign,
    creator: Creator,
    *,
    price: Money,
    deliver_by: date,
    milestones: Sequence[Piece] = (),
    message: str = "",
    fee_bps: int,
    by: Person,
    application: Application | None = None,
) -> Deal:
    """A brand offers a creator work on its campaign's terms, at a price. Answers an application."""
    offers.may_offer(db, campaign, creator, application)
    offers.still_ahead(milestones[0].deliver_by if milestones else deliver_by)
    if application is not None:
        application.move("offer", by=by)
    deal = offers.new_deal(campaign, creator, price=price, fee_bps=fee_bps, application=application)
    deal.deliver_by = deliver_by
    db.add(deal)
    terms = offers.terms_of(campaign, creator, fee_bps)
    _add_offer(db, deal, terms, milestones, message=message, by=by)
    deal.tell("offer", by=by, note=message, **price.plain())
    news.tell_other(db, deal, "offer_made", by=by, amount=price.plain())
    return deal


def counter(
    db: Session,
    deal: Deal,
    *,
    price: Money,
    deliver_by: date,
    milestones: Sequence[Piece] = (),
    message: str = "",
    by: Person,
) -> Offer:
    """Whoever was asked puts other terms on the table; now the other side is asked."""
    _whose_turn(deal, by)
    offers.still_ahead(milestones[0].deliver_by if milestones else deliver_by)
    fee = price.share(deal.fee_bps)
    also = {
        "price_minor": price.minor,
        "fee_minor": fee.minor,
        "deliver_by": deliver_by,
        "due_at": in_hours(rules.ANSWER_HOURS),
    }
    terms = deal.offer.terms
    deal.move("counter", by=by, note=message, also=also, **price.plain())
    made = _add_offer(db, deal, terms, milestones, message=message, by=by)
    news.tell_other(db, deal, "offer_countered", by=by, amount=price.plain())
    return made


# What each offer says anew.
_OF_THE_PRICE = ("milestones", "surcharge_minor")


def _add_offer(
    db: Session,
    deal: Deal,
    terms: dict[str, Any],
    milestones: Sequence[Piece],
    *,
    message: str,
    by: Person,
) -> Offer:
    """Put the price and the day the deal has now on the table, with what else is agreed."""
    pieces.add_up(milestones, deal.price, deal.deliver_by)
    deal.surcharge = offers.surcharge(deal.price, terms)
    full = {name: value for name, value in terms.items() if name not in _OF_THE_PRICE}
    full |= {
        "price_minor": deal.price_minor,
        "currency": deal.currency,
        "deliver_by": deal.deliver_by.isoformat(),
    }
    if deal.surcharge:
        full["surcharge_minor"] = deal.surcharge_minor
    made = Offer(
        deal=deal,
        number=len(deal.offers) + 1,
        person_id=by.id,
        currency=deal.currency,
        price_minor=deal.price_minor,
        terms=full | pieces.as_terms(milestones),
        message=message,
    )
    db.add(made)
    db.flush()
    db.expire(deal, ["offers"])
    return made


def _whose_turn(deal: Deal, by: Person) -> None:
    """Nobody answers their own offer."""
    deal.lock()
    if deal.status == DealStatus.OFFERED and deal.offer.person_id == by.id:
        raise Refused(_("You made this offer. It is for the other side to answer."))


def accept(db: Session, deal: Deal, *, by: Person, read: str | None = None) -> None:
    """Both agree: the terms on the table are frozen with their hash.

    `read` is the number of the offer they read, where a page says it: nobody agrees unread.
    """
    _whose_turn(deal, by)
    if read is not None and read != str(deal.offer.number):
        raise Refused(_("The terms have changed since you opened the page. Read them first."))
    terms = deal.offer.terms
    agreed = pieces.of_terms(terms)
    if (agreed[0].deliver_by if agreed else deal.deliver_by) <= today():
        raise Refused(_("The delivery date in this offer has passed. Offer another date."))
    also = {
        "accepted_at": now(),
        "due_at": in_days(rules.FUND_DAYS),
        "terms": terms,
        "terms_hash": terms_digest(terms),
    }
    deal.move("accept", by=by, also=also)
    db.add_all(pieces.milestones(deal, agreed))
    news.tell_other(db, deal, "offer_accepted", by=by, amount=deal.price.plain())


def decline(db: Session, deal: Deal, *, by: Person, note: str = "") -> None:
    _whose_turn(deal, by)
    deal.move("decline", by=by, note=note, also=_ended())
    news.tell_other(db, deal, "offer_declined", by=by)


def withdraw(db: Session, deal: Deal, *, by: Person) -> None:
    deal.lock()
    if deal.offer.person_id != by.id:
        raise Refused(_("Only who made the offer can take it back. You can decline it."))
    deal.move("withdraw", by=by, also=_ended())
    news.tell_other(db, deal, "offer_withdrawn", by=by)


def start_funding(db: Session, deal: Deal, *, by: Person) -> Checkout:
    """Open the payment page for the whole price, and the surcharge if there is one."""
    deal.lock()
    if not deal.may("fund"):
        raise Refused("not_now", verb="fund", state=str(deal.status))
    offers.still_with_us(deal.creator)
    holds.fits(deal)
    return payments.start_checkout(
        db,
        purpose="deal",
        subject_id=deal.id,
        amount=deal.to_pay,
        surcharge=deal.surcharge,
        description=f"{deal.title} · {deal.creator.name}",
        email=by.email,
        success_path=f"/deals/{deal.id}?paid=1",
        cancel_path=f"/deals/{deal.id}",
        ends_at=deal.due_at,
    )


def fund(db: Session, checkout: Checkout) -> None:
    """The money came in. If the deal ended meanwhile, it goes straight back."""
    deal = db.get_one(Deal, checkout.subject_id)
    deal.lock()
    if not deal.may("fund"):
        money.give_back_stray(db, deal, checkout)
        return
    due = end_of_day(deal.next_day) + timedelta(days=rules.LATE_DAYS)
    deal.move(
        "fund",
        by=deal.brand.person,
        also={
            "funded_at": now(),
            "due_at": max(due, in_days(1)),
            "hold_until": holds.until(now()),
        },
        **deal.price.plain(),
    )
    news.tell_both(db, deal, "deal_funded", until=deal.next_day.isoformat())


def on_payment_processing(db: Session, checkout: Checkout) -> None:
    """Paid by bank: the days to pay wait for the bank's word."""
    deal = db.get_one(Deal, checkout.subject_id)
    deal.lock()
    if deal.status == DealStatus.ACCEPTED:
        deal.due_at = max(deal.due_at or now(), in_days(rules.BANK_DAYS))
        deal.tell("payment_processing", by=None)
        about = news.about(deal, deal.creator.name)
        tell(db, deal.brand.person, "payment_processing", path=news.path(deal), **about)


def on_payment_ended(db: Session, checkout: Checkout) -> None:
    """The page ran out, or the bank said no: it can be paid again."""
    deal = db.get_one(Deal, checkout.subject_id)
    if checkout.status != CheckoutStatus.FAILED or deal.status != DealStatus.ACCEPTED:
        return
    deal.lock()
    deal.due_at = max(deal.due_at or now(), in_days(rules.RETRY_DAYS))
    deal.tell("payment_failed", by=None)
    about = news.about(deal, deal.creator.name)
    tell(db, deal.brand.person, "payment_failed", path=news.path(deal), **about)


def may_cancel(deal: Deal, by: Person) -> bool:
    """Whether this side may end the deal now; the rules stand on the page How it works."""
    if deal.status == DealStatus.ACCEPTED:
        return True
    if deal.status != DealStatus.FUNDED or deal.funded_at is None:
        return False
    if by.id == deal.creator.person_id:
        return True
    cooling = now() <= deal.funded_at + timedelta(hours=rules.COOLING_HOURS)
    return cooling or now() > _expected(deal) + timedelta(days=rules.LATE_CANCEL_DAYS)


def _expected(deal: Deal) -> datetime:
    """Until when the work is not late: the day agreed, or later where the creator had to wait."""
    day = end_of_day(deal.next_day)
    return max(day, deal.due_at - timedelta(days=rules.LATE_DAYS)) if deal.due_at else day


def cancel(db: Session, deal: Deal, *, by: Person, note: str = "") -> None:
    """End a deal by the rules of its stage; held money goes back to the brand whole."""
    deal.lock()
    payments.still_free(deal)
    if not may_cancel(deal, by):
        raise Refused(
            _(
                "A deal can't be cancelled at this stage. If something is wrong, open a dispute:"
                " the money stays held until it is settled."
            )
        )
    if deal.status == DealStatus.ACCEPTED:
        deal.move("cancel", by=by, note=note, also=_ended())
        checkout = payments.live_checkout(db, "deal", deal.id)
        if checkout is not None:
            payments.close_checkout(db, checkout)
    else:
        money.give_back(db, deal, by=by, note=note)
    news.tell_other(db, deal, "deal_cancelled", by=by)


def dispute(db: Session, deal: Deal, *, by: Person, answer_by: Any) -> None:
    """Freeze the money. The dispute itself belongs to its own feature."""
    deal.move("dispute", by=by, also={"due_at": answer_by})


def say(db: Session, deal: Deal, *, body: str, by: Person) -> Message:
    """A word to the other side."""
    message = Message(deal=deal, person_id=by.id, body=body)
    db.add(message)
    db.flush()
    news.tell_other(db, deal, "message_sent", by=by)
    return message


def tick(db: Session) -> int:
    """Do what is due, each by the rule of its state."""
    due = (
        select(Deal)
        .where(Deal.due_at < now(), Deal.status.in_(_ON_SILENCE), Deal.frozen_at.is_(None))
        .order_by(Deal.due_at)
        .limit(200)
        .with_for_update(skip_locked=True, of=Deal)
    )
    deals = db.scalars(due).unique().all()
    done = one_by_one(db, deals, lambda deal: _ON_SILENCE[deal.status](db, deal))
    return done + holds.tick(db)


def _expire(db: Session, deal: Deal) -> None:
    deal.move("expire", by=None, also=_ended())
    news.tell_both(db, deal, "offer_expired")


def _lapse(db: Session, deal: Deal) -> None:
    deal.move("cancel", by=None, also=_ended())
    checkout = payments.live_checkout(db, "deal", deal.id)
    if checkout is not None:
        payments.close_checkout(db, checkout)
    news.tell_both(db, deal, "deal_lapsed")


def _approve_silently(db: Session, deal: Deal) -> None:
    approve(db, deal, by=None)


def _give_back_late(db: Session, deal: Deal) -> None:
    money.give_back(db, deal, by=None)
    news.tell_both(db, deal, "deal_cancelled")


_ON_SILENCE = {
    DealStatus.OFFERED: _expire,
    DealStatus.ACCEPTED: _lapse,
    DealStatus.FUNDED: _give_back_late,
    DealStatus.REVISING: _give_back_late,
    DealStatus.DELIVERED: _approve_silently,
}


def _ended() -> dict[str, Any]:
    return {"ended_at": now(), "due_at": None}
