"""Many creators brought along at once: all of them, or none."""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from marketplace.accounts.service import ask_reset
from marketplace.creators.formats.roster import RosterRow, WrongRow
from marketplace.kit.bulk import insert_many
from marketplace.kit.jobs import enqueue
from marketplace.kit.slugs import RESERVED, slug_of
from models import (
    Creator,
    Notice,
    Person,
    PersonKind,
    Platform,
    PlatformAccount,
    Refused,
)
from models.person import UNCLAIMED

_CHUNK = 2_500
_INVITED_AT_ONCE = 100

Tell = Callable[[int, int], None]


class Brought(NamedTuple):
    """What came of a list of creators."""

    people: int
    accounts: int
    updated: int


class _Known(NamedTuple):
    """What of a list is here already: accounts by platform and handle, and people by address."""

    accounts: dict[tuple[Platform, str], tuple[uuid.UUID, uuid.UUID]]
    creators: dict[str, uuid.UUID]
    others: set[str]


def bring(
    db: Session, rows: Sequence[RosterRow], *, invite: bool = True, tell: Tell | None = None
) -> Brought:
    """Bring a list of creators along: all of it, or Refused and nothing. Running it again
    only updates the counts of the accounts it knows. The new ones choose their password by
    the link they are mailed; whoever has no address has no sign-in until an address is known.
    """
    rows, wrong = without_others(db, rows)
    if wrong:
        raise Refused("\n".join(str(row) for row in wrong))
    brought, people = bring_rows(db, rows, tell or nobody)
    if invite:
        ask_to_claim(db, people)
    return brought


def ask_to_claim(db: Session, emails: Sequence[str]) -> None:
    """Mail each a link by which they choose a password and take their page over: a few at once,
    many by the worker.
    """
    if len(emails) <= _INVITED_AT_ONCE:
        invite_people(db, emails)
        return
    for start in range(0, len(emails), _INVITED_AT_ONCE):
        some = emails[start : start + _INVITED_AT_ONCE]
        enqueue(db, "invite_people", priority=-2, emails=some)


def invite_people(db: Session, emails: Iterable[str]) -> None:
    for email in emails:
        ask_reset(db, email)


def nobody(done: int, steps: int) -> None:
    """Nobody listens to how far it has come."""


def without_others(
    db: Session, rows: Sequence[RosterRow]
) -> tuple[list[RosterRow], list[WrongRow]]:
    """The rows that can be brought, and those with the address of somebody who is no creator."""
    others = _known(db, rows).others
    wrong = [
        WrongRow(
            row.line,
            row.cells,
            _("%(email)s is the address of somebody who isn’t a creator", email=row.email),
        )
        for row in rows
        if row.email in others
    ]
    return [row for row in rows if row.email not in others], wrong


def looked_up(db: Session, rows: Sequence[RosterRow]) -> tuple[int, int]:
    """How many of these are new accounts, and how many new people with an address they have."""
    known = _known(db, rows)
    new = [row for row in rows if (row.platform, row.handle) not in known.accounts]
    return len(new), len({row.email for row in new if row.email} - known.creators.keys())


_ACCOUNTS = text(
    "SELECT a.platform, a.handle, a.id, a.creator_id FROM platform_accounts a"
    " JOIN unnest(cast(:platforms AS text[]), cast(:handles AS text[])) AS given(platform, handle)"
    " ON a.platform = given.platform AND a.handle = given.handle"
)
_PEOPLE = text(
    "SELECT p.email, c.id FROM people p JOIN unnest(cast(:emails AS text[])) AS given(email)"
    " ON p.email = given.email LEFT JOIN creators c ON c.person_id = p.id"
)


def _known(db: Session, rows: Sequence[RosterRow]) -> _Known:
    platforms, handles = [row.platform.value for row in rows], [row.handle for row in rows]
    found = db.execute(_ACCOUNTS, {"platforms": platforms, "handles": handles})
    accounts = {
        (Platform(platform), handle): (id, creator_id) for platform, handle, id, creator_id in found
    }
    emails = list({row.email for row in rows if row.email})
    creators: dict[str, uuid.UUID] = {}
    others: set[str] = set()
    for email, creator_id in db.execute(_PEOPLE, {"emails": emails}):
        if creator_id is None:
            others.add(email)
        else:
            creators[email] = creator_id
    return _Known(accounts, creators, others)


def bring_rows(db: Session, rows: Sequence[RosterRow], tell: Tell) -> tuple[Brought, list[str]]:
    """Write what is new and update what is known; the addresses of the new people are given."""
    known = _known(db, rows)
    old = [row for row in rows if (row.platform, row.handle) in known.accounts]
    new = [row for row in rows if (row.platform, row.handle) not in known.accounts]
    for done, chunk in enumerate(_chunks(old)):
        _update_counts(db, chunk, known)
        tell(min((done + 1) * _CHUNK, len(old)), len(rows))
    found = _give_addresses(db, old, known)
    people = creators = 0
    emails = list(found)
    owners = dict(known.creators)
    for done, chunk in enumerate(_chunks(new)):
        emails += _add(db, chunk, owners)
        people, creators = len(owners) - len(known.creators), creators + len(chunk)
        tell(len(old) + min((done + 1) * _CHUNK, len(new)), len(rows))
    return Brought(people, creators, len(old)), emails


