"""Deals: what was paid for each is sent on, given back, kept as fee, or held."""

# What is left of a deal's or order's money once what was asked of Stripe is taken from it: every
# entry about it but those on the way to a payee or payer, and the plain movements at Stripe.
REST = """
    SELECT j.about_id, -sum(e.amount) AS rest
    FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
      JOIN ledger.account a ON a.id = e.account_id
    WHERE j.about_type = '{kind}' AND a.kind NOT IN ('L:payable', 'L:refund')
      AND NOT (a.kind IN ('A:stripe', 'A:uncleared', 'E:stripe_fees') AND j.kind IN
        ('{kind}_paid', 'stripe_fee', 'money_sent', 'refund_sent', 'refund_failed'))
    GROUP BY 1
"""
DIVIDED = """
    SELECT c.paid <> coalesce(t.sent, 0) + coalesce(r.back, 0) + coalesce(l.rest, 0) AS wrong,
      '{kind}:' || c.subject_id AS thing
    FROM (SELECT subject_id, sum(amount_minor) paid FROM checkouts
        WHERE purpose = '{kind}' AND status = 'paid' GROUP BY 1) c
      LEFT JOIN (SELECT c.subject_id, sum(x.amount_minor) sent FROM transfers x
        JOIN checkouts c ON c.id = x.checkout_id
        WHERE c.purpose = '{kind}' AND x.status <> 'cancelled' GROUP BY 1) t
        ON t.subject_id = c.subject_id
      LEFT JOIN (SELECT c.subject_id, sum(x.amount_minor) back FROM refunds x
        JOIN checkouts c ON c.id = x.checkout_id WHERE c.purpose = '{kind}'
          AND x.status NOT IN ('replaced', 'by_hand', 'cancelled') GROUP BY 1) r
        ON r.subject_id = c.subject_id
      LEFT JOIN ({rest}) l ON l.about_id = c.subject_id
"""


def divided(kind: str) -> str:
    """Each thing's payment is what was sent, given back, kept, and still held for it."""
    return DIVIDED.format(kind=kind, rest=REST.format(kind=kind))


