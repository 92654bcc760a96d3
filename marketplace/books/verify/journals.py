"""The books themselves: sums, chains, and that nothing was changed after it was written.

Each check gives rows of (wrong, thing); `%(now)s` and `%(currency)s` are filled in.
"""

CHECKS = {
    "Every journal adds up to zero": (
        "journals",
        """
        SELECT sum(amount) <> 0 AS wrong, 'journal:' || journal_id AS thing
        FROM ledger.entry GROUP BY journal_id, currency
        """,
    ),
    "Every journal has both sides": (
        "journals",
        """
        SELECT count(*) FILTER (WHERE e.amount > 0) = 0 OR count(*) FILTER (WHERE e.amount < 0) = 0
          AS wrong, 'journal:' || j.id AS thing
        FROM ledger.journal j LEFT JOIN ledger.entry e ON e.journal_id = j.id GROUP BY j.id
        """,
    ),
    "All accounts together come to zero": (
        "currencies",
        """
        SELECT sum(balance * ledger.side(kind)) <> 0 AS wrong, 'currency:' || currency AS thing
        FROM ledger.balance GROUP BY currency
        """,
    ),
    "No account is below zero": (
        "accounts",
        """
        SELECT b.balance < 0 AND k.is_bounded AS wrong, 'account:' || b.id AS thing
        FROM ledger.balance b JOIN ledger.kind k ON k.code = b.kind
        """,
    ),
    "Bounded accounts keep a balance, and no others do": (
        "accounts",
        """
        SELECT (a.balance IS NOT NULL) <> k.is_bounded AS wrong, 'account:' || a.id AS thing
        FROM ledger.account a JOIN ledger.kind k ON k.code = a.kind
        """,
    ),
    "Every kept balance equals its entries": (
        "balances",
        """
        SELECT a.balance <> ledger.side(a.kind) * coalesce(e.s, 0) AS wrong,
          'account:' || a.id AS thing
        FROM ledger.account a LEFT JOIN (SELECT account_id, sum(amount) s FROM ledger.entry
          GROUP BY 1) e ON e.account_id = a.id WHERE a.balance IS NOT NULL
        """,
    ),
    "Every chain of balances is without gaps": (
        "chains",
        """
        SELECT a.version <> coalesce(e.n, 0) OR a.version <> coalesce(e.top, 0) AS wrong,
          'account:' || a.id AS thing
        FROM ledger.account a LEFT JOIN (SELECT account_id, count(*) n, max(account_version) top
          FROM ledger.entry GROUP BY 1) e ON e.account_id = a.id WHERE a.balance IS NOT NULL
        """,
    ),
    "Every balance follows from the one before": (
        "entries",
        """
        SELECT e.balance_after IS DISTINCT FROM ledger.side(a.kind) * e.amount
          + coalesce(lag(e.balance_after) OVER (PARTITION BY e.account_id
            ORDER BY e.account_version), 0) AS wrong, 'account:' || a.id AS thing
        FROM ledger.entry e JOIN ledger.account a ON a.id = e.account_id
        WHERE a.balance IS NOT NULL
        """,
    ),
    "Entries have their account's currency": (
        "entries",
        """
        SELECT e.currency <> a.currency AS wrong, 'journal:' || e.journal_id AS thing
        FROM ledger.entry e JOIN ledger.account a ON a.id = e.account_id
        """,
    ),
    "Every entry has its journal and its account": (
        "entries",
        """
        SELECT j.id IS NULL OR a.id IS NULL AS wrong, 'journal:' || e.journal_id AS thing
        FROM ledger.entry e LEFT JOIN ledger.journal j ON j.id = e.journal_id
          LEFT JOIN ledger.account a ON a.id = e.account_id
        """,
    ),
    "Every journal is as it was written": (
        "journals",
        """
        SELECT j.payload_hash <> sha256(convert_to(j.kind || trim(min(e.currency))
          || string_agg(a.kind || ':' || coalesce(a.owner::text, '') || ':' || e.amount, '|'
            ORDER BY a.kind, a.owner), 'UTF8')) AS wrong, 'journal:' || j.id AS thing
        FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
          JOIN ledger.account a ON a.id = e.account_id GROUP BY j.id
        """,
    ),
    "Every cause is written once": (
        "causes",
        """
        SELECT count(*) > 1 AS wrong, 'journal:' || max(id) AS thing
        FROM ledger.journal GROUP BY cause
        """,
    ),
    "Every journal is about something that exists": (
        "journals",
        """
        SELECT d.id IS NULL AND o.id IS NULL AS wrong, 'journal:' || j.id AS thing
        FROM ledger.journal j
          LEFT JOIN deals d ON j.about_type = 'deal' AND d.id = j.about_id
          LEFT JOIN orders o ON j.about_type = 'order' AND o.id = j.about_id
        WHERE j.about_type IN ('deal', 'order')
        """,
    ),
    "Every account belongs to somebody who exists": (
        "accounts",
        """
        SELECT a.owner IS NULL OR (d.id IS NULL AND o.id IS NULL AND c.id IS NULL AND p.id IS NULL)
          AS wrong, 'account:' || a.id AS thing
        FROM ledger.account a
          LEFT JOIN deals d ON a.kind IN ('L:escrow', 'L:surcharge') AND d.id = a.owner
          LEFT JOIN orders o ON a.kind = 'L:order' AND o.id = a.owner
          LEFT JOIN checkouts c ON a.kind = 'L:refund' AND c.id = a.owner
          LEFT JOIN people p ON a.kind IN ('L:payable', 'L:held') AND p.id = a.owner
        WHERE a.kind IN ('L:escrow', 'L:surcharge', 'L:order', 'L:refund', 'L:payable', 'L:held')
        """,
    ),
    "Every journal has the currency of what it is about": (
        "journals",
        """
        SELECT bool_or(e.currency <> coalesce(d.currency, o.currency)) AS wrong,
          'journal:' || j.id AS thing
        FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
          LEFT JOIN deals d ON j.about_type = 'deal' AND d.id = j.about_id
          LEFT JOIN orders o ON j.about_type = 'order' AND o.id = j.about_id
        GROUP BY j.id
        """,
    ),
}
