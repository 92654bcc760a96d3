"""Proof that the books are right: checks, comparison with Stripe, and what anybody may verify."""

from flask import Flask


def set_up(app: Flask) -> None:
    from . import cli, views

    app.register_blueprint(views.bp)
    app.cli.add_command(cli.ledger)
    app.cli.add_command(cli.reconcile)
