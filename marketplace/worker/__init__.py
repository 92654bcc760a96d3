"""The door time and jobs come in by: `flask --app app worker` runs what was written for later."""

from flask import Flask


def set_up(app: Flask) -> None:
    from . import run

    app.cli.add_command(run.worker)
