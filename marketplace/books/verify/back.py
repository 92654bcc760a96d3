"""Money that came back: reversals, debts, banks' disputes and payouts are booked as they stand."""

CHECKS = {
    "Every reversal has its journal": (
        "reversals",
        """
        SELECT (r.status = 'done') <> (j.id IS NOT NULL) OR j.amount <> r.amount_minor
          OR r.currency <> t.currency AS wrong,
          'reversal:' || r.id || '@' || t.purpose || ':' || t.subject_id AS thing
        FROM reversals r JOIN transfers t ON t.id = r.transfer_id
          LEFT JOIN (SELECT j.id, j.cause, sum(e.amount) FILTER (WHERE e.amount > 0) AS amount
            FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
            WHERE j.kind = 'transfer_reversed' GROUP BY 1) j
          ON j.cause = 'reversal:' || r.id || ':done'
        """,
    ),
    "Transfers say how much of them came back, and was kept": (
        "transfers",
        """
        SELECT t.reversed_minor <> coalesce(r.s, 0) OR t.netted_minor <> coalesce(n.s, 0) AS wrong,
          'transfer:' || t.id || '@' || t.purpose || ':' || t.subject_id AS thing
        FROM transfers t
          LEFT JOIN (SELECT transfer_id, sum(amount_minor) s FROM reversals WHERE status = 'done'
            GROUP BY 1) r ON r.transfer_id = t.id
          LEFT JOIN (SELECT split_part(j.cause, ':', 2) AS id, sum(e.amount) s
            FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id AND e.amount > 0
            WHERE j.kind = 'debt_netted' GROUP BY 1) n ON n.id = t.id::text
        """,
    ),
    "Every dispute at a bank is booked as it stands": (
        "disputes",
        """
        SELECT CASE WHEN b.status IN ('open', 'won', 'lost')
            THEN coalesce(m.took, 0) < b.amount_minor
              OR m.lies <> CASE b.status WHEN 'open' THEN b.amount_minor ELSE 0 END
              OR m.lost <> CASE b.status WHEN 'lost' THEN b.amount_minor ELSE 0 END
            ELSE coalesce(m.lies, 0) <> 0 END AS wrong,
          'chargeback:' || b.id || '@' || c.purpose || ':' || c.subject_id AS thing
        FROM chargebacks b JOIN checkouts c ON c.id = b.checkout_id
          LEFT JOIN (SELECT j.source, sum(e.amount) AS lies,
              coalesce(sum(e.amount) FILTER (WHERE j.kind = 'bank_took'), 0) AS took,
              coalesce(-sum(e.amount) FILTER (WHERE j.kind = 'chargeback_lost'), 0) AS lost
            FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
            JOIN ledger.account a ON a.id = e.account_id AND a.kind = 'A:disputed' GROUP BY 1) m
          ON m.source = 'chargeback:' || b.id
        WHERE coalesce(b.decided_at, b.created_at) < %(now)s - interval '15 minutes'
        """,
    ),
    "Every payout to our bank is booked as it stands": (
        "payouts",
        """
        SELECT CASE WHEN p.account_id IS NOT NULL THEN j.about_id IS NOT NULL
          ELSE coalesce(j.sent, 0) <> p.amount_minor OR -j.stripe <>
              CASE WHEN p.status IN ('failed', 'canceled') THEN 0 ELSE p.amount_minor END
            OR j.bank <> CASE p.status WHEN 'paid' THEN p.amount_minor ELSE 0 END
          END AS wrong, 'payout:' || p.stripe_id AS thing
        FROM payouts p LEFT JOIN (SELECT j.about_id, coalesce(sum(e.amount)
              FILTER (WHERE j.kind = 'payout_left' AND a.kind = 'A:in_transit'), 0) AS sent,
              coalesce(sum(e.amount) FILTER (WHERE a.kind = 'A:stripe'), 0) AS stripe,
              coalesce(sum(e.amount) FILTER (WHERE a.kind = 'A:bank'), 0) AS bank
            FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
            JOIN ledger.account a ON a.id = e.account_id WHERE j.about_type = 'payout'
            GROUP BY 1) j ON j.about_id = p.id
        """,
    ),
    "Every payment taken in long ago has its fee": (
        "payments",
        """
        SELECT fee_minor IS NULL AND created_at < %(now)s - interval '3 days' OR
          (fee_minor IS NULL) <> (e.s IS NULL) AS wrong,
          'checkout:' || c.id || '@' || c.purpose || ':' || c.subject_id AS thing
        FROM checkouts c LEFT JOIN (SELECT j.stripe_id, sum(e.amount) s FROM ledger.journal j
            JOIN ledger.entry e ON e.journal_id = j.id
            JOIN ledger.account a ON a.id = e.account_id AND a.kind = 'A:stripe'
            WHERE j.cause LIKE 'checkout:%%' GROUP BY 1) e ON e.stripe_id = c.charge_id
        WHERE c.status = 'paid'
        """,
    ),
}
