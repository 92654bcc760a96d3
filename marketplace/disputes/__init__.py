"""Disputes: two sides, their evidence, and a ruling in money by published rules."""

from flask import Flask


def set_up(app: Flask) -> None:
    from . import views

    app.register_blueprint(views.bp)
