from typing import Any

from flask import Flask
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from marketplace.kit.db import db

from . import queries


def _unread() -> dict[str, Any]:
    """For the bell in the header."""
    try:
        signed_in = current_user and current_user.is_authenticated
        return {"unread": queries.unread(db(), for_=current_user) if signed_in else 0}
    except SQLAlchemyError:
        # The page that says the database is away must still be drawn.
        return {"unread": 0}


def set_up(app: Flask) -> None:
    from .views import bp

    app.context_processor(_unread)
    app.register_blueprint(bp)
