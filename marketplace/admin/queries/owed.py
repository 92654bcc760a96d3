"""What has to come back to us, what a bank has, and refunds that Stripe couldn't make."""

from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models import Chargeback, ChargebackStatus, Checkout, Money, Person, Refund, RefundStatus

MOST = 200
_DEBTS = text(
    "SELECT owner, balance FROM ledger.account WHERE kind = 'A:owed' AND balance > 0"
    " AND currency = :currency ORDER BY balance DESC LIMIT :most"
)


class Debt(NamedTuple):
    person: Person
    amount: Money


def debts(db: Session, currency: str) -> list[Debt]:
    """Who owes us, the most first."""
    rows = db.execute(_DEBTS, {"currency": currency, "most": MOST}).all()
    people = {
        one.id: one
        for one in db.scalars(select(Person).where(Person.id.in_([row.owner for row in rows])))
    }
    return [Debt(people[row.owner], Money(row.balance, currency)) for row in rows]


def failed_refunds(db: Session) -> list[Refund]:
    """Refunds that are still owed and that no job will make, the oldest first."""
    query = select(Refund).where(Refund.status == RefundStatus.FAILED)
    return list(db.scalars(query.order_by(Refund.created_at).limit(MOST)))


def at_banks(db: Session) -> list[tuple[Chargeback, Checkout]]:
    """Payments a bank asks about or has taken, the one to be answered first at the top."""
    query = (
        select(Chargeback, Checkout)
        .join(Checkout, Checkout.id == Chargeback.checkout_id)
        .where(Chargeback.status.in_((ChargebackStatus.INQUIRY, ChargebackStatus.OPEN)))
        .order_by(Chargeback.answer_by.asc().nulls_last(), Chargeback.created_at)
        .limit(MOST)
    )
    return [(row[0], row[1]) for row in db.execute(query)]
