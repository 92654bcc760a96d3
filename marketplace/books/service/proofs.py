"""Once a day: everything we owe, bound into one tree and published."""

import json
import secrets
from collections import Counter
from datetime import timedelta

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from marketplace.books import tree
from marketplace.kit.clock import now
from marketplace.kit.db import unit_of_work
from marketplace.kit.jobs import enqueue
from marketplace.payments import gateway, ledger
from models import Proof, ProofLevel, ProofPart

from .runs import last_night

# How long a party can fetch the proof of a day; the day's root and total are kept for ever.
KEPT_DAYS = 90
# Every account on which we owe something, by whose it is.
_OWED = text(
    """
    SELECT CASE
        WHEN b.kind IN ('L:escrow', 'L:surcharge') THEN 'deal:' || b.owner
        WHEN b.kind = 'L:order' THEN 'order:' || b.owner
        WHEN b.kind = 'L:refund' THEN c.purpose || ':' || c.subject_id
        WHEN b.kind IN ('L:payable', 'L:held') THEN p.kind || ':' || p.id
        ELSE 'platform:' || b.kind END AS party, sum(b.balance)::bigint AS minor
    FROM ledger.balance b
      LEFT JOIN checkouts c ON b.kind = 'L:refund' AND c.id = b.owner
      LEFT JOIN people p ON b.kind IN ('L:payable', 'L:held') AND p.id = b.owner
    WHERE b.kind LIKE 'L:%' AND b.currency = :currency AND b.balance <> 0
    GROUP BY 1
    """
)


def owed(db: Session, currency: str) -> dict[str, int]:
    """What we owe, by party; all accounts at one moment. Their sum is all we owe."""
    return {row.party: row.minor for row in db.execute(_OWED, {"currency": currency})}


def prove(currency: str) -> int:
    """Bind what is owed now into a tree and publish its root; gives its number.

    Raises ValueError if anybody is owed less than nothing: such a tree would hide a debt.
    """
    at_stripe = gateway.balance(currency)
    with unit_of_work() as db:
        made = _bind(db, currency, at_stripe.minor)
        _forget_old(db)
        return made.number


def _bind(db: Session, currency: str, stripe_minor: int) -> Proof:
    amounts, secret = owed(db, currency), secrets.token_bytes(32)
    # One after the other: two at once would name the same day before.
    db.execute(text("SELECT pg_advisory_xact_lock(hashtext('proofs'))"))
    before = db.scalar(select(Proof).order_by(Proof.number.desc()).limit(1))
    made = Proof(
        taken_at=now().replace(microsecond=0),
        currency=currency,
        secret=secret,
        stripe_minor=stripe_minor,
        books_minor=ledger.balance(db, ledger.STRIPE, None, currency).minor,
        totals=_by_kind(amounts),
        previous=before.digest if before else "",
    )
    plan = tree.plant(amounts, secret=secret, bound=tree.context(made.moment, currency))
    made.root, made.total_minor = plan.root.hash.hex(), plan.root.sum
    made.depth = len(plan.levels) - 1
    db.add(made)
    db.flush()
    for level, nodes in enumerate(plan.levels):
        row = {"proof_id": made.id, "level": level, "nodes": b"".join(map(bytes, nodes))}
        db.execute(insert(ProofLevel).values(**row))
    parts = [
        {
            "proof_id": made.id,
            "party": party,
            "amount_minor": amounts[party],
            "pieces": [{"position": at, "amount": minor} for at, minor in places],
        }
        for party, places in plan.places.items()
    ]
    if parts:
        db.execute(insert(ProofPart), parts)
    return made


def _by_kind(amounts: dict[str, int]) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for party, minor in amounts.items():
        totals[party.partition(":")[0]] += minor
    return dict(totals)


def _forget_old(db: Session) -> None:
    old = select(Proof.id).where(Proof.taken_at < now() - timedelta(days=KEPT_DAYS))
    for model in (ProofLevel, ProofPart):
        db.execute(delete(model).where(model.proof_id.in_(old)))


def inclusion(db: Session, proof: Proof, part: ProofPart) -> str:
    """The file with which a party checks that what it is owed is in the tree of a day."""
    whole = {
        "version": tree.VERSION,
        "taken_at": proof.moment,
        "currency": proof.currency,
        "root": proof.root,
        "total": proof.total_minor,
        "party": part.party,
        "amount": part.amount_minor,
        "nonce": tree.nonce(proof.secret, part.party).hex(),
        "pieces": [{**piece, "path": _path(db, proof, piece["position"])} for piece in part.pieces],
    }
    return json.dumps(whole, indent=1, sort_keys=True) + "\n"


_NEIGHBOURS = text(
    "SELECT substring(nodes FROM ((CAST(:position AS int) >> level) # 1) * 40 + 1 FOR 40)"
    " FROM proof_levels WHERE proof_id = :proof AND level < :depth ORDER BY level"
)


def _path(db: Session, proof: Proof, position: int) -> list[dict[str, object]]:
    asked = {"position": position, "proof": proof.id, "depth": proof.depth}
    nodes = [tree.Node.read(bytes(raw)) for raw in db.scalars(_NEIGHBOURS, asked)]
    return [{"hash": node.hash.hex(), "sum": node.sum} for node in nodes]


def tick(db: Session) -> int:
    """A new proof is due once a night, and as soon as there is anything to prove."""
    last = db.scalar(select(Proof.taken_at).order_by(Proof.taken_at.desc()).limit(1))
    if last is not None and last >= last_night():
        return 0
    if db.scalar(text("SELECT 1 FROM ledger.journal LIMIT 1")) is None:
        return 0
    enqueue(db, "prove_holdings", once="prove_holdings")
    return 1
