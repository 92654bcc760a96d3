"""What is served is known to the client, and what is answered is known to it too."""

import ast

import pytest

from marketplace.stripe_sandbox.contract import SDK, load
from marketplace.stripe_sandbox.operations import OPERATIONS
from marketplace.stripe_sandbox.shapes import RESOURCES
from tests.marketplace.stripe_sandbox import spec
from tests.marketplace.stripe_sandbox.conftest import Running, checkout, onboarded, paid


def fields_of(kind):
    """The fields of a resource, and whether each may be null."""
    file, name = RESOURCES[kind].split(":")
    for node in ast.parse((SDK / file).read_text()).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return {
                item.target.id: ast.unparse(item.annotation).startswith("Optional[")
                for item in node.body
                if isinstance(item, ast.AnnAssign) and item.target.id != "OBJECT_NAME"
            }
    raise LookupError(kind)


def objects(sandbox):
    """One of everything the sandbox answers with."""
    client = sandbox.client()
    account, charge = onboarded(sandbox), paid(sandbox).latest_charge
    options = {"stripe_account": account}
    params = {"currency": "eur", "destination": account, "source_transaction": charge.id}
    sent = client.v1.transfers.create(params | {"amount": 1_000})
    yield client.v1.transfers.reversals.create(sent.id, {"amount": 1})
    yield client.v1.transfers.retrieve(sent.id)
    yield client.v1.charges.retrieve(sent.destination_payment, None, options)
    yield client.v1.charges.retrieve(charge.id)
    yield client.v1.payment_intents.retrieve(charge.payment_intent)
    yield client.v1.refunds.create({"charge": charge.id, "amount": 1})
    yield from client.v1.balance_transactions.list().data
    yield client.v1.accounts.retrieve(account)
    yield client.v1.accounts.retrieve_current()
    yield checkout(client)
    yield from client.v1.checkout.sessions.list().data
    paid(sandbox, 500, "4000000000000259")
    yield client.v1.disputes.list().data[0]
    sandbox.advance(days=3)
    yield client.v1.payouts.create({"amount": 10, "currency": "eur"}, options)
    yield client.v1.webhook_endpoints.create(
        {"url": "http://127.0.0.1:1/", "enabled_events": ["*"]}
    )


def test_every_answer_has_the_shape_the_client_knows(sandbox):
    seen = set()
    for answer in objects(sandbox):
        body = answer.to_dict()
        kind = body["object"]
        fields = fields_of(kind)
        seen.add(kind)
        lacking = {name for name, may_be_null in fields.items() if not may_be_null} - set(body)
        assert not lacking, (kind, lacking)
        null = {name for name, value in body.items() if value is None and not fields[name]}
        assert not null, (kind, null)
        assert not set(body) - set(fields), (kind, set(body) - set(fields))
    assert len(seen) > 10


def test_what_is_served_is_known_to_the_client():
    contract = load(frozenset(OPERATIONS))
    assert set(contract.requests) == set(OPERATIONS)
    assert len(contract.known) > 500


def test_an_operation_the_client_does_not_know_is_found_at_the_start():
    with pytest.raises(LookupError, match="get /v1/unicorns"):
        load(frozenset({"get /v1/unicorns"}))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"amount": "10"}, "refund.amount is str, not integer"),
        ({"amount": True}, "refund.amount is bool, not integer"),
        ({"currency": None}, "refund.currency is null"),
        ({"pending_reason": "tired"}, "refund.pending_reason is 'tired', not one of"),
        ({"colour": "red"}, "refund.colour is unknown"),
        ({"metadata": {"a": 1}}, "refund.metadata.a is int, not string"),
        ({"destination_details": {"type": 5}}, "refund.destination_details.type is int"),
        ({"object": "unicorn"}, "Stripe has no unicorn"),
    ],
)
def test_a_mistake_in_an_answer_is_found(sandbox, client, change, found):
    refund = client.v1.refunds.create({"payment_intent": paid(sandbox).id}).to_dict()
    assert spec.mistakes_in_object(refund) == []
    assert [each for each in spec.mistakes_in_object(refund | change) if each.startswith(found)]


def test_what_is_missing_from_an_answer_is_found(sandbox, client):
    refund = client.v1.refunds.create({"payment_intent": paid(sandbox).id}).to_dict()
    del refund["currency"]
    assert spec.mistakes_in_object(refund) == ["refund.currency is missing"]


def test_a_mistake_made_anywhere_fails_the_test_that_met_it(tmp_path, monkeypatch):
    def wrong(call):
        return {"object": "balance", "livemode": "no"}

    running = Running(tmp_path / "state").start()
    monkeypatch.setitem(OPERATIONS, "get /v1/balance", wrong)
    running.client().v1.balance.retrieve()
    with pytest.raises(AssertionError, match=r"GET balance\.available is missing"):
        running.stop()
