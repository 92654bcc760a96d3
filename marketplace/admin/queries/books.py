"""The books: what we have, what we owe, what is ours, and every journal that made it so."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.payments import ledger
from models import CheckKind, Checkout, Deal, LedgerCheck, Money, Order, Person

JOURNALS = 12


class Kind(NamedTuple):
    """All accounts of one kind together."""

    code: str
    balance: Money
    accounts: int


@dataclass(frozen=True, slots=True)
class Books:
    """Accounts by their first letter. What we have is what we owe and what is ours."""

    kinds: list[Kind]
    currency: str

    def of(self, letters: str) -> list[Kind]:
        return [kind for kind in self.kinds if kind.code[0] in letters]

    def _sum(self, letter: str) -> Money:
        return Money(sum(kind.balance.minor for kind in self.of(letter)), self.currency)

    @property
    def have(self) -> Money:
        return self._sum("A")

    @property
    def owe(self) -> Money:
        return self._sum("L")

    @property
    def own(self) -> Money:
        return self._sum("I") - self._sum("E")

    @property
    def share_owed(self) -> float:
        """How much of what we have is others' money, 0–1; our own may have run below zero."""
        whole = self.owe.minor + max(0, self.own.minor)
        return self.owe.minor / whole if whole else 0.0


_BOOKS = text(
    "SELECT k.code, coalesce(sum(b.balance), 0)::bigint, count(b.id) FROM ledger.kind k"
    " LEFT JOIN ledger.balance b ON b.kind = k.code AND b.currency = :currency"
    " GROUP BY k.code HAVING count(b.id) > 0"
    " ORDER BY position(left(k.code, 1) IN 'ALIE'), k.code"
)


def books(db: Session, currency: str) -> Books:
    rows = db.execute(_BOOKS, {"currency": currency})
    return Books([Kind(code, Money(minor, currency), n) for code, minor, n in rows], currency)


class Account(NamedTuple):
    id: int
    kind: str
    owner: uuid.UUID | None
    balance: Money


def accounts(db: Session, kind: str, currency: str, most: int = 200) -> list[Account]:
    """The accounts of one kind, the fullest first."""
    rows = db.execute(
        text(
            "SELECT id, kind, owner, balance FROM ledger.balance WHERE kind = :kind"
            " AND currency = :currency ORDER BY balance DESC, id LIMIT :most"
        ),
        {"kind": kind, "currency": currency, "most": most},
    )
    return [Account(row.id, row.kind, row.owner, Money(row.balance, currency)) for row in rows]


def account(db: Session, id: int) -> Account | None:
    row = db.execute(
        text("SELECT id, kind, owner, currency, balance FROM ledger.balance WHERE id = :id"),
        {"id": id},
    ).one_or_none()
    if row is None:
        return None
    return Account(row.id, row.kind, row.owner, Money(row.balance, row.currency.strip()))


def journal(db: Session, id: int) -> ledger.Journal | None:
    found = ledger.journals(db, before=id + 1, most=1)
    return found[0] if found and found[0].id == id else None


class Named(NamedTuple):
    """Whose an account is, or what a journal is about: its name, and the page about it."""

    name: str
    path: str


def owners(db: Session, ids: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, Named]:
    """Names for ids that may be people, deals, orders or payments; four queries for any number."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    found: dict[uuid.UUID, Named] = {}
    for id, title in db.execute(select(Deal.id, Deal.title).where(Deal.id.in_(wanted))):
        found[id] = Named(title, f"/deals/{id}")
    for id, name in db.execute(select(Person.id, Person.name).where(Person.id.in_(wanted))):
        found[id] = Named(name, f"/admin/people/{id}")
    for id, number in db.execute(select(Order.id, Order.number).where(Order.id.in_(wanted))):
        found[id] = Named(_("Order %(number)s", number=number), f"/sales/{id}")
    paid = select(Checkout.id, Checkout.description).where(Checkout.id.in_(wanted))
    for id, said in db.execute(paid):
        found[id] = Named(said, "")
    return found


def owners_of(db: Session, journals: Sequence[ledger.Journal]) -> dict[uuid.UUID, Named]:
    """Names for everything the journals touch."""
    ids: list[Any] = [journal.about_id for journal in journals]
    ids += [line.owner for journal in journals for line in journal.lines]
    return owners(db, ids)


def checks(db: Session, kind: CheckKind, most: int = 30) -> list[LedgerCheck]:
    """The last runs of one kind, newest first."""
    query = select(LedgerCheck).where(LedgerCheck.kind == kind)
    return list(db.scalars(query.order_by(LedgerCheck.created_at.desc()).limit(most)))
