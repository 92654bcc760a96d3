"""Is every cent where it should be? Named checks over the ledger and what it explains."""

from collections.abc import Callable

from flask import current_app
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.books.results import Result, result, thing
from marketplace.kit.clock import now
from models import Deal, holding, terms_digest

from . import (
    agreed,
    asked,
    back,
    causes,
    deals,
    guards,
    journals,
    orders,
    outside,
    proofs,
    sides,
    states,
    trees,
    written,
)

# name → (what is looked at, SQL that gives one row a thing looked at: whether it is wrong, and
# which it is)
CHECKS: dict[str, tuple[str, str]] = {
    **guards.CHECKS,
    **journals.CHECKS,
    **written.CHECKS,
    **causes.CHECKS,
    **sides.CHECKS,
    **deals.CHECKS,
    **orders.CHECKS,
    **agreed.CHECKS,
    **asked.CHECKS,
    **back.CHECKS,
    **states.CHECKS,
}
TERMS = "Accepted terms are unchanged"
TREES = "The newest proofs lead every party to the published root"
BALANCE = "Our books equal Stripe's balance"
PROOFS = "Every published proof is as it was, and follows the one before"
NAMES = (*CHECKS, TERMS, PROOFS, TREES, BALANCE)


def verify(db: Session) -> list[Result]:
    """Run every check. Reads only; the last one asks Stripe for our balance."""
    # One pass over a large ledger may take longer than any page may.
    db.execute(text("SET LOCAL statement_timeout = '300s'"))
    # Joins of whole tables stay in memory: on disk they take several times as long.
    db.execute(text("SET LOCAL work_mem = '256MB'"))
    return [check(db, name) for name in NAMES]


def check(db: Session, name: str) -> Result:
    """One of them, by its name."""
    if name in CHECKS:
        return _run(db, name, *CHECKS[name])
    return _OTHERS[name](db, name)


def _run(db: Session, name: str, what: str, sql: str) -> Result:
    whole = (
        "SELECT count(*) FILTER (WHERE wrong), count(*),"  # noqa: S608 the checks are ours
        f" (array_agg(thing) FILTER (WHERE wrong))[1:5] FROM ({sql}) x"
    )
    config = current_app.extensions["config"]
    held = holding.days(config.platform_country)
    filled = {"now": now(), "currency": config.currency, "held_days": held}
    wrong, seen, things = db.connection().exec_driver_sql(whole, filled).one()
    return result(name, seen, what, wrong, [thing(one or "") for one in things or ()])


def _terms(db: Session, name: str) -> Result:
    """The terms both agreed to still have the hash they had when they agreed."""
    seen, wrong = 0, []
    query = select(Deal.id, Deal.terms, Deal.terms_hash).where(Deal.terms_hash.is_not(None))
    for id, terms, digest in db.execute(query.execution_options(yield_per=1000)):
        seen += 1
        if terms_digest(terms) != digest:
            wrong.append(thing(f"deal:{id}"))
    return result(name, seen, "deals", len(wrong), wrong)


_OTHERS: dict[str, Callable[[Session, str], Result]] = {
    TERMS: _terms,
    PROOFS: proofs.check,
    TREES: trees.check,
    BALANCE: outside.check,
}
