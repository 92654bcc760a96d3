"""Our books and Stripe agree where all is right, and every kind of difference is found by name."""

from collections.abc import Callable
from typing import Any

import pytest

from marketplace.books import reconcile
from marketplace.payments import gateway

from .conftest import OLD, PLATFORM, World, long_ago


@pytest.fixture(scope="module")
def seen() -> dict[str, reconcile.Theirs]:
    """What Stripe has when nothing there was spoilt; read once."""
    return {}


def differences(world: World, seen: dict[str, reconcile.Theirs] | None = None) -> dict[str, Any]:
    ours = reconcile.read_ours(world.db)
    if seen is None:
        theirs = reconcile.read_theirs(ours.currency)
    else:
        if not seen:
            seen["all"] = reconcile.read_theirs(ours.currency)
        theirs = seen["all"]
    return {one.name: one for one in reconcile.compare(ours, theirs)}


def sql(*statements: str) -> Callable[[World], None]:
    def plant(world: World) -> None:
        world.plant(*statements)

    plant.is_ours = True  # type: ignore[attr-defined]
    return plant


def stripe(kind: str, **fields: Any) -> Callable[[World], None]:
    return lambda world: world.at_stripe(kind, lambda body: body.update(fields))


def copied(kind: str, **fields: Any) -> Callable[[World], None]:
    """One more of a kind at Stripe, two hours old."""

    def plant(world: World) -> None:
        store = world.stripe.app.extensions["sandbox"].store
        with store.transaction():
            body = store.find(kind, owner=PLATFORM)[-1]
            body |= {"id": f"{body['id']}_other", "created": long_ago()} | fields
            store.add(body, body["_owner"])

    return plant


def gone(kind: str) -> Callable[[World], None]:
    def plant(world: World) -> None:
        store = world.stripe.app.extensions["sandbox"].store
        with store.transaction():
            newest = store.find(kind, owner=PLATFORM)[-1]["id"]
            store.db.execute("DELETE FROM objects WHERE id = ?", (newest,))

    return plant


def payout(status: str, amount: int = 500) -> str:
    return (
        "INSERT INTO payouts (id, stripe_id, status, currency, amount_minor, arrives_at,"
        " failure_code, failure_message, created_at) SELECT gen_random_uuid(), 'po_planted',"
        f" '{status}', 'eur', {amount}, now(), '', '', now()"
    )


def at_stripe(kind: str, prefix: str, **fields: Any) -> Callable[[World], None]:
    """A thing at Stripe of a kind that isn't there yet, two hours old."""

    def plant(world: World) -> None:
        store = world.stripe.app.extensions["sandbox"].store
        with store.transaction():
            charge = store.find("charge", owner=PLATFORM)[-1]["id"]
            body = {"id": f"{prefix}_planted", "object": kind, "created": long_ago()}
            body |= {"currency": "eur", "amount": 500, "charge": charge, "metadata": {}} | fields
            store.add(body, PLATFORM)

    return plant


def chargeback(status: str, amount: int = 500) -> str:
    decided = "NULL" if status in ("inquiry", "open") else "now()"
    return (
        "INSERT INTO chargebacks (id, checkout_id, stripe_id, status, currency, amount_minor,"
        f" reason, decided_at, created_at) SELECT gen_random_uuid(), id, 'dp_planted', '{status}',"
        f" 'eur', {amount}, '', {decided}, now() FROM checkouts WHERE status = 'paid' LIMIT 1"
    )


def both(*plants: Callable[[World], None]) -> Callable[[World], None]:
    def plant(world: World) -> None:
        for one in plants:
            one(world)

    return plant


