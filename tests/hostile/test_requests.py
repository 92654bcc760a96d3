"""Requests no browser sends: odd methods, hosts, cookies and headers, and notes from nowhere."""

import hashlib
import hmac
import time

import pytest

from tests.hostile import poison
from tests.hostile.site import Door, Site

FRONT = Door("front.index", "/", "nobody", has_page=True)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "BREW"])
def test_a_method_nobody_takes_is_answered_with_a_page(site: Site, method: str) -> None:
    for path in ("/", "/sign-in", "/campaigns/open", "/nowhere", "/webhooks/stripe"):
        answer = site.ask(FRONT, method, path=path)
        assert answer is not None
        assert answer.status_code in (404, 405)
        assert "<h1" in answer.text


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_who_only_asks_about_a_page_is_answered(site: Site, method: str) -> None:
    for path in ("/", "/sign-in", "/numbers.csv", "/today", "/pictures/x", "/nowhere"):
        site.ask(FRONT, method, path=path)


@pytest.mark.parametrize(
    "path",
    [
        "/" + "a" * 100_000,
        "/%",
        "/%00",
        "/%FF%FE",
        "/%ED%A0%80",
        "/..%2f..%2fetc/passwd",
        "/static/..%2f..%2fapp.py",
        "/static/%00",
        "/static/" + "a" * 5_000,
        "//elsewhere.example/",
        "/sign-in/",
        "/\u202e",
        "/?" + "a=1&" * 20_000,
        "/mailbox/..%2f..%2fapp.py",
        "/mailbox/%00",
        "/mailbox/" + "a" * 400,
        "/reset/%00",
        "/reset/" + "a" * 5_000,
    ],
    ids=lambda path: path[:30],
)
def test_an_odd_address_is_answered(site: Site, path: str) -> None:
    answer = site.ask(FRONT, "GET", path=path)
    assert answer is not None
    assert answer.status_code in (200, 302, 303, 308, 404, 410)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "elsewhere.example"},
        {"Host": "localhost:99999999"},
        {"Host": "a b"},
        {"Host": ""},
        {"Cookie": "session=garbage"},
        {"Cookie": "session=.eJw; session=\xff; =; ;;; remember_token=1|x"},
        {"Cookie": "a=" + "b" * 60_000},
        {"Accept-Language": "xx-YY;q=nan, *;q=-1, " + "a" * 2_000},
        {"Accept-Language": "sv-SE@collation=x, zh_Hant_TW, \xff"},
        {"Sec-Fetch-Site": "\xff"},
        {"Origin": "http://["},
        {"Origin": "null"},
        {"Range": "bytes=99-1,x"},
        {"If-Modified-Since": "yesterday"},
        {"If-None-Match": '"'},
        {"X-Request-Id": poison.LONG[:300]},
        {"X-Forwarded-For": "1,,, \xff", "X-Forwarded-Host": "x y", "X-Forwarded-Proto": "?"},
        {"User-Agent": "\xff" * 3_000},
        {"HX-Request": "true", "HX-Target": "<b>"},
        {"Content-Type": "multipart/form-data; boundary=" + "x" * 5_000},
        {"Content-Length": "-1"},
        {"Content-Length": "many"},
        {"Transfer-Encoding": "chunked, gzip"},
    ],
    ids=str,
)
def test_odd_headers_are_answered(site: Site, headers: dict[str, str]) -> None:
    for method, path in (("GET", "/"), ("GET", "/today"), ("POST", "/sign-in")):
        site.ask(FRONT, method, what=str(headers)[:200], path=path, headers=headers)


def test_a_session_of_another_shape_is_nobodys(site: Site) -> None:
    for user in ("", "x" * 500, "\x00", "' OR 1=1", None):
        client = site.app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = user
            session["_flashes"] = [("message", "Hello")]
        site.clients["somebody"] = client
        door = Door("home.today", "/today", "somebody", has_page=True)
        answer = site.ask(door, "GET", what=f"_user_id={user!r}")
        assert answer is not None
        assert answer.status_code in (302, 303)


_EVENTS = (
    *(b"", b"x", b"null", b"[]", b"1", b'"x"', b"{}", b'{"id": 7}', b'{"id": "evt"}', b"\xff\xfe"),
    *(b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    b'{"id": "evt_1", "object": "event", "type": "x"}',
    b'{"id": "evt_1", "object": "event", "type": "x", "data": null}',
    b'{"id": "evt_1", "object": "event", "type": "x", "data": {"object": []}}',
    b'{"id": "evt_1", "object": "event", "type": 7, "data": {"object": {"id": 9}}}',
    b'{"id": null, "object": "event", "type": null, "livemode": "yes", "data": {"object": {}}}',
    b'{"id": "evt_2", "object": "event", "type": "x", "account": 7, "data": {"object": {}}}',
)


@pytest.mark.parametrize("path", ["/webhooks/stripe", "/webhooks/stripe/connect"])
def test_a_note_that_is_not_an_event_is_refused(site: Site, path: str) -> None:
    secret = "whsec_connect" if path.endswith("connect") else "whsec_platform"
    for body in _EVENTS:
        for signature in ("", "t=,v1=", "t=x,v1=é", f"t={2**70},v1=0", _signed(body, secret)):
            headers = {"Stripe-Signature": signature}
            what = f"{body[:60]!r} with {signature[:20]}"
            site.ask(FRONT, what=what, path=path, data=body, headers=headers)


def _signed(body: bytes, secret: str) -> str:
    at = int(time.time())
    said = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={said.hexdigest()}"
