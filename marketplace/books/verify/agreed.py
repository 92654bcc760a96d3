"""What people agreed on and bought: prices, fees, shares and returns say one thing everywhere."""

CHECKS = {
    "Each deal's fee is the rate agreed of its price": (
        "deals",
        """
        SELECT abs(fee_minor * 10000 - price_minor * fee_bps) > 10000 AS wrong,
          'deal:' || id AS thing FROM deals
        """,
    ),
    "Accepted terms are those of the last offer": (
        "deals",
        """
        SELECT o.terms IS DISTINCT FROM d.terms OR o.price_minor <> d.price_minor
          OR (d.terms ->> 'price_minor')::bigint <> d.price_minor
          OR coalesce((d.terms ->> 'surcharge_minor')::bigint, 0) <> d.surcharge_minor
          OR (d.terms ->> 'fee_bps')::int <> d.fee_bps OR d.terms ->> 'currency' <> d.currency
          AS wrong, 'deal:' || d.id AS thing
        FROM deals d LEFT JOIN (SELECT DISTINCT ON (deal_id) deal_id, terms, price_minor
            FROM offers ORDER BY deal_id, number DESC) o ON o.deal_id = d.id
        WHERE d.accepted_at IS NOT NULL
        """,
    ),
    "Stripe's fee is taken off a creator's part only as agreed": (
        "deals",
        """
        SELECT d.stripe_fee_minor <> coalesce(-e.s, 0)
          OR d.terms ->> 'stripe_fee_by' IS DISTINCT FROM 'creator' AS wrong,
          'deal:' || d.id AS thing
        FROM deals d LEFT JOIN (SELECT j.about_id, sum(e.amount) s FROM ledger.journal j
            JOIN ledger.entry e ON e.journal_id = j.id
            JOIN ledger.account a ON a.id = e.account_id AND a.kind = 'E:stripe_fees'
            WHERE j.cause LIKE '%%:shared%%' GROUP BY 1) e ON e.about_id = d.id
        WHERE d.stripe_fee_minor <> 0
        """,
    ),
    "Each ruling is what was divided": (
        "rulings",
        """
        SELECT j.id IS NULL OR coalesce(j.back, 0) <> x.to_brand_minor AS wrong,
          'dispute:' || x.id || '@deal:' || x.deal_id AS thing
        FROM disputes x JOIN deals d ON d.id = x.deal_id
          -- What goes back of a surcharge is no part of what was ruled.
          LEFT JOIN (SELECT j.id, j.about_id, -sum(e.amount) FILTER
              (WHERE a.kind IN ('L:refund', 'L:surcharge', 'I:surcharge')) AS back
              FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
              JOIN ledger.account a ON a.id = e.account_id WHERE j.kind = 'deal_ruled'
              GROUP BY 1, 2) j ON j.about_id = x.deal_id
        WHERE x.status = 'ruled' AND d.status IN ('settling', 'settled')
        """,
    ),
    "Each order's lines add up to its total and its shares": (
        "orders",
        """
        SELECT o.total_minor <> coalesce(l.total, 0) OR abs(o.creator_minor - l.earned) > l.n
          AS wrong, 'order:' || o.id AS thing
        FROM orders o LEFT JOIN (SELECT order_id, count(*) n, sum(quantity * price_minor) total,
            sum(quantity * price_minor * commission_bps / 10000) earned FROM order_lines
            GROUP BY 1) l ON l.order_id = o.id
        """,
    ),
    "Each order's shares are the ones booked": (
        "orders",
        """
        SELECT coalesce(s.platform, 0) <> o.platform_minor
          OR coalesce(s.held, 0) <> o.brand_minor + o.creator_minor
          OR (b.person_id <> c.person_id AND coalesce(s.held, 0) - coalesce(x.s, 0)
            <> o.creator_minor) AS wrong, 'order:' || o.id AS thing
        FROM orders o JOIN brands b ON b.id = o.brand_id JOIN creators c ON c.id = o.creator_id
          JOIN (SELECT j.id, j.about_id,
              -sum(e.amount) FILTER (WHERE a.kind = 'L:held') AS held,
              -sum(e.amount) FILTER (WHERE a.kind = 'L:deferred_fee') AS platform
            FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
            JOIN ledger.account a ON a.id = e.account_id WHERE j.kind = 'sale_shared'
            GROUP BY 1, 2) s ON s.about_id = o.id
          LEFT JOIN (SELECT e.journal_id, a.owner, -sum(e.amount) s FROM ledger.entry e
            JOIN ledger.account a ON a.id = e.account_id AND a.kind = 'L:held'
            WHERE e.amount < 0 GROUP BY 1, 2) x
          ON x.journal_id = s.id AND x.owner = b.person_id
        """,
    ),
    "What came back of each line is in a return": (
        "order lines",
        """
        SELECT l.returned <> coalesce(r.n, 0) AS wrong, 'order:' || l.order_id AS thing
        FROM order_lines l LEFT JOIN (SELECT i ->> 'line_id' AS line, sum((i ->> 'quantity')::int) n
            FROM returns r, jsonb_array_elements(r.items) i WHERE r.status <> 'withdrawn'
            GROUP BY 1) r ON r.line = l.id::text
        """,
    ),
    "Each return is of what its lines cost, and booked once it came": (
        "returns",
        """
        SELECT CASE WHEN b.subject_id IS NULL THEN r.amount_minor IS DISTINCT FROM i.cost
            OR (r.status IN ('refunding', 'refunded')) <> (j.id IS NOT NULL)
          -- Of what the shopper's bank gave back, nothing is given a second time.
          ELSE i.cost IS NULL OR r.amount_minor > i.cost
            OR (r.status = 'refunding' AND j.id IS NULL)
            OR (r.status NOT IN ('refunding', 'refunded') AND j.id IS NOT NULL) END
          OR coalesce(j.back <> r.amount_minor, false) AS wrong,
          'return:' || r.id || '@order:' || r.order_id AS thing
        FROM returns r
          LEFT JOIN (SELECT r.id, sum(l.price_minor * (i ->> 'quantity')::int) cost FROM returns r,
            jsonb_array_elements(r.items) i JOIN order_lines l ON l.id::text = i ->> 'line_id'
            GROUP BY 1) i ON i.id = r.id
          LEFT JOIN (SELECT j.id, split_part(j.cause, ':', 4) AS made, -sum(e.amount) AS back
            FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
            JOIN ledger.account a ON a.id = e.account_id AND a.kind = 'L:refund'
            WHERE j.kind = 'return_taken' GROUP BY 1) j ON j.made = r.id::text
          LEFT JOIN (SELECT DISTINCT c.subject_id FROM chargebacks x
            JOIN checkouts c ON c.id = x.checkout_id WHERE x.status = 'lost') b
            ON b.subject_id = r.order_id
        """,
    ),
}
