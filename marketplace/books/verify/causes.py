"""Journals and the rows they came from: each names its own, and moves only what is theirs."""

# What each kind of journal is caused by; the third part of a bank's is a line of Stripe's books.
_CAUSES = """
    SELECT j.*, split_part(j.cause, ':', 1) AS noun, split_part(j.cause, ':', 2) AS ref
    FROM ledger.journal j
"""
_FORMS = {
    "deal_paid": "checkout:%:paid",
    "order_paid": "checkout:%:paid",
    "stripe_fee": "checkout:%:fee",
    "deal_approved": "%:shared%",
    "deal_ruled": "%:shared%",
    "deal_given_back": "%:shared%",
    "sale_shared": "order:%:accrued",
    "order_stray_payment": "order:%:given_back",
    "return_taken": "order:%:returned:%",
    "sale_matured": "order:%:matured",
    "money_sent": "transfer:%:sent",
    "debt_netted": "transfer:%:netted:%",
    "money_unclaimed": "transfer:%:unclaimed",
    "refund_sent": "refund:%:sent",
    "refund_failed": "refund:%:failed",
    "refund_by_hand": "refund:%:by_hand",
    "taken_back": "refund:%:taken_back",
    "transfer_reversed": "reversal:%:done",
    "bank_took": "chargeback:%",
    "bank_returned": "chargeback:%",
    "chargeback_lost": "chargeback:%:lost",
    "payout_left": "payout:%:left",
    "payout_paid": "payout:%:paid",
    "payout_returned": "payout:%:returned",
    "debt_written_off": "debt:%:written_off",
}
_FORM_ROWS = ", ".join(f"('{kind}', '{form}')" for kind, form in _FORMS.items()).replace("%", "%%")
# Every row that may cause a journal: what it is about, where it says it comes from, its Stripe id.
_ROWS = """
    SELECT 'checkout' AS noun, id::text AS ref, purpose || ':' || subject_id AS about,
      'checkout:' || coalesce(session_id, '') AS source, charge_id AS stripe FROM checkouts
    UNION ALL SELECT 'transfer', id::text, purpose || ':' || subject_id, 'transfer:' || id,
      stripe_id FROM transfers
    UNION ALL SELECT 'refund', r.id::text, c.purpose || ':' || c.subject_id, 'refund:' || r.id,
      r.stripe_id FROM refunds r JOIN checkouts c ON c.id = r.checkout_id
    UNION ALL SELECT 'reversal', r.id::text, t.purpose || ':' || t.subject_id, 'reversal:' || r.id,
      r.stripe_id FROM reversals r JOIN transfers t ON t.id = r.transfer_id
    UNION ALL SELECT 'chargeback', b.stripe_id, c.purpose || ':' || c.subject_id,
      'chargeback:' || b.id, NULL FROM chargebacks b JOIN checkouts c ON c.id = b.checkout_id
    UNION ALL SELECT 'payout', stripe_id, 'payout:' || id, 'payout:' || id, stripe_id FROM payouts
    UNION ALL SELECT 'deal', id::text, 'deal:' || id, NULL, NULL FROM deals
    UNION ALL SELECT 'milestone', id::text, 'deal:' || deal_id, NULL, NULL FROM milestones
    UNION ALL SELECT 'order', id::text, 'order:' || id, NULL, NULL FROM orders
    UNION ALL SELECT 'debt', id::text, 'person:' || subject_id, 'event:' || id, NULL FROM events
      WHERE subject_type = 'people'
"""
# So far apart may a row's own moment and its journal's be: they are written together.
_TOGETHER = "interval '1 hour'"
_FUNDED = """(SELECT d.funded_at, c.id AS checkout FROM deals d JOIN checkouts c
    ON c.purpose = 'deal' AND c.subject_id = d.id AND c.status = 'paid')"""


def _moment(table: str, column: str, kind: str, key: str) -> str:
    """Rows with a moment, and the journal that was written at it."""
    return f"""
        SELECT abs(extract(epoch FROM t.{column} - j.effective_at))
            > extract(epoch FROM {_TOGETHER}) AS wrong, 'journal:' || j.id AS thing
        FROM {table} t JOIN ledger.journal j ON j.kind = '{kind}' AND j.cause = {key}
        WHERE t.{column} IS NOT NULL
    """  # noqa: S608 our own names


CHECKS = {
    "Every journal has the row that caused it": (
        "journals",
        f"""
        SELECT r.ref IS NULL
          OR r.about <> j.about_type || ':' || j.about_id OR r.source <> j.source
          OR (j.noun <> 'chargeback' AND j.stripe_id NOT IN ('', coalesce(r.stripe, '')))
          OR NOT j.cause LIKE f.form AS wrong, 'journal:' || j.id AS thing
        FROM ({_CAUSES}) j LEFT JOIN ({_ROWS}) r ON r.noun = j.noun AND r.ref = j.ref
          LEFT JOIN (VALUES {_FORM_ROWS}) f(kind, form) ON f.kind = j.kind
        """,  # noqa: S608 our own names
    ),
    "Every journal moves only what is of those it is about": (
        "entries",
        """
        SELECT NOT coalesce(CASE
            WHEN j.about_type NOT IN ('deal', 'order', 'person') THEN j.about_type <> 'payout'
            WHEN j.about_type = 'person' THEN a.owner = j.about_id
            WHEN a.kind = 'L:refund' THEN c.purpose = j.about_type AND c.subject_id = j.about_id
            WHEN a.kind IN ('L:escrow', 'L:surcharge', 'L:order') THEN a.owner = j.about_id
            ELSE a.owner IN (dc.person_id, ob.person_id, oc.person_id) END, false) AS wrong,
          'journal:' || j.id AS thing
        FROM ledger.entry e JOIN ledger.journal j ON j.id = e.journal_id
          JOIN ledger.account a ON a.id = e.account_id AND a.owner IS NOT NULL
          LEFT JOIN checkouts c ON a.kind = 'L:refund' AND c.id = a.owner
          LEFT JOIN deals d ON j.about_type = 'deal' AND d.id = j.about_id
          LEFT JOIN creators dc ON dc.id = d.creator_id
          LEFT JOIN orders o ON j.about_type = 'order' AND o.id = j.about_id
          LEFT JOIN creators oc ON oc.id = o.creator_id LEFT JOIN brands ob ON ob.id = o.brand_id
        """,
    ),
    "Every journal bears the day of what it books": (
        "journals",
        " UNION ALL ".join(
            _moment(*one)
            for one in (
                ("deals", "approved_at", "deal_approved", "'deal:' || t.id || ':shared'"),
                ("orders", "paid_at", "sale_shared", "'order:' || t.id || ':accrued'"),
                ("orders", "matured_at", "sale_matured", "'order:' || t.id || ':matured'"),
                ("transfers", "sent_at", "money_sent", "'transfer:' || t.id || ':sent'"),
                (_FUNDED, "funded_at", "deal_paid", "'checkout:' || t.checkout || ':paid'"),
            )
        ),
    ),
    "No journal is dated after today": (
        "journals",
        """
        SELECT effective_at > greatest(%(now)s, created_at) + interval '1 day' AS wrong,
          'journal:' || id AS thing FROM ledger.journal
        """,
    ),
}
