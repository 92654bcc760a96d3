"""Matches: which creators fit a campaign, which campaigns fit a creator, and why."""

from flask import Flask

from .cli import add_match
from .views import bp


def set_up(app: Flask) -> None:
    app.register_blueprint(bp)
    add_match(app)
