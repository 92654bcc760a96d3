"""Brands: how a brand presents itself, and how it behaves."""

from flask import Flask

from .views import bp


def set_up(app: Flask) -> None:
    app.register_blueprint(bp)
