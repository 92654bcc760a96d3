"""Our books against Stripe's balance: one figure, but for what is on its way this moment."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import accumulate

from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.books.results import Result, Thing, amount
from marketplace.kit.clock import now
from marketplace.payments import gateway
from models import Money

# What Stripe moved later than that may have its journal only in a moment.
YOUNG = timedelta(minutes=15)
# One statement: the sum, and which movements are in it.
_OURS = text(
    """
    SELECT coalesce(sum(e.amount), 0)::bigint AS sum, array_agg(DISTINCT j.stripe_id)
      FILTER (WHERE j.created_at > clock_timestamp() - interval '1 day') AS known
    FROM ledger.entry e JOIN ledger.account a ON a.id = e.account_id AND a.kind = 'A:stripe'
      AND a.owner IS NULL AND a.currency = :currency JOIN ledger.journal j ON j.id = e.journal_id
    """
)


def check(
    db: Session,
    name: str,
    ask: Callable[[str], Money] = gateway.balance,
    recent: Callable[[datetime], Iterable[gateway.Booked]] = gateway.since,
) -> Result:
    """The balance is asked for only after ours is read; what is apart may be what moves."""
    currency = current_app.extensions["config"].currency
    row = db.execute(_OURS, {"currency": currency}).one()
    ours, known = Money(row.sum, currency), set(row.known or ())
    said = amount(ours.minor, currency)
    try:
        theirs = ask(currency)
        if ours == theirs:
            return Result(name, True, said)
        young = [line for line in recent(now() - YOUNG) if line.net.currency == currency]
    except gateway.Problem as error:
        return Result(name, False, f"Stripe did not answer: {error}")
    coming = [line.net.minor for line in young if not {line.id, line.source} & known]
    # Some of it may have come after the balance was read: Stripe lists the newest first.
    could_be = {sum(coming) - later for later in accumulate(coming, initial=0)}
    if theirs.minor - ours.minor in could_be:
        return Result(name, True, said)
    apart = f"{amount((ours - theirs).minor, currency)} apart"
    path = "/admin/money/checks?kind=reconcile"
    stripe = f"{said}, Stripe {amount(theirs.minor, currency)}"
    return Result(name, False, stripe, [Thing(apart, path)])