def _add(db: Session, rows: Sequence[RosterRow], owners: dict[str, uuid.UUID]) -> list[str]:
    """New accounts, with the people they are of where those are new as well."""
    people, creators, accounts, notices = [], [], [], []
    first = {_address(row): row for row in reversed(rows) if _address(row) not in owners}
    slugs = _slugs(db, {address: row.name for address, row in first.items()})
    emails = []
    for row in rows:
        address = _address(row)
        if address not in owners:
            person_id, owners[address] = uuid.uuid4(), uuid.uuid4()
            people.append(_person(row, person_id, address))
            creators.append(_creator(row, owners[address], person_id, slugs[address]))
            said = {"person_id": person_id, "kind": "welcome", "path": "/today"}
            notices.append(said | {"data": {"who": row.name}})
            emails += [address] if row.email else []
        accounts.append(
            {"creator_id": owners[address], "platform": row.platform, "handle": row.handle}
            | _counts(row)
        )
    for model, given in (
        (Person, people),
        (Creator, creators),
        (PlatformAccount, accounts),
        (Notice, notices),
    ):
        insert_many(db, model, given)
    return emails


def _address(row: RosterRow) -> str:
    return row.email or f"{row.platform}.{row.handle}@{UNCLAIMED}"


def _person(row: RosterRow, id: uuid.UUID, address: str) -> dict[str, Any]:
    """Nobody can sign in until a password is set by a mailed link."""
    return {
        "id": id,
        "email": address,
        "name": row.name,
        "kind": PersonKind.CREATOR,
        "password_hash": "!",
        "wants_mail": bool(row.email),
    }


def _creator(row: RosterRow, id: uuid.UUID, person_id: uuid.UUID, slug: str) -> dict[str, Any]:
    return {
        "id": id,
        "person_id": person_id,
        "slug": slug,
        "name": row.name,
        "about": row.about,
        "country": row.country,
        "city": row.city,
        "languages": row.languages,
        "topics": row.topics,
        "is_available": True,
    }


def _counts(row: RosterRow) -> dict[str, int]:
    return {
        "followers": row.counts.get("followers", 0),
        "engagements": row.counts.get("engagements", 0),
        "posts_counted": row.counts.get("posts", 0),
        "sampled_comments": row.counts.get("sampled_comments", 0),
        "genuine_comments": row.counts.get("genuine_comments", 0),
    }


def _slugs(db: Session, names: Mapping[str, str]) -> dict[str, str]:
    """A free slug for each address. The unique index has the last word."""
    bases = {address: slug_of(name) for address, name in names.items()}
    wanted = {name for base in bases.values() for name in _choices(base)}
    taken = set(db.scalars(select(Creator.slug).where(Creator.slug == func.any(list(wanted)))))
    slugs = {}
    for address, base in bases.items():
        choices = (*_choices(base), f"creator-{uuid.uuid4().hex[:12]}")
        slugs[address] = next(one for one in choices if one not in taken)
        taken.add(slugs[address])
    return slugs


def _choices(base: str) -> list[str]:
    if len(base) < 2 or base in RESERVED:
        base = f"creator-{base}".strip("-")
    return [base, *(f"{base}-{number}" for number in range(2, 10))]


_UPDATE = text(
    "UPDATE platform_accounts a SET followers = coalesce(given.followers, a.followers),"
    " engagements = CASE WHEN given.posts > 0 THEN given.engagements ELSE a.engagements END,"
    " posts_counted = CASE WHEN given.posts > 0 THEN given.posts ELSE a.posts_counted END"
    " FROM unnest(cast(:ids AS uuid[]), cast(:followers AS int[]), cast(:engagements AS int[]),"
    " cast(:posts AS int[])) AS given(id, followers, engagements, posts) WHERE a.id = given.id"
)


def _update_counts(db: Session, rows: Sequence[RosterRow], known: _Known) -> None:
    """The counts of accounts that are here. What a list leaves out stays as it was."""
    counts = [row.counts for row in rows]
    db.execute(
        _UPDATE,
        {
            "ids": [known.accounts[row.platform, row.handle][0] for row in rows],
            "followers": [one.get("followers") for one in counts],
            "engagements": [one.get("engagements", 0) for one in counts],
            "posts": [one.get("posts", 0) for one in counts],
        },
    )
    db.expire_all()


def _give_addresses(db: Session, rows: Iterable[RosterRow], known: _Known) -> list[str]:
    """Whoever was brought without an address gets the one that a later list has."""
    given = {
        known.accounts[row.platform, row.handle][1]: row.email
        for row in rows
        if row.email and row.email not in known.creators
    }
    if not given:
        return []
    query = (
        select(Creator.id, Person)
        .join(Person)
        .where(Creator.id.in_(given), Person.email.endswith(f"@{UNCLAIMED}"))
    )
    found = []
    for creator_id, person in db.execute(query).all():
        person.email, person.wants_mail = given[creator_id], True
        found.append(person.email)
    db.flush()
    return found


def _chunks(rows: Sequence[RosterRow]) -> Iterator[Sequence[RosterRow]]:
    for start in range(0, len(rows), _CHUNK):
        yield rows[start : start + _CHUNK]
