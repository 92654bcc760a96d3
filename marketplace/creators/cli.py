"""Creators from the shell: their audience files, and lists of creators to bring along."""

import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import today
from marketplace.kit.db import unit_of_work
from models import Creator, Platform, PlatformAccount, Refused

from . import formats, service
from .formats import roster

creators = AppGroup("creators", help="Creators and their audiences.")


@creators.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--account", type=click.UUID, help="Whose audience the file is about: its id.")
@click.option("--creator", "slug", help="… or the creator's name in URLs, with --platform.")
@click.option("--platform", type=click.Choice([one.value for one in Platform]))
@click.option("--taken-on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the export.")
def import_file(
    file: Path,
    account: UUID | None,
    slug: str | None,
    platform: str | None,
    taken_on: datetime | None,
) -> None:
    """Import an audience FILE (Instagram JSON or CSV), or without --account and --creator a list
    of creators: name, email, country, city, languages, topics, platform, handle, followers,
    engagements, posts. All of it, or nothing.
    """
    try:
        with unit_of_work() as db:
            if account or slug:
                said = _audience(db, _account(db, account, slug, platform), file, taken_on)
            else:
                said = _roster(db, file)
    except (formats.Unreadable, Refused) as problem:
        click.echo(str(problem), err=True)
        sys.exit(1)
    click.echo(said)


def _account(
    db: Session, account: UUID | None, slug: str | None, platform: str | None
) -> PlatformAccount:
    query = select(PlatformAccount).join(Creator)
    if account:
        query = query.where(PlatformAccount.id == account)
    else:
        query = query.where(Creator.slug == slug)
    if platform:
        query = query.where(PlatformAccount.platform == platform)
    found = db.scalars(query).all()
    if len(found) != 1:
        raise click.UsageError(
            f"{len(found)} accounts fit; name one by --account, or by --creator and --platform"
        )
    return found[0]


def _audience(db: Session, account: PlatformAccount, file: Path, taken_on: datetime | None) -> str:
    parsed = formats.read(file.read_bytes())
    if why := formats.of_another(parsed, account):
        raise formats.Unreadable(why)
    for line in parsed.problems + parsed.notes:
        click.echo(line, err=True)
    day = taken_on.date() if taken_on else parsed.taken_on or today()
    service.keep_audience(
        db,
        account,
        provenance=parsed.provenance,
        format=parsed.format,
        file_name=file.name,
        taken_on=day,
        dimensions=parsed.dimensions,
        figures=parsed.figures,
    )
    known = ", ".join(
        f"{name} of {measured['n']} people" for name, measured in parsed.dimensions.items()
    )
    left_out = f"; {len(parsed.problems)} lines left out" if parsed.problems else ""
    return f"@{account.handle}: {known}{left_out}"


def _roster(db: Session, file: Path) -> str:
    brought = service.bring(db, roster.read(file.read_bytes()))
    return (
        f"{brought.people} new creators, {brought.accounts} new accounts, "
        f"{brought.updated} accounts updated"
    )
