"""The demo world: a marketplace half a year old, made from files and through the services."""

from flask import Flask
from sqlalchemy import select

from marketplace.kit.db import db
from models import Person

PASSWORD = "kaffe-i-skogen"  # noqa: S105  (it is printed at every start)
# Who can be signed in as: (who, address, password).
PEOPLE: list[tuple[str, str, str]] = [
    ("Brand, Fjällhem", "anna@fjallhem.example", PASSWORD),
    ("Creator, Ida Bergström", "ida@papastigen.example", PASSWORD),
    ("Brand, Kaffekompis", "jonas@kaffekompis.example", PASSWORD),
    ("Admin, Sara Holm", "sara@alongside.example", PASSWORD),
]


def who_is_here() -> list[tuple[str, str, str]]:
    """Those of them who are here: a place on the sandbox may be without the demo world."""
    addresses = [address for _who, address, _password in PEOPLE]
    here = set(db().scalars(select(Person.email).where(Person.email.in_(addresses))))
    return [one for one in PEOPLE if one[1] in here]


def set_up(app: Flask) -> None:
    from .cli import demo

    app.cli.add_command(demo)
    is_demo = app.extensions["config"].is_demo
    app.jinja_env.globals["demo_people"] = who_is_here if is_demo else list
