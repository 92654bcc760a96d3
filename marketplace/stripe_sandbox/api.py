"""The API: who asks, what for, is it well formed, was it asked before, do it, answer."""

import base64
import hashlib
import json
import logging
import re
import sqlite3
from typing import Any
from urllib.parse import parse_qsl

import stripe
from flask import Blueprint, Response, current_app, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException

from marketplace.stripe_sandbox import faults, render
from marketplace.stripe_sandbox.call import Call
from marketplace.stripe_sandbox.errors import StripeError, refused
from marketplace.stripe_sandbox.operations import OPERATIONS
from marketplace.stripe_sandbox.requests import as_text, check, parse_brackets
from marketplace.stripe_sandbox.sandbox import Sandbox
from marketplace.stripe_sandbox.store import PLATFORM, mint

bp = Blueprint("api", __name__)
log = logging.getLogger(__name__)
VERBS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
LONGEST_KEY = 255
DAY = 86_400  # how long Stripe keeps a key at least, and this sandbox at most
LOGS = "https://dashboard.stripe.com/test/logs"


@bp.route("/v<int:_version>/", methods=VERBS, provide_automatic_options=False)
@bp.route("/v<int:_version>", methods=VERBS, provide_automatic_options=False)
@bp.route("/v<int:_version>/<path:_rest>", methods=VERBS, provide_automatic_options=False)
def answer(_version: int, _rest: str = "") -> Response:
    """Whatever is asked, and however: in Stripe's form."""
    # Read whole before any refusal, or the answer is lost with the connection.
    body = request.get_data()
    call_id = mint("req", 14)
    try:
        status, text, headers = _answer(body, call_id)
    except StripeError as error:
        status, text, headers = error.status, _error_text(error, call_id), _advice(error)
    except faults.Lost:
        faults.hang_up()
        return _response(500, "", call_id, {})
    return _response(status, text, call_id, headers)


@bp.errorhandler(HTTPException)
def failed(error: HTTPException) -> Response:
    """A body too large, or a fault of our own (logged by Flask): still in Stripe's form."""
    ours = StripeError(error.code or 500, "api_error", error.description or error.name)
    call_id = mint("req", 14)
    return _response(ours.status, _error_text(ours, call_id), call_id, {})


def _response(status: int, text: str, call_id: str, headers: dict[str, str]) -> Response:
    response = Response(text, status, mimetype="application/json")
    response.headers["Request-Id"] = call_id
    response.headers["Stripe-Version"] = stripe.api_version
    response.headers.update(headers)
    return response


def _error_text(error: StripeError, call_id: str) -> str:
    """Unknown keys and paths are told nothing more; every other refusal is in the logs."""
    body = dict(error.body)
    if request.path.startswith("/v2/"):
        shown = {name: body[name] for name in ("type", "message", "doc_url") if name in body}
        return json.dumps({"error": {"code": body.get("code", "invalid_fields")} | shown}, indent=2)
    if error.status not in (401, 404, 501) or "code" in body:
        body["request_log_url"] = f"{LOGS}/{call_id}"
    return json.dumps({"error": body}, indent=2)


def _advice(error: StripeError) -> dict[str, str]:
    """What Stripe says about asking again, where the status alone doesn't."""
    if error.status == 409:
        return {"Stripe-Should-Retry": "true"}
    if error.status == 429:
        return {"Stripe-Rate-Limited-Reason": "global-rate"}
    # What is not built will not be built by asking again.
    final = error.status < 500 or error.status == 501
    return {"Stripe-Should-Retry": "false"} if final else {}


def _answer(body: bytes, call_id: str) -> tuple[int, str, dict[str, str]]:
    sandbox: Sandbox = current_app.extensions["sandbox"]
    _authenticate(sandbox.secret_key)
    sandbox.base_url = request.host_url.rstrip("/")
    _check_version()
    path = request.path.rstrip("/")
    name, ids = sandbox.router.match(request.method.lower(), path)
    asked = f"{request.method.lower()} {path}"
    faults.strike(sandbox, asked, "before")
    params = _params(sandbox, name, _given(body))
    call = Call(
        sandbox.store,
        sandbox.contract,
        params=params,
        path=path,
        base_url=request.host_url.rstrip("/"),
        request_id=call_id,
        idempotency_key=_idempotency_key(),
    )
    _act_for(call)
    with sandbox.only_one(call.idempotency_key):
        status, text, headers = _once(sandbox, call, name, ids)
    sandbox.courier.wake.set()
    faults.strike(sandbox, asked, "after")
    return status, text, headers


