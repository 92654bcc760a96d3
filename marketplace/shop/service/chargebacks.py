"""An order whose payment the shopper's bank disputes: frozen, and then won or lost."""

from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.notices.service import tell, tell_admins
from marketplace.payments import postings
from marketplace.payments import service as payments
from marketplace.payments.postings import Bearers
from marketplace.shop.rules.shares import Shares, given_back, of_order
from models import (
    Chargeback,
    Checkout,
    Money,
    Order,
    OrderStatus,
    Refund,
    Refused,
    Return,
    ReturnStatus,
    Transfer,
)

_HELD = (OrderStatus.PAID, OrderStatus.SENT, OrderStatus.DELIVERED)
_OWED = (OrderStatus.MATURED, OrderStatus.SETTLED)


def still_free(order: Order) -> None:
    """Refuse what would move money that a bank may take."""
    if order.frozen_at is not None:
        raise Refused(
            _("The shopper’s bank disputes the payment. Nothing moves until it has decided.")
        )


def inquire(db: Session, chargeback: Chargeback) -> None:
    """The bank only asks; nothing is frozen, and admins answer it."""
    order = _order(db, chargeback)
    order.tell("inquire", by=None, **_money(chargeback.amount))
    tell_admins(db, "payment_questioned", path=_path(order), **_said(order, chargeback))


def warn(db: Session, checkout: Checkout) -> None:
    """A bank believes the payment to be fraud; admins look before it takes the money."""
    order = db.get_one(Order, checkout.subject_id)
    about = {"title": _title(order), "amount": _money(checkout.amount)}
    tell_admins(db, "payment_fraud_warning", path=_path(order), **about)


def freeze(db: Session, chargeback: Chargeback) -> None:
    """The bank has taken the money: no clock runs and nothing is paid out until it decides."""
    order = _order(db, chargeback)
    order.frozen_at = order.frozen_at or now()
    order.tell("freeze", by=None, **_money(chargeback.amount))
    _tell_all(db, order, chargeback, "payment_disputed")


def win(db: Session, chargeback: Chargeback) -> None:
    """The bank gave the money back: the order goes on where it stood."""
    order = _order(db, chargeback)
    order.tell("win_chargeback", by=None, **_money(chargeback.amount))
    _tell_all(db, order, chargeback, "payment_dispute_won")
    _go_on(db, order, chargeback.checkout)


def lose(db: Session, chargeback: Chargeback) -> None:
    """The bank keeps it: each share gives back its part, whether it was held or sent."""
    order = _order(db, chargeback)
    refund = payments.refund_waiting(db, chargeback.checkout, chargeback.amount)
    _end_returns(db, order)
    borne = take_back(db, order, chargeback.amount - refund)
    postings.chargeback_lost(db, chargeback, borne.bearers(refund))
    order.tell("lose_chargeback", by=None, **_money(chargeback.amount))
    _tell_all(db, order, chargeback, "payment_dispute_lost")
    for person, amount in borne.owed:
        if amount:
            whose = order.brand.person if person == order.brand.person_id else order.creator.person
            about = {"title": _title(order), "amount": _money(amount)}
            tell(db, whose, "money_owed_back", path="/money", **about)
    _go_on(db, order, chargeback.checkout)


class Borne(NamedTuple):
    """What each bears of money that goes back; people by their ids."""

    held: list[tuple[Any, Money]]
    payable: list[tuple[Any, Money]]
    owed: list[tuple[Any, Money]]
    deferred_fee: Money
    platform_fee: Money
    rest: Money

    def bearers(self, refund: Money) -> Bearers:
        return Bearers(
            escrow=Money(0, refund.currency),
            refund=refund,
            deferred_fee=self.deferred_fee,
            platform_fee=self.platform_fee,
            ours=self.rest,
            held=self.held,
            payable=self.payable,
            owed=self.owed,
        )


def take_back(db: Session, order: Order, amount: Money) -> Borne:
    """Each share's part of `amount`, counted from the sum of all that went back so far."""
    nothing = Money(0, order.currency)
    shares = of_order(order)
    if order.status not in (*_HELD, *_OWED):
        return Borne([], [], [], nothing, nothing, amount)
    whole: Money = min(order.refunded + amount, order.total)
    part = given_back(shares, whole) - given_back(shares, order.refunded)
    rest = amount - part.whole
    order.refunded_minor = whole.minor
    people = [(order.brand.person_id, part.brand), (order.creator.person_id, part.creator)]
    if order.status in _HELD:
        return Borne(people, [], [], part.platform, nothing, rest)
    return _from_sent(db, order, part, rest)


def _from_sent(db: Session, order: Order, part: Shares, rest: Money) -> Borne:
    payable, owed = [], []
    nothing = Money(0, order.currency)
    for person, amount in (
        (order.brand.person_id, part.brand),
        (order.creator.person_id, part.creator),
    ):
        transfer = db.scalar(
            select(Transfer).filter_by(purpose="order", subject_id=order.id, payee_id=person)
        )
        if transfer is None or not amount:
            rest += amount
            continue
        unsent, due = payments.take_from(db, transfer, amount)
        payable.append((person, unsent))
        owed.append((person, due))
    return Borne([], payable, owed, nothing, part.platform, rest)


def _end_returns(db: Session, order: Order) -> None:
    """Returns whose refund isn't needed any more: the bank gave the money back."""
    returns = select(Return).where(
        Return.order_id == order.id, Return.status == ReturnStatus.REFUNDING
    )
    for made in db.scalars(returns):
        refunds = db.scalars(
            select(Refund).where(Refund.purpose == "return", Refund.subject_id == made.id)
        ).all()
        if all(refund.status in Refund.OVER for refund in refunds):
            made.move("refund", by=None)


def _go_on(db: Session, order: Order, checkout: Checkout) -> None:
    """Once no bank is deciding any more: clocks run again, or nothing is left to run for."""
    db.flush()
    if order.refunded == order.total and order.may("charge_back"):
        order.move("charge_back", by=None)
        order.due_at = None
    if payments.is_frozen(db, checkout.id):
        return
    if order.frozen_at is not None and order.due_at is not None:
        order.due_at += now() - order.frozen_at
    order.frozen_at = None
    payments.resume(db, checkout)


def _order(db: Session, chargeback: Chargeback) -> Order:
    order = db.get_one(Order, chargeback.checkout.subject_id)
    order.lock()
    return order


def _path(order: Order) -> str:
    return f"/sales/{order.id}"


def _title(order: Order) -> str:
    return order.lines[0].title


def _money(amount: Money) -> dict[str, Any]:
    return {"minor": amount.minor, "currency": amount.currency}


def _said(order: Order, chargeback: Chargeback) -> dict[str, Any]:
    until = {"until": chargeback.answer_by.isoformat()} if chargeback.answer_by else {}
    return {"title": _title(order), "amount": _money(chargeback.amount)} | until


def _tell_all(db: Session, order: Order, chargeback: Chargeback, kind: str) -> None:
    about = _said(order, chargeback)
    tell(db, order.brand.person, kind, path=_path(order), **about)
    tell(db, order.creator.person, kind, path="/shelf", **about)
    tell_admins(db, f"{kind}_for_admin", path=_path(order), **about)
