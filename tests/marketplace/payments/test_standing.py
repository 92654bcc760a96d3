"""Where a payee's account stands, in words with a next step; and how it is made."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from marketplace.payments import gateway, standing
from marketplace.payments.gateway import accounts
from models import PayoutAccount


def account(**values: Any) -> PayoutAccount:
    given: dict[str, Any] = {
        "country": "SE",
        "details_submitted": True,
        "transfers_active": True,
        "payouts_enabled": True,
        "currently_due": [],
        "past_due": [],
        "pending_verification": [],
        "disabled_reason": "",
    }
    return PayoutAccount(**(given | values))


@pytest.mark.parametrize(
    ("values", "title", "ready", "goes_on"),
    [
        ({}, "You can be paid", True, False),
        ({"details_submitted": False}, "Say where you are paid", False, True),
        (
            {"transfers_active": False, "disabled_reason": "rejected.fraud"},
            "Stripe has refused this account",
            False,
            False,
        ),
        (
            {"transfers_active": False, "past_due": ["external_account"]},
            "Stripe needs something more",
            False,
            True,
        ),
        ({"currently_due": ["individual.dob.day"]}, "Stripe needs something more", True, True),
        (
            {"payouts_enabled": False},
            "Money reaches Stripe, but not your bank yet",
            True,
            True,
        ),
        (
            {"transfers_active": False, "pending_verification": ["individual.id_number"]},
            "Stripe is looking at what you gave",
            False,
            False,
        ),
    ],
)
def test_an_account_is_spoken_of_by_where_it_stands(
    app: Flask, values: dict[str, Any], title: str, ready: bool, goes_on: bool
) -> None:
    with app.test_request_context():
        found = standing.standing(account(**values))
    assert (found.title, found.is_ready, found.may_go_on) == (title, ready, goes_on)


def test_nobody_is_asked_twice_for_the_same(app: Flask) -> None:
    asked = ["individual.dob.day", "individual.dob.month", "external_account", "something.new_it"]
    with app.test_request_context():
        assert standing.asked_for(asked) == [
            "Your date of birth",
            "The bank account you are paid to",
            "something, new it",
        ]


@pytest.mark.parametrize("code", ["account_closed", "no_account", "a_new_one", ""])
def test_a_payout_that_came_back_says_what_to_do(app: Flask, code: str) -> None:
    with app.test_request_context():
        assert "account" in standing.sent_back(code) or "bank" in standing.sent_back(code)


@pytest.mark.parametrize("how", ["v1", "v2"])
def test_an_account_is_made_by_the_interface_that_is_set(
    app: Flask, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    asked: list[tuple[str, Any, Any]] = []

    def create(name: str) -> Any:
        def made(params: Any, options: Any) -> Any:
            asked.append((name, params, options))
            return SimpleNamespace(id="acct_1", to_dict=dict)

        return made

    fake = SimpleNamespace(
        v1=SimpleNamespace(accounts=SimpleNamespace(create=create("v1"))),
        v2=SimpleNamespace(core=SimpleNamespace(accounts=SimpleNamespace(create=create("v2")))),
    )
    monkeypatch.setattr(accounts, "client", lambda: fake)
    monkeypatch.setattr(accounts, "account", lambda name: accounts._account(fake_account(name)))
    config = app.extensions["config"]
    monkeypatch.setitem(app.extensions, "config", replace(config, stripe_accounts=how))
    with app.app_context():
        made = gateway.create_account("key-1", email="ida@example.org", country="SE")
    assert made.id == "acct_1"
    ((name, params, options),) = asked
    assert name == how
    assert options == {"idempotency_key": "key-1"}
    assert params["metadata"] == {"payout_account_id": "key-1"}
    assert "type" not in params
    monkeypatch.undo()


def fake_account(name: str) -> Any:
    return SimpleNamespace(id=name, to_dict=dict)


def test_what_is_asked_of_accounts_v2_is_what_the_client_knows() -> None:
    """Every field is one of the installed client's own."""
    from typing import get_type_hints

    from stripe.params.v2.core import AccountCreateParams

    known = get_type_hints(AccountCreateParams)
    assert set(accounts._as_v2("key", "ida@example.org", "SE")) <= set(known)
