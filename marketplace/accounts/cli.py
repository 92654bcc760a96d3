"""People, from a shell: how the first admin of an installation comes to be."""

import click
from flask.cli import AppGroup
from marshmallow import ValidationError

from marketplace.kit.db import unit_of_work
from marketplace.kit.forms import flatten
from models import PersonKind

from . import service
from .schemas import JoinIn

people = AppGroup("people", help="Who may sign in.")


@people.command("add-admin")
@click.argument("email")
@click.argument("name")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
def add_admin(email: str, name: str, password: str) -> None:
    """Let NAME sign in as an admin by EMAIL. Asks for the password."""
    try:
        given = JoinIn().load({"email": email, "name": name, "password": password})
        with unit_of_work() as session:
            made = service.sign_up(session, kind=PersonKind.ADMIN, **given)
    except ValidationError as error:
        raise click.ClickException("\n".join(text for _, text in flatten(error.messages))) from None
    except service.AddressTaken:
        raise click.ClickException(f"{email} already belongs to someone") from None
    click.echo(f"{made.name} can sign in as an admin with {made.email}")
