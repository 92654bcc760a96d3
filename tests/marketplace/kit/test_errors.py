"""What can't be done is answered with a page that says so, and that leads somewhere."""

import re

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from models import Refused


@pytest.mark.parametrize("code", [400, 406, 411, 415, 431])
def test_what_cannot_be_read_is_not_called_our_mistake(
    app: Flask, client: FlaskClient, code: int
) -> None:
    with app.test_request_context("/sign-in"):
        page, status = app.handle_http_exception(_stopped(code))  # type: ignore[misc, assignment]
    assert status == code
    assert "We could not read what was sent" in page
    assert "Nothing was changed" in page
    assert 'href="/sign-in"' in page


def _stopped(code: int) -> HTTPException:
    with pytest.raises(HTTPException) as caught:
        abort(code)
    return caught.value


@pytest.mark.parametrize(
    ("path", "referrer", "leads_to"),
    [
        ("/orders/4F7-K2Q-9TD/cancel", None, "/orders/4F7-K2Q-9TD"),
        ("/returns/7d7e4e31-4672-498a-96a5-7478c4d5cdb3/receive", None, "/"),
        ("/payouts/start", "http://localhost/money?page=2", "/money"),
        ("/payouts/start", "https://elsewhere.example/money", "/payouts"),
        # A form that is refused whole would only be refused again.
        ("/shelf/add", "http://localhost/shelf/add", "/shelf"),
    ],
)
def test_a_refusal_leads_back_to_a_page_that_is_there(
    app: Flask, path: str, referrer: str | None, leads_to: str
) -> None:
    headers = {"Referer": referrer} if referrer else {}
    with app.test_request_context(path, method="POST", headers=headers):
        page, status = app.handle_user_exception(Refused("It was sent already."))  # type: ignore[misc, assignment]
    assert status == 409
    assert "It was sent already." in page
    assert f'class="button primary" href="{leads_to}"' in page


def test_who_tried_too_often_is_told_how_long_to_wait(client: FlaskClient) -> None:
    for _number in range(60):
        answer = client.post("/orders/find", data={"code": "4F7-K2Q-9TD", "email": "a@b.example"})
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert re.search(r"You can try again in (59|60) minutes", answer.text)
