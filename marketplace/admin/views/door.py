"""What all pages of admins share."""

from flask import Flask, current_app, request

from marketplace.config import Config
from marketplace.kit import fields
from marketplace.kit.routing import Blueprint

bp = Blueprint("admin", __name__.rpartition(".views")[0])


def asked(name: str) -> str:
    """One word of the address after the question mark, as a filter or a search."""
    return fields.plain(request.args.get(name, ""))[:100]


def config() -> Config:
    app: Flask = current_app
    settings: Config = app.extensions["config"]
    return settings
