"""What banks do of their own accord, and later than one would like."""

import pytest
import stripe

from tests.marketplace.stripe_sandbox.conftest import balance, card, checkout, onboarded, paid

GOOD_IBAN, BAD_IBAN = "AT61 1904 3002 3457 3201", "AT861904300235473202"


def by_bank(sandbox, account=GOOD_IBAN, amount=48_000):
    """A session whose page was filled in with a bank account."""
    client = sandbox.client()
    session = checkout(client, amount)
    typed = {"method": "bank", "account": account, "email": "brand@example.com"}
    answer = sandbox.post(f"/c/pay/{session.id}", typed)
    assert answer.status_code == 303, answer.text
    return client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})


def types(client, **options):
    return [event.type for event in client.v1.events.list({"limit": 100}, options).data][::-1]


def happen(sandbox, to, what, **more):
    answer = sandbox.control("happen", {"to": to, "what": what} | more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_bank_debit_is_complete_at_once_and_paid_later(sandbox, client):
    session = by_bank(sandbox)
    assert (session.status, session.payment_status) == ("complete", "unpaid")
    assert session.payment_intent.status == "processing"
    assert balance(client) == (0, 0)
    sandbox.advance(seconds=11)
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (done.payment_status, done.payment_intent.status) == ("paid", "succeeded")
    assert balance(client) == (0, 48_000 - 35)
    assert types(client) == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
        "checkout.session.completed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]
    sandbox.advance(days=5)
    assert balance(client) == (48_000 - 35, 0)


def test_a_bank_debit_may_fail_days_after_the_page_was_left(sandbox, client):
    session = by_bank(sandbox, BAD_IBAN)
    sandbox.advance(seconds=11)
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (done.status, done.payment_status) == ("complete", "unpaid")
    assert done.payment_intent.status == "requires_payment_method"
    assert done.payment_intent.last_payment_error.code == "generic_could_not_process"
    assert types(client)[-1] == "checkout.session.async_payment_failed"
    assert balance(client) == (0, 0)


def test_one_account_is_never_decided_until_someone_says_so(sandbox, client):
    session = by_bank(sandbox, "AT981904300000343434")
    sandbox.advance(days=30)
    assert client.v1.payment_intents.retrieve(session.payment_intent.id).status == "processing"
    assert happen(sandbox, session.payment_intent.id, "answer")["status"] == "succeeded"


@pytest.mark.parametrize(
    ("account", "problem"),
    [("", "Enter your account number"), ("DE89370400440532013000", "Enter one of the test")],
)
def test_an_account_number_is_checked(sandbox, client, account, problem):
    session = checkout(client)
    typed = {"method": "bank", "account": account, "email": "brand@example.com"}
    answer = sandbox.post(f"/c/pay/{session.id}", typed)
    assert (answer.status_code, problem in answer.text) == (422, True)


def test_only_cards_are_offered_where_only_cards_are_allowed(sandbox, client):
    session = checkout(client, allowed_payment_method_types=["card"])
    assert "Bank debit" not in sandbox.get(f"/c/pay/{session.id}").text
    assert "Bank debit" in sandbox.get(f"/c/pay/{checkout(client).id}").text


def test_3d_secure_may_be_followed_by_a_decline(sandbox, client):
    path = f"/c/pay/{checkout(client).id}"
    sandbox.post(path, card("4000008400001629"))
    assert sandbox.post(f"{path}/3d-secure", {"outcome": "complete"}).status_code == 402


def test_an_intent_asks_for_3d_secure_on_a_page_of_its_own(sandbox, client):
    params = {
        "amount": 2_000,
        "currency": "eur",
        "payment_method": "pm_card_authenticationRequired",
        "confirm": True,
        "return_url": "http://127.0.0.1:1/back",
    }
    intent = client.v1.payment_intents.create(params)
    path = intent.next_action.redirect_to_url.url.removeprefix(sandbox.url)
    assert "Is this you?" in sandbox.get(path).text
    answer = sandbox.post(path, {"outcome": "complete"})
    assert answer.headers["Location"] == f"http://127.0.0.1:1/back?payment_intent={intent.id}"
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert sandbox.post(path, {"outcome": "complete"}).status_code == 404
    with pytest.raises(stripe.CardError) as error:
        client.v1.payment_intents.create(params | {"off_session": True})
    assert error.value.code == "authentication_required"


def test_the_fee_may_be_known_later_than_the_success(sandbox, client):
    sandbox.control("settings", {"fees_after_seconds": 60})
    charge = paid(sandbox).latest_charge
    assert charge.balance_transaction is None
    assert balance(client) == (0, 0)
    sandbox.advance(seconds=61)
    assert client.v1.charges.retrieve(charge.id).balance_transaction.startswith("txn_")
    assert (types(client)[-1], balance(client)) == ("charge.updated", (0, 47_255))


def test_a_refund_may_be_pending_first(sandbox, client):
    intent = paid(sandbox, 10_000, "4000000000007726")
    refund = client.v1.refunds.create({"payment_intent": intent.id})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    sandbox.advance(seconds=61)
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"


def test_a_refund_may_fail_later_and_the_money_is_back(sandbox, client):
    intent = paid(sandbox, 10_000, "4000000000005126")
    before = sum(balance(client))
    refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 4_000})
    assert (refund.status, sum(balance(client))) == ("succeeded", before - 4_000)
    sandbox.advance(seconds=61)
    failed = client.v1.refunds.retrieve(
        refund.id, {"expand": ["failure_balance_transaction", "charge"]}
    )
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert failed.failure_balance_transaction.amount == 4_000
    assert (failed.charge.amount_refunded, sum(balance(client))) == (0, before)
    assert {"refund.failed", "refund.updated"} <= set(types(client)[-3:])


