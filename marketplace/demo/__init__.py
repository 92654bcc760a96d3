"""The demo world: a marketplace half a year old, made from files and through the services."""

from flask import Flask

PASSWORD = "kaffe-i-skogen"  # noqa: S105  (it is printed at every start)
# Who can be signed in as: (who, address, password).
PEOPLE: list[tuple[str, str, str]] = [
    ("Brand, Fjällhem", "anna@fjallhem.example", PASSWORD),
    ("Creator, Ida Bergström", "ida@papastigen.example", PASSWORD),
    ("Brand, Kaffekompis", "jonas@kaffekompis.example", PASSWORD),
    ("Admin, Sara Holm", "sara@alongside.example", PASSWORD),
]


def set_up(app: Flask) -> None:
    from .cli import demo

    app.cli.add_command(demo)
