"""The proofs of holdings: the published days, and a party's own part of each."""

from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models import Deal, Money, Order, Person, Proof, ProofPart


def proofs() -> Select[Proof]:
    """Every day, newest first."""
    return select(Proof).order_by(Proof.taken_at.desc(), Proof.number.desc())


def newest(db: Session) -> Proof | None:
    return db.scalar(proofs().limit(1))


def party_of_deal(deal: Deal) -> str:
    return f"deal:{deal.id}"


def party_of_order(order: Order) -> str:
    """Only what is on its way back to the shopper: until then the shares are their payees'."""
    return f"order:{order.id}"


def party_of(person: Person) -> str:
    """Who a brand or creator is in a proof."""
    return f"{person.kind.value}:{person.id}"


def part(db: Session, proof: Proof, party: str) -> ProofPart | None:
    """What one party was owed that day; None if nothing was."""
    return db.scalar(select(ProofPart).filter_by(proof_id=proof.id, party=party))


class Included(NamedTuple):
    proof: Proof
    part: ProofPart

    @property
    def amount(self) -> Money:
        return Money(self.part.amount_minor, self.proof.currency)


def parts(db: Session, party: str, *, most: int = 30) -> list[Included]:
    """The last days on which one party was owed something, newest first."""
    query = (
        select(Proof, ProofPart)
        .join(ProofPart, ProofPart.proof_id == Proof.id)
        .where(ProofPart.party == party)
        .order_by(Proof.taken_at.desc(), Proof.number.desc())
        .limit(most)
    )
    return [Included(*row) for row in db.execute(query)]