DISPUTE = at_stripe("dispute", "dp", status="needs_response")
PAYOUT = at_stripe("payout", "po", status="paid")
_SENT = "(SELECT max(id) FROM ledger.journal WHERE kind = 'money_sent')"
_MOVE = f"UPDATE ledger.entry SET amount = amount + sign(amount) WHERE journal_id = {_SENT}"
_CLEARED = "UPDATE ledger.account SET balance = 5 WHERE kind = '{}'"
_OPENED = (
    "INSERT INTO ledger.account (kind, currency) VALUES ('{0}', 'eur')",
    (
        "INSERT INTO ledger.entry (journal_id, account_id, amount, currency)"
        " SELECT 1, id, 5, 'eur' FROM ledger.account WHERE kind = '{0}'"
    ),
)

_EVENT = (
    "INSERT INTO stripe_events (id, stripe_id, type, object_id, account, status, found, attempts,"
    " led_to, problem, created_at, payload) VALUES (gen_random_uuid(), 'evt_x', 'payout.paid',"
    " 'po_x', '', 'done', 'webhook', 1, '[]', '', now(), "
)
# check → what spoils it
PLANTS: dict[str, Callable[[World], None]] = {
    "Every movement at Stripe has its journal": copied("balance_transaction", source="re_stray"),
    "Every journal of our Stripe account has its movement": gone("balance_transaction"),
    "Amounts are the same on both sides": sql(_MOVE),
    "Stripe's fees are the same on both sides": sql(
        "UPDATE ledger.entry e SET amount = e.amount + 1 FROM ledger.account a"
        " WHERE a.id = e.account_id AND a.kind = 'E:stripe_fees'",
        "UPDATE ledger.journal SET created_at = now()",
    ),
    "Currencies are the same on both sides": stripe("balance_transaction", currency="usd"),
    "No movement is booked twice": sql(
        "UPDATE ledger.journal SET stripe_id = 'tr_1' WHERE kind = 'money_sent'"
    ),
    "Stripe moved nothing twice": copied("balance_transaction"),
    "Every movement says what it nets to": stripe("balance_transaction", fee=77),
    "Movements are of the kind we booked": stripe("balance_transaction", type="topup"),
    "Stripe's balance is the sum of its movements": stripe("balance_transaction", net=-1),
    "Our Stripe account is the sum of Stripe's movements": sql(_MOVE),
    "Every charge we took in is at Stripe": gone("charge"),
    "Every paid charge at Stripe was taken in": copied("charge"),
    "Charges have the amount we took in": stripe("charge", amount=1),
    "Charges we took in were paid": stripe("charge", paid=False, status="failed"),
    "Charges are ours alone": stripe("charge", application_fee_amount=5),
    "Charges belong to the payments we asked for": stripe("charge", payment_intent="pi_other"),
    "Charges gave back what our refunds say": stripe("charge", amount_refunded=1),
    "Every disputed charge is known to us": stripe("charge", disputed=True),
    "Every refund we sent is at Stripe": gone("refund"),
    "Every refund at Stripe is one of ours": copied("refund"),
    "Refunds have the amount we asked for": stripe("refund", amount=1),
    "Refunds are in the same state": stripe("refund", status="failed"),
    "Refunds are of the charge they are for": stripe("refund", charge="ch_other"),
    "Refunds carry our own number": stripe("refund", metadata={"refund_id": "other"}),
    "Every transfer we sent is at Stripe": gone("transfer"),
    "Every transfer at Stripe is one of ours": copied("transfer"),
    "Transfers have the amount we asked for": stripe("transfer", amount=1),
    "Transfers went to the payee's own account": stripe("transfer", destination="acct_other"),
    "Transfers are of the charge they are for": stripe("transfer", source_transaction="ch_other"),
    "Transfers carry our own number": stripe("transfer", metadata={"transfer_id": "other"}),
    "Reversals are the same on both sides": sql(
        "INSERT INTO reversals (id, transfer_id, status, currency, amount_minor, stripe_id,"
        " attempts, problem, created_at) SELECT gen_random_uuid(), id, 'done', 'eur', 5, 'trr_1',"
        " 1, '', now() FROM transfers WHERE status = 'sent' LIMIT 1"
    ),
    "What came back of transfers is known to us": stripe("transfer", amount_reversed=3),
    "Every payout account is at Stripe": sql(
        "UPDATE payout_accounts SET stripe_id = 'acct_' || id"
    ),
    "Every account at Stripe is one of ours": at_stripe("account", "acct"),
    "Payout accounts are in the same state": sql(
        "UPDATE payout_accounts SET payouts_enabled = false"
    ),
    "Payout accounts belong to those we made them for": stripe(
        "account", metadata={"payout_account_id": "other"}
    ),
    "Every payout we booked is at Stripe": sql(payout("pending")),
    "Payouts to our bank have the amount we know": both(PAYOUT, sql(payout("paid", 501))),
    "Every payout to our bank is known to us": PAYOUT,
    "Payouts to our bank are in the same state": both(PAYOUT, sql(payout("failed"))),
    "Every dispute at Stripe is known to us": DISPUTE,
    "Every dispute we know is at Stripe": sql(chargeback("open")),
    "Disputes are of the charge they are about": both(
        at_stripe("dispute", "dp", status="needs_response", charge="ch_other"),
        sql(chargeback("open")),
    ),
    "Disputes have the amount we know": both(DISPUTE, sql(chargeback("open", 499))),
    "Disputes are in the same state": both(DISPUTE, sql(chargeback("won"))),
    "Every event at Stripe that we act on is kept": sql(
        "DELETE FROM stripe_events WHERE type = 'charge.succeeded'"
    ),
    "Every event we keep is at Stripe": sql(
        f"{_EVENT}jsonb_build_object('created', extract(epoch FROM now())::int - 7200))"
    ),
    "Events are the same on both sides": sql(
        "UPDATE stripe_events SET type = 'charge.updated' WHERE type = 'charge.succeeded'"
    ),
    "Every payment of an order was divided": sql(_CLEARED.format("L:order")),
    "Everything approved is about to be sent": sql(_CLEARED.format("L:payable")),
    "Everything owed back is about to be sent": sql(_CLEARED.format("L:refund")),
    "Everything banks took back belongs to an open dispute": sql(
        *(one.format("A:disputed") for one in _OPENED)
    ),
    "Everything on its way to our bank belongs to a payout": sql(
        *(one.format("A:in_transit") for one in _OPENED)
    ),
}


