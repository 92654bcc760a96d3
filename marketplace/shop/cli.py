"""The shop from the shell."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from marketplace.kit.db import unit_of_work
from models import Brand

from . import service
from .schemas import shopify

products = AppGroup("products", help="Products and their prices.")


@products.command("import")
@click.option("--brand", "slug", required=True, help="The brand's name in its address.")
@click.option("--commission", default=12.0, show_default=True, help="Percent of each sale.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(slug: str, commission: float, file: Path) -> None:
    """Bring in a Shopify product export. With a single problem in it, nothing is changed."""
    if not 0 <= commission <= 90:
        raise click.ClickException("--commission is a percentage from 0 to 90.")
    currency = current_app.extensions["config"].currency
    with unit_of_work() as db:
        brand = db.scalar(select(Brand).where(Brand.slug == slug))
        if brand is None:
            raise click.ClickException(f"There is no brand {slug!r}.")
        try:
            sheet = shopify.read(file.read_bytes(), currency)
        except shopify.Unreadable as error:
            raise click.ClickException(f"{file.name}: {error}.") from error
        for problem in sheet.problems:
            click.echo(f"{file.name}:{problem.row}: {problem.text}", err=True)
        if sheet.problems:
            sys.exit(1)
        done = service.import_products(
            db,
            brand,
            sheet.products,
            currency=currency,
            commission_bps=round(commission * 100),
            by=None,
        )
    click.echo(f"{done.new} new, {done.updated} updated, {sheet.variants} variants.")
    if sheet.pictures:
        click.echo(f"{sheet.pictures} pictures are links to elsewhere and were left out.")
