"""flask campaigns match, and log: a campaign's ranking, and what came of all of them."""

import json

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from sqlalchemy import select

from marketplace.kit.db import unit_of_work
from models import Campaign

from . import words
from .queries import learning, ranking_of


def add_match(app: Flask) -> None:
    """Beside the other commands about campaigns, or alone where there are none."""
    group = app.cli.commands.get("campaigns")
    if not isinstance(group, click.Group):
        group = AppGroup("campaigns", help="Campaigns.")
        app.cli.add_command(group)
    group.add_command(match)
    group.add_command(log)
    app.cli.add_command(matches)


matches = AppGroup("matches", help="The matching engine.")


@matches.command("rebuild")
@with_appcontext
def rebuild() -> None:
    """Build the engine's snapshot anew. Web and worker take it up by themselves."""
    from .service.building import rebuild as build

    click.echo(f"The snapshot holds {build()} accounts.")


@click.command("match", help="Rank the creators of the campaign SLUG, best first.")
@click.argument("slug")
@click.option("--top", type=click.IntRange(1), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print every component, as JSON.")
@with_appcontext
def match(slug: str, top: int, as_json: bool) -> None:
    with unit_of_work() as session:
        campaign = session.scalar(select(Campaign).where(Campaign.slug == slug))
        if campaign is None:
            raise click.ClickException(f"No campaign is called {slug}.")
        ranking, fits = ranking_of(session, campaign, top=top)
        if as_json:
            known = {"campaign": slug, **ranking.as_dict()}
            known["matches"] = known["matches"][:top]
            click.echo(json.dumps(known, indent=2))
            return
        for place, fit in enumerate(fits, 1):
            assert fit.match is not None
            line = f"{place:>3}  {fit.match.score:5.1f}  {fit.creator.name}"
            click.echo(f"{line}: {words.sentence(fit)}")
        if not fits:
            click.echo("No creator meets the conditions of this campaign.")


@click.command("log", help="Print whom campaigns were shown by chance, and what came of it.")
@click.option("--mode", type=click.Choice(["value", "fit"]), default="value", show_default=True)
@click.option("--outcome", type=click.Choice(["sales", "hired"]), default="sales")
@with_appcontext
def log(mode: str, outcome: str) -> None:
    """As `python -m matching.learn` reads it: ids, and of sizes only who is small, to check by."""
    with unit_of_work() as session:
        click.echo(json.dumps(learning.log(session, mode=mode, outcome=outcome), indent=1))