def _params(sandbox: Sandbox, name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Checked; the client's types leave out the page that an address of version 2 names."""
    is_page = name.startswith("get /v2/") and "page" in given
    page = {"page": given.pop("page")} if is_page else {}
    checked: dict[str, Any] = check(sandbox.contract.requests[name], given)
    return checked | page


def _authenticate(secret_key: str) -> None:
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        given = _user_of(given)
    if kind not in ("Basic", "Bearer") or not given:
        raise refused(
            "You did not provide an API key. You need to provide your API key in the "
            "Authorization header, "
            "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
            status=401,
        )
    if re.match("(sk|rk)_live_", given):
        raise refused(
            "A live key was sent to the sandbox. Change STRIPE_SECRET_KEY to the sandbox's "
            "own key; "
            "if this key is real, roll it.",
            "api_key_live_in_sandbox",
            status=401,
        )
    if given != secret_key:
        raise refused(f"Invalid API Key provided: {given[:8]}****", status=401)


def _user_of(credentials: str) -> str:
    try:
        return base64.b64decode(credentials, validate=True).decode().partition(":")[0]
    except ValueError:
        return ""


def _check_version() -> None:
    version = request.headers.get("Stripe-Version", stripe.api_version)
    if version != stripe.api_version:
        raise refused(
            f"The sandbox speaks only API version {stripe.api_version}, the one the "
            "installed client pins. "
            f"This request asks for {version}."
        )


def _given(body: bytes) -> dict[str, Any]:
    """The parameters as a tree: from the address, and from the body in one of three forms."""
    kind, text = request.mimetype, ""
    if request.path.startswith("/v2/") and request.method == "POST":
        return _json(body)
    pairs = list(_form(request.query_string))
    if request.method == "POST" and kind == "multipart/form-data":
        pairs += request.form.items(multi=True)
        files = {name: _file(each) for name, each in request.files.items()}
        return parse_brackets(pairs) | files
    if request.method == "POST" and body:
        if kind != "application/x-www-form-urlencoded":
            text = (
                f"Invalid request: send application/x-www-form-urlencoded, not {kind or 'nothing'}."
            )
            raise refused(text)
        pairs += _form(body)
    return parse_brackets(pairs)


def _form(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            text.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=5000
        )
    except ValueError:
        raise refused("Invalid request: too many parameters.") from None


def _file(given: FileStorage) -> dict[str, str]:
    name, content = given.filename or "", given.read()
    return {"filename": name, "size": str(len(content)), "type": name.rpartition(".")[2].lower()}


def _json(body: bytes) -> dict[str, Any]:
    try:
        tree = json.loads(body or b"{}")
    except ValueError:
        raise refused("Invalid request: the body is not JSON.") from None
    if not isinstance(tree, dict):
        raise refused("Invalid request: send a JSON object.")
    return {name: as_text(value) for name, value in tree.items()}


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        raise refused(f"Idempotency keys can be at most {LONGEST_KEY} characters long.")
    return key


def _act_for(call: Call) -> None:
    account = request.headers.get("Stripe-Account") or request.headers.get("Stripe-Context")
    if not account or account == PLATFORM:
        return
    with call.store.lock:
        found = call.store.get(account)
    if found is None or found["object"] != "account":
        raise refused(
            f"The provided key does not have access to account '{account}' (or that account "
            "does not "
            "exist). Application access may have been revoked.",
            "account_invalid",
            status=403,
        )
    call.account = account


def _once(
    sandbox: Sandbox, call: Call, name: str, ids: tuple[str, ...]
) -> tuple[int, str, dict[str, str]]:
    """The operation and its stored answer are one transaction: a retry finds both, or neither."""
    key, print_ = call.idempotency_key, _fingerprint(call)
    headers = {"Idempotency-Key": key} if key else {}
    with call.store.transaction():
        if key and (row := _known(call, key, print_)):
            more = {"Idempotent-Replayed": "true", "Original-Request": row["request"]}
            return row["status"], row["body"], headers | more | _kept_advice(row["status"])
        sandbox.catch_up(call)
        status, text = _execute(sandbox, call, name, ids)
        if key and status != 501:
            call.store.db.execute(
                "INSERT INTO idempotency (key, fingerprint, status, body, created, request)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (key, print_, status, text, call.now(), call.request_id),
            )
    return status, text, headers | _kept_advice(status)


def _kept_advice(status: int) -> dict[str, str]:
    """An answer under a key never changes: asking again is no use."""
    return {"Stripe-Should-Retry": "false"} if status >= 400 else {}


def _known(call: Call, key: str, print_: str) -> sqlite3.Row | None:
    """The answer this key had; after a day the key is as good as new."""
    query = "SELECT * FROM idempotency WHERE key = ?"
    row: sqlite3.Row | None = call.store.db.execute(query, (key,)).fetchone()
    if row is None:
        return None
    if row["created"] and row["created"] + DAY < call.now():
        call.store.db.execute("DELETE FROM idempotency WHERE key = ?", (key,))
        return None
    if row["fingerprint"] != print_:
        raise StripeError(
            400,
            "idempotency_error",
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. Try using a key other than '{key}' if you meant to execute a "
            "different request.",
        )
    return row


def _execute(sandbox: Sandbox, call: Call, name: str, ids: tuple[str, ...]) -> tuple[int, str]:
    """Once begun, whatever comes of it is the answer for good; a crash too."""
    asked = f"{request.method.lower()} {call.path}"
    expand: list[str] = call.params.pop("expand", [])
    if ordered := faults.error_for(sandbox, asked, "during"):
        return ordered.status, _error_text(ordered, call.request_id or "")
    try:
        with call.store.undone_on_error():
            answer = _operate(call, name, ids, expand)
    except StripeError as error:
        return error.status, _error_text(error, call.request_id or "")
    except Exception:
        log.exception("A fault of our own in %s", name)
        ours = StripeError(500, "api_error", "The sandbox itself failed; see what its server says.")
        return 500, _error_text(ours, call.request_id or "")
    if answer[0] == 200 and (ordered := faults.error_for(sandbox, asked, "kept")):
        return ordered.status, _error_text(ordered, call.request_id or "")
    return answer


def _operate(call: Call, name: str, ids: tuple[str, ...], expand: list[str]) -> tuple[int, str]:
    try:
        body: dict[str, Any] = OPERATIONS[name](call, *ids)
        return 200, json.dumps(render.answer(call, body, expand), indent=2)
    except StripeError as error:
        if not error.is_kept:
            raise
        return error.status, _error_text(error, call.request_id or "")


def _fingerprint(call: Call) -> str:
    asked = json.dumps([call.path, call.params, call.account], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()
