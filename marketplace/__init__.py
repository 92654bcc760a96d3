"""The marketplace: one Flask app made of features, each named here once."""

from importlib import import_module
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace import navigation
from marketplace.config import Config, Misconfigured
from marketplace.kit import db as database
from marketplace.kit import errors, i18n, limits, logs, security
from marketplace.kit.db import abandon, unit_of_work
from marketplace.kit.routing import add_converters

# Every feature with pages, in the order of the way down; each has a views.py with `bp`.
FEATURES = (
    "accounts",
    "notices",
    "payments",
    "brands",
    "creators",
    "campaigns",
    "matches",
    "lists",
    "deals",
    "shop",
    "disputes",
    "home",
    "front",
    "books",
    "admin",
    "webhooks",
    "worker",
    "demo",
)


class Marketplace(Flask):
    """A request is one unit of work: a page that answers commits, a refusal rolls back."""

    def dispatch_request(self) -> ResponseReturnValue:
        with unit_of_work():
            response = self.make_response(super().dispatch_request())
            if response.status_code >= 400:
                abandon()
            return response


def create_app(config: Config | None = None) -> Flask:
    """The whole app, ready to serve. Raises Misconfigured on a missing or weak setting."""
    config = config or Config.from_env()
    app = Marketplace(__name__, template_folder="../templates", static_folder="../static")
    app.config.update(
        SECRET_KEY=config.secret_key,
        TESTING=config.testing,
        SERVER_NAME=None,
        PREFERRED_URL_SCHEME="https" if config.is_https else "http",
        MAX_CONTENT_LENGTH=12_000_000,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        SESSION_COOKIE_NAME="__Host-session" if config.is_https else "session",
        SESSION_COOKIE_SECURE=config.is_https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    engine = database.make_engine(config)
    if config.is_production and database.owns_tables(engine):
        raise Misconfigured("DATABASE_URL connects as an owner of tables; see docs/running.md")
    app.extensions |= {"config": config, "engine": engine, "open_endpoints": set()}
    app.teardown_appcontext(database.close)
    if config.is_https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    logs.set_up(app, quiet=config.testing)
    add_converters(app)
    i18n.set_up(app)
    security.guard(app)
    limits.limit(app, engine)
    errors.set_up(app)
    navigation.set_up(app)
    for feature in FEATURES:
        part: Any = import_module(f"marketplace.{feature}")
        part.set_up(app)
    return app
