"""The settings of this place, for those who know no HTTP."""

from flask import current_app

from marketplace.config import Config


def settings() -> Config:
    found: Config = current_app.extensions["config"]
    return found