def test_a_refund_waits_until_there_is_money_for_it(sandbox, client):
    account = onboarded(sandbox)
    charge = paid(sandbox, 10_000).latest_charge
    params = {"currency": "eur", "destination": account, "source_transaction": charge.id}
    client.v1.transfers.create(params | {"amount": 9_000})
    sandbox.advance(days=3)
    refund = client.v1.refunds.create({"charge": charge.id})
    assert (refund.status, refund.pending_reason) == ("pending", "insufficient_funds")
    assert refund.balance_transaction is None
    client.v1.topups.create({"amount": 20_000, "currency": "eur"})
    sandbox.advance(seconds=3_601)
    assert client.v1.refunds.retrieve(refund.id).status == "succeeded"
    assert balance(client) == (10_000 - 175 - 9_000 + 20_000 - 10_000, 0)


def test_a_refund_is_not_for_cancelling(sandbox, client):
    refund = client.v1.refunds.create({"payment_intent": paid(sandbox).id})
    with pytest.raises(stripe.InvalidRequestError, match="can't be canceled"):
        client.v1.refunds.cancel(refund.id)


def test_a_payout_to_a_closed_account_comes_back(sandbox, client):
    account = onboarded(sandbox, bank="000111111113")
    charge = paid(sandbox, 10_000, "4000000000000077").latest_charge
    params = {"currency": "eur", "destination": account, "source_transaction": charge.id}
    client.v1.transfers.create(params | {"amount": 5_000})
    options = {"stripe_account": account}
    payout = client.v1.payouts.create({"amount": 5_000, "currency": "eur"}, options)
    sandbox.advance(days=2)
    failed = client.v1.payouts.retrieve(payout.id, None, options)
    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    assert balance(client, account) == (5_000, 0)
    assert types(client, stripe_account=account)[-1] == "payout.failed"


def test_a_payout_of_ours_may_fail_after_it_was_paid(sandbox, client):
    paid(sandbox, 10_000, "4000000000000077")
    payout = client.v1.payouts.create({"amount": 9_000, "currency": "eur"})
    sandbox.advance(days=2)
    assert client.v1.payouts.retrieve(payout.id).status == "paid"
    assert happen(sandbox, payout.id, "fail")["status"] == "failed"
    assert balance(client) == (9_825, 0)
    again = sandbox.control("happen", {"to": payout.id, "what": "fail"})
    assert again.json()["error"] == "This payout is failed already"


def test_a_payout_is_cancelled_only_while_it_is_pending(sandbox, client):
    paid(sandbox, 10_000, "4000000000000077")
    payout = client.v1.payouts.create({"amount": 9_000, "currency": "eur"})
    assert client.v1.payouts.cancel(payout.id).status == "canceled"
    assert balance(client) == (9_825, 0)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payouts.cancel(payout.id)


def test_an_inquiry_moves_no_money_and_may_become_a_chargeback(sandbox, client):
    charge = paid(sandbox, 10_000, "4000000000001976").latest_charge
    dispute = client.v1.disputes.list({"charge": charge.id}).data[0]
    assert (dispute.status, dispute.is_charge_refundable) == ("warning_needs_response", True)
    assert sum(balance(client)) == 9_825
    params = {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}}
    assert client.v1.disputes.update(dispute.id, params).status == "needs_response"
    assert sum(balance(client)) == 9_825 - 10_000 - 1_500


