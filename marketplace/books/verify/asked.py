"""What was asked of Stripe: each has its journal and its cause, and nothing is stuck."""

_BOOKED_ONCE = "('deal_paid', 'order_paid', 'stripe_fee', 'money_sent', 'refund_sent')"
# Three decimals end in 0, and two currencies without decimals are counted with two.
_ODD = """(currency IN ('bhd', 'jod', 'kwd', 'omr', 'tnd') AND amount_minor %% 10 <> 0
  OR currency IN ('isk', 'ugx') AND amount_minor %% 100 <> 0)"""
# Whatever else has an amount.
_PRICED = (
    *("deal", "offer", "milestone", "dispute", "order", "order_line", "return"),
    *("chargeback", "reversal", "payout"),
)


def _thing(noun: str, row: str) -> str:
    """What a row is called, and what it is about: a refund may be for a return of an order."""
    paid = f"SELECT purpose || ':' || subject_id FROM checkouts WHERE id = {row}.checkout_id"  # noqa: S608 our own names
    about = f"({paid})" if noun == "refund" else f"{row}.purpose || ':' || {row}.subject_id"
    return f"concat('{noun}:', {row}.id, '@', {about})"


def _asked(column: str, where: str = "true") -> str:
    """One column of everything asked of Stripe."""
    return " UNION ALL ".join(
        f"SELECT {column}, {_thing(noun, 'x')} AS thing FROM {noun}s x WHERE {where}"  # noqa: S608 our own names
        for noun in ("checkout", "transfer", "refund")
    )


# What was paid by a card whose bank disputes it waits for the bank.
_WAITING = _asked(
    "coalesce(asked_at, created_at) < %(now)s - interval '1 hour' AS wrong",
    "status = 'waiting' AND NOT EXISTS (SELECT 1 FROM chargebacks b WHERE b.status = 'open'"
    " AND b.checkout_id = (to_jsonb(x) ->> 'checkout_id')::uuid)",
)
_WAITING_BACK = (
    "SELECT coalesce(asked_at, created_at) < %(now)s - interval '1 hour',"
    " 'reversal:' || id FROM reversals WHERE status = 'waiting'"
)


def _journal_of(noun: str, verb: str, done: str) -> str:
    """Rows that are done and have no journal of their amount, or have one and aren't done."""
    return f"""
        SELECT CASE WHEN {done} THEN j.id IS NULL OR j.amount <> t.amount_minor
          ELSE j.id IS NOT NULL END AS wrong,
          {_thing(noun, "t")} AS thing
        FROM {noun}s t LEFT JOIN (SELECT j.id, j.cause, sum(e.amount) FILTER (WHERE e.amount > 0)
            AS amount FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
            WHERE j.cause LIKE '{noun}:%%:{verb}' GROUP BY j.id) j
          ON j.cause = '{noun}:' || t.id || ':{verb}'
        """  # noqa: S608 our own names


def _row_of(noun: str, verb: str) -> str:
    """Journals that name a row which isn't there."""
    return f"""
        SELECT t.id IS NULL AS wrong, 'journal:' || j.id AS thing
        FROM ledger.journal j LEFT JOIN {noun}s t ON j.cause = '{noun}:' || t.id || ':{verb}'
        WHERE j.cause LIKE '{noun}:%%:{verb}'
        """  # noqa: S608 our own names


