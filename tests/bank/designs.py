"""What the writers write with: our own ledger, and two designs with a fault each.

The faulty ones are here to be caught. If the auditor finds nothing in them, it is blind.
"""

import uuid
from collections.abc import Sequence
from random import Random
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.payments import events, ledger, postings
from marketplace.payments.ledger import Line, credit, debit
from models import Checkout, Money, Transfer

CREATORS = 12
_SPACE = uuid.UUID(int=0xB0A2)


class Refused(Exception):
    """A careless design says no by itself; ours leaves that to the database."""


def named(*parts: object) -> uuid.UUID:
    """The same thing has the same id in every process and every run."""
    return uuid.uuid5(_SPACE, ":".join(map(str, parts)))


def creator(number: int) -> uuid.UUID:
    return named("creator", number % CREATORS)


def eur(minor: int) -> Money:
    return Money(minor, "eur")


def price(number: int) -> Money:
    """What the payment of this number is over: the same each time it is told."""
    return eur(Random(number).randint(1_000, 90_000))


def event(number: int) -> dict[str, Any]:
    thing = {"id": f"cs_bank_{number}", "object": "checkout.session"}
    name = f"evt_bank_{number}"
    return {"id": name, "type": "checkout.session.completed", "data": {"object": thing}}


def checkout(number: int) -> Checkout:
    """What a payment page would be by the time it was paid; it is only read."""
    amount = price(number)
    return Checkout(
        id=named("checkout", number),
        purpose="deal",
        subject_id=named("deal", number),
        currency=amount.currency,
        amount_minor=amount.minor,
        surcharge_minor=0,
        fee_minor=amount.minor // 50,
        session_id=f"cs_bank_{number}",
        charge_id=f"ch_bank_{number}",
    )


def transfer(number: int) -> Transfer:
    amount = price(number)
    return Transfer(
        id=named("transfer", number),
        purpose="deal",
        subject_id=named("deal", number),
        payee_id=creator(number),
        currency=amount.currency,
        amount_minor=(amount - amount.share(1_000)).minor,
        stripe_id=f"tr_bank_{number}",
    )


class Design(Protocol):
    """Ways to write; each happens in the caller's transaction, and may happen many times."""

    schema: str
    events: str

    def deliver(self, db: Session, number: int) -> bool: ...
    def divide(self, db: Session, number: int, *, back: bool) -> None: ...
    def send(self, db: Session, number: int) -> None: ...
    def move(self, db: Session, cause: str, source: int, target: int, amount: Money) -> None: ...


class Ours:
    """The postings and the event store, as the product uses them."""

    schema, events = "ledger", "public.stripe_events"

    def deliver(self, db: Session, number: int) -> bool:
        new = events.store(db, event(number))
        # The job of an event may run twice, so the posting is repeated whether it is new or not.
        postings.paid(db, checkout(number))
        return new

    def divide(self, db: Session, number: int, *, back: bool) -> None:
        amount, nothing = price(number), eur(0)
        fee = nothing if back else amount.share(1_000)
        postings.share_out(
            db,
            named("deal", number),
            creator_id=creator(number),
            checkout_id=named("checkout", number),
            to_creator=nothing if back else amount - fee,
            fee=fee,
            to_brand=amount if back else nothing,
            kind="deal_given_back" if back else "deal_approved",
            source=f"deal:{named('deal', number)}",
        )

    def send(self, db: Session, number: int) -> None:
        if not ledger.balance(db, ledger.PAYABLE, creator(number), "eur"):
            raise Refused
        postings.sent(db, transfer(number))

    def move(self, db: Session, cause: str, source: int, target: int, amount: Money) -> None:
        lines = [
            debit(ledger.PAYABLE, amount, creator(source)),
            credit(ledger.PAYABLE, amount, creator(target)),
        ]
        ledger.post(db, cause, "moved", lines, about=("deal", named(cause)), source="bank")


