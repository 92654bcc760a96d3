"""Is every cent where it should be? Named checks over the ledger and what it explains."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.payments import gateway, ledger
from models import Deal, LedgerCheck, Money, terms_digest


@dataclass(frozen=True, slots=True)
class Result:
    """`found` counts what was looked at when it passed, and what is wrong when it didn't."""

    name: str
    passed: bool
    found: str


# name → (SQL that gives (wrong, looked at), what was looked at)
_SQL = {
    "Every journal adds up to zero": (
        (
            "SELECT count(*) FILTER (WHERE s <> 0 OR n < 2), count(*) FROM (SELECT sum(amount) s,"
            " count(*) n FROM ledger.journal j LEFT JOIN ledger.entry e ON e.journal_id = j.id"
            " GROUP BY j.id, e.currency) x"
        ),
        "journals",
    ),
    "No account is below zero": (
        (
            "SELECT count(*) FILTER (WHERE balance < 0 AND k.is_bounded), count(*)"
            " FROM ledger.balance b JOIN ledger.kind k ON k.code = b.kind"
        ),
        "accounts",
    ),
    "Every kept balance equals its entries": (
        (
            "SELECT count(*) FILTER (WHERE a.balance <> ledger.side(a.kind) * coalesce(e.s, 0)),"
            " count(*) FROM ledger.account a LEFT JOIN (SELECT account_id, sum(amount) s"
            " FROM ledger.entry GROUP BY 1) e ON e.account_id = a.id WHERE a.balance IS NOT NULL"
        ),
        "balances",
    ),
    "Every chain of balances is without gaps": (
        (
            "SELECT count(*) FILTER (WHERE a.version <> coalesce(e.n, 0) OR a.version <> "
            "coalesce(e.top, 0)), count(*) FROM ledger.account a LEFT JOIN (SELECT account_id,"
            " count(*) n, max(account_version) top FROM ledger.entry GROUP BY 1) e"
            " ON e.account_id = a.id WHERE a.balance IS NOT NULL"
        ),
        "chains",
    ),
    "Entries have their account's currency": (
        (
            "SELECT count(*) FILTER (WHERE e.currency <> a.currency), count(*)"
            " FROM ledger.entry e JOIN ledger.account a ON a.id = e.account_id"
        ),
        "entries",
    ),
    "Each hold belongs to one deal that holds": (
        (
            "SELECT count(*) FILTER (WHERE (b.balance > 0) <> (d.status IN"
            " ('funded','delivered','revising','disputed'))), count(*) FROM deals d"
            " LEFT JOIN ledger.balance b ON b.kind = 'L:escrow' AND b.owner = d.id"
            " WHERE d.funded_at IS NOT NULL"
        ),
        "deals",
    ),
    "No hold is without a deal": (
        (
            "SELECT count(*) FILTER (WHERE d.id IS NULL), count(*) FROM ledger.account a"
            " LEFT JOIN deals d ON d.id = a.owner WHERE a.kind = 'L:escrow'"
        ),
        "holds",
    ),
    "Each deal's money is paid out, given back, kept as fee, or held": (
        (
            "SELECT count(*) FILTER (WHERE s <> 0), count(*) FROM (SELECT d.id, sum(e.amount) s"
            " FROM deals d JOIN ledger.journal j ON j.about_type = 'deal' AND j.about_id = d.id"
            " JOIN ledger.entry e ON e.journal_id = j.id GROUP BY d.id) x"
        ),
        "deals",
    ),
    "Each paid deal was paid its price": (
        (
            "SELECT count(*) FILTER (WHERE c.amount_minor IS DISTINCT FROM d.price_minor), count(*)"
            " FROM deals d LEFT JOIN checkouts c ON c.purpose = 'deal' AND c.subject_id = d.id"
            " AND c.status = 'paid' WHERE d.funded_at IS NOT NULL"
        ),
        "deals",
    ),
    "Each paid order was paid its total": (
        (
            "SELECT count(*) FILTER (WHERE c.amount_minor IS DISTINCT FROM o.total_minor), count(*)"
            " FROM orders o LEFT JOIN checkouts c ON c.purpose = 'order' AND c.subject_id = o.id"
            " AND c.status = 'paid' WHERE o.paid_at IS NOT NULL"
        ),
        "orders",
    ),
    "Every payment has its journal": (
        (
            "SELECT count(*) FILTER (WHERE j.id IS NULL), count(*) FROM checkouts c"
            " LEFT JOIN ledger.journal j ON j.cause = 'checkout:' || c.id || ':paid'"
            " WHERE c.status = 'paid'"
        ),
        "payments",
    ),
    "Every transfer has its journal, and none has two": (
        (
            "SELECT count(*) FILTER (WHERE (t.status = 'sent') <> (j.id IS NOT NULL)), count(*)"
            " FROM transfers t LEFT JOIN ledger.journal j ON j.cause = 'transfer:' || t.id ||"
            " ':sent'"
        ),
        "transfers",
    ),
    "Every refund has its journal": (
        (
            "SELECT count(*) FILTER (WHERE r.status = 'succeeded' AND j.id IS NULL), count(*)"
            " FROM refunds r LEFT JOIN ledger.journal j ON j.cause = 'refund:' || r.id || ':sent'"
        ),
        "refunds",
    ),
    "No charge was sent on or given back beyond its amount": (
        (
            "SELECT count(*) FILTER (WHERE coalesce(t.s, 0) + coalesce(r.s, 0) > c.amount_minor),"
            " count(*) FROM checkouts c LEFT JOIN (SELECT checkout_id, sum(amount_minor) s FROM"
            " transfers GROUP BY 1) t ON t.checkout_id = c.id LEFT JOIN (SELECT checkout_id,"
            " sum(amount_minor) s FROM refunds WHERE status <> 'failed' GROUP BY 1) r"
            " ON r.checkout_id = c.id WHERE c.status = 'paid'"
        ),
        "charges",
    ),
    "Approved money is on its way or waits for an account": (
        (
            "SELECT count(*) FILTER (WHERE b.balance <> coalesce(t.s, 0)), count(*)"
            " FROM ledger.balance b LEFT JOIN (SELECT payee_id, currency, sum(amount_minor) s FROM"
            " transfers WHERE status <> 'sent' GROUP BY 1, 2) t ON t.payee_id = b.owner"
            " AND t.currency = b.currency WHERE b.kind = 'L:payable'"
        ),
        "payees",
    ),
    "Every refund owed is on its way": (
        (
            "SELECT count(*) FILTER (WHERE b.balance <> coalesce(r.s, 0)), count(*)"
            " FROM ledger.balance b LEFT JOIN (SELECT checkout_id, sum(amount_minor) s FROM refunds"
            " WHERE NOT EXISTS (SELECT 1 FROM ledger.journal j WHERE j.cause = 'refund:' ||"
            " refunds.id || ':sent') OR status = 'failed' GROUP BY 1) r ON r.checkout_id = b.owner"
            " WHERE b.kind = 'L:refund'"
        ),
        "refunds owed",
    ),
    "Orders under way hold their shares": (
        (
            "SELECT count(*) FILTER (WHERE held <> owed), count(*) FROM (SELECT 1,"
            " (SELECT coalesce(sum(balance), 0) FROM ledger.balance WHERE kind IN"
            " ('L:held', 'L:deferred_fee', 'L:order')) held,"
            " (SELECT coalesce(sum(total_minor - refunded_minor), 0) FROM orders"
            " WHERE status IN ('paid', 'sent', 'delivered')) owed) x"
        ),
        "sum",
    ),
    "Every Stripe event is taken in": (
        (
            "SELECT count(*) FILTER (WHERE status IN ('stored', 'failed') AND created_at <"
            " now() - interval '15 minutes'), count(*) FROM stripe_events"
        ),
        "events",
    ),
    "Nothing asked of Stripe is without an answer for long": (
        (
            "SELECT count(*) FILTER (WHERE asked_at < now() - interval '1 hour'), count(*) FROM"
            " (SELECT asked_at FROM checkouts WHERE status = 'waiting' UNION ALL SELECT"
            " asked_at FROM"
            " transfers WHERE status = 'waiting' UNION ALL SELECT asked_at FROM refunds"
            " WHERE status = 'waiting') x"
        ),
        "waiting",
    ),
}


