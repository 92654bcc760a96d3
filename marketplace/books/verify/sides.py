"""Whose each deal and order is: those who made and accepted it, and whose goods were sold."""

CHECKS = {
    "Each deal is between who offered and who accepted it": (
        "deals",
        """
        SELECT o.strange OR coalesce(e.strange, false)
          -- Whoever made the last offer can't accept it; who accepted is in the deal's events.
          OR (d.accepted_at IS NOT NULL AND e.is_made
            AND (e.accepted_by IS NULL OR e.accepted_by = o.last))
          OR k.brand_id <> d.brand_id OR a.creator_id <> d.creator_id
          OR a.campaign_id <> d.campaign_id AS wrong, 'deal:' || d.id AS thing
        FROM deals d LEFT JOIN campaigns k ON k.id = d.campaign_id
          LEFT JOIN applications a ON a.id = d.application_id
          LEFT JOIN (SELECT o.deal_id,
              bool_or(o.person_id NOT IN (b.person_id, c.person_id)) AS strange,
              (array_agg(o.person_id ORDER BY o.number DESC))[1] AS last
            FROM offers o JOIN deals d ON d.id = o.deal_id JOIN brands b ON b.id = d.brand_id
              JOIN creators c ON c.id = d.creator_id GROUP BY 1) o ON o.deal_id = d.id
          LEFT JOIN (SELECT e.subject_id, bool_or(e.verb = 'offer') AS is_made,
              bool_or(e.actor_id NOT IN (b.person_id, c.person_id)
                OR e.verb IN ('offer', 'ask_change') AND e.actor_id <> b.person_id
                OR e.verb = 'deliver' AND e.actor_id <> c.person_id) AS strange,
              max(e.actor_id::text) FILTER (WHERE e.verb = 'accept')::uuid AS accepted_by
            FROM events e JOIN deals d ON d.id = e.subject_id JOIN brands b ON b.id = d.brand_id
              JOIN creators c ON c.id = d.creator_id
            WHERE e.subject_type = 'deals' AND e.verb IN ('offer', 'counter', 'accept', 'decline',
              'withdraw', 'deliver', 'ask_change') GROUP BY 1) e ON e.subject_id = d.id
        """,
    ),
    "Every payment funded its deal or order, or went straight back": (
        "payments",
        """
        SELECT coalesce(d.funded_at, o.paid_at) IS NULL AND s.about_id IS NULL AS wrong,
          j.about_type || ':' || j.about_id AS thing
        FROM ledger.journal j
          LEFT JOIN deals d ON j.about_type = 'deal' AND d.id = j.about_id
          LEFT JOIN orders o ON j.about_type = 'order' AND o.id = j.about_id
          LEFT JOIN (SELECT DISTINCT about_id FROM ledger.journal
            WHERE kind IN ('deal_stray_payment', 'order_stray_payment')) s
          ON s.about_id = j.about_id
        WHERE j.kind IN ('deal_paid', 'order_paid')
        """,
    ),
    "Each order is of its brand's goods": (
        "order lines",
        """
        SELECT p.brand_id <> o.brand_id AS wrong, 'order:' || o.id AS thing
        FROM order_lines l JOIN orders o ON o.id = l.order_id
          JOIN variants v ON v.id = l.variant_id JOIN products p ON p.id = v.product_id
        """,
    ),
}
