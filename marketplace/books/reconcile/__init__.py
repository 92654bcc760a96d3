"""Our books against everything Stripe has: movement by movement, thing by thing, both ways."""

from marketplace.books.results import Result, result, thing

from . import events, movements, things
from .sides import Ours, Theirs, read_ours, read_theirs

__all__ = ["NAMES", "Ours", "Theirs", "compare", "read_ours", "read_theirs"]

# Accounts through which money only passes, and what must explain all that lies there.
CLEARING = {
    "L:order": "Every payment of an order was divided",
    "L:payable": "Everything approved is about to be sent",
    "L:refund": "Everything owed back is about to be sent",
    "A:disputed": "Everything banks took back belongs to an open dispute",
    "A:in_transit": "Everything on its way to our bank belongs to a payout",
}
NAMES = (*movements.NAMES, *things.CHECKS, *CLEARING.values(), *events.NAMES)


def compare(ours: Ours, theirs: Theirs) -> list[Result]:
    """Every difference, by name."""
    results = [*movements.compare(ours, theirs), *things.compare(ours, theirs)]
    for kind, name in CLEARING.items():
        rows = [row for row in ours.clearing if row["kind"] == kind]
        wrong = [row for row in rows if row["balance"] != row["explained"]]
        found = [thing(f"account:{row['id']}") for row in wrong]
        results.append(result(name, len(rows), "accounts", len(wrong), found))
    return [*results, *events.compare(ours, theirs)]
