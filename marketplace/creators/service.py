"""What creators do about themselves: who they are, where they publish, and who listens."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.service import ask_reset, sign_up
from marketplace.kit.clock import now, today
from marketplace.kit.jobs import enqueue
from models import (
    Audience,
    Creator,
    DeliverableType,
    Money,
    Person,
    PersonKind,
    Platform,
    PlatformAccount,
    Provenance,
    Rate,
    Refused,
)

from .formats.roster import RosterRow

# Nobody counted what is typed in. It weighs as much as the fewest people we would show.
TYPED_PEOPLE = 30


class HandleTaken(Refused):
    """Somebody here has this account already."""


def save_profile(
    db: Session,
    *,
    by: Person,
    name: str,
    about: str,
    country: str,
    city: str,
    languages: list[str],
    topics: list[str],
    is_available: bool,
    also_about: Sequence[str] = (),
) -> Creator:
    creator = _creator_of(by)
    creator.name, creator.about, creator.country, creator.city = name, about, country, city
    creator.languages, creator.topics = languages, topics
    creator.is_available, creator.also_about = is_available, list(also_about)
    db.flush()
    return creator


def add_account(
    db: Session,
    creator: Creator,
    *,
    platform: Platform,
    handle: str,
    followers: int,
    posts_counted: int,
    engagements: int,
) -> PlatformAccount:
    """A new account of this creator. Raises HandleTaken."""
    account = PlatformAccount(
        platform=platform,
        handle=_free_handle(db, platform, handle),
        followers=followers,
        posts_counted=posts_counted,
        engagements=engagements,
    )
    with _handle_once(db, handle):
        creator.accounts.append(account)
        db.flush()
    return account


def change_account(
    db: Session,
    account: PlatformAccount,
    *,
    handle: str,
    followers: int,
    posts_counted: int,
    engagements: int,
) -> PlatformAccount:
    free = _free_handle(db, account.platform, handle, of=account)
    with _handle_once(db, handle):
        account.handle, account.followers = free, followers
        account.posts_counted, account.engagements = posts_counted, engagements
        db.flush()
    return account


def _free_handle(
    db: Session, platform: Platform, typed: str, of: PlatformAccount | None = None
) -> str:
    handle = plain_handle(typed)
    found = _account(db, platform, handle)
    if found is not None and found is not of:
        raise _taken(handle)
    return handle


@contextmanager
def _handle_once(db: Session, handle: str) -> Iterator[None]:
    """Someone may be quicker with the same handle; the database has the last word."""
    try:
        with db.begin_nested():
            yield
    except IntegrityError:
        raise _taken(plain_handle(handle)) from None


def plain_handle(typed: str) -> str:
    """Handles are the same in any case and without their sign."""
    return typed.strip().removeprefix("@").lower()


def _taken(handle: str) -> HandleTaken:
    return HandleTaken(
        _(
            "@%(handle)s is here already. If it is yours, write to us and we look into it",
            handle=handle,
        )
    )


def remove_account(db: Session, account: PlatformAccount) -> None:
    """Take an account away with everything known about its audience."""
    for audience in list(account.audiences):
        db.delete(audience)
    db.flush()
    account.creator.accounts.remove(account)
    db.delete(account)
    db.flush()


def set_prices(
    db: Session, creator: Creator, prices: Mapping[DeliverableType, Money | None]
) -> None:
    """The usual price of each kind of work; None takes a price away."""
    rates = {rate.type: rate for rate in creator.rates}
    for kind, price in prices.items():
        rate = rates.get(kind)
        if price is None:
            if rate is not None:
                creator.rates.remove(rate)
        elif rate is None:
            creator.rates.append(Rate(type=kind, price_minor=price.minor, currency=price.currency))
        else:
            rate.price_minor, rate.currency = price.minor, price.currency
    db.flush()


def keep_audience(
    db: Session,
    account: PlatformAccount,
    *,
    provenance: Provenance,
    format: str,
    dimensions: dict[str, dict[str, Any]],
    taken_on: date,
    file_name: str = "",
    figures: Mapping[str, int] | None = None,
) -> Audience:
    """From now on this is the account's audience; what was known before is kept as history.

    `figures` of the same file become those of the account.
    """
    db.refresh(account, with_for_update=True)
    current = db.scalar(
        select(Audience).where(Audience.account_id == account.id, Audience.superseded_at.is_(None))
    )
    if current is not None:
        current.superseded_at = now()
        db.flush()
    audience = Audience(
        account_id=account.id,
        provenance=provenance,
        format=format,
        file_name=file_name,
        taken_on=taken_on,
        dimensions=dimensions,
        figures=dict(figures or {}),
    )
    db.add(audience)
    _take_figures(account, audience.figures)
    db.flush()
    id = str(account.creator_id)
    enqueue(db, "tell_creator", once=f"tell_creator:{id}", id=id)
    return audience


def _take_figures(account: PlatformAccount, figures: Mapping[str, int]) -> None:
    if "followers" in figures:
        account.followers = figures["followers"]
    if figures.get("sampled"):
        account.sampled_followers = figures["sampled"]
        account.real_followers = figures["real"]


def declare_audience(
    db: Session,
    account: PlatformAccount,
    *,
    ages: Mapping[str, int],
    genders: Mapping[str, int],
    countries: Mapping[str, int],
) -> Audience:
    """Keep the shares a creator typed in, given in basis points."""
    given = {"age": ages, "gender": genders, "country": countries}
    dimensions = {
        name: {
            "n": TYPED_PEOPLE,
            "cells": {code: bps / 10_000 for code, bps in shares.items() if bps},
        }
        for name, shares in given.items()
        if any(shares.values())
    }
    return keep_audience(
        db,
        account,
        provenance=Provenance.SELF_DECLARED,
        format="typed",
        dimensions=dimensions,
        taken_on=today(),
    )


def _creator_of(person: Person) -> Creator:
    assert person.creator is not None
    return person.creator


class Brought(NamedTuple):
    """What came of a list of creators."""

    people: int
    accounts: int
    updated: int


def bring(db: Session, rows: Sequence[RosterRow], *, invite: bool = True) -> Brought:
    """Bring a list of creators along: all of it, or Refused and nothing. Running it again
    only updates the counts of the accounts it knows. The new ones choose their password by
    the link they are mailed.
    """
    people = added = updated = 0
    for row in rows:
        counts = {
            "followers": row.counts["followers"],
            "posts_counted": row.counts["posts"],
            "engagements": row.counts["engagements"],
        }
        known = _account(db, row.platform, row.handle)
        if known is not None:
            change_account(db, known, handle=row.handle, **counts)
            updated += 1
            continue
        creator, is_new = _brought(db, row, invite=invite)
        add_account(db, creator, platform=row.platform, handle=row.handle, **counts)
        people, added = people + is_new, added + 1
    return Brought(people, added, updated)


def _brought(db: Session, row: RosterRow, *, invite: bool) -> tuple[Creator, bool]:
    """The creator with this address, who may be new."""
    person = db.scalar(select(Person).where(Person.email == row.email))
    if person is not None:
        if person.creator is None:
            raise Refused(
                _(
                    "Line %(line)s: %(email)s is the address of somebody who isn’t a creator",
                    line=row.line,
                    email=row.email,
                )
            )
        return person.creator, False
    person = sign_up(db, kind=PersonKind.CREATOR, name=row.name, email=row.email, password=None)
    creator = save_profile(
        db,
        by=person,
        name=row.name,
        about=row.about,
        country=row.country,
        city=row.city,
        languages=row.languages,
        topics=row.topics,
        is_available=True,
    )
    if invite:
        ask_reset(db, row.email)
    return creator, True


def _account(db: Session, platform: Platform, handle: str) -> PlatformAccount | None:
    return db.scalar(
        select(PlatformAccount).where(
            PlatformAccount.platform == platform, PlatformAccount.handle == handle
        )
    )
