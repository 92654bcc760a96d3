"""Deals: from the first offer to the money received."""

from flask import Flask


def set_up(app: Flask) -> None:
    from . import views

    app.register_blueprint(views.bp)
