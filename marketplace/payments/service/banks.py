"""Money that goes back after it came in: taken by a payer's bank, or given back late.

What it was paid for is a `Subject`: payments know its title and its people, and nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.notices.service import tell, tell_admins
from marketplace.payments import postings
from marketplace.payments.postings import Bearers
from models import Chargeback, Checkout, Money, Person, Refund, Refused, Transfer

from .debts import is_frozen, take_from
from .refunds import give_back, resume


class Freezable(Protocol):
    """A thing with a clock that stands still while a bank decides."""

    id: Any
    frozen_at: Any
    due_at: Any

    def lock(self) -> None: ...
    def tell(self, verb: str, *, by: Person | None, note: str = "", **data: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Subject:
    thing: Freezable
    purpose: str
    title: str
    # Where admins see it; each side has a page of its own.
    path: str
    sides: Sequence[tuple[Person, str]]
    # Who bears what the bank keeps.
    bear: Callable[[Chargeback], Bearers]
    # No bank is deciding any more: what has nothing left to go on with ends.
    end: Callable[[Checkout], None]


@dataclass(frozen=True, slots=True)
class Burden:
    """Whose parts make an amount that goes back after it was divided; `rest` is nobody's."""

    people: Sequence[tuple[Person, Money]]
    fee: Money
    rest: Money


def still_free(thing: Freezable) -> None:
    """Refuse what would move money that a bank may take."""
    if thing.frozen_at is not None:
        raise Refused(
            _("The payer’s bank disputes the payment. Nothing moves until it has decided.")
        )


def inquire(db: Session, of: Subject, chargeback: Chargeback) -> None:
    """The bank only asks; nothing is frozen, and admins answer it."""
    of.thing.lock()
    of.thing.tell("inquire", by=None, **chargeback.amount.plain())
    tell_admins(db, "payment_questioned", path=of.path, **_said(of, chargeback))


def warn(db: Session, of: Subject, checkout: Checkout) -> None:
    """A bank believes the payment to be fraud; admins look before it takes the money."""
    about = {"title": of.title, "amount": checkout.amount.plain()}
    tell_admins(db, "payment_fraud_warning", path=of.path, **about)


def freeze(db: Session, of: Subject, chargeback: Chargeback) -> None:
    """The bank has taken the money: no clock runs and nothing is paid out until it decides."""
    of.thing.lock()
    of.thing.frozen_at = of.thing.frozen_at or now()
    of.thing.tell("freeze", by=None, **chargeback.amount.plain())
    _tell_all(db, of, chargeback, "payment_disputed")


def win(db: Session, of: Subject, chargeback: Chargeback) -> None:
    """The bank gave the money back: all goes on where it stood."""
    of.thing.lock()
    of.thing.tell("win_chargeback", by=None, **chargeback.amount.plain())
    _tell_all(db, of, chargeback, "payment_dispute_won")
    _go_on(db, of, chargeback.checkout)


def lose(db: Session, of: Subject, chargeback: Chargeback) -> None:
    """The bank keeps it: what is held pays for it first, then whoever was paid."""
    of.thing.lock()
    bearers = of.bear(chargeback)
    postings.chargeback_lost(db, chargeback, bearers)
    of.thing.tell("lose_chargeback", by=None, **chargeback.amount.plain())
    _tell_all(db, of, chargeback, "payment_dispute_lost")
    _tell_debtors(db, of, bearers)
    _go_on(db, of, chargeback.checkout)


def _go_on(db: Session, of: Subject, checkout: Checkout) -> None:
    """Once no bank is deciding any more: clocks run again, or nothing is left to run for."""
    db.flush()
    if is_frozen(db, checkout.id):
        return
    frozen_at: datetime | None = of.thing.frozen_at
    if frozen_at is not None and of.thing.due_at is not None:
        of.thing.due_at += now() - frozen_at
    of.thing.frozen_at = None
    of.end(checkout)
    resume(db, checkout)


def collect(db: Session, purpose: str, subject_id: Any, burden: Burden) -> Bearers:
    """Everybody who was to have a part gives theirs back, sent or not."""
    rest, payable, owed = burden.rest, [], []
    for person, part in burden.people:
        theirs = select(Transfer).filter_by(
            purpose=purpose, subject_id=subject_id, payee_id=person.id
        )
        # The rest of something that was paid out in parts, and then the parts, the last one first.
        latest = db.scalars(theirs.order_by(Transfer.part != 0, Transfer.part.desc())).all()
        if not latest or not part:
            rest += part
            continue
        unsent, due = take_from(db, latest, part)
        payable.append((person.id, unsent))
        owed.append((person.id, due))
    nobody = Bearers.nobody(rest.currency)
    return replace(nobody, platform_fee=burden.fee, ours=rest, payable=payable, owed=owed)


def give_back_late(
    db: Session,
    of: Subject,
    checkout: Checkout,
    burden: Burden,
    amount: Money,
    *,
    why: str,
    by: Person,
) -> Refund:
    """After it was paid out: everybody's part is taken back first; then it goes to the payer."""
    bearers = collect(db, of.purpose, of.thing.id, burden)
    made = give_back(
        db, purpose=of.purpose, subject_id=of.thing.id, amount=amount, checkout=checkout
    )
    postings.taken_back(db, made, bearers, subject=(of.purpose, of.thing.id))
    of.thing.tell("refund_late", by=by, note=why, **amount.plain())
    _tell_debtors(db, of, bearers)
    return made


def _tell_debtors(db: Session, of: Subject, bearers: Bearers) -> None:
    people = {person.id: person for person, _path in of.sides}
    for id, amount in bearers.owed:
        if amount:
            about = {"title": of.title, "amount": amount.plain()}
            tell(db, people[id], "money_owed_back", path="/money", **about)


def _said(of: Subject, chargeback: Chargeback) -> dict[str, Any]:
    until = {"until": chargeback.answer_by.isoformat()} if chargeback.answer_by else {}
    return {"title": of.title, "amount": chargeback.amount.plain()} | until


def _tell_all(db: Session, of: Subject, chargeback: Chargeback, kind: str) -> None:
    about = _said(of, chargeback)
    for person, path in of.sides:
        tell(db, person, kind, path=path, **about)
    tell_admins(db, f"{kind}_for_admin", path=of.path, **about)
