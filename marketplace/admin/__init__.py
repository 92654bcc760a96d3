"""For those who run the place: disputes, people, every deal and order, the books, failed jobs."""

from flask import Flask


def set_up(app: Flask) -> None:
    from . import cli, views

    app.register_blueprint(views.bp)
    app.cli.add_command(cli.admin)
