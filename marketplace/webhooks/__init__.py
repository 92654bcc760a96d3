"""The door Stripe comes in by."""

from flask import Flask


def set_up(app: Flask) -> None:
    from . import views

    app.register_blueprint(views.bp)
    # Stripe is no browser: the signature says who it is.
    app.extensions["open_endpoints"] |= {"webhooks.platform", "webhooks.connect"}
