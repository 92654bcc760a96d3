"""The two sides that are held against each other: what our books say, and what Stripe has."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from marketplace.payments import gateway
from marketplace.payments.events import ACCOUNTS_AT_ONCE, KEPT, OVERLAP, UNDER_WAY

Json = dict[str, Any]

# What is younger may still be on its way to us: an event that has not been worked yet.
YOUNG = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Booked:
    """A journal that touches our Stripe account: what it moved there, and the fee it names."""

    id: int
    kind: str
    stripe_id: str
    about: str
    currency: str
    net: int
    fee: int

    @property
    def thing(self) -> str:
        return f"journal:{self.id}"


@dataclass(frozen=True, slots=True)
class Ours:
    journals: list[Booked]
    # Rows asked of Stripe, as plain mappings.
    checkouts: list[Json]
    refunds: list[Json]
    transfers: list[Json]
    reversals: list[Json]
    accounts: list[Json]
    payouts: list[Json]
    chargebacks: list[Json]
    # What each clearing account holds, against what explains it: (account's id, kind, balance,
    # explained).
    clearing: list[Json]
    # Stripe's events of the days that are compared, how far its list was looked through for lost
    # ones (account → moment), and these days as two moments; as Stripe writes them, in seconds.
    events: list[Json]
    swept: dict[str, float]
    since: float
    until: float
    currency: str


@dataclass(frozen=True, slots=True)
class Theirs:
    """Everything Stripe has of ours, by kind; and our balance before and after it was read."""

    balances: tuple[int, ...]
    balance_transactions: list[Json] = field(default_factory=list)
    charges: list[Json] = field(default_factory=list)
    refunds: list[Json] = field(default_factory=list)
    transfers: list[Json] = field(default_factory=list)
    payouts: list[Json] = field(default_factory=list)
    disputes: list[Json] = field(default_factory=list)
    accounts: list[Json] = field(default_factory=list)
    # By account, ours is "": those of the days that are compared, where we may read them.
    events: dict[str, list[Json]] = field(default_factory=dict)


def read_theirs(currency: str) -> Theirs:
    """Ask Stripe. Raises gateway.Problem when it doesn't answer."""
    before = gateway.balance(currency).minor
    found = {kind: list(gateway.everything(kind)) for kind in gateway.KINDS}
    # A request each at least: of connected accounts only the newest are asked.
    newest = ["", *(one["id"] for one in found["accounts"][:ACCOUNTS_AT_ONCE])]
    heard = {account: one for account in newest if (one := _events(account)) is not None}
    return Theirs((before, gateway.balance(currency).minor), **found, events=heard)


def _events(account: str) -> list[Json] | None:
    """What Stripe lists of one account; None if we were shut out of it."""
    since, until = _days()
    try:
        return [one for page in gateway.events(since, until, account) for one in page]
    except gateway.Rejected:
        if not account:
            raise
        return None


def _days() -> tuple[datetime, datetime]:
    """Of what Stripe still remembers, what was delivered by now if it was at all."""
    return now() - KEPT + timedelta(hours=6), now() - UNDER_WAY


def is_young(one: Json) -> bool:
    """Whether an object at Stripe may be too new for us to know."""
    return datetime.fromtimestamp(one["created"], now().tzinfo) > now() - YOUNG


def by(rows: Iterable[Json], key: str) -> dict[str, Json]:
    """Rows by one of their fields, without those that have none."""
    return {str(row[key]): row for row in rows if row[key]}