def test_an_inquiry_is_answered_by_a_refund(sandbox, client):
    charge = paid(sandbox, 10_000, "4000000000001976").latest_charge
    assert client.v1.refunds.create({"charge": charge.id}).status == "succeeded"
    dispute = client.v1.disputes.list().data[0]
    assert client.v1.disputes.close(dispute.id).status == "warning_closed"


def test_some_payments_are_disputed_twice(sandbox, client):
    charge = paid(sandbox, 10_001, "4000004040000079").latest_charge
    found = client.v1.disputes.list({"charge": charge.id}).data
    assert sorted(dispute.amount for dispute in found) == [5_000, 5_001]


def test_a_bank_may_warn_before_anyone_disputes(sandbox, client):
    charge = paid(sandbox, 10_000, "4000000000005423").latest_charge
    warning = client.v1.radar.early_fraud_warnings.list({"charge": charge.id}).data[0]
    assert (warning.actionable, warning.payment_intent) == (True, charge.payment_intent)
    assert types(client)[-2] == "radar.early_fraud_warning.created"
    assert client.v1.disputes.list().data == []


def test_a_dispute_may_come_long_after_the_money_has_gone(sandbox, client):
    account = onboarded(sandbox)
    charge = paid(sandbox, 10_000).latest_charge
    params = {"currency": "eur", "destination": account, "source_transaction": charge.id}
    client.v1.transfers.create(params | {"amount": 9_000})
    sandbox.advance(days=60)
    happen(sandbox, charge.id, "dispute", reason="product_not_received", amount=8_000)
    dispute = client.v1.disputes.list().data[0]
    assert (dispute.reason, dispute.amount) == ("product_not_received", 8_000)
    assert balance(client) == (825 - 8_000 - 1_500, 0)
    assert happen(sandbox, dispute.id, "win")["status"] == "won"
    assert balance(client) == (825 - 1_500, 0)


def test_a_dispute_nobody_answers_is_lost(sandbox, client):
    paid(sandbox, 10_000, "4000000000000259")
    sandbox.advance(days=10)
    dispute = client.v1.disputes.list().data[0]
    assert (dispute.status, dispute.evidence_details.past_due) == ("lost", True)


def test_countering_may_cost_a_fee_that_winning_returns(sandbox, client):
    sandbox.control("settings", {"countered_fee": 1_500})
    paid(sandbox, 10_000, "4000000000000259")
    dispute = client.v1.disputes.list().data[0]
    client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "Here."}})
    assert sum(balance(client)) == 9_825 - 10_000 - 3_000
    happen(sandbox, dispute.id, "win")
    assert sum(balance(client)) == 9_825 - 1_500


def test_an_account_may_be_restricted_later_and_freed_again(sandbox, client):
    account = onboarded(sandbox)
    happen(sandbox, account, "restrict")
    held = client.v1.accounts.retrieve(account)
    assert held.capabilities.transfers == "inactive"
    assert held.requirements.currently_due == ["individual.verification.document"]
    happen(sandbox, account, "free")
    assert client.v1.accounts.retrieve(account).payouts_enabled


def test_what_belongs_to_an_account(sandbox, client):
    account = onboarded(sandbox)
    added = client.v1.accounts.external_accounts.create(
        account,
        {
            "default_for_currency": True,
            "external_account": {
                "object": "bank_account",
                "country": "IE",
                "currency": "eur",
                "account_number": "IE29AIBK93115212345678",
            },
        },
    )
    held = client.v1.accounts.external_accounts.list(account).data
    assert [(bank.last4, bank.default_for_currency) for bank in held] == [
        ("5678", True),
        ("6789", False),
    ]
    assert held[0].id == added.id
    assert client.v1.accounts.external_accounts.delete(account, held[1].id).deleted
    assert client.v1.accounts.capabilities.retrieve(account, "transfers").status == "active"
    link = client.v1.accounts.login_links.create(account)
    assert sandbox.get(link.url.removeprefix(sandbox.url)).status_code == 200


@pytest.mark.parametrize(
    "order",
    [
        None,
        {},
        {"to": "po_none", "what": "fail"},
        {"to": "acct_1SandboxPlatform", "what": "explode"},
    ],
)
def test_only_what_can_happen_happens(sandbox, order):
    answer = sandbox.control("happen", order)
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)


@pytest.mark.parametrize("order", [None, {}, {"fee": 1}, {"countered_fee": -1}])
def test_a_setting_is_a_whole_number(sandbox, order):
    assert sandbox.control("settings", order).status_code == 400
