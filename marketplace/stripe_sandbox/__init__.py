"""A stand-in for Stripe's HTTP API: the unmodified client talks to it, and no money moves.

It knows nothing of the marketplace; the marketplace knows it only as an address.
"""

from pathlib import Path

from flask import Flask, Response
from jinja2 import StrictUndefined

from marketplace.stripe_sandbox import api, control, dashboard, pages
from marketplace.stripe_sandbox.money import money
from marketplace.stripe_sandbox.pages import day, moment
from marketplace.stripe_sandbox.sandbox import Endpoint, Sandbox

__all__ = ["Endpoint", "Sandbox", "create_sandbox"]

LARGEST_REQUEST = 1024 * 1024
SECRET_KEY = "sk_test_sandbox"  # noqa: S105 - no secret: it opens only this sandbox


def create_sandbox(
    state: Path | str, *, secret_key: str = SECRET_KEY, endpoints: tuple[Endpoint, ...] = ()
) -> Flask:
    """The WSGI app; its Sandbox is at app.extensions["sandbox"], to be closed when done."""
    app = Flask(__name__)
    app.config |= {
        "MAX_CONTENT_LENGTH": LARGEST_REQUEST,
        "TRUSTED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
    }
    app.extensions["sandbox"] = Sandbox(Path(state), secret_key, endpoints)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters |= {"money": money, "moment": moment, "day": day}
    app.jinja_env.filters |= {"linked": dashboard.linked, "state": dashboard.state}
    for blueprint in (api.bp, control.bp, dashboard.bp, pages.bp):
        app.register_blueprint(blueprint)
    app.after_request(_headers)
    return app


def _headers(response: Response) -> Response:
    # No form-action: a finished payment redirects its form to the shop, which is another origin.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
