from datetime import timedelta

from flask import Flask, redirect, request, url_for
from flask_login import LoginManager
from werkzeug.wrappers import Response

from marketplace.kit.db import db
from models import Person

from . import service


def _person(token: str) -> Person | None:
    return service.person_of_token(db(), token)


def _to_sign_in() -> Response:
    """Sign in first, then come back here. A pressed button is not pressed again by that."""
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=back), 303)


def set_up(app: Flask) -> None:
    from .views import bp

    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(days=14)
    manager = LoginManager(app)
    # The cookie holds a token we can revoke; guessing by address and browser adds nothing to it.
    manager.session_protection = None
    manager.user_loader(_person)
    manager.unauthorized_handler(_to_sign_in)
    app.register_blueprint(bp)
