"""What a hand could do to the books, and the check that must find it."""

from models.currency import THREE_DECIMAL

_PAID = "SELECT id FROM ledger.journal WHERE kind = 'deal_paid' ORDER BY id LIMIT 1"
_ENTRY = f"UPDATE ledger.entry SET {{}} WHERE journal_id = ({_PAID})"
_ESCROW = "SELECT id FROM ledger.account WHERE kind = 'L:escrow' AND balance > 0 LIMIT 1"
_NEW_JOURNAL = (
    "INSERT INTO ledger.journal (cause, kind, payload_hash, source, about_type, about_id,"
    " stripe_id, effective_at) VALUES ('{cause}', '{kind}', '\\x00', 'x', 'deal',"
    " gen_random_uuid(), '{stripe}', now())"
)


def entry_of(journal: str, account: str, amount: str) -> str:
    """One more entry, without its account knowing."""
    return (
        "INSERT INTO ledger.entry (journal_id, account_id, amount, currency)"
        f" SELECT (SELECT max(id) FROM ledger.journal WHERE {journal}), id, {amount}, currency"
        f" FROM ledger.account WHERE kind = '{account}' LIMIT 1"
    )


# check → what spoils it
PLANTS: dict[str, tuple[str, ...]] = {
    "Every journal adds up to zero": (
        _ENTRY.format("amount = amount + 1") + " AND amount > 40000",
    ),
    "Every journal has both sides": (_NEW_JOURNAL.format(cause="x", kind="x", stripe=""),),
    "All accounts together come to zero": (
        f"UPDATE ledger.account SET balance = balance + 1 WHERE id = ({_ESCROW})",
    ),
    "No account is below zero": (
        "ALTER TABLE ledger.account DROP CONSTRAINT no_overdraft",
        f"UPDATE ledger.account SET balance = -1 WHERE id = ({_ESCROW})",
    ),
    "Bounded accounts keep a balance, and no others do": (
        "ALTER TABLE ledger.account DROP CONSTRAINT owned_is_bounded",
        f"UPDATE ledger.account SET balance = NULL WHERE id = ({_ESCROW})",
    ),
    "Every kept balance equals its entries": (
        f"UPDATE ledger.account SET balance = balance - 1 WHERE id = ({_ESCROW})",
    ),
    "Every chain of balances is without gaps": (
        (
            "UPDATE ledger.entry SET account_version = 77 WHERE account_version = 1"
            f" AND account_id = ({_ESCROW})"
        ),
    ),
    "Every balance follows from the one before": (
        f"UPDATE ledger.entry SET balance_after = 7 WHERE account_id = ({_ESCROW})",
    ),
    "Entries have their account's currency": (_ENTRY.format("currency = 'usd'"),),
    "Every entry has its journal and its account": (
        f"DELETE FROM ledger.journal WHERE id = ({_PAID})",
    ),
    "Every journal is as it was written": (
        (
            "UPDATE ledger.entry SET amount = amount * 2 WHERE journal_id ="
            " (SELECT id FROM ledger.journal WHERE kind = 'money_sent' LIMIT 1)"
        ),
    ),
    "Every cause is written once": (
        "ALTER TABLE ledger.journal DROP CONSTRAINT journal_cause_key",
        (
            "UPDATE ledger.journal SET cause = (SELECT cause FROM ledger.journal"
            f" WHERE id = ({_PAID})) WHERE kind = 'sale_matured'"
        ),
    ),
    "Every journal is about something that exists": (
        f"UPDATE ledger.journal SET about_id = gen_random_uuid() WHERE id = ({_PAID})",
    ),
    "Every account belongs to somebody who exists": (
        "UPDATE ledger.account SET owner = gen_random_uuid() WHERE kind = 'L:payable'",
    ),
    "Every journal has the currency of what it is about": ("UPDATE deals SET currency = 'usd'",),
    "Each hold belongs to one deal that holds": (
        "UPDATE deals SET status = 'delivered', due_at = now() WHERE status = 'refunded'",
    ),
    "No hold is without a deal": (
        f"DELETE FROM deals WHERE id IN (SELECT owner FROM ledger.account WHERE id = ({_ESCROW}))",
    ),
    "Each deal's payment is sent on, given back, kept as fee, or held": (
        "UPDATE transfers SET amount_minor = amount_minor - 1 WHERE purpose = 'deal'",
    ),
    "Each paid deal was paid its price, and its surcharge": (
        "UPDATE deals SET price_minor = price_minor + 1",
    ),
    "A surcharge is held until a deal's money is divided, and kept where work was paid for": (
        "UPDATE deals SET status = 'refunding' WHERE status = 'funded' AND surcharge_minor > 0",
    ),
    "Our fee on approved work is the one agreed": (
        "UPDATE deals SET fee_minor = fee_minor + 1 WHERE status = 'released'",
    ),
    "Each deal's milestones make its price, and those gone by what was paid of it": (
        "UPDATE milestones SET amount_minor = amount_minor + 1 WHERE number = 2",
    ),
    "Each milestone approved is divided as agreed, and no other is": (
        "UPDATE milestones SET approved_at = now() WHERE number = 2",
    ),
    "Each milestone paid has its own transfer": ("DELETE FROM transfers WHERE part > 0",),
    "No milestone is held any more once it is approved": (
        "UPDATE deals SET passed_minor = passed_minor + 1 WHERE passed_minor > 0",
    ),
    "What an ended deal owed has left": (
        "UPDATE transfers SET status = 'blocked', stripe_id = NULL WHERE purpose = 'deal'",
    ),
    "Deals that were decided have their money divided": (
        "UPDATE deals SET status = 'approved' WHERE status = 'funded'",
    ),
    "Accepted terms are unchanged": (
        "UPDATE deals SET terms = jsonb_set(terms, '{revisions}', '9')",
    ),
    "Each order's payment is shared, given back, kept as fee, or waits": (
        "DELETE FROM transfers WHERE purpose = 'order'",
    ),
    "Each paid order was paid its total": (
        "UPDATE orders SET total_minor = total_minor + 1, brand_minor = brand_minor + 1",
    ),
    "What a brand gave back alone was taken from it, by its own word": (
        "UPDATE orders SET refunded_minor = refunded_minor + 1, brand_back_minor = 1",
    ),
    "No order's money is left undivided": (
        "UPDATE ledger.account SET balance = 5 WHERE kind = 'L:order'",
    ),
    "Orders under way hold their shares": (
        "UPDATE orders SET status = 'matured' WHERE status = 'delivered'",
    ),
    "What came back of an order was asked back for the shopper": (
        "UPDATE orders SET refunded_minor = refunded_minor - 1 WHERE refunded_minor > 0",
    ),
    "A settled order's shares have left": (
        "UPDATE transfers SET status = 'waiting', stripe_id = NULL WHERE purpose = 'order'",
    ),
    "Every payment has its journal": (
        f"UPDATE ledger.journal SET cause = 'lost ' || id WHERE id = ({_PAID})",
    ),
    "Every transfer has its journal, and none has two": (
        "UPDATE ledger.journal SET cause = 'lost ' || id WHERE kind = 'money_sent'",
    ),
    "Every refund has its journal": (
        "UPDATE ledger.journal SET cause = 'lost ' || id WHERE kind = 'refund_sent'",
    ),
    "No payment was booked that was not asked for": ("DELETE FROM checkouts",),
    "No money was sent that was not asked for": ("DELETE FROM transfers",),
    "No refund was booked that was not asked for": ("DELETE FROM refunds",),
    "No transfer is without a cause": (
        "UPDATE ledger.journal SET cause = 'lost ' || id WHERE kind LIKE '%\\_approved'",
    ),
    "No charge was sent on or given back beyond its amount": (
        "UPDATE transfers SET amount_minor = 999999",
    ),
    "What Stripe moved is booked once": (
        "UPDATE ledger.journal SET stripe_id = 'tr_1' WHERE kind = 'money_sent'",
    ),
    "Every fee Stripe named is booked": ("UPDATE checkouts SET fee_minor = fee_minor + 1",),
    "Approved money is on its way or waits for an account": (
        "UPDATE ledger.account SET balance = 5 WHERE kind = 'L:payable'",
    ),
    "Every refund owed is on its way": (
        "UPDATE ledger.account SET balance = 5 WHERE kind = 'L:refund'",
    ),
    "Money was only sent to accounts that are there": ("DELETE FROM payout_accounts",),
    "Amounts have the decimals their currency has": (
        f"UPDATE checkouts SET currency = '{min(THREE_DECIMAL)}', amount_minor = 1001",
    ),
    "Everything is in the currency of the place": ("UPDATE refunds SET currency = 'usd'",),
    "Every Stripe event is taken in": (
        (
            "INSERT INTO stripe_events (id, stripe_id, type, object_id, account, status, payload,"
            " found, attempts, led_to, problem, created_at) VALUES (gen_random_uuid(), 'evt_old',"
            " 'x', 'x', '', 'stored', '{}', 'webhook', 0, '[]', '', now() - interval '1 hour')"
        ),
    ),
    "Nothing asked of Stripe is without an answer for long": (
        "UPDATE refunds SET status = 'waiting', asked_at = now() - interval '2 hours'",
    ),
    "No job that moves money has failed for good": (
        (
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args)"
            " VALUES ('money', 'send_transfer', 'failed', '{}')"
        ),
    ),
    "Nothing is past its clock for long": (
        "UPDATE orders SET due_at = now() - interval '2 days' WHERE status = 'delivered'",
    ),
    "Our books equal Stripe's balance": (
        _NEW_JOURNAL.format(cause="forged", kind="x", stripe=""),
        entry_of("cause = 'forged'", "A:stripe", "1"),
        entry_of("cause = 'forged'", "I:platform_fee", "-1"),
    ),
}

