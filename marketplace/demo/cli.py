"""`flask demo load`: the demo world, once."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from .stage import Unplayable

demo = AppGroup("demo", help="The demo world.")


@demo.command()
@with_appcontext
def load() -> None:
    """Fill an empty demo with half a year of life. It takes about a minute."""
    from . import story

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        click.echo(story.load(app))
    except Unplayable as error:
        raise click.ClickException(str(error)) from None
