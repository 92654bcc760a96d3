"""Is every cent where it should be? Named checks over the ledger and what it explains."""

from collections.abc import Callable

from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.books.results import Result, Thing, result, thing
from marketplace.kit.clock import now
from marketplace.payments import gateway, ledger
from models import Deal, Money, terms_digest

from . import asked, deals, journals, orders

# name → (what is looked at, SQL that gives one row a thing looked at: whether it is wrong, and
# which it is)
CHECKS: dict[str, tuple[str, str]] = {
    **journals.CHECKS,
    **deals.CHECKS,
    **orders.CHECKS,
    **asked.CHECKS,
}
TERMS = "Accepted terms are unchanged"
BALANCE = "Our books equal Stripe's balance"
NAMES = (*CHECKS, TERMS, BALANCE)


def verify(db: Session) -> list[Result]:
    """Run every check. Reads only; the last one asks Stripe for our balance."""
    # One pass over a large ledger may take longer than any page may.
    db.execute(text("SET LOCAL statement_timeout = '300s'"))
    return [check(db, name) for name in NAMES]


def check(db: Session, name: str) -> Result:
    """One of them, by its name."""
    if name in CHECKS:
        return _run(db, name, *CHECKS[name])
    return _terms(db) if name == TERMS else _stripe(db)


def _run(db: Session, name: str, what: str, sql: str) -> Result:
    whole = (
        "SELECT count(*) FILTER (WHERE wrong), count(*),"  # noqa: S608 the checks are ours
        f" (array_agg(thing) FILTER (WHERE wrong))[1:5] FROM ({sql}) x"
    )
    filled = {"now": now(), "currency": current_app.extensions["config"].currency}
    wrong, seen, things = db.connection().exec_driver_sql(whole, filled).one()
    return result(name, seen, what, wrong, [thing(one or "") for one in things or ()])


def _terms(db: Session) -> Result:
    """The terms both agreed to still have the hash they had when they agreed."""
    seen, wrong = 0, []
    query = select(Deal.id, Deal.terms, Deal.terms_hash).where(Deal.terms_hash.is_not(None))
    for id, terms, digest in db.execute(query.execution_options(yield_per=1000)):
        seen += 1
        if terms_digest(terms) != digest:
            wrong.append(thing(f"deal:{id}"))
    return result(TERMS, seen, "deals", len(wrong), wrong)


def _stripe(db: Session, ask: Callable[[str], Money] = gateway.balance) -> Result:
    currency = current_app.extensions["config"].currency
    ours = ledger.balance(db, ledger.STRIPE, None, currency)
    try:
        theirs = ask(currency)
    except gateway.Problem as error:
        return Result(BALANCE, False, f"Stripe did not answer: {error}")
    said = f"{ours.decimal} {currency.upper()}"
    if ours == theirs:
        return Result(BALANCE, True, said)
    apart = Thing(f"{(ours - theirs).decimal} apart", "/admin/money/checks?kind=reconcile")
    return Result(BALANCE, False, f"{said}, Stripe {theirs.decimal}", [apart])
