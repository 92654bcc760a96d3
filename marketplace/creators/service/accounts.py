"""What creators do about themselves: who they are, where they publish, and what they ask."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import (
    Creator,
    DeliverableType,
    Money,
    Person,
    Platform,
    PlatformAccount,
    Rate,
    Refused,
)


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


def _creator_of(person: Person) -> Creator:
    assert person.creator is not None
    return person.creator


def _account(db: Session, platform: Platform, handle: str) -> PlatformAccount | None:
    return db.scalar(
        select(PlatformAccount).where(
            PlatformAccount.platform == platform, PlatformAccount.handle == handle
        )
    )
