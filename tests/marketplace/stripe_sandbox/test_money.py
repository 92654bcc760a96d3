from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from marketplace.stripe_sandbox.money import card_fee, money
from tests.marketplace.stripe_sandbox.conftest import balance, onboarded, paid


def transfer(client, charge, account, amount, **options):
    params = {
        "amount": amount,
        "currency": "eur",
        "destination": account,
        "source_transaction": charge.id,
        "transfer_group": "deal_1",
    }
    return client.v1.transfers.create(params, options)


def test_a_payment_is_pending_for_two_days_and_then_available(sandbox, client):
    charge = paid(sandbox).latest_charge
    line = charge.balance_transaction
    assert (line.amount, line.fee, line.net, line.status) == (48_000, 745, 47_255, "pending")
    assert line.fee_details[0].amount == 745
    assert balance(client) == (0, 47_255)
    sandbox.advance(days=2, seconds=1)
    assert balance(client) == (47_255, 0)
    assert client.v1.balance_transactions.retrieve(line.id).status == "available"


def test_one_card_is_available_at_once(sandbox, client):
    paid(sandbox, 10_000, "4000000000000077")
    assert balance(client) == (9_825, 0)


@pytest.mark.parametrize(
    ("amount", "fee"), [(1000, 40), (1033, 40), (1034, 41), (50, 26), (33, 25)]
)
def test_the_fee_rounds_halves_up(amount, fee):
    assert card_fee(amount) == fee


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [(48_000, "eur", "€480.00"), (5, "eur", "€0.05"), (1_234_567, "jpy", "¥1,234,567"),
     (-1500, "sek", "−SEK 15.00"), (1_000, "kwd", "KWD 1.000")],
)  # fmt: skip
def test_amounts_are_shown_in_their_currency(amount, currency, shown):
    assert money(amount, currency) == shown


def test_a_transfer_from_a_pending_payment_arrives_when_it_does(sandbox, client):
    account, charge = onboarded(sandbox), paid(sandbox).latest_charge
    sent = transfer(client, charge, account, 43_200)
    assert balance(client) == (0, 4_055)
    assert balance(client, account) == (0, 43_200)
    sandbox.advance(days=3)
    assert balance(client) == (4_055, 0)
    assert balance(client, account) == (43_200, 0)
    arrived = client.v1.charges.retrieve(
        sent.destination_payment, None, {"stripe_account": account}
    )
    assert (arrived.amount, arrived.source_transfer) == (43_200, sent.id)


def test_without_its_payment_a_transfer_needs_available_money(sandbox, client):
    account = onboarded(sandbox)
    paid(sandbox)
    params = {"amount": 1_000, "currency": "eur", "destination": account}
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.transfers.create(params)
    assert error.value.code == "balance_insufficient"
    sandbox.advance(days=3)
    assert client.v1.transfers.create(params).amount == 1_000


def test_transfers_never_exceed_their_payment(sandbox, client):
    account, charge = onboarded(sandbox), paid(sandbox).latest_charge
    transfer(client, charge, account, 40_000)
    with pytest.raises(stripe.InvalidRequestError, match=r"€480\.00.*total of €400\.00"):
        transfer(client, charge, account, 8_001)
    transfer(client, charge, account, 8_000)
    assert len(client.v1.transfers.list({"transfer_group": "deal_1"}).data) == 2
    assert len(client.v1.transfers.list({"destination": account}).data) == 2
    assert client.v1.transfers.list({"transfer_group": "deal_2"}).data == []


@pytest.mark.parametrize("outcome", ["missing", "rejected"])
def test_money_goes_only_to_an_account_that_may_receive_it(sandbox, client, outcome):
    account, charge = onboarded(sandbox, outcome), paid(sandbox).latest_charge
    with pytest.raises(stripe.InvalidRequestError) as error:
        transfer(client, charge, account, 100)
    assert error.value.code == "insufficient_capabilities_for_transfer"


