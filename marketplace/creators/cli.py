"""Creators from the shell: their audience files, and lists of creators to bring along."""

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import click
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.clock import today
from marketplace.kit.db import unit_of_work
from marketplace.kit.sheets import cell
from models import Creator, Platform, PlatformAccount, Refused

from . import formats, service
from .formats import roster

creators = AppGroup("creators", help="Creators and their audiences.")


@creators.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--account", type=click.UUID, help="Whose audience the file is about: its id.")
@click.option("--creator", "slug", help="… or the creator's name in URLs, with --platform.")
@click.option("--platform", type=click.Choice([one.value for one in Platform]))
@click.option("--good", is_flag=True, help="Of a list: the rows that can be used, if not all can.")
@click.option("--wrong", type=click.Path(path_type=Path), help="… and where to write the others.")
@click.option("--no-mail", is_flag=True, help="Write to nobody on the list.")
@click.option("--taken-on", type=click.DateTime(["%Y-%m-%d"]), help="The day of the export.")
def import_file(
    file: Path,
    *,
    account: UUID | None,
    slug: str | None,
    platform: str | None,
    good: bool,
    wrong: Path | None,
    no_mail: bool,
    taken_on: datetime | None,
) -> None:
    """Import an audience FILE of one account: an export of Instagram, YouTube or TikTok, a
    vendor's report, or our CSV. Without --account and --creator, a list of creators: handle, and
    beside it name, email, country, city, languages, topics, platform, followers, engagement.
    All of it or nothing, unless --good is given. --platform is then that of its accounts.
    """
    try:
        with unit_of_work() as db:
            if account or slug:
                said = _audience(db, _account(db, account, slug, platform), file, taken_on)
            else:
                lookout = _Lookout(platform=platform, good=good, wrong=wrong, mails=not no_mail)
                said = _roster(db, file, lookout)
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


class _Lookout(NamedTuple):
    """How a list of creators is to be taken."""

    platform: str | None
    good: bool
    wrong: Path | None
    mails: bool


def _roster(db: Session, file: Path, lookout: _Lookout) -> str:
    platform = Platform(lookout.platform or Platform.INSTAGRAM)
    with _bar("Reading") as tell:
        found = roster.read_list(file.read_bytes(), platform, tell)
    rows, others = service.without_others(db, found.rows)
    wrong = sorted([*found.wrong, *others], key=lambda row: row.line)
    if wrong and lookout.wrong:
        _write_wrong(lookout.wrong, found.header, wrong)
    if wrong and not lookout.good:
        raise roster.RosterWrong([str(row) for row in wrong])
    for line in found.notes:
        click.echo(line, err=True)
    with _bar("Bringing") as tell:
        brought = service.bring(db, rows, invite=lookout.mails, tell=tell)
    left_out = f"; {len(wrong)} rows left out" if wrong else ""
    return (
        f"{brought.people} new creators, {brought.accounts} new accounts, "
        f"{brought.updated} accounts updated{left_out}"
    )


@contextmanager
def _bar(label: str) -> Iterator[roster.Tell]:
    """A bar on the terminal; nothing where nobody looks at one."""
    if not sys.stderr.isatty():
        yield service.nobody
        return
    with click.progressbar(length=1_000, label=label, file=sys.stderr) as bar:
        yield lambda done, steps: bar.update(round(1_000 * done / max(steps, 1)) - bar.pos)
        bar.update(1_000 - bar.pos)


def _write_wrong(path: Path, header: list[str], wrong: Sequence[roster.WrongRow]) -> None:
    """The rows to mend, as a list that can be imported again."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([cell(one) for one in ("Line", "What to mend", *header)])
        for row in wrong:
            writer.writerow([cell(one) for one in (row.line, row.why, *row.cells)])
