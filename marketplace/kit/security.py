"""Passwords, tokens, headers, and who may post a form."""

import hashlib
import secrets
import threading
from functools import cache
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Flask, Response, abort, current_app, request
from itsdangerous import BadData, URLSafeSerializer

# OWASP's second choice: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# So that a burst of sign-ins can't take every core from the pages.
_slots = threading.BoundedSemaphore(2)

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action {forms}; frame-ancestors 'none'"
)
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def hash_password(password: str) -> str:
    with _slots:
        return _hasher.hash(password)


@cache
def _nobody() -> str:
    """Checked when nobody has the address, so that an answer takes as long either way."""
    return _hasher.hash(secrets.token_hex(16))


def password_fits(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; as slow for an unknown person as for a known one."""
    with _slots:
        try:
            return _hasher.verify(password_hash or _nobody(), password) and bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False


def new_token() -> str:
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token; the token itself is only in the cookie or the mail."""
    return hashlib.sha256(token.encode()).hexdigest()


def signed(purpose: str, value: str) -> str:
    """For a link in a mail, which must do one thing for one person and be made by nobody else."""
    return str(URLSafeSerializer(str(current_app.secret_key), salt=purpose).dumps(value))


def unsigned(purpose: str, token: str) -> str | None:
    """What was signed for this purpose, or None for anything else."""
    try:
        return str(URLSafeSerializer(str(current_app.secret_key), salt=purpose).loads(token))
    except BadData:
        return None


def refuse_cross_origin() -> None:
    """CSRF without tokens: an unsafe request must come from one of our own pages.

    Browsers say so in Sec-Fetch-Site; where that is missing, Origin must be our own host.
    A client that sends neither isn't a browser carrying someone's cookies.
    """
    if request.method in _SAFE or request.endpoint in current_app.extensions["open_endpoints"]:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            abort(403)
        return
    origin = request.headers.get("Origin")
    # A proxy may have told us another host than the one people see.
    ours = {request.host, current_app.extensions["config"].host}
    if origin is not None and _host_of(origin) not in ours:
        abort(403)


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None


def add_headers(response: Response) -> Response:
    config = current_app.extensions["config"]
    # A form may lead on to Stripe's hosted pages by a redirect, which browsers check as well.
    forms = "'self' https://checkout.stripe.com https://connect.stripe.com"
    if config.is_sandbox and config.stripe_api_base:
        forms = f"'self' {config.stripe_api_base}"
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY.format(forms=forms))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if config.is_https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response


def guard(app: Flask) -> None:
    app.before_request(refuse_cross_origin)
    app.after_request(add_headers)