def verify(db: Session) -> list[Result]:
    """Run every check. Reads only; the last one asks Stripe for our balance."""
    results = [_run(db, name, *spec) for name, spec in _SQL.items()]
    results.append(_terms(db))
    results.append(_stripe(db))
    return results


def keep(db: Session, results: list[Result]) -> LedgerCheck:
    """Remember a run for the admin's pages."""
    check = LedgerCheck(
        passed=all(result.passed for result in results),
        results=[asdict(result) for result in results],
    )
    db.add(check)
    return check


def _run(db: Session, name: str, sql: str, what: str) -> Result:
    # As it stands: a cause such as ':paid' is no parameter.
    wrong, seen = db.connection().exec_driver_sql(sql).one()
    return Result(name, not wrong, f"{seen} {what}" if not wrong else f"{wrong} of {seen} {what}")


def _terms(db: Session) -> Result:
    """The terms both agreed to still have the hash they had when they agreed."""
    wrong = seen = 0
    rows = db.execute(select(Deal.terms, Deal.terms_hash).where(Deal.terms_hash.is_not(None)))
    for terms, digest in rows:
        seen += 1
        wrong += terms_digest(terms) != digest
    said = f"{seen} deals" if not wrong else f"{wrong} of {seen} deals"
    return Result("Accepted terms are unchanged", not wrong, said)


def _stripe(db: Session, ask: Callable[[str], Money] = gateway.balance) -> Result:
    name = "Our books equal Stripe's balance"
    currency = current_app.extensions["config"].currency
    ours = ledger.balance(db, ledger.STRIPE, None, currency)
    try:
        theirs = ask(currency)
    except gateway.Problem as error:
        return Result(name, False, f"Stripe did not answer: {error}")
    said = f"{ours.decimal} {currency.upper()}"
    return Result(
        name, ours == theirs, said if ours == theirs else f"{said}, Stripe {theirs.decimal}"
    )
