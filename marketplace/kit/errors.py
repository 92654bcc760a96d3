"""What people see when something can't be done: which thing, why, and what to do next."""

import logging

from flask import Flask, Response, make_response, render_template, request
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from models import Refused

from .db import abandon

log = logging.getLogger("alongside.errors")

_PAGES = {403: "forbidden", 404: "not_found", 405: "not_found", 413: "too_large"}


def refused(error: Refused) -> tuple[str, int]:
    return render_template("errors/refused.html", error=error), 409


def too_many(error: RateLimitExceeded) -> tuple[str, int]:
    return render_template("errors/too_many.html"), 429


def http(error: HTTPException) -> Response | tuple[str, int]:
    code = error.code or 500
    if code < 400:
        return make_response(error.get_response())
    if isinstance(error, RequestEntityTooLarge):
        code = 413
    return render_template(f"errors/{_PAGES.get(code, 'broken')}.html"), code


def broken(error: Exception) -> tuple[str, int]:
    """A bug. It is logged whole; the page says so and promises nothing was half done."""
    rule = request.url_rule.rule if request.url_rule else request.path
    log.error("%s %s broke", request.method, rule, exc_info=error)
    status = 503 if isinstance(error, OperationalError) else 500
    abandon()
    return render_template("errors/broken.html"), status


def set_up(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(RateLimitExceeded, too_many)
    app.register_error_handler(HTTPException, http)
    if not app.config["TESTING"]:
        app.register_error_handler(Exception, broken)