CHECKS = {
    "Every payment has its journal": (
        "payments",
        _journal_of("checkout", "paid", "t.status = 'paid'"),
    ),
    "Every transfer has its journal, and none has two": (
        "transfers",
        _journal_of("transfer", "sent", "t.status = 'sent'"),
    ),
    "Every refund has its journal": (
        "refunds",
        _journal_of(
            "refund",
            "sent",
            "t.status = 'succeeded' OR (j.id IS NOT NULL AND t.status <> 'waiting')",
        ),
    ),
    "No payment was booked that was not asked for": ("payments", _row_of("checkout", "paid")),
    "No money was sent that was not asked for": ("transfers", _row_of("transfer", "sent")),
    "No refund was booked that was not asked for": ("refunds", _row_of("refund", "sent")),
    "No transfer is without a cause": (
        "transfers",
        """
        SELECT j.id IS NULL AS wrong,
          'transfer:' || t.id || '@' || t.purpose || ':' || t.subject_id AS thing
        FROM transfers t LEFT JOIN milestones m ON t.purpose = 'deal' AND t.part = m.number
            AND m.deal_id = t.subject_id
          LEFT JOIN ledger.journal j ON j.cause = CASE WHEN t.part > 0 THEN 'milestone:' || m.id
            ELSE t.purpose || ':' || t.subject_id END
          || CASE t.purpose WHEN 'deal' THEN ':shared' ELSE ':matured' END
        WHERE t.purpose IN ('deal', 'order')
        """,
    ),
    "No charge was sent on or given back beyond its amount": (
        "charges",
        """
        SELECT coalesce(t.s, 0) + coalesce(r.s, 0) > c.amount_minor + coalesce(o.s, 0) AS wrong,
          'checkout:' || c.id || '@' || c.purpose || ':' || c.subject_id AS thing
        FROM checkouts c LEFT JOIN (SELECT checkout_id, sum(amount_minor - reversed_minor) s
            FROM transfers WHERE status <> 'cancelled' GROUP BY 1) t ON t.checkout_id = c.id
          LEFT JOIN (SELECT checkout_id, sum(amount_minor) s FROM refunds
            WHERE status IN ('waiting', 'pending', 'succeeded') GROUP BY 1) r
          ON r.checkout_id = c.id
          -- Given back after it was sent, and not come back from the payee: they owe it.
          LEFT JOIN (SELECT j.about_id, sum(e.amount) s FROM ledger.journal j
            JOIN ledger.entry e ON e.journal_id = j.id
            JOIN ledger.account a ON a.id = e.account_id AND a.kind = 'A:owed'
            WHERE j.kind IN ('taken_back', 'transfer_reversed') GROUP BY 1) o
          ON o.about_id = c.subject_id WHERE c.status = 'paid'
        """,
    ),
    "What Stripe moved is booked once": (
        "objects",
        f"""
        SELECT count(*) > 1 AS wrong, 'journal:' || max(id) AS thing FROM ledger.journal
        WHERE stripe_id <> '' AND kind IN {_BOOKED_ONCE} GROUP BY kind, stripe_id
        """,  # noqa: S608 our own names
    ),
    "Every fee Stripe named is booked": (
        "payments",
        """
        SELECT c.fee_minor <> coalesce(e.s, 0) AS wrong,
          'checkout:' || c.id || '@' || c.purpose || ':' || c.subject_id AS thing
        FROM checkouts c LEFT JOIN (SELECT j.stripe_id, sum(e.amount) s FROM ledger.journal j
            JOIN ledger.entry e ON e.journal_id = j.id
            JOIN ledger.account a ON a.id = e.account_id AND a.kind = 'E:stripe_fees'
            WHERE j.kind IN ('deal_paid', 'order_paid', 'stripe_fee') GROUP BY 1) e
          ON e.stripe_id = c.charge_id WHERE c.status = 'paid' AND c.fee_minor IS NOT NULL
        """,
    ),
    "Approved money is on its way or waits for an account": (
        "payees",
        """
        SELECT b.balance <> coalesce(t.s, 0) AS wrong, 'person:' || b.owner AS thing
        FROM ledger.account b LEFT JOIN (SELECT payee_id, currency, sum(amount_minor) s
            FROM transfers WHERE status IN ('waiting', 'blocked') GROUP BY 1, 2) t
          ON t.payee_id = b.owner AND t.currency = b.currency WHERE b.kind = 'L:payable'
        """,
    ),
    "Every refund owed is on its way": (
        "refunds owed",
        """
        SELECT b.balance <> coalesce(r.s, 0) AS wrong, 'account:' || b.id AS thing
        FROM ledger.account b LEFT JOIN (SELECT r.checkout_id, sum(r.amount_minor) s FROM refunds r
            LEFT JOIN ledger.journal j ON j.cause = 'refund:' || r.id || ':sent'
            WHERE r.status = 'failed' OR (j.id IS NULL AND r.status IN ('waiting', 'pending'))
            GROUP BY 1) r ON r.checkout_id = b.owner
        WHERE b.kind = 'L:refund'
        """,
    ),
    "Money was only sent to accounts that are there": (
        "transfers",
        """
        SELECT p.stripe_id IS NULL AS wrong,
          'transfer:' || t.id || '@' || t.purpose || ':' || t.subject_id AS thing
        FROM transfers t LEFT JOIN payout_accounts p ON p.person_id = t.payee_id
        WHERE t.status = 'sent'
        """,
    ),
    "Amounts have the decimals their currency has": (
        "amounts",
        _asked(f"{_ODD} AS wrong"),
    ),
    "Everything is in the currency of the place": (
        "amounts",
        _asked("currency <> %(currency)s AS wrong")
        + "".join(
            f" UNION ALL SELECT currency <> %(currency)s, '{noun}:' || id FROM {noun}s"  # noqa: S608 our own names
            for noun in _PRICED
        ),
    ),
    "Every Stripe event is taken in": (
        "events",
        """
        SELECT status IN ('stored', 'failed') AND created_at < %(now)s - interval '15 minutes'
          AS wrong,
          'event:' || stripe_id AS thing FROM stripe_events
        """,
    ),
    "Nothing asked of Stripe is without an answer for long": (
        "waiting",
        f"{_WAITING} UNION ALL {_WAITING_BACK}",
    ),
    "No job that moves money has failed for good": (
        "jobs",
        """
        SELECT status IN ('failed', 'cancelled', 'aborted', 'aborting') AS wrong,
          'job:' || task_name || ' ' || id AS thing
        FROM procrastinate_jobs WHERE queue_name = 'money'
        """,
    ),
    "No job that moves money waits or runs for long": (
        "jobs",
        """
        SELECT coalesce(greatest(j.scheduled_at, e.at), clock_timestamp())
            < clock_timestamp() - interval '1 hour' AS wrong,
          'job:' || j.task_name || ' ' || j.id AS thing
        FROM procrastinate_jobs j LEFT JOIN (SELECT job_id, max(at) AS at
            FROM procrastinate_events GROUP BY 1) e ON e.job_id = j.id
        WHERE j.queue_name = 'money' AND j.status IN ('todo', 'doing')
        """,
    ),
    "Nothing is past its clock for long": (
        "clocks",
        """
        SELECT due_at < %(now)s - interval '1 day' AS wrong, thing FROM (
          SELECT due_at, 'deal:' || id AS thing FROM deals
            WHERE status IN ('offered', 'accepted', 'funded', 'delivered', 'revising')
              AND frozen_at IS NULL
          UNION ALL SELECT due_at, 'order:' || id FROM orders
            WHERE status IN ('created', 'paid', 'sent', 'delivered') AND frozen_at IS NULL
          UNION ALL SELECT due_at, 'return:' || id || '@order:' || order_id FROM returns
            WHERE status = 'asked') x WHERE due_at IS NOT NULL
        """,
    ),
}
