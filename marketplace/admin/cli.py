"""`flask admin …`: the first admin, from the shell."""

import sys

import click
from flask.cli import AppGroup
from marshmallow import ValidationError

from marketplace.kit.db import unit_of_work
from marketplace.kit.forms import flatten
from models import Refused

from . import service
from .schemas import AdminIn

admin = AppGroup("admin", help="Those who run the place.")


@admin.command()
@click.argument("email")
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create(email: str, name: str, password_stdin: bool) -> None:
    """Make an admin; nobody can sign up as one."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        given = AdminIn().load({"email": email, "name": name, "password": password})
    except ValidationError as error:
        said = "; ".join(message for _name, message in flatten(error.messages))
        raise click.ClickException(said) from None
    try:
        with unit_of_work() as db:
            service.create_admin(db, **given)
    except Refused as error:
        raise click.ClickException(error.why) from None
    click.echo(f"{given['email']} can sign in as an admin now.")
