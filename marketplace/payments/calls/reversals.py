"""Money asked back from a payee's account at Stripe."""

import uuid

from marketplace.kit.db import unit_of_work
from marketplace.payments import gateway, postings
from models import Reversal, ReversalStatus, Transfer

from .intents import again, begin, look_first

# Somebody reversed it in Stripe's dashboard, or Stripe itself did: there is nothing to take.
_NOTHING_LEFT = frozenset({"transfer_already_reversed"})
# The payee's balance is too small: what they owe stays owed.
_TOO_LITTLE = frozenset({"balance_insufficient", "insufficient_funds"})


def send_reversal(id: uuid.UUID) -> None:
    begun = begin(Reversal, id, ReversalStatus.WAITING)
    if begun is None:
        return
    row, stale = begun
    with unit_of_work() as db:
        transfer = again(db, Transfer, row.transfer_id).stripe_id or ""
    key = str(row.id)
    try:
        moved = look_first(stale, lambda: gateway.find_reversal(key, transfer))
        moved = moved or gateway.create_reversal(key, transfer=transfer, amount=row.amount)
    except gateway.Rejected as error:
        if error.code not in _TOO_LITTLE | _NOTHING_LEFT:
            raise
        with unit_of_work() as db:
            said = str(error)
            row = again(db, Reversal, id)
            row.move("refuse", by=None, note=said, also={"problem": said})
        return
    with unit_of_work() as db:
        row = again(db, Reversal, id)
        row.move("finish", by=None, also={"stripe_id": moved.id, "problem": ""})
        sent = again(db, Transfer, row.transfer_id)
        sent.lock()
        sent.reversed_minor += row.amount_minor
        postings.reversed_transfer(db, row)
