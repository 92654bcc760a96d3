"""Accounts by version 2 of the API: made, led through onboarding, paid."""

from typing import Any

import pytest
import requests
import stripe

from tests.marketplace.stripe_sandbox.conftest import KEY, NOWHERE, Running, paid

RECIPIENT: Any = {
    "contact_email": "ida@example.org",
    "display_name": "Ida",
    "dashboard": "express",
    "identity": {"country": "se", "entity_type": "individual"},
    "configuration": {
        "recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}
    },
    "defaults": {
        "responsibilities": {"fees_collector": "application", "losses_collector": "application"}
    },
    "metadata": {"person": "7"},
}
EVERYTHING: Any = {"include": ["configuration.recipient", "identity", "requirements", "defaults"]}
ONBOARDING: Any = {
    "type": "account_onboarding",
    "account_onboarding": {
        "refresh_url": f"{NOWHERE}/again",
        "return_url": f"{NOWHERE}/back",
    },
}


def state_of(account: Any) -> str:
    balance = account.configuration.recipient.capabilities.stripe_balance
    return balance.stripe_transfers.status


def finish(running: Running, account: str, outcome: str = "complete") -> requests.Response:
    link = running.client().v2.core.account_links.create(
        {"account": account, "use_case": ONBOARDING}
    )
    return running.post("/setup/" + link.url.partition("/setup/")[2], {"outcome": outcome})


def test_a_recipient_is_onboarded_and_paid(sandbox, client):
    made = client.v2.core.accounts.create(RECIPIENT | EVERYTHING)
    assert (made.object, made.dashboard, made.identity.country) == (
        "v2.core.account",
        "express",
        "SE",
    )
    assert made.applied_configurations == ["recipient"]
    assert state_of(made) == "restricted"
    assert made.requirements.summary.minimum_deadline.status == "past_due"

    answer = finish(sandbox, made.id)
    assert answer.headers["Location"] == f"{NOWHERE}/back"
    ready = client.v2.core.accounts.retrieve(made.id, EVERYTHING)
    assert (state_of(ready), ready.requirements.entries) == ("active", [])

    charge = paid(sandbox).latest_charge
    sent = client.v1.transfers.create(
        {
            "amount": 4_000,
            "currency": "eur",
            "destination": made.id,
            "source_transaction": charge.id,
        }
    )
    assert sent.destination == made.id
    sandbox.advance(days=5)
    payouts = client.v1.payouts.list(None, {"stripe_account": made.id}).data
    assert [(each.amount, each.status) for each in payouts] == [(4_000, "paid")]


def test_what_is_not_asked_for_is_left_out(client):
    made = client.v2.core.accounts.create(RECIPIENT)
    found = client.v2.core.accounts.retrieve(made.id)
    assert (found.configuration, found.identity, found.requirements) == (None, None, None)
    assert (found.contact_email, found.metadata["person"]) == ("ida@example.org", "7")


def test_either_version_reads_what_the_other_has_made(client):
    made = client.v2.core.accounts.create(RECIPIENT)
    old = client.v1.accounts.retrieve(made.id)
    assert (old.country, old.capabilities.transfers, old.type) == ("SE", "inactive", "express")
    other = client.v1.accounts.create(
        {
            "country": "IE",
            "controller": {"stripe_dashboard": {"type": "express"}},
            "capabilities": {"transfers": {"requested": True}},
        }
    )
    found = client.v2.core.accounts.retrieve(other.id, EVERYTHING)
    assert (found.dashboard, found.applied_configurations) == ("express", ["recipient"])


def test_an_account_is_changed_listed_and_closed(client):
    made = client.v2.core.accounts.create(RECIPIENT)
    changed = client.v2.core.accounts.update(
        made.id, {"display_name": "Ida Berg", "metadata": {"person": "8"}}
    )
    assert (changed.display_name, changed.metadata["person"]) == ("Ida Berg", "8")
    assert [each.id for each in client.v2.core.accounts.list().data] == [made.id]
    assert client.v2.core.accounts.close(made.id).closed
    with pytest.raises(stripe.InvalidRequestError) as error:
        client.v2.core.accounts.retrieve(made.id)
    assert error.value.http_status == 404


def test_pages_of_accounts_follow_each_other(client):
    names = [client.v2.core.accounts.create(RECIPIENT).id for _ in range(3)][::-1]
    page = client.v2.core.accounts.list({"limit": 2})
    assert [each.id for each in page.auto_paging_iter()] == names


def test_its_events_are_thin_and_lead_to_the_account(sandbox, client, receiver):
    made = client.v2.core.accounts.create(RECIPIENT)
    destination = client.v2.core.event_destinations.create(
        {
            "name": "ours",
            "type": "webhook_endpoint",
            "event_payload": "thin",
            "enabled_events": [
                "v2.core.account[configuration.recipient].capability_status_updated"
            ],
            "webhook_endpoint": {"url": f"{receiver.url}/thin"},
            "include": ["webhook_endpoint.signing_secret"],
        }
    )
    finish(sandbox, made.id)
    _, body, signature = receiver.got.get(timeout=5)
    secret = destination.webhook_endpoint.signing_secret
    notice = client.parse_event_notification(body, signature, secret)
    assert notice.related_object.id == made.id
    assert notice.fetch_related_object().id == made.id
    assert notice.fetch_event().data.updated_capability == "stripe_balance.stripe_transfers"
    kinds = {event.type for event in client.v2.core.events.list({"object_id": made.id}).data}
    assert {"v2.core.account.created", "v2.core.account[requirements].updated"} <= kinds


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"defaults": {"responsibilities": {"fees_collector": "stripe"}}}, "Missing required"),
        (
            {
                "defaults": {
                    "responsibilities": {"fees_collector": "stripe", "losses_collector": "stripe"}
                }
            },
            "express dashboard",
        ),
        ({"identity": {"country": "Sweden"}}, "Country"),
        ({"dashboard": "pretty"}, "must be one of"),
        ({"colour": "red"}, "unknown parameter"),
    ],
)
def test_a_mistake_is_told(client, change, words):
    with pytest.raises(stripe.InvalidRequestError, match=words):
        client.v2.core.accounts.create(RECIPIENT | change)


def test_what_is_not_built_is_said(client):
    with pytest.raises(stripe.APIError, match="has not built") as error:
        client.v2.core.accounts.create(RECIPIENT | {"configuration": {"customer": {}}})
    assert error.value.http_status == 501


def test_a_body_that_is_not_json_is_a_mistake(sandbox):
    answer = requests.post(
        f"{sandbox.url}/v2/core/accounts",
        "nonsense{",
        headers={"Authorization": f"Bearer {KEY}"},
        timeout=10,
    )
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")
