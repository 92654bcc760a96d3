"""The start page and the money page: what a person sees across all features."""

from flask import Flask


def set_up(app: Flask) -> None:
    from . import views

    app.register_blueprint(views.bp)