CHECKS = {
    "Each hold belongs to one deal that holds": (
        "deals",
        """
        SELECT (coalesce(a.balance, 0) > 0) <> (d.status IN
          ('funded', 'delivered', 'revising', 'disputed')) AS wrong, 'deal:' || d.id AS thing
        FROM deals d LEFT JOIN ledger.account a ON a.kind = 'L:escrow' AND a.owner = d.id
          AND a.currency = d.currency WHERE d.funded_at IS NOT NULL
        """,
    ),
    "No hold is without a deal": (
        "holds",
        """
        SELECT d.funded_at IS NULL AND a.balance > 0 AS wrong, 'account:' || a.id AS thing
        FROM ledger.account a LEFT JOIN deals d ON d.id = a.owner WHERE a.kind = 'L:escrow'
        """,
    ),
    "Each deal's payment is sent on, given back, kept as fee, or held": (
        "deals",
        divided("deal"),
    ),
    "Each paid deal was paid its price, and its surcharge": (
        "deals",
        """
        SELECT coalesce(e.price, 0) <> d.price_minor
          OR coalesce(e.surcharge, 0) <> d.surcharge_minor AS wrong, 'deal:' || d.id AS thing
        FROM deals d LEFT JOIN (SELECT a.owner,
              -sum(e.amount) FILTER (WHERE a.kind = 'L:escrow') AS price,
              -sum(e.amount) FILTER (WHERE a.kind = 'L:surcharge') AS surcharge
            FROM ledger.entry e
            JOIN ledger.account a ON a.id = e.account_id AND a.kind IN ('L:escrow', 'L:surcharge')
            JOIN ledger.journal j ON j.id = e.journal_id AND j.kind = 'deal_paid' GROUP BY 1) e
          ON e.owner = d.id WHERE d.funded_at IS NOT NULL
        """,
    ),
    "A surcharge is held until a deal's money is divided, and kept where work was paid for": (
        "surcharges",
        """
        SELECT a.balance > 0 AND (d.status NOT IN ('funded', 'delivered', 'revising', 'disputed')
            OR d.passed_minor > 0)
          OR coalesce(k.n, 0) > coalesce(k.paid, 0) AS wrong, 'deal:' || a.owner AS thing
        FROM ledger.account a LEFT JOIN deals d ON d.id = a.owner
          LEFT JOIN (SELECT j.about_id, count(*) FILTER (WHERE k.kind = 'I:surcharge') n,
              count(*) FILTER (WHERE k.kind = 'I:surcharge' AND EXISTS (SELECT FROM ledger.entry x
                JOIN ledger.account b ON b.id = x.account_id WHERE x.journal_id = j.id
                  AND b.kind IN ('L:payable', 'I:platform_fee', 'E:stripe_fees'))) paid
            FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
              JOIN ledger.account k ON k.id = e.account_id GROUP BY 1) k ON k.about_id = a.owner
        WHERE a.kind = 'L:surcharge'
        """,
    ),
    "Our fee on approved work is the one agreed": (
        "deals",
        """
        SELECT coalesce(-sum(e.amount), 0) <> d.fee_minor AS wrong, 'deal:' || d.id AS thing
        FROM ledger.journal j JOIN deals d ON d.id = j.about_id
          LEFT JOIN (ledger.entry e JOIN ledger.account a ON a.id = e.account_id
            AND a.kind = 'I:platform_fee') ON e.journal_id = j.id
        WHERE j.kind = 'deal_approved' GROUP BY d.id
        """,
    ),
    "Each deal's milestones make its price, and those gone by what was paid of it": (
        "deals in milestones",
        """
        SELECT m.amount <> d.price_minor OR m.fee <> d.fee_minor OR NOT m.rise
          OR m.last <> d.deliver_by OR d.passed_minor <> coalesce(m.gone, 0) AND
            NOT (m.gone = d.price_minor AND d.passed_minor = m.gone - m.last_amount)
          AS wrong, 'deal:' || d.id AS thing
        FROM deals d JOIN (SELECT deal_id, sum(amount_minor) amount, sum(fee_minor) fee,
            max(deliver_by) AS last, array_agg(deliver_by ORDER BY number) =
              array_agg(deliver_by ORDER BY deliver_by) AS rise,
            sum(amount_minor) FILTER (WHERE approved_at IS NOT NULL) gone,
            (array_agg(amount_minor ORDER BY number DESC))[1] last_amount
          FROM milestones GROUP BY 1) m ON m.deal_id = d.id
        """,
    ),
    "Each milestone approved is divided as agreed, and no other is": (
        "milestones",
        """
        SELECT CASE WHEN m.approved_at IS NULL THEN j.id IS NOT NULL
          ELSE coalesce(j.escrow, 0) <> m.amount_minor OR coalesce(j.fee, 0) <> m.fee_minor
            OR coalesce(j.stripe, 0) <> m.stripe_fee_minor END AS wrong,
          'deal:' || m.deal_id AS thing
        FROM milestones m LEFT JOIN (SELECT j.id, j.cause,
            sum(e.amount) FILTER (WHERE a.kind = 'L:escrow' AND a.owner = j.about_id) escrow,
            -sum(e.amount) FILTER (WHERE a.kind = 'I:platform_fee') fee,
            -sum(e.amount) FILTER (WHERE a.kind = 'E:stripe_fees') stripe
          FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
            JOIN ledger.account a ON a.id = e.account_id
          WHERE j.kind = 'milestone_approved' GROUP BY j.id) j
          ON j.cause = 'milestone:' || m.id || ':shared'
        """,
    ),
    "Each milestone paid has its own transfer": (
        "milestones",
        """
        SELECT (t.id IS NULL) <> (m.approved_at IS NULL OR m.amount_minor = m.fee_minor +
          m.stripe_fee_minor) AS wrong, 'deal:' || m.deal_id AS thing
        FROM milestones m LEFT JOIN transfers t ON t.purpose = 'deal' AND t.part = m.number
          AND t.subject_id = m.deal_id
        """,
    ),
    "No milestone is held any more once it is approved": (
        "deals in milestones",
        """
        SELECT a.balance > d.price_minor - d.passed_minor AS wrong, 'deal:' || d.id AS thing
        FROM deals d JOIN ledger.account a ON a.kind = 'L:escrow' AND a.owner = d.id
        WHERE d.passed_minor > 0
        """,
    ),
    "What an ended deal owed has left": (
        "deals",
        """
        SELECT coalesce(t.open, 0) > 0 OR coalesce(r.open, 0) > 0
          OR (d.status = 'released' AND t.n IS NULL)
          OR (d.status = 'refunded' AND r.n IS NULL AND b.n IS NULL)
          AS wrong, 'deal:' || d.id AS thing
        FROM deals d
          LEFT JOIN (SELECT subject_id, count(*) n,
              count(*) FILTER (WHERE status IN ('waiting', 'blocked')) open
            FROM transfers WHERE purpose = 'deal' GROUP BY 1) t ON t.subject_id = d.id
          -- A refund given after the end is on its way for some minutes.
          LEFT JOIN (SELECT subject_id, count(*) n, count(*) FILTER (WHERE status = 'waiting'
              AND created_at < %(now)s - interval '15 minutes') open
            FROM refunds WHERE purpose = 'deal' GROUP BY 1) r ON r.subject_id = d.id
          LEFT JOIN (SELECT c.subject_id, count(*) n FROM chargebacks x
            JOIN checkouts c ON c.id = x.checkout_id GROUP BY 1) b ON b.subject_id = d.id
        WHERE d.status IN ('released', 'refunded', 'settled')
        """,
    ),
    "Deals that were decided have their money divided": (
        "deals",
        """
        SELECT j.id IS NULL AND b.id IS NULL AS wrong, 'deal:' || d.id AS thing
        FROM deals d LEFT JOIN ledger.journal j ON j.about_type = 'deal' AND j.about_id = d.id
            -- Where the last milestone was approved, nothing was left to divide as one.
            AND j.cause = coalesce((SELECT CASE WHEN m.approved_at IS NOT NULL
                OR d.status IN ('approved', 'released') THEN 'milestone:' || m.id END
              FROM milestones m WHERE m.deal_id = d.id
              ORDER BY m.number DESC LIMIT 1), 'deal:' || d.id) || ':shared'
          LEFT JOIN (SELECT c.subject_id id, count(*) FROM chargebacks x
            JOIN checkouts c ON c.id = x.checkout_id GROUP BY 1) b ON b.id = d.id
        WHERE d.status IN ('approved', 'released', 'settling', 'settled', 'refunding', 'refunded')
        """,
    ),
}