class Careless:
    """The same books without the database's guards; `fault` names what was forgotten."""

    def __init__(self, fault: str) -> None:
        assert fault in ("balance", "dedupe")
        self.fault = fault
        self.schema, self.events = f"careless_{fault}", f"careless_{fault}.event"

    def set_up(self, owner: Any) -> None:
        """Make its tables. `owner` is a superuser's connection."""
        once = "UNIQUE" if self.fault == "balance" else ""
        owner.execute(
            f"""
            CREATE SCHEMA {self.schema};
            CREATE TABLE {self.schema}.event (stripe_id text NOT NULL {once});
            CREATE TABLE {self.schema}.journal (
              id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, cause text NOT NULL {once});
            CREATE INDEX ON {self.schema}.journal (cause);
            CREATE TABLE {self.schema}.account (
              id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text, owner uuid,
              currency text DEFAULT 'eur', balance bigint, version bigint DEFAULT 0,
              UNIQUE NULLS NOT DISTINCT (kind, owner));
            CREATE TABLE {self.schema}.entry (
              id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, journal_id bigint,
              account_id bigint, amount bigint, currency text DEFAULT 'eur',
              account_version bigint, balance_after bigint);
            GRANT USAGE ON SCHEMA {self.schema} TO alongside_app;
            GRANT ALL ON ALL TABLES IN SCHEMA {self.schema} TO alongside_app;
            """
        )

    def deliver(self, db: Session, number: int) -> bool:
        name = {"name": event(number)["id"]}
        found = text(f"SELECT 1 FROM {self.events} WHERE stripe_id = :name")
        if db.scalar(found, name) is not None:
            return False
        once = "ON CONFLICT DO NOTHING" if self.fault == "balance" else ""
        kept = text(f"INSERT INTO {self.events} VALUES (:name) {once} RETURNING 1")
        if db.scalar(kept, name) is None:
            return False
        one = checkout(number)
        lines = [
            debit(ledger.STRIPE, one.amount),
            credit(ledger.ESCROW, one.amount, one.subject_id),
        ]
        self._post(db, f"checkout:{one.id}:paid", lines)
        return True

    def divide(self, db: Session, number: int, *, back: bool) -> None:
        kind, owner = (
            (ledger.REFUND, named("checkout", number))
            if back
            else (
                ledger.PAYABLE,
                creator(number),
            )
        )
        deal, amount = named("deal", number), price(number)
        lines = [debit(ledger.ESCROW, amount, deal), credit(kind, amount, owner)]
        self._post(db, f"deal:{deal}:shared", lines)

    def send(self, db: Session, number: int) -> None:
        one = transfer(number)
        lines = [debit(ledger.PAYABLE, one.amount, one.payee_id), credit(ledger.STRIPE, one.amount)]
        self._post(db, f"transfer:{one.id}:sent", lines)

    def move(self, db: Session, cause: str, source: int, target: int, amount: Money) -> None:
        lines = [
            debit(ledger.PAYABLE, amount, creator(source)),
            credit(ledger.PAYABLE, amount, creator(target)),
        ]
        self._post(db, cause, lines)

    def _post(self, db: Session, cause: str, lines: Sequence[Line]) -> None:
        found = text(f"SELECT 1 FROM {self.schema}.journal WHERE cause = :cause")
        if db.scalar(found, {"cause": cause}) is not None:
            return
        once = "ON CONFLICT DO NOTHING" if self.fault == "balance" else ""
        written = text(
            f"INSERT INTO {self.schema}.journal (cause) VALUES (:cause) {once} RETURNING id"
        )
        journal = db.scalar(written, {"cause": cause})
        if journal is None:
            return
        for line in sorted(lines, key=lambda line: (line.account, str(line.owner))):
            self._book(db, journal, line)

    def _book(self, db: Session, journal: int, line: Line) -> None:
        which = {"kind": line.account, "owner": line.owner, "at": now()}
        kept = 0 if line.owner else None
        opened = (
            f"INSERT INTO {self.schema}.account (kind, owner, balance)"
            " VALUES (:kind, :owner, :kept) ON CONFLICT DO NOTHING"
        )
        db.execute(text(opened), which | {"kept": kept})
        # Without the lock, another writer's balance is overwritten with what was read before it.
        lock = "FOR UPDATE" if self.fault != "balance" and line.owner else ""
        found = (
            f"SELECT id, balance, version FROM {self.schema}.account WHERE kind = :kind"
            f" AND owner IS NOT DISTINCT FROM :owner {lock}"
        )
        account = db.execute(text(found), which).one()
        side = 1 if line.account[0] in "AE" else -1
        version = after = None
        if account.balance is not None:
            version, after = account.version + 1, account.balance + side * line.amount.minor
            if after < 0:
                raise Refused
            changed = f"UPDATE {self.schema}.account SET balance = :b, version = :v WHERE id = :id"
            db.execute(text(changed), {"b": after, "v": version, "id": account.id})
        entry = (
            f"INSERT INTO {self.schema}.entry (journal_id, account_id, amount, account_version,"
            " balance_after) VALUES (:journal, :account, :amount, :v, :b)"
        )
        values = {"journal": journal, "account": account.id, "amount": line.amount.minor}
        db.execute(text(entry), values | {"v": version, "b": after})


def of_name(name: str) -> Design:
    return Ours() if name == "ours" else Careless(name)
