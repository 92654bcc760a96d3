"""The proofs of holdings: each day is as it was published, and names the day before."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.books.results import Result, result, thing
from models import Proof, ProofLevel, ProofPart

# The only node of the highest level: a hash and a sum.
_NODE = 40


def check(db: Session, name: str) -> Result:
    """A day's sums and root fit its parts, while those are kept; its digest is the next one's."""
    tops = {
        (row.proof_id, row.level): bytes(row.nodes)
        for row in db.execute(
            select(ProofLevel.proof_id, ProofLevel.level, ProofLevel.nodes).where(
                func.octet_length(ProofLevel.nodes) == _NODE
            )
        )
    }
    sums = select(ProofPart.proof_id, func.sum(ProofPart.amount_minor)).group_by(ProofPart.proof_id)
    parts = {id: int(total) for id, total in db.execute(sums)}
    days = list(db.scalars(select(Proof).order_by(Proof.number)))
    wrong = []
    for number, day in enumerate(days):
        before = days[number - 1] if number else None
        top = tops.get((day.id, day.depth))
        root = bytes.fromhex(day.root) + day.total_minor.to_bytes(8)
        fits = (
            (not day.previous or (before is not None and day.previous == before.digest))
            and (day.previous != "" or not any(one.previous for one in days[:number]))
            and sum(day.totals.values()) == day.total_minor
            and (day.id not in parts or parts[day.id] == day.total_minor)
            and (top == root if top else day.id not in parts)
        )
        if not fits:
            wrong.append(thing(f"proof:{day.number}"))
    return result(name, len(days), "days", len(wrong), wrong)
