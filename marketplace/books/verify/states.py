"""States: each is where its recorded steps lead, and nothing stands still for long."""

# What has a state, and the one it begins with; the last says which rows must have come by steps.
_FLOWS = (
    ("deals", "deal", "offered", "funded_at IS NOT NULL"),
    ("orders", "order", "created", "paid_at IS NOT NULL"),
    ("checkouts", "checkout", "waiting", "false"),
    ("transfers", "transfer", "waiting", "status <> 'waiting'"),
    ("refunds", "refund", "waiting", "status <> 'waiting'"),
    ("reversals", "reversal", "waiting", "status <> 'waiting'"),
    ("returns", "return", "asked", "status <> 'asked'"),
    ("disputes", "dispute", "open", "status <> 'open'"),
    ("chargebacks", "chargeback", "inquiry", "status <> 'inquiry'"),
    ("payouts", "payout", "pending", "status <> 'pending'"),
)
_WHERE = {
    "checkout": "'@' || x.purpose || ':' || x.subject_id",
    "transfer": "'@' || x.purpose || ':' || x.subject_id",
    "return": "'@order:' || x.order_id",
    "dispute": "'@deal:' || x.deal_id",
}


def _standing(table: str, noun: str, first: str, stepped: str) -> str:
    """Whoever goes from one state to the next comes to each as often as they leave it, but for
    the last: to that they come once more. So the order of steps needn't be known."""
    page = _WHERE.get(noun, "''")
    return f"""
        SELECT '{table}' AS kind, x.id, x.status, '{first}' AS first, {stepped} AS stepped,
          '{noun}:' || x.id || {page} AS thing FROM {table} x
    """  # noqa: S608 our own names


_ALL = " UNION ALL ".join(_standing(*one) for one in _FLOWS)

CHECKS = {
    "Every state is where its recorded steps lead": (
        "states",
        f"""
        SELECT CASE WHEN coalesce(e.steps, 0) = 0 THEN x.stepped
          ELSE e.net <> 1 AND NOT (e.net = 0 AND x.status = x.first) END AS wrong, x.thing
        FROM (SELECT x.thing, x.status, x.first, x.stepped,
            count(e.before) AS steps,
            count(*) FILTER (WHERE e.before IS NOT NULL AND e.after = x.status)
              - count(*) FILTER (WHERE e.before = x.status) AS net
          FROM ({_ALL}) x LEFT JOIN events e ON e.subject_type = x.kind AND e.subject_id = x.id
          GROUP BY 1, 2, 3, 4) x, LATERAL (SELECT x.steps, x.net) e
        """,  # noqa: S608 our own names
    ),
    "No clock is missing or stands far away": (
        "clocks",
        """
        SELECT due_at IS NULL OR due_at > %(now)s + interval '400 days' AS wrong, thing FROM (
          SELECT due_at, 'deal:' || id AS thing FROM deals WHERE frozen_at IS NULL AND status IN
            ('offered', 'accepted', 'funded', 'delivered', 'revising', 'disputed')
          UNION ALL SELECT due_at, 'order:' || id FROM orders WHERE frozen_at IS NULL AND status IN
            ('created', 'paid', 'sent', 'delivered')
          UNION ALL SELECT due_at, 'return:' || id || '@order:' || order_id FROM returns
            WHERE status = 'asked') x
        """,
    ),
    "What is frozen is disputed at a bank, and nothing else": (
        "deals and orders",
        """
        SELECT (x.frozen_at IS NOT NULL) <> (b.open IS NOT NULL) AS wrong, x.thing FROM (
          SELECT id, 'deal' AS purpose, frozen_at, 'deal:' || id AS thing FROM deals
          UNION ALL SELECT id, 'order', frozen_at, 'order:' || id FROM orders) x
          LEFT JOIN (SELECT c.purpose, c.subject_id, count(*) AS open FROM chargebacks b
            JOIN checkouts c ON c.id = b.checkout_id WHERE b.status = 'open' GROUP BY 1, 2) b
          ON b.purpose = x.purpose AND b.subject_id = x.id
        """,
    ),
    "No money is held beyond its limit": (
        "deals",
        """
        SELECT hold_until IS NULL OR hold_until < %(now)s - interval '1 day'
          OR hold_until > funded_at + interval '1 day' * (%(held_days)s + 1)
          AS wrong, 'deal:' || id AS thing
        FROM deals WHERE frozen_at IS NULL AND funded_at IS NOT NULL
          AND status IN ('funded', 'delivered', 'revising', 'approved')
        """,
    ),
    "Each disputed deal has its open dispute": (
        "disputes",
        """
        SELECT x.id IS NULL AS wrong, 'deal:' || d.id AS thing
        FROM deals d LEFT JOIN disputes x ON x.deal_id = d.id AND x.status <> 'ruled'
        WHERE d.status = 'disputed'
        """,
    ),
    "No payment page is open long past its end": (
        "payment pages",
        """
        SELECT CASE status WHEN 'open' THEN expires_at < %(now)s - interval '1 day'
            ELSE created_at < %(now)s - interval '30 days' END AS wrong,
          'checkout:' || id || '@' || purpose || ':' || subject_id AS thing
        FROM checkouts WHERE status IN ('open', 'processing')
        """,
    ),
    "Lost events are looked for": (
        "accounts",
        """
        SELECT max(swept_at) < clock_timestamp() - interval '1 day' AS wrong, 'event:sweep' AS thing
        FROM event_sweeps HAVING count(*) > 0
        """,
    ),
}
