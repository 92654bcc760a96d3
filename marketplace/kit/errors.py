"""What people see when something can't be done: which thing, why, and what to do next."""

import logging
from math import ceil
from time import time
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_babel import ngettext
from flask_limiter import RateLimitExceeded
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from models import Refused

from .db import abandon
from .limits import limiter

log = logging.getLogger("alongside.errors")

_PAGES = {403: "forbidden", 404: "not_found", 405: "not_found", 413: "too_large"}


def _page_before() -> str:
    """Where the button was that led here; without that, the nearest page above this address."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc == request.host and came_from.path not in ("", request.path):
        return came_from.path
    return _nearest(request.path.rpartition("/")[0])


def _nearest(path: str) -> str:
    """This address if it can be opened, else the first above it that can."""
    urls = current_app.create_url_adapter(request)
    while path and urls is not None and not urls.test(path, "GET"):
        path = path.rpartition("/")[0]
    return path or "/"


def refused(error: Refused) -> tuple[str, int]:
    return render_template("errors/refused.html", error=error, back=_page_before()), 409


def too_many(error: RateLimitExceeded) -> tuple[str, int]:
    current = limiter.current_limit
    # It is counted up to the next whole second.
    minutes = max(1, ceil((current.reset_at - 1 - time()) / 60)) if current else None
    wait = minutes and ngettext("%(num)s minute", "%(num)s minutes", minutes)
    return render_template("errors/too_many.html", wait=wait), 429


def http(error: HTTPException) -> Response | tuple[str, int]:
    code = error.code or 500
    if code < 400:
        return make_response(error.get_response())
    if isinstance(error, RequestEntityTooLarge):
        code = 413
    # Any other complaint is about how it was sent; only from 500 on is it our mistake.
    page = _PAGES.get(code, "unreadable" if code < 500 else "broken")
    return render_template(f"errors/{page}.html", back=_nearest(request.path)), code


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
