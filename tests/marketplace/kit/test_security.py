"""Headers on every answer, forms only from our own pages, and a 500 that says nothing."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.kit import security
from tests import builders


def test_every_page_carries_the_strict_policy(client: FlaskClient) -> None:
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://localhost"}, True),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, True),
    ],
)
def test_a_form_is_taken_only_from_our_own_pages(
    app: Flask, db: Session, headers: dict[str, str], allowed: bool
) -> None:
    deal = builders.deal(db)
    db.commit()
    client = app.test_client().sign_in(deal.creator.person)  # type: ignore[attr-defined]
    status = client.post(f"/deals/{deal.id}/decline", headers=headers).status_code
    assert status == (303 if allowed else 403)


def test_a_form_is_taken_from_the_host_people_see_behind_a_proxy_that_hides_it(
    app: Flask, db: Session
) -> None:
    deal = builders.deal(db)
    db.commit()
    client = app.test_client().sign_in(deal.creator.person)  # type: ignore[attr-defined]
    headers = {"Origin": app.extensions["config"].public_url}
    inside = {"HTTP_HOST": "127.0.0.1:8000"}
    client.set_cookie("session", client.get_cookie("session").value, domain="127.0.0.1")
    path = f"/deals/{deal.id}/decline"
    assert client.post(path, headers=headers, environ_overrides=inside).status_code == 303


def test_passwords_are_hashed_with_argon2id_and_checked() -> None:
    kept = security.hash_password("correct horse battery")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert security.password_fits(kept, "correct horse battery")
    assert not security.password_fits(kept, "wrong")
    assert not security.password_fits(None, "anything")


def test_a_strangers_deal_is_not_found(app: Flask, db: Session) -> None:
    deal = builders.deal(db)
    stranger = builders.brand(db).person
    db.commit()
    client = app.test_client().sign_in(stranger)  # type: ignore[attr-defined]
    assert client.get(f"/deals/{deal.id}").status_code == 404
    assert client.post(f"/deals/{deal.id}/accept").status_code == 404


def test_who_is_not_signed_in_is_asked_to(app: Flask, db: Session) -> None:
    deal = builders.deal(db)
    db.commit()
    answer = app.test_client().get(f"/deals/{deal.id}")
    assert answer.status_code in (302, 303)
    assert "/sign-in" in answer.headers["Location"]
