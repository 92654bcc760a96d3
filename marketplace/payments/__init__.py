"""Money: the ledger, and everything asked of Stripe. It never learns what a deal is."""

from flask import Flask


def set_up(app: Flask) -> None:
    from . import views

    app.register_blueprint(views.bp)
