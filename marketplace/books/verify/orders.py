"""Orders: what was paid for each is shared, given back, or waits for the days to return."""

from .deals import divided

CHECKS = {
    "Each order's payment is shared, given back, kept as fee, or waits": (
        "orders",
        divided("order"),
    ),
    "Each paid order was paid its total": (
        "orders",
        """
        SELECT coalesce(e.s, 0) <> o.total_minor AS wrong, 'order:' || o.id AS thing
        FROM orders o LEFT JOIN (SELECT a.owner, -sum(e.amount) s FROM ledger.entry e
            JOIN ledger.account a ON a.id = e.account_id AND a.kind = 'L:order'
            JOIN ledger.journal j ON j.id = e.journal_id AND j.kind = 'order_paid' GROUP BY 1) e
          ON e.owner = o.id WHERE o.paid_at IS NOT NULL
        """,
    ),
    "No order's money is left undivided": (
        "orders",
        """
        SELECT balance <> 0 AS wrong, 'order:' || owner AS thing
        FROM ledger.account WHERE kind = 'L:order'
        """,
    ),
    "Orders under way hold their shares": (
        "sums",
        """
        SELECT coalesce(held.s, 0) <> coalesce(owed.s, 0) AS wrong, 'account:' || held.id AS thing
        FROM (SELECT sum(balance) s, min(id) id FROM ledger.balance
            WHERE kind IN ('L:held', 'L:deferred_fee', 'L:order')) held,
          (SELECT sum(total_minor - refunded_minor) s FROM orders
            WHERE status IN ('paid', 'sent', 'delivered')) owed
        """,
    ),
    "What came back of an order was asked back for the shopper": (
        "orders",
        """
        SELECT o.refunded_minor <> coalesce(r.s, 0) + coalesce(b.s, 0) AS wrong,
          'order:' || o.id AS thing
        FROM orders o LEFT JOIN (SELECT c.subject_id, sum(r.amount_minor) s FROM refunds r
          JOIN checkouts c ON c.id = r.checkout_id WHERE c.purpose = 'order'
          AND r.status NOT IN ('replaced', 'cancelled') GROUP BY 1) r
          ON r.subject_id = o.id
        LEFT JOIN (SELECT j.about_id, -sum(e.amount) s FROM ledger.journal j
          JOIN ledger.entry e ON e.journal_id = j.id JOIN ledger.account a ON a.id = e.account_id
          WHERE j.kind = 'chargeback_lost' AND a.kind IN ('A:disputed', 'E:chargeback_loss')
          GROUP BY 1) b ON b.about_id = o.id WHERE o.paid_at IS NOT NULL
        """,
    ),
    "What a brand gave back alone was taken from it, by its own word": (
        "orders",
        """
        SELECT o.brand_back_minor <> coalesce(v.s, 0) OR o.brand_back_minor > coalesce(t.s, 0)
          AS wrong, 'order:' || o.id AS thing
        FROM orders o JOIN brands b ON b.id = o.brand_id
          LEFT JOIN (SELECT subject_id, actor_id, sum((data ->> 'minor')::bigint) s FROM events
            WHERE subject_type = 'orders' AND verb = 'refund_late' GROUP BY 1, 2) v
          ON v.subject_id = o.id AND v.actor_id = b.person_id
          LEFT JOIN (SELECT j.about_id, a.owner, sum(e.amount) s FROM ledger.journal j
            JOIN ledger.entry e ON e.journal_id = j.id JOIN ledger.account a ON a.id = e.account_id
            WHERE j.kind = 'taken_back' AND a.kind IN ('L:payable', 'A:owed') GROUP BY 1, 2) t
          ON t.about_id = o.id AND t.owner = b.person_id
        """,
    ),
    "A settled order's shares have left": (
        "orders",
        """
        SELECT coalesce(t.open, 0) > 0 OR j.id IS NULL AS wrong, 'order:' || o.id AS thing
        FROM orders o
          LEFT JOIN ledger.journal j ON j.cause = 'order:' || o.id || ':matured'
          LEFT JOIN (SELECT subject_id,
              count(*) FILTER (WHERE status IN ('waiting', 'blocked')) open
            FROM transfers WHERE purpose = 'order' GROUP BY 1) t ON t.subject_id = o.id
        WHERE o.status = 'settled'
        """,
    ),
}
