"""The newest proofs of holdings, built again from what is kept of them."""

from collections import Counter
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.books import tree
from marketplace.books.results import Result, result, thing
from models import Proof, ProofLevel, ProofPart

# Older days are built as well, as long as all of them together have no more leaves than this.
_LEAVES = 2**17


def check(db: Session, name: str) -> Result:
    """Every party's pieces lie where their file says, and lead to the root that was published."""
    seen, wrong, leaves = 0, [], 0
    for day in db.scalars(select(Proof).order_by(Proof.number.desc())):
        leaves += 2**day.depth
        if seen and leaves > _LEAVES:
            break
        levels, parts = _kept(db, day)
        # Files of old days are thrown away, all at once.
        if seen and not levels and not parts:
            break
        seen += 1
        if not (_is_whole(day, levels) and _has_all(day, levels[0], parts)):
            wrong.append(thing(f"proof:{day.number}"))
    return result(name, seen, "days", len(wrong), wrong)


def _kept(db: Session, day: Proof) -> tuple[list[bytes], list[ProofPart]]:
    levels = select(ProofLevel.nodes).filter_by(proof_id=day.id).order_by(ProofLevel.level)
    parts = select(ProofPart).filter_by(proof_id=day.id)
    return [bytes(one) for one in db.scalars(levels)], list(db.scalars(parts))


def _is_whole(day: Proof, levels: list[bytes]) -> bool:
    """Each node is what the two below it make, up to the root."""
    sizes = [tree.NODE_BYTES << (day.depth - height) for height in range(day.depth + 1)]
    if [len(nodes) for nodes in levels] != sizes:
        return False
    root = bytes.fromhex(day.root) + day.total_minor.to_bytes(8)
    return levels[-1] == root and all(
        tree.above(below) == nodes for below, nodes in pairwise(levels)
    )


def _has_all(day: Proof, leaves: bytes, parts: list[ProofPart]) -> bool:
    """Each party's pieces are in the leaves, no two in one, and add up to what is published."""
    bound, totals = tree.context(day.moment, day.currency), Counter[str]()
    taken = set()
    for part in parts:
        totals[part.party.partition(":")[0]] += part.amount_minor
        key = tree.nonce(day.secret, part.party)
        if sum(piece["amount"] for piece in part.pieces) != part.amount_minor:
            return False
        for number, piece in enumerate(part.pieces):
            at, amount = piece["position"], piece["amount"]
            taken.add(at)
            leaf = bytes(tree.piece(bound, key, part.party, number, amount))
            if leaf != leaves[at * tree.NODE_BYTES : (at + 1) * tree.NODE_BYTES]:
                return False
    return len(taken) == sum(len(part.pieces) for part in parts) and totals == day.totals
