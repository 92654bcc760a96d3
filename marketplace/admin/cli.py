"""`flask ledger …`: proof from the shell."""

import sys

import click
from flask.cli import AppGroup

from marketplace.kit.db import unit_of_work

from . import verify as checks

ledger = AppGroup("ledger", help="The books.")


@ledger.command()
def verify() -> None:
    """Run every check; one line each, exit code 1 if any fails."""
    with unit_of_work() as db:
        results = checks.verify(db)
        checks.keep(db, results)
    for result in results:
        click.echo(f"{'ok  ' if result.passed else 'FAIL'}  {result.name}: {result.found}")
    sys.exit(0 if all(result.passed for result in results) else 1)
