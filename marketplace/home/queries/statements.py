"""A month of a person's money in full: statements, and what each line of them was for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.payments import ledger, statements
from models import Deal, Money, Order, Person

# What is a person's own; a brand's deals have accounts of their own besides.
_OWN = (ledger.PAYABLE, ledger.HELD, ledger.OWED)


@dataclass(frozen=True, slots=True)
class About:
    """What a line of a statement was for, and its page if the reader has one."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Line:
    """One change: gross less what others had of it is the change."""

    change: statements.Change
    gross: Money
    fee: Money
    others: Money
    about: About


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of account over the month."""

    statement: statements.Statement
    lines: list[Line]


def months(db: Session, *, for_: Person, currency: str) -> list[date]:
    """The months somebody has a statement of, the latest first."""
    owners = [for_.id, *_deals(db, for_)]
    return statements.months(db, (ledger.ESCROW, *_OWN), owners, currency)


def month(db: Session, first: date, *, for_: Person, currency: str) -> list[Section]:
    """The statement of one month: the brand's deals first, then what is the person's own."""
    wanted = [(ledger.ESCROW, _deals(db, for_))] if for_.brand else []
    wanted += [(kind, [for_.id]) for kind in _OWN]
    found = [statements.statement(db, kind, owners, currency, first) for kind, owners in wanted]
    found = [one for one in found if not one.is_empty]
    about = _about(db, for_, [change.journal for one in found for change in one.changes])
    return [
        Section(one, [_line(change, one.account, for_, about) for change in one.changes])
        for one in found
    ]


def _deals(db: Session, person: Person) -> list[UUID]:
    if person.brand is None:
        return []
    paid = select(Deal.id).where(Deal.brand_id == person.brand.id, Deal.funded_at.is_not(None))
    return list(db.scalars(paid))


def _line(
    change: statements.Change, account: str, person: Person, about: dict[UUID, About]
) -> Line:
    """What was earned names its gross: the creator's of a deal, the brand's of a sale."""
    fee = others = Money(0, change.amount.currency)
    journal = change.journal
    is_sale = journal.about_type == "order"
    if account == ledger.PAYABLE and change.amount.minor > 0 and is_sale == bool(person.brand):
        fee = _owed(journal, ledger.PLATFORM_FEE, ledger.STRIPE_FEES)
        others = _owed(journal, ledger.PAYABLE) - change.amount
    if account == ledger.ESCROW:
        # Held beside the price, or gone back with it.
        fee = _owed(journal, ledger.SURCHARGE, ledger.SURCHARGE_KEPT)
    gross = change.amount + fee + others
    return Line(change, gross, fee, others, about.get(journal.about_id, About("", "")))


def _owed(journal: ledger.Journal, *accounts: str) -> Money:
    """What a journal credits to accounts of these kinds together."""
    lines = [-line.amount.minor for line in journal.lines if line.account in accounts]
    return Money(sum(lines), journal.amount.currency)


def _about(db: Session, person: Person, journals: Iterable[ledger.Journal]) -> dict[UUID, About]:
    ids = {one.about_id for one in journals}
    deals = db.execute(select(Deal.id, Deal.title).where(Deal.id.in_(ids)))
    found = {id: About(title, f"/deals/{id}/receipt") for id, title in deals}
    orders = db.execute(select(Order.id, Order.number).where(Order.id.in_(ids)))
    return found | {id: About(str(number), f"/sales/{id}/receipt") for id, number in orders}
