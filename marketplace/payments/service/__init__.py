"""Asking for money to move. Each verb writes an intent and the job that carries it out."""

import uuid
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from marketplace.kit.clock import in_hours, now
from marketplace.kit.jobs import enqueue, running
from marketplace.kit.settings import settings
from models import (
    AccountStatus,
    Checkout,
    CheckoutStatus,
    Money,
    PayoutAccount,
    Person,
    Refund,
    Refused,
    Reversal,
    ReversalStatus,
    Transfer,
    TransferStatus,
)
from models.currency import grain, least_charge

from . import debts
from .banks import collect, give_back_late, still_free
from .debts import QUEUE, is_frozen, owed, owes_no_more, take_from, write_off
from .refunds import (
    give_back,
    pay_by_hand,
    refund_again,
    refund_waiting,
    resume,
    tell_of_failed_payout,
    tell_of_failed_refund,
)

__all__ = [
    "QUEUE",
    "account_of",
    "close_checkout",
    "collect",
    "give_back",
    "give_back_late",
    "is_frozen",
    "live_checkout",
    "owed",
    "owes_no_more",
    "paid_checkout",
    "pay_by_hand",
    "refresh_account",
    "refresh_checkout",
    "refund_again",
    "refund_waiting",
    "resume",
    "send",
    "set_up_payouts",
    "start_checkout",
    "still_free",
    "take_from",
    "tell_of_failed_payout",
    "tell_of_failed_refund",
    "tick",
    "write_off",
]
_LIVE = (
    CheckoutStatus.WAITING,
    CheckoutStatus.OPEN,
    CheckoutStatus.PROCESSING,
    CheckoutStatus.PAID,
)


def start_checkout(
    db: Session,
    *,
    purpose: str,
    subject_id: uuid.UUID,
    amount: Money,
    surcharge: Money | None = None,
    description: str,
    success_path: str,
    cancel_path: str,
    email: str = "",
    wants_address: bool = False,
    ends_at: datetime | None = None,
) -> Checkout:
    """The live payment page of a thing: the one there is, or a new one about to be opened.

    Of `amount`, `surcharge` is on top of a price. The page ends at `ends_at`, as far as Stripe
    lets it.
    """
    _can_be_charged(amount)
    checkout = live_checkout(db, purpose, subject_id)
    if checkout is not None:
        return _still_to_pay(checkout)
    checkout = Checkout(
        purpose=purpose,
        subject_id=subject_id,
        currency=amount.currency,
        amount_minor=amount.minor,
        surcharge_minor=surcharge.minor if surcharge else 0,
        description=description,
        success_path=success_path,
        cancel_path=cancel_path,
        email=email,
        wants_address=wants_address,
        expires_at=_page_ends(ends_at),
    )
    db.add(checkout)
    checkout.tell("ask", by=None)
    enqueue(db, "open_checkout", queue=QUEUE, id=str(checkout.id))
    return checkout


def _still_to_pay(checkout: Checkout) -> Checkout:
    if checkout.status == CheckoutStatus.PAID:
        raise Refused(_("This is already paid."))
    if checkout.status == CheckoutStatus.PROCESSING:
        raise Refused(_("The payment is on its way from the bank. It takes up to a week."))
    return checkout


def _page_ends(at: datetime | None) -> datetime | None:
    """Stripe's pages last from half an hour to a day; a day is what they last by themselves."""
    if at is None or at > in_hours(23.5):
        return None
    return max(at, in_hours(0.75))


def _can_be_charged(amount: Money) -> None:
    """Refuse what Stripe would refuse, in words, before anything is asked of it."""
    ours, theirs = settings().currency.upper(), amount.currency.upper()
    if ours != theirs:
        raise Refused(
            _(
                "Prices here are in %(ours)s. This one is in %(theirs)s and can’t be paid.",
                ours=ours,
                theirs=theirs,
            )
        )
    if amount.minor % grain(amount.currency):
        raise Refused(_("This price can’t be paid in %(currency)s.", currency=ours))
    if amount.minor < least_charge(amount.currency):
        raise Refused(_("The sum is too small to be paid by card."))


def live_checkout(db: Session, purpose: str, subject_id: uuid.UUID) -> Checkout | None:
    """The payment page of a thing that is being opened, open, or paid."""
    return db.scalar(
        select(Checkout).where(
            Checkout.purpose == purpose,
            Checkout.subject_id == subject_id,
            Checkout.status.in_(_LIVE),
        )
    )


def paid_checkout(db: Session, purpose: str, subject_id: uuid.UUID) -> Checkout:
    """The payment that funded a thing. Raises NoResultFound if there was none."""
    return db.scalars(
        select(Checkout).where(
            Checkout.purpose == purpose,
            Checkout.subject_id == subject_id,
            Checkout.status == CheckoutStatus.PAID,
        )
    ).one()


