"""The door Stripe comes in by: signed or shut, each event once."""

import json
import time
from dataclasses import replace
from typing import Any

import pytest
import stripe
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.config import Config, Misconfigured
from models import StripeEvent
from tests.stripe_world import job_names


def event(**values: Any) -> dict[str, Any]:
    thing = {"id": "cs_test_1", "object": "checkout.session"}
    return {
        "id": "evt_1",
        "object": "event",
        "type": "checkout.session.completed",
        "livemode": False,
        "created": 1,
        "data": {"object": thing},
    } | values


def send(
    client: FlaskClient, body: bytes, *, secret: str = "whsec_platform", at: float | None = None
) -> int:
    stamp = int(at or time.time())
    signature = stripe.WebhookSignature.generate_signature_header(body.decode(), secret, stamp)
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
    return client.post("/webhooks/stripe", data=body, headers=headers).status_code


def kept(app: Flask) -> int:
    from marketplace.kit.db import unit_of_work

    with app.app_context(), unit_of_work() as db:
        return db.scalar(select(func.count()).select_from(StripeEvent)) or 0


def test_a_signed_event_is_kept_once_with_one_job(app: Flask, client: FlaskClient) -> None:
    body = json.dumps(event()).encode()
    assert [send(client, body) for _ in range(3)] == [200, 200, 200]
    assert kept(app) == 1
    assert job_names(app) == ["absorb_event"]


@pytest.mark.parametrize(
    ("secret", "at"),
    [("whsec_other", None), ("whsec_connect", None), ("whsec_platform", 1_000.0)],
    ids=["wrong secret", "the other endpoint's secret", "too old"],
)
def test_what_is_not_signed_for_us_now_is_refused(
    app: Flask, client: FlaskClient, secret: str, at: float | None
) -> None:
    assert send(client, json.dumps(event()).encode(), secret=secret, at=at) == 400
    assert kept(app) == 0


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"not json", b"\xff\xfe", b"null"])
def test_a_body_of_another_shape_is_refused(app: Flask, client: FlaskClient, body: bytes) -> None:
    headers = {"Stripe-Signature": "t=1,v1=00"}
    assert client.post("/webhooks/stripe", data=body, headers=headers).status_code == 400
    assert kept(app) == 0


def test_an_event_of_the_live_mode_is_refused_here(app: Flask, client: FlaskClient) -> None:
    assert send(client, json.dumps(event(livemode=True)).encode()) == 400
    assert kept(app) == 0


def test_an_event_about_nothing_of_ours_is_put_aside(app: Flask, client: FlaskClient) -> None:
    from marketplace.kit.db import unit_of_work
    from tests.stripe_world import run_jobs

    assert send(client, json.dumps(event()).encode()) == 200
    run_jobs(app)
    with app.app_context(), unit_of_work() as db:
        session: Session = db
        assert session.query(StripeEvent).one().status == "ignored"


@pytest.mark.parametrize(
    ("key", "is_live"),
    [("sk_live_1", True), ("rk_live_1", True), ("sk_test_1", False), ("rk_test_1", False)],
)
def test_live_events_are_taken_with_a_live_key_and_test_events_with_a_test_key(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, key: str, is_live: bool
) -> None:
    """A place to rehearse runs as in production, on a test key."""
    config = replace(app.extensions["config"], stripe_secret_key=key, is_production=True)
    monkeypatch.setitem(app.extensions, "config", config)
    taken = [send(client, json.dumps(event(livemode=live)).encode()) for live in (True, False)]
    assert taken == ([200, 400] if is_live else [400, 200])


def test_no_live_key_of_any_kind_runs_outside_production(app: Flask) -> None:
    for key in ("sk_live_1", "rk_live_1"):
        with pytest.raises(Misconfigured, match="live key"):
            replace(app.extensions["config"], stripe_secret_key=key).check()


@pytest.mark.parametrize("typed", ["ten", "-1", "5001", "0.1"])
def test_a_fee_that_no_deal_could_bear_stops_the_start(typed: str) -> None:
    with pytest.raises(Misconfigured, match="DEAL_FEE_BPS"):
        Config.from_env({"DATABASE_URL": "postgresql://x", "DEAL_FEE_BPS": typed})


def with_secrets(app: Flask, monkeypatch: pytest.MonkeyPatch, *secrets: str) -> None:
    config = replace(
        app.extensions["config"], stripe_webhook_secrets=secrets, stripe_connect_secrets=secrets
    )
    monkeypatch.setitem(app.extensions, "config", config)


def test_while_a_secret_is_rotated_the_old_and_the_new_one_are_good(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_secrets(app, monkeypatch, "whsec_new", "whsec_old")
    for number, secret in enumerate(("whsec_old", "whsec_new")):
        assert send(client, json.dumps(event(id=f"evt_{number}")).encode(), secret=secret) == 200
    assert send(client, json.dumps(event()).encode(), secret="whsec_platform") == 400


@pytest.mark.parametrize("path", ["/webhooks/stripe", "/webhooks/stripe/connect"])
def test_without_a_secret_the_door_is_shut(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Not even what is signed with nothing comes in."""
    with_secrets(app, monkeypatch)
    body = json.dumps(event())
    signature = stripe.WebhookSignature.generate_signature_header(body, "", int(time.time()))
    answer = client.post(path, data=body, headers={"Stripe-Signature": signature})
    assert answer.status_code == 400
    assert kept(app) == 0


def test_empty_places_in_a_list_of_secrets_are_no_secrets() -> None:
    given = {"DATABASE_URL": "postgresql://x", "STRIPE_WEBHOOK_SECRET": " , whsec_a,, whsec_b ,"}
    config = Config.from_env(given)
    assert config.stripe_webhook_secrets == ("whsec_a", "whsec_b")
    assert Config.from_env(given | {"STRIPE_WEBHOOK_SECRET": " , "}).stripe_webhook_secrets == ()


def test_the_signature_is_of_the_bytes_as_they_came(app: Flask, client: FlaskClient) -> None:
    """The same event written with other spaces is not what was signed."""
    signed, sent = json.dumps(event()), json.dumps(event(), indent=1)
    signature = stripe.WebhookSignature.generate_signature_header(
        signed, "whsec_platform", int(time.time())
    )
    answer = client.post("/webhooks/stripe", data=sent, headers={"Stripe-Signature": signature})
    assert answer.status_code == 400
    assert kept(app) == 0


def test_an_event_of_a_connected_account_remembers_whose_it_is(
    app: Flask, client: FlaskClient
) -> None:
    from marketplace.kit.db import unit_of_work

    body = json.dumps(event(account="acct_1"))
    signature = stripe.WebhookSignature.generate_signature_header(
        body, "whsec_connect", int(time.time())
    )
    headers = {"Stripe-Signature": signature}
    assert client.post("/webhooks/stripe/connect", data=body, headers=headers).status_code == 200
    with app.app_context(), unit_of_work() as db:
        assert db.query(StripeEvent).one().account == "acct_1"
