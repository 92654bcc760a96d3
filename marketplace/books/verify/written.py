"""When and by whom rows were written: what was touched later shows, even if it still adds up."""

CHECKS = {
    # Both are written in one statement, and PostgreSQL marks every row with its last writer. A
    # dump that was read back has one writer for all journals of then, and one for all entries.
    "Nothing in the ledger was touched after it was written": (
        "entries",
        """
        WITH first AS (SELECT j.xmin AS journals, e.xmin AS entries,
            -- Whoever touches the first alone leaves others that are older.
            j.xid::xid NOT IN (j.xmin, e.xmin)
              AND age(j.xmin) = (SELECT max(age(xmin)) FROM ledger.journal) AS is_read_back
          FROM ledger.journal j JOIN ledger.entry e ON e.journal_id = j.id
          ORDER BY j.id LIMIT 1)
        SELECT j.xmin <> e.xmin AND NOT (f.is_read_back AND j.xmin = f.journals
            AND e.xmin = f.entries) AS wrong, 'journal:' || j.id AS thing
        FROM ledger.entry e JOIN ledger.journal j ON j.id = e.journal_id CROSS JOIN first f
        """,
    ),
    # By the database's own clock, which nothing in a demo moves.
    "Journals were written in the order of their numbers": (
        "journals",
        """
        SELECT created_at < before - interval '1 hour' OR created_at > after + interval '1 hour'
          OR created_at > clock_timestamp() + interval '1 hour' AS wrong, 'journal:' || id AS thing
        FROM (SELECT id, created_at, lag(created_at) OVER w AS before, lead(created_at) OVER w
          AS after FROM ledger.journal WINDOW w AS (ORDER BY id)) x
        """,
    ),
    "Stripe's events are what their bodies say": (
        "events",
        """
        SELECT (stripe_id, type, object_id, account) IS DISTINCT FROM (payload ->> 'id',
            payload ->> 'type', coalesce(payload #>> '{data,object,id}', ''),
            coalesce(payload ->> 'account', ''))
          OR once_key <> concat(account, ':', type, ':', object_id) AS wrong,
          'event:' || stripe_id AS thing
        FROM stripe_events WHERE payload IS NOT NULL
        """,
    ),
}