def close_checkout(db: Session, checkout: Checkout) -> None:
    """Nobody shall pay this any more: have Stripe close the page, if it is open."""
    enqueue(db, "close_checkout", queue=QUEUE, id=str(checkout.id))


def send(
    db: Session,
    *,
    purpose: str,
    subject_id: uuid.UUID,
    payee_id: uuid.UUID,
    amount: Money,
    checkout: Checkout,
    part: int = 0,
) -> Transfer:
    """Send a payee their part of a charge. At most one transfer a payee, thing and `part`."""
    transfer = Transfer(
        purpose=purpose,
        subject_id=subject_id,
        part=part,
        payee_id=payee_id,
        checkout_id=checkout.id,
        currency=amount.currency,
        amount_minor=amount.minor,
    )
    db.add(transfer)
    transfer.tell("ask", by=None)
    # What they owe us is kept back first; if all of it is, the job finds nothing to send.
    debts.net(db, transfer)
    enqueue(db, "send_transfer", queue=QUEUE, id=str(transfer.id))
    return transfer


def account_of(db: Session, person_id: uuid.UUID) -> PayoutAccount | None:
    return db.scalar(select(PayoutAccount).where(PayoutAccount.person_id == person_id))


def set_up_payouts(db: Session, person: Person, country: str) -> PayoutAccount:
    """Ask Stripe for an onboarding link, and for the account itself the first time."""
    # Two clicks at once would both find no account.
    db.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    account = account_of(db, person.id)
    if account is None:
        account = PayoutAccount(person_id=person.id, country=country)
        db.add(account)
        account.tell("ask", by=person)
    account.link_url = None
    enqueue(db, "onboard", queue=QUEUE, id=str(account.id))
    return account


def refresh_account(db: Session, account: PayoutAccount) -> None:
    """Read the account again at Stripe: coming back from its pages proves nothing."""
    if account.status == AccountStatus.CREATED:
        enqueue(db, "refresh_account", queue=QUEUE, id=str(account.id))


def refresh_checkout(db: Session, checkout: Checkout) -> None:
    """Look whether a page was paid, without waiting for Stripe to tell."""
    if checkout.status in (CheckoutStatus.OPEN, CheckoutStatus.PROCESSING):
        enqueue(db, "refresh_checkout", queue=QUEUE, id=str(checkout.id))


def tick(db: Session) -> int:
    """Ask again for what has waited too long; whoever was killed half-way is made good here."""
    late = now() - timedelta(minutes=2)
    count = 0
    jobs: list[tuple[str, list[uuid.UUID]]] = [
        (
            "open_checkout",
            _ids(db, Checkout, Checkout.status == CheckoutStatus.WAITING, late),
        ),
        (
            "send_transfer",
            _ids(db, Transfer, Transfer.status == TransferStatus.WAITING, late),
        ),
        ("send_refund", _ids(db, Refund, Refund.status.in_(("waiting", "pending")), late)),
        ("send_reversal", _ids(db, Reversal, Reversal.status == ReversalStatus.WAITING, late)),
    ]
    overdue = select(Checkout.id).where(
        Checkout.status.in_((CheckoutStatus.OPEN, CheckoutStatus.PROCESSING)),
        Checkout.expires_at < in_hours(0),
    )
    jobs.append(("refresh_checkout", [*db.scalars(overdue), *_without_fee(db)]))
    jobs.append(("refresh_account", _with_blocked_money(db)))
    under_way = running(db)
    for name, ids in jobs:
        for one in ids:
            key = f"{name}:{one}"
            if key not in under_way:
                enqueue(db, name, queue=QUEUE, once=key, id=str(one))
                count += 1
    return count


def _without_fee(db: Session) -> list[uuid.UUID]:
    """Payments whose fee Stripe hasn't said, or said while we weren't listening."""
    paid_at_most = Checkout.created_at.between(now() - timedelta(days=7), in_hours(-0.25))
    query = select(Checkout.id).where(
        Checkout.status == CheckoutStatus.PAID, Checkout.fee_minor.is_(None), paid_at_most
    )
    return list(db.scalars(query.limit(200)))


def _with_blocked_money(db: Session) -> list[uuid.UUID]:
    """Accounts that money waits for, once an hour: the event that one is ready may be lost."""
    waits = select(Transfer.payee_id).where(Transfer.status == TransferStatus.BLOCKED)
    query = select(PayoutAccount.id).where(
        PayoutAccount.status == AccountStatus.CREATED,
        PayoutAccount.person_id.in_(waits),
        or_(PayoutAccount.checked_at.is_(None), PayoutAccount.checked_at < in_hours(-1)),
    )
    return list(db.scalars(query.limit(200)))


def _ids(
    db: Session,
    model: type[Checkout | Transfer | Refund | Reversal],
    waiting: ColumnElement[bool],
    late: datetime,
) -> list[uuid.UUID]:
    query = select(model.id).where(waiting, model.created_at < late)
    return list(db.scalars(query.limit(200)))
