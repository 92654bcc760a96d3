"""Every check passes on a place that is right, and each finds by name what is planted for it."""

import pytest
from sqlalchemy import text

from marketplace.books import verify
from models import Money
from models.currency import THREE_DECIMAL

from .conftest import World

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
        f"UPDATE ledger.account SET balance = NULL WHERE id = ({_ESCROW})",
    ),
    "Every kept balance equals its entries": (
        f"UPDATE ledger.account SET balance = balance - 1 WHERE id = ({_ESCROW})",
    ),
    "Every chain of balances is without gaps": (
        f"UPDATE ledger.entry SET account_version = 7 WHERE account_id = ({_ESCROW})",
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
    "Each paid deal was paid its price": ("UPDATE deals SET price_minor = price_minor + 1",),
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


def test_a_place_that_is_right_passes_every_check(world: World) -> None:
    results = verify.verify(world.db)
    assert [one for one in results if not one.passed] == []
    assert [one.name for one in results] == list(verify.NAMES)
    # Nothing passes because there was nothing to look at, but for what never waits or fails.
    idle = {one.name for one in results if one.found.startswith("0 ")}
    assert idle <= {
        "Every Stripe event is taken in",
        "Nothing asked of Stripe is without an answer for long",
        "No job that moves money has failed for good",
    }


def test_each_check_has_something_planted_for_it() -> None:
    assert set(PLANTS) == set(verify.NAMES)
    assert len(PLANTS) >= 25


@pytest.mark.parametrize("name", PLANTS, ids=lambda name: name.replace(" ", "-"))
def test_what_is_planted_is_found_by_name(world: World, name: str) -> None:
    world.plant(*PLANTS[name])
    found = verify.check(world.db, name)
    assert not found.passed
    assert found.things
    assert len(found.things) <= 5


def test_what_is_found_leads_to_a_page(world: World) -> None:
    world.plant(*PLANTS["Each paid deal was paid its price"])
    found = {one.name: one for one in verify.verify(world.db)}
    (paid,) = {
        one.path.rpartition("/")[0] for one in found["Each paid deal was paid its price"].things
    }
    assert paid == "/deals"


def test_the_time_it_may_take_is_its_own(world: World) -> None:
    verify.verify(world.db)
    assert world.db.scalar(text("SHOW statement_timeout")) == "5min"


def test_a_difference_to_stripe_is_said_in_full(world: World) -> None:
    (said,) = [verify._stripe(world.db, lambda _currency: Money(1, "eur"))]
    assert "Stripe 0.01" in said.found