# What the small place has none of is brought there, and doesn't fit.
_SENT = "SELECT id FROM transfers WHERE status = 'sent' ORDER BY id LIMIT 1"
_AGO = "now() - interval '1 hour'"
_REVERSAL = (
    "INSERT INTO reversals (id, transfer_id, status, currency, amount_minor, stripe_id, attempts,"
    f" problem, created_at) SELECT gen_random_uuid(), ({_SENT}), 'done', 'eur', 5, 'trr_1', 1, '',"
    " now()"
)
_CHARGEBACK = (
    "INSERT INTO chargebacks (id, checkout_id, stripe_id, status, currency, amount_minor, reason,"
    " decided_at, created_at) SELECT gen_random_uuid(), id, 'dp_1', '{}', 'eur', 500, '', {}, now()"
    " - interval '1 hour' FROM checkouts WHERE status = 'paid' AND purpose = 'deal' LIMIT 1"
)
_PAYOUT = (
    "INSERT INTO payouts (id, stripe_id, status, currency, amount_minor, arrives_at, failure_code,"
    " failure_message, created_at) SELECT gen_random_uuid(), 'po_1', 'pending', 'eur', 500, now(),"
    " '', '', now()"
)
_DISPUTE = (
    "INSERT INTO disputes (id, deal_id, status, opened_by_id, reason, statement, currency,"
    " asks_minor, answer, rules, created_at, ruled_at, to_creator_minor, to_brand_minor, why)"
    " SELECT gen_random_uuid(), d.id, '{}', b.person_id, 'late', '', 'eur', 1, '', '[]', now(), {}"
    " FROM deals d JOIN brands b ON b.id = d.brand_id WHERE d.status = 'released'"
)
_PROOF = (
    "INSERT INTO proofs (id, number, taken_at, currency, root, total_minor, totals, depth,"
    " stripe_minor, books_minor, previous, secret, created_at) SELECT gen_random_uuid(), 1,"
    " now(), 'eur', repeat('ab', 32), 5, '{}', 2, 5, 5, '', '', now()"
)
PLANTS |= {
    "The ledger's guards stand": ("ALTER TABLE ledger.entry DISABLE TRIGGER guard",),
    "Every journal has the row that caused it": (
        f"UPDATE ledger.journal SET source = 'x' WHERE id = ({_PAID})",
    ),
    "Every journal moves only what is of those it is about": (
        (
            "UPDATE deals SET creator_id = (SELECT id FROM creators c"
            " WHERE c.id <> deals.creator_id LIMIT 1) WHERE status = 'released'"
        ),
    ),
    "Every journal bears the day of what it books": (
        "UPDATE ledger.journal SET effective_at = effective_at - interval '3 days'",
    ),
    "No journal is dated after today": (
        "UPDATE ledger.journal SET effective_at = effective_at + interval '3 days'",
    ),
    "Each deal's fee is the rate agreed of its price": (
        "UPDATE deals SET fee_minor = fee_minor + 2",
    ),
    "Accepted terms are those of the last offer": (
        "UPDATE offers SET terms = terms || '{\"revisions\": 9}'",
    ),
    "Stripe's fee is taken off a creator's part only as agreed": (
        "UPDATE deals SET stripe_fee_minor = 7",
    ),
    "Each ruling is what was divided": (
        _DISPUTE.format("ruled", "now(), 1, 1, ''"),
        "UPDATE deals SET status = 'settled', released_at = NULL WHERE status = 'released'",
    ),
    "Each order's lines add up to its total and its shares": (
        "UPDATE order_lines SET price_minor = price_minor + 1",
    ),
    "Each order's shares are the ones booked": (
        "UPDATE orders SET creator_minor = creator_minor + 9, brand_minor = brand_minor - 9",
    ),
    "What came back of each line is in a return": ("UPDATE returns SET items = '[]'",),
    "Each return is of what its lines cost, and booked once it came": (
        "UPDATE returns SET amount_minor = amount_minor + 1",
    ),
    "No job that moves money waits or runs for long": (
        (
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args, scheduled_at)"
            " VALUES ('money', 'send_refund', 'todo', '{}', now() - interval '3 hours')"
        ),
    ),
    "Every reversal has its journal": (_REVERSAL,),
    "Transfers say how much of them came back, and was kept": (
        "UPDATE transfers SET netted_minor = 1",
    ),
    "Every dispute at a bank is booked as it stands": (_CHARGEBACK.format("open", "NULL"),),
    "Every payout to our bank is booked as it stands": (_PAYOUT,),
    "Every payment taken in long ago has its fee": ("UPDATE checkouts SET fee_minor = NULL",),
    "Every state is where its recorded steps lead": (
        "UPDATE deals SET status = 'cancelled' WHERE status = 'refunded'",
    ),
    "No clock is missing or stands far away": (
        "UPDATE orders SET due_at = NULL WHERE status = 'delivered'",
    ),
    "What is frozen is disputed at a bank, and nothing else": (
        "UPDATE deals SET frozen_at = now() WHERE status = 'funded'",
    ),
    "No money is held beyond its limit": (
        "UPDATE deals SET hold_until = now() + interval '5 years' WHERE status = 'funded'",
    ),
    "Each disputed deal has its open dispute": (
        "UPDATE deals SET status = 'disputed' WHERE status = 'funded'",
    ),
    "Every published proof is as it was, and follows the one before": (_PROOF,),
    "Nothing in the ledger was touched after it was written": (
        f"UPDATE ledger.journal SET xid = (xid::text::bigint + 1)::text::xid8 WHERE id = ({_PAID})",
    ),
    "Journals were written in the order of their numbers": (
        (
            "UPDATE ledger.journal SET created_at = created_at + interval '2 hours'"
            f" WHERE id = ({_PAID})"
        ),
    ),
    "Stripe's events are what their bodies say": (
        "UPDATE stripe_events SET object_id = 'ch_other' WHERE type = 'charge.succeeded'",
    ),
    "Each deal is between who offered and who accepted it": (
        (
            "UPDATE deals SET creator_id = (SELECT id FROM creators c"
            " WHERE c.id <> deals.creator_id LIMIT 1) WHERE status = 'funded'"
        ),
    ),
    "Every payment funded its deal or order, or went straight back": (
        "ALTER TABLE deals DROP CONSTRAINT ck_deals_paid_states_are_funded",
        "UPDATE deals SET funded_at = NULL WHERE status = 'refunded'",
    ),
    "Each order is of its brand's goods": (
        "UPDATE orders SET brand_id = gen_random_uuid() WHERE status = 'delivered'",
    ),
    "The newest proofs lead every party to the published root": (_PROOF,),
    "No payment page is open long past its end": (
        "ALTER TABLE checkouts DROP CONSTRAINT ck_checkouts_paid_has_a_charge",
        "UPDATE checkouts SET status = 'open', expires_at = now() - interval '2 days'",
    ),
    "Lost events are looked for": ("UPDATE event_sweeps SET swept_at = now() - interval '9 days'",),
}
# More of what could be done by hand, and who finds it.
MORE: dict[str, tuple[str, ...]] = {
    "Nothing in the ledger was touched after it was written": (
        "UPDATE ledger.entry SET amount = amount WHERE amount = 48000",
    ),
    "Journals were written in the order of their numbers": (
        (
            "UPDATE ledger.journal SET created_at = now() + interval '2 hours'"
            " WHERE id = (SELECT max(id) FROM ledger.journal)"
        ),
    ),
    "Each deal is between who offered and who accepted it": (
        "DELETE FROM events WHERE verb = 'accept'",
    ),
    "Every payment funded its deal or order, or went straight back": (
        "ALTER TABLE orders DROP CONSTRAINT ck_orders_paid_has_a_time",
        "UPDATE orders SET paid_at = NULL",
    ),
    "Each paid deal was paid its price, and its surcharge": (
        "UPDATE deals SET surcharge_minor = 0 WHERE status = 'released'",
    ),
    "Accepted terms are those of the last offer": (
        "UPDATE deals SET surcharge_minor = surcharge_minor + 1 WHERE accepted_at IS NOT NULL",
    ),
    "A surcharge is held until a deal's money is divided, and kept where work was paid for": (
        (
            "UPDATE ledger.entry SET account_id = (SELECT id FROM ledger.account"
            " WHERE kind = 'I:surcharge') WHERE amount < 0 AND journal_id = (SELECT id FROM"
            " ledger.journal WHERE kind = 'deal_given_back')"
        ),
    ),
    "Every journal moves only what is of those it is about": (
        "UPDATE ledger.account SET owner = gen_random_uuid() WHERE kind = 'L:payable'",
    ),
    "Every journal has the row that caused it": (
        "UPDATE ledger.journal SET kind = 'payout_left' WHERE kind = 'money_sent'",
    ),
    "The ledger's guards stand": ("GRANT UPDATE ON ledger.entry TO alongside_app",),
    "Nothing asked of Stripe is without an answer for long": (
        _REVERSAL.replace("'done'", "'waiting'").replace("'trr_1'", "NULL"),
        "UPDATE reversals SET created_at = now() - interval '2 hours'",
    ),
    "Everything is in the currency of the place": ("UPDATE order_lines SET currency = 'usd'",),
    "Every state is where its recorded steps lead": (
        "DELETE FROM events WHERE subject_type = 'deals'",
    ),
    "Every dispute at a bank is booked as it stands": (_CHARGEBACK.format("won", _AGO),),
    "Nothing is past its clock for long": (
        "UPDATE deals SET due_at = now() - interval '9 days' WHERE status = 'funded'",
    ),
    "No job that moves money has failed for good": (
        (
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args)"
            " VALUES ('money', 'send_transfer', 'cancelled', '{}')"
        ),
    ),
}
# What never happened there, or never waits or fails.
IDLE = {
    "Nothing asked of Stripe is without an answer for long",
    "No job that moves money has failed for good",
    "No job that moves money waits or runs for long",
    "Each ruling is what was divided",
    "Every reversal has its journal",
    "Every dispute at a bank is booked as it stands",
    "Every payout to our bank is booked as it stands",
    "Each disputed deal has its open dispute",
    "No payment page is open long past its end",
    "Every published proof is as it was, and follows the one before",
    "The newest proofs lead every party to the published root",
    "Stripe's fee is taken off a creator's part only as agreed",
}
