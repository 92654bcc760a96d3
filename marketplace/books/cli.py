"""`flask ledger verify` and `flask reconcile`: the books, proved from the shell."""

import sys

import click
from flask.cli import AppGroup, with_appcontext

from marketplace.kit.db import unit_of_work
from marketplace.payments import gateway
from models import CheckKind, LedgerCheck

from . import service
from .results import plain
from .words import counts

ledger = AppGroup("ledger", help="The books.")


@ledger.command()
def verify() -> None:
    """Run every check; one line each, exit code 1 if any fails."""
    with unit_of_work() as db:
        check = service.verify(db)
    _say(check)


@click.command()
@with_appcontext
def reconcile() -> None:
    """Hold our books against everything Stripe has; one line a check, exit code 1 if any fails."""
    try:
        check = service.run(CheckKind.RECONCILE)
    except gateway.Problem as error:
        raise click.ClickException(f"Stripe did not answer: {error}") from None
    _say(check)


def _say(check: LedgerCheck) -> None:
    for result in check.results:
        click.echo(
            f"{'ok  ' if result['passed'] else 'FAIL'}  {result['name']}: "
            f"{plain(counts(result['found']))}"
        )
        for thing in result["things"]:
            click.echo(f"      {plain(thing['what'])}")
    sys.exit(0 if check.passed else 1)