_JOURNALS = """
    SELECT j.id, j.kind, j.stripe_id, j.about_type || ':' || j.about_id AS about,
      trim(min(e.currency)) AS currency,
      sum(e.amount) FILTER (WHERE a.kind = 'A:stripe') AS net,
      coalesce(sum(e.amount) FILTER (WHERE a.kind IN ('E:stripe_fees', 'E:dispute_fees')), 0)
        AS fee
    FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
      JOIN ledger.account a ON a.id = e.account_id
    GROUP BY j.id HAVING bool_or(a.kind = 'A:stripe') ORDER BY j.id
"""
# Each with what it is about; the checkout that paid for it is `c`.
_ABOUT = "c.purpose || ':' || c.subject_id AS about"
_ROWS = {
    "checkouts": "SELECT c.*, ABOUT FROM checkouts c WHERE c.status = 'paid'",
    "refunds": (
        "SELECT r.*, c.charge_id, c.payment_intent_id, ABOUT FROM refunds r"
        " JOIN checkouts c ON c.id = r.checkout_id"
    ),
    "transfers": (
        "SELECT t.*, c.charge_id, p.stripe_id AS destination, ABOUT FROM transfers t"
        " JOIN checkouts c ON c.id = t.checkout_id"
        " LEFT JOIN payout_accounts p ON p.person_id = t.payee_id"
    ),
    "reversals": (
        "SELECT r.*, ABOUT FROM reversals r JOIN transfers t ON t.id = r.transfer_id"
        " JOIN checkouts c ON c.id = t.checkout_id"
    ),
    "accounts": "SELECT p.*, 'person:' || p.person_id AS about FROM payout_accounts p",
    "payouts": "SELECT p.*, 'payout:' || p.stripe_id AS about FROM payouts p",
    "chargebacks": (
        "SELECT b.*, c.charge_id, ABOUT FROM chargebacks b JOIN checkouts c ON c.id = b.checkout_id"
    ),
}
# An event whose body was dropped is as old as its row; the body says when it happened at Stripe.
_EVENTS = """
    SELECT stripe_id, type, object_id, account,
      coalesce((payload ->> 'created')::float, extract(epoch FROM created_at)::float) AS created
    FROM stripe_events WHERE created_at > %(since)s
"""
_SWEPT = "SELECT account, seen_until FROM event_sweeps"
# What should lie on each account through which money only passes.
_CLEARING = """
    SELECT b.id, b.kind, b.balance, CASE b.kind
      WHEN 'L:order' THEN 0
      WHEN 'L:payable' THEN (SELECT coalesce(sum(t.amount_minor), 0) FROM transfers t
        WHERE t.payee_id = b.owner AND t.status IN ('waiting', 'blocked'))
      WHEN 'L:refund' THEN (SELECT coalesce(sum(r.amount_minor), 0) FROM refunds r
        WHERE r.checkout_id = b.owner AND (r.status = 'failed' OR (r.status IN
          ('waiting', 'pending') AND NOT EXISTS (SELECT 1 FROM ledger.journal j
            WHERE j.cause = 'refund:' || r.id || ':sent'))))
      WHEN 'A:disputed' THEN (SELECT coalesce(sum(x.amount_minor), 0) FROM chargebacks x
        WHERE x.status = 'open' AND x.currency = b.currency)
      WHEN 'A:in_transit' THEN (SELECT coalesce(sum(p.amount_minor), 0) FROM payouts p
        WHERE p.account_id IS NULL AND p.status IN ('pending', 'in_transit')
          AND p.currency = b.currency)
      END AS explained
    FROM ledger.balance b
    WHERE b.kind IN ('L:order', 'L:payable', 'L:refund', 'A:disputed', 'A:in_transit')
"""


def read_ours(db: Session) -> Ours:
    """What our books and rows say, read before Stripe is asked."""
    db.execute(text("SET LOCAL statement_timeout = '300s'"))

    def rows(sql: str, **filled: Any) -> list[Json]:
        found = db.connection().exec_driver_sql(sql, filled or None)
        return [dict(row) for row in found.mappings()]

    since, until = _days()
    swept = rows(_SWEPT)

    return Ours(
        journals=[Booked(**row) for row in rows(_JOURNALS)],
        clearing=rows(_CLEARING),
        # A clock that was moved may have put rows a while before their events.
        events=rows(_EVENTS, since=since - KEPT),
        swept={one["account"]: (one["seen_until"] - OVERLAP).timestamp() for one in swept},
        # Stripe is asked a moment later.
        since=(since + timedelta(hours=6)).timestamp(),
        until=until.timestamp(),
        currency=current_app.extensions["config"].currency,
        **{kind: rows(sql.replace("ABOUT", _ABOUT)) for kind, sql in _ROWS.items()},
    )
