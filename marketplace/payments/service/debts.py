"""Money that was sent and has to come back: asked back, kept from the next pay, or given up."""

import uuid
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.kit.i18n import money
from marketplace.kit.jobs import enqueue
from marketplace.payments import ledger, postings
from models import (
    Chargeback,
    ChargebackStatus,
    Event,
    Money,
    Person,
    Refund,
    Refused,
    Reversal,
    ReversalStatus,
    Transfer,
    TransferStatus,
)

# Jobs that move money have a queue of their own, so that mail never delays them.
QUEUE = "money"
_UNSENT = (TransferStatus.WAITING, TransferStatus.BLOCKED)


def is_frozen(db: Session, checkout_id: uuid.UUID) -> bool:
    """Whether a bank has this payment and hasn't decided: nothing of it may move."""
    query = select(Chargeback.id).where(
        Chargeback.checkout_id == checkout_id, Chargeback.status == ChargebackStatus.OPEN
    )
    return db.scalar(query.limit(1)) is not None


def owed(db: Session, person_id: uuid.UUID, currency: str) -> Money:
    """What a payee owes us, less what is being asked back at Stripe this moment."""
    whole = ledger.balance(db, ledger.OWED, person_id, currency)
    return whole - _asked_back(db, person_id, currency)


def owes_no_more(db: Session, person: Person, refund: Refund) -> None:
    """Refuse a payee's own refund while what they owe from before hasn't come back.

    It is paid from our balance first; so nobody gives away more than one such sum on credit. To
    be called once it is booked: the balance is locked then, and what others booked is in it.
    """
    lines = ledger.lines_of(db, f"refund:{refund.id}:taken_back")
    of_this = sum(one.amount.minor for one in lines if one.account == ledger.OWED)
    whole = ledger.balance(db, ledger.OWED, person.id, refund.currency)
    if before := max(0, whole.minor - of_this):
        owed = money(Money(before, refund.currency))
        raise Refused(
            _(
                "%(amount)s that went back before isn’t here yet: it is being asked for at Stripe,"
                " or kept from what you earn next. Try again once it is.",
                amount=owed,
            )
        )


def _asked_back(db: Session, person_id: uuid.UUID, currency: str) -> Money:
    query = (
        select(func.coalesce(func.sum(Reversal.amount_minor), 0))
        .join(Transfer, Transfer.id == Reversal.transfer_id)
        .where(
            Transfer.payee_id == person_id,
            Reversal.currency == currency,
            Reversal.status == ReversalStatus.WAITING,
        )
    )
    return Money(int(db.scalar(query) or 0), currency)


def net(db: Session, transfer: Transfer) -> None:
    """Keep back what the payee owes us. If nothing is left, the transfer ends here."""
    # Two transfers to one payee would both see the whole debt.
    db.execute(select(Person.id).where(Person.id == transfer.payee_id).with_for_update())
    kept = min(owed(db, transfer.payee_id, transfer.currency), transfer.amount)
    if not kept:
        return
    postings.netted(db, transfer, kept)
    transfer.netted_minor += kept.minor
    _shrink(transfer, kept, "net")


def _shrink(transfer: Transfer, by: Money, verb: str) -> None:
    """Less is sent than was asked for; if nothing is left, it ends by `verb`."""
    left: Money = transfer.amount - by
    if left:
        transfer.amount = left
        transfer.tell("keep_back", by=None, minor=by.minor, currency=by.currency)
    else:
        transfer.move(verb, by=None, also={"amount": left})


def take_from(db: Session, transfers: Sequence[Transfer], part: Money) -> tuple[Money, Money]:
    """A payee gives back `part` of what they were to have: (not sent yet, owed from now on).

    What was sent is asked back at Stripe; if their balance there is too small, they owe it.
    """
    left, nothing = part, Money(0, part.currency)
    for transfer in transfers:
        transfer.lock()
        unsent = min(left, transfer.amount) if transfer.status in _UNSENT else nothing
        if unsent:
            _shrink(transfer, unsent, "cancel")
            left -= unsent
    owed = left
    for transfer in transfers:
        if transfer.status == TransferStatus.SENT:
            left -= _ask_back(db, transfer, left)
    return part - owed, owed


def _ask_back(db: Session, transfer: Transfer, part: Money) -> Money:
    """Ask for as much of `part` as was sent by this transfer and isn't back; gives how much."""
    waiting = select(func.coalesce(func.sum(Reversal.amount_minor), 0)).where(
        Reversal.transfer_id == transfer.id, Reversal.status == ReversalStatus.WAITING
    )
    left = transfer.amount_minor - transfer.reversed_minor - int(db.scalar(waiting) or 0)
    amount = Money(max(0, min(part.minor, left)), part.currency)
    if amount:
        reversal = Reversal(
            transfer_id=transfer.id, currency=part.currency, amount_minor=amount.minor
        )
        db.add(reversal)
        reversal.tell("ask", by=None)
        enqueue(db, "send_reversal", queue=QUEUE, id=str(reversal.id))
    return amount


def write_off(db: Session, person: Person, amount: Money, *, why: str, by: Person) -> None:
    """An admin gives up what somebody owes us, with a reason that stays in the log."""
    db.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    if not amount or owed(db, person.id, amount.currency) < amount:
        raise Refused(_("They owe less than this. Enter the amount that is still owed, or less."))
    note = _note(person, "write_off", amount, why=why, by=by)
    db.add(note)
    db.flush()
    postings.written_off(db, person.id, amount, cause=note.id)


def _note(person: Person, verb: str, amount: Money, *, why: str, by: Person) -> Event:
    """People have no flow; what is done about their money is written to the log all the same."""
    return Event(
        subject_type="people",
        subject_id=person.id,
        verb=verb,
        after="suspended" if person.suspended_at else "open",
        actor_id=by.id,
        note=why,
        data=amount.plain(),
    )
