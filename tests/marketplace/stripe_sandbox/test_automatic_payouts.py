"""Connected accounts are paid out by themselves, as the clock goes on."""

from typing import Any

import pytest
import stripe

from marketplace.stripe_sandbox import Endpoint
from marketplace.stripe_sandbox.operations.automatic import next_run
from tests.marketplace.stripe_sandbox.conftest import (
    ONBOARDED,
    Running,
    balance,
    onboarded,
    paid,
    setup_path,
)

DAY = 86_400
MONDAY = 1_767_571_200  # 5 January 2026, midnight


def opened(running: Running, bank: str = "", **schedule: Any) -> str:
    client = running.client()
    wished = ONBOARDED | {"settings": {"payouts": {"schedule": schedule}} if schedule else {}}
    account = client.v1.accounts.create(wished)
    running.post(setup_path(client, account.id), {"outcome": "complete", "bank": bank})
    return account.id


def sent(running: Running, account: str, amount: int = 5_000) -> None:
    params: Any = {"currency": "eur", "destination": account, "amount": amount}
    charge = paid(running).latest_charge
    running.client().v1.transfers.create(params | {"source_transaction": charge.id})


def payouts(client: stripe.StripeClient, account: str) -> list[Any]:
    return client.v1.payouts.list(None, {"stripe_account": account}).data


def test_what_has_become_available_is_paid_out_by_itself(sandbox, client):
    account = opened(sandbox)
    sent(sandbox, account, 5_000)
    sent(sandbox, account, 1_000)
    assert payouts(client, account) == []
    sandbox.advance(days=3)
    (payout,) = payouts(client, account)
    assert (payout.amount, payout.automatic) == (6_000, True)
    assert balance(client, account) == (0, 0)
    sandbox.advance(days=2)
    assert payouts(client, account)[0].status == "paid"


def test_a_payout_says_what_it_was_made_of(sandbox, client):
    account = opened(sandbox)
    sent(sandbox, account, 5_000)
    sent(sandbox, account, 1_000)
    sandbox.advance(days=3)
    (payout,) = payouts(client, account)
    lines = client.v1.balance_transactions.list(
        {"payout": payout.id, "expand": ["data.source"]}, {"stripe_account": account}
    ).data
    assert sorted(line.amount for line in lines) == [-6_000, 1_000, 5_000]
    assert {line.source.object for line in lines} == {"charge", "payout"}


def test_only_an_automatic_payout_says_what_it_was_made_of(sandbox, client):
    account = onboarded(sandbox)
    sent(sandbox, account)
    sandbox.advance(days=3)
    options: Any = {"stripe_account": account}
    by_hand = client.v1.payouts.create({"amount": 10, "currency": "eur"}, options)
    with pytest.raises(stripe.InvalidRequestError, match="automatic") as error:
        client.v1.balance_transactions.list({"payout": by_hand.id}, options)
    assert error.value.param == "payout"


def test_a_long_leap_of_the_clock_goes_day_by_day(sandbox, client):
    account = opened(sandbox)
    sent(sandbox, account)
    sandbox.advance(days=40)
    (payout,) = payouts(client, account)
    assert payout.status == "paid"
    events = client.v1.events.list(
        {"types": ["payout.created", "payout.updated", "payout.paid"]},
        {"stripe_account": account},
    ).data[::-1]
    assert [event.type for event in events] == ["payout.created", "payout.updated", "payout.paid"]
    assert events[2].created - events[0].created == DAY


def test_an_account_may_be_paid_by_hand_instead(sandbox, client):
    account = opened(sandbox, interval="manual")
    sent(sandbox, account)
    sandbox.advance(days=40)
    assert payouts(client, account) == []
    assert balance(client, account) == (5_000, 0)


def test_the_platform_is_paid_by_hand(sandbox, client):
    paid(sandbox)
    sandbox.advance(days=40)
    assert client.v1.payouts.list().data == []


def test_a_bank_that_failed_is_paid_nothing_more_until_there_is_another(sandbox, client):
    account = opened(sandbox, bank="000111111113")
    sent(sandbox, account)
    sandbox.advance(days=10)
    (payout,) = payouts(client, account)
    assert (payout.status, payout.failure_code) == ("failed", "account_closed")
    assert balance(client, account) == (5_000, 0)
    bank = client.v1.accounts.retrieve(account).external_accounts.data[0]
    assert bank.status == "errored"
    number: Any = {
        "object": "bank_account",
        "country": "IE",
        "currency": "eur",
        "account_number": "000123456789",
    }
    client.v1.accounts.external_accounts.create(
        account, {"external_account": number, "default_for_currency": True}
    )
    sandbox.advance(days=3)
    assert [each.status for each in payouts(client, account)] == ["paid", "failed"]


def test_its_events_go_where_those_of_connected_accounts_go(tmp_path, receiver):
    endpoint = Endpoint(f"{receiver.url}/connect", "whsec_connect", connect=True)
    running = Running(tmp_path / "state", (endpoint,)).start()
    account = opened(running)
    sent(running, account)
    running.advance(days=5)
    kinds: list[str] = []
    while "payout.paid" not in kinds:
        _, body, signature = receiver.got.get(timeout=5)
        event = stripe.Webhook.construct_event(body, signature, "whsec_connect")
        assert event.account == account
        kinds.append(event.type)
    assert next(kind for kind in kinds if kind.startswith("payout.")) == "payout.created"
    running.stop()


@pytest.mark.parametrize(
    ("schedule", "after", "day"),
    [
        ({"interval": "daily"}, MONDAY, 0),
        ({"interval": "daily"}, MONDAY + 1, 1),
        ({"interval": "weekly", "weekly_anchor": "friday"}, MONDAY + 1, 4),
        ({"interval": "weekly", "weekly_payout_days": ["monday"]}, MONDAY + 1, 7),
        ({"interval": "monthly", "monthly_anchor": 4}, MONDAY + 1, 30),
        ({"interval": "monthly", "monthly_payout_days": [31]}, MONDAY + 27 * DAY, 54),
    ],
)
def test_each_schedule_has_its_next_day(schedule, after, day):
    assert next_run(schedule, after) == MONDAY + day * DAY


def test_paying_by_hand_has_no_next_day():
    assert next_run({"interval": "manual"}, MONDAY) is None
