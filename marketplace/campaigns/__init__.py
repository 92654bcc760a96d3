"""Campaigns: what brands ask for, whom they invite, and who applies."""

from flask import Flask

from .views import bp


def set_up(app: Flask) -> None:
    app.register_blueprint(bp)