def test_a_place_that_is_right_agrees_with_stripe(world: World) -> None:
    found = differences(world)
    assert [one for one in found.values() if not one.passed] == []
    assert tuple(found) == reconcile.NAMES


def test_each_kind_of_difference_is_planted() -> None:
    assert set(PLANTS) == set(reconcile.NAMES)
    assert len(PLANTS) >= 20


@pytest.mark.parametrize("name", PLANTS, ids=lambda name: name.replace(" ", "-"))
def test_a_planted_difference_is_found_by_name(
    world: World, seen: dict[str, reconcile.Theirs], name: str
) -> None:
    PLANTS[name](world)
    # Only what was spoilt in our own database leaves Stripe as it was.
    found = differences(world, seen if hasattr(PLANTS[name], "is_ours") else None)[name]
    assert not found.passed, found
    assert found.things


def test_what_has_only_just_happened_is_no_difference(world: World) -> None:
    copied("refund", created=2_000_000_000_000 // 1000)(world)
    assert differences(world)["Every refund at Stripe is one of ours"].passed


def test_a_refund_of_this_moment_is_left_for_the_next_run(world: World) -> None:
    world.at_stripe("refund", lambda body: body.update(created=long_ago() + OLD, amount=1))
    world.at_stripe("charge", lambda body: body.update(amount_refunded=1))
    found = differences(world)
    assert found["Refunds have the amount we asked for"].passed
    assert found["Charges gave back what our refunds say"].passed


def test_only_what_is_known_can_be_read_whole(world: World) -> None:
    with pytest.raises(ValueError, match="customers"):
        list(gateway.everything("customers"))