def test_an_answer_lost_after_the_commit_makes_one_transfer(sandbox):
    client = sandbox.client(max_network_retries=2)
    account, charge = onboarded(sandbox), paid(sandbox).latest_charge
    sandbox.control("faults", {"match": "post /v1/transfers", "when": "after", "status": 500})
    sent = transfer(client, charge, account, 40_000, idempotency_key="release-1")
    assert sent.last_response.headers["Idempotent-Replayed"] == "true"
    assert [each.id for each in client.v1.transfers.list().data] == [sent.id]
    assert sandbox.get("/_sandbox/state").json()["faults_left"] == 0


def test_a_refund_takes_what_is_left_and_no_more(sandbox, client):
    intent = paid(sandbox, metadata={"deal": "1"}, payment_intent_data={"metadata": {"deal": "1"}})
    refund = client.v1.refunds.create(
        {"payment_intent": intent.id, "amount": 18_000, "metadata": {"ruling": "7"}}
    )
    assert (refund.status, refund.metadata["ruling"]) == ("succeeded", "7")
    line = client.v1.balance_transactions.retrieve(refund.balance_transaction)
    assert (line.amount, line.fee, line.type, line.source) == (-18_000, 0, "refund", refund.id)
    with pytest.raises(stripe.InvalidRequestError, match=r"€480\.00.*€300\.00"):
        client.v1.refunds.create({"payment_intent": intent.id, "amount": 48_000})
    client.v1.refunds.create({"charge": intent.latest_charge.id})
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.refunds.create({"payment_intent": intent.id})
    assert error.value.code == "charge_already_refunded"
    charge = client.v1.charges.retrieve(intent.latest_charge.id, {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded, len(charge.refunds.data)) == (True, 48_000, 2)
    assert balance(client) == (0, -745)
    assert len(client.v1.refunds.list({"payment_intent": intent.id}).data) == 2


def test_a_transfer_is_reversed_in_parts_while_the_money_is_there(sandbox, client):
    account, charge = onboarded(sandbox), paid(sandbox).latest_charge
    sent = transfer(client, charge, account, 40_000)
    client.v1.transfers.reversals.create(sent.id, {"amount": 10_000})
    part = client.v1.transfers.retrieve(sent.id)
    assert (part.amount_reversed, part.reversed, len(part.reversals.data)) == (10_000, False, 1)
    assert balance(client, account) == (0, 30_000)
    sandbox.advance(days=3)
    client.v1.payouts.create({"amount": 25_000, "currency": "eur"}, {"stripe_account": account})
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.transfers.reversals.create(sent.id)
    assert error.value.code == "balance_insufficient"
    assert client.v1.transfers.retrieve(sent.id).amount_reversed == 10_000
    client.v1.transfers.reversals.create(sent.id, {"amount": 5_000})
    assert len(client.v1.transfers.reversals.list(sent.id).data) == 2


def test_a_payout_arrives_the_next_day(sandbox, client):
    account = onboarded(sandbox)
    transfer(client, paid(sandbox).latest_charge, account, 40_000)
    sandbox.advance(days=3)
    options = {"stripe_account": account}
    payout = client.v1.payouts.create({"amount": 40_000, "currency": "eur"}, options)
    assert (payout.status, balance(client, account)) == ("pending", (0, 0))
    sandbox.advance(seconds=3601)
    assert client.v1.payouts.retrieve(payout.id, None, options).status == "in_transit"
    sandbox.advance(days=1, seconds=1)
    assert client.v1.payouts.retrieve(payout.id, None, options).status == "paid"
    types = [event.type for event in client.v1.events.list(None, options).data]
    assert types[0] == "payout.paid"


@pytest.mark.parametrize(
    ("evidence", "status", "left"),
    [("winning_evidence", "won", 8_325), ("losing_evidence", "lost", -1_675)],
)
def test_a_dispute_takes_the_money_and_gives_it_back_if_won(
    sandbox, client, evidence, status, left
):
    charge = paid(sandbox, 10_000, "4000000000000259").latest_charge
    dispute = client.v1.disputes.list({"charge": charge.id}).data[0]
    assert (dispute.status, dispute.balance_transactions[0].net) == ("needs_response", -11_500)
    assert sum(balance(client)) == -1_675
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v1.refunds.create({"charge": charge.id})
    assert error.value.code == "charge_disputed"
    params = {"evidence": {"uncategorized_text": evidence}, "submit": True}
    assert client.v1.disputes.update(dispute.id, params).status == status
    assert sum(balance(client)) == left


def test_the_balance_is_the_sum_of_its_transactions(sandbox, client):
    account = onboarded(sandbox)
    first = paid(sandbox).latest_charge
    second = paid(sandbox, 1_999).latest_charge
    paid(sandbox, 7_777, "4000000000000259")
    sent = transfer(client, first, account, 30_001)
    client.v1.transfers.reversals.create(sent.id, {"amount": 77})
    client.v1.refunds.create({"charge": second.id, "amount": 999})
    sandbox.advance(days=3)
    client.v1.payouts.create({"amount": 100, "currency": "eur"})
    for options in ({}, {"stripe_account": account}):
        lines = client.v1.balance_transactions.list({"limit": 3}, options).auto_paging_iter()
        assert sum(balance(client, options.get("stripe_account"))) == sum(
            line.net for line in lines
        )


def test_transactions_are_found_by_type_source_and_time(sandbox, client):
    before = paid(sandbox).latest_charge
    sandbox.advance(days=1)
    after = paid(sandbox).latest_charge
    client.v1.refunds.create({"charge": after.id, "amount": 1})
    found = client.v1.balance_transactions.list
    assert [line.source for line in found({"type": "charge"}).data] == [after.id, before.id]
    assert [line.source for line in found({"source": before.id}).data] == [before.id]
    late = found({"created": {"gte": after.created}})
    assert [line.type for line in late.data] == ["refund", "charge"]


def test_lists_are_paged_both_ways(sandbox, client):
    names = [client.v1.accounts.create({"type": "express"}).id for _ in range(5)][::-1]
    page = client.v1.accounts.list({"limit": 2})
    assert ([each.id for each in page.data], page.has_more) == (names[:2], True)
    page = client.v1.accounts.list({"limit": 3, "starting_after": names[1]})
    assert ([each.id for each in page.data], page.has_more) == (names[2:], False)
    page = client.v1.accounts.list({"limit": 1, "ending_before": names[2]})
    assert ([each.id for each in page.data], page.has_more) == (names[1:2], True)
    assert [each.id for each in client.v1.accounts.list({"limit": 2}).auto_paging_iter()] == names
    for wrong in ({"limit": 0}, {"limit": 101}, {"starting_after": "acct_none"}):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.accounts.list(wrong)


def test_only_what_can_be_expanded_is(sandbox, client):
    intent = paid(sandbox)
    listed = client.v1.charges.list({"expand": ["data.payment_intent", "data.refunds"]})
    assert listed.data[0].payment_intent.id == intent.id
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        client.v1.charges.retrieve(intent.latest_charge.id, {"expand": ["status"]})


def test_metadata_is_merged_and_taken_away(sandbox, client):
    intent = paid(sandbox, payment_intent_data={"metadata": {"deal": "1", "old": "x"}})
    assert intent.latest_charge.metadata["deal"] == "1"
    params = {"metadata": {"old": "", "new": "y"}}
    changed = client.v1.payment_intents.update(intent.id, params)
    assert changed.metadata.to_dict() == {"deal": "1", "new": "y"}


def test_sixteen_at_once_never_send_more_than_was_paid(sandbox, client):
    account, charge = onboarded(sandbox), paid(sandbox).latest_charge

    def release(n):
        try:
            return transfer(client, charge, account, 10_000, idempotency_key=f"release-{n}").id
        except stripe.InvalidRequestError:
            return None

    with ThreadPoolExecutor(16) as pool:
        sent = [each for each in pool.map(release, range(16)) if each]
    assert len(sent) == 4
    assert sum(each.amount for each in client.v1.transfers.list().data) == 40_000


def test_one_key_sixteen_times_at_once_is_one_transfer(sandbox):
    client = sandbox.client(max_network_retries=8)
    account, charge = onboarded(sandbox), paid(sandbox).latest_charge
    with ThreadPoolExecutor(16) as pool:
        jobs = [
            pool.submit(transfer, client, charge, account, 1_000, idempotency_key="release")
            for _ in range(16)
        ]
    assert len({job.result().id for job in jobs}) == 1
    assert len(client.v1.transfers.list().data) == 1
