"""Who people are, where they are signed in, and how they get back in."""

from datetime import timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.kit import mail
from marketplace.kit.clock import in_hours, now
from marketplace.kit.security import hash_password, new_token, password_fits, token_hash
from marketplace.kit.slugs import free_slug
from marketplace.notices.service import tell
from models import Brand, Creator, PasswordReset, Person, PersonKind, Refused, SignIn, Theme
from models.clock import real_now

LASTS = timedelta(days=14)
IDLE = timedelta(hours=12)
# An admin's browser can do the most harm, so it is trusted the shortest.
ADMIN_IDLE = timedelta(minutes=30)
_TOUCH = timedelta(minutes=1)


class AddressTaken(Refused):
    """Somebody has this address already."""


def sign_up(
    db: Session,
    *,
    kind: PersonKind,
    name: str,
    email: str,
    password: str | None,
    brand_name: str | None = None,
) -> Person:
    """A new person, with the brand or creator they act as. Raises AddressTaken.

    Without a password nobody can sign in until one is set by a mailed link.
    """
    email = email.lower()
    if db.scalar(select(Person.id).where(Person.email == email)):
        raise AddressTaken("address_taken")
    password_hash = hash_password(password) if password else "!"
    person = Person(kind=kind, name=name, email=email, password_hash=password_hash)
    try:
        with db.begin_nested():
            db.add(person)
            db.flush()
    except IntegrityError:
        # Someone was quicker with the same address.
        raise AddressTaken("address_taken") from None
    if kind == PersonKind.BRAND:
        title = brand_name or name
        person.brand = Brand(name=title, slug=free_slug(db, Brand, title))
    elif kind == PersonKind.CREATOR:
        person.creator = Creator(name=name, slug=free_slug(db, Creator, name))
    db.flush()
    tell(db, person, "welcome", path="/today", who=name)
    return person


def check_password(db: Session, email: str, password: str) -> Person | None:
    """The person with this address and password. As slow when there is nobody."""
    person = db.scalar(select(Person).where(Person.email == email.lower()))
    if not password_fits(person.password_hash if person else None, password):
        return None
    return person


def start_sign_in(db: Session, person: Person, *, agent: str) -> str:
    """Sign one browser in; the token is for its cookie, and only its hash is kept."""
    token, moment = new_token(), real_now()
    db.add(
        SignIn(
            person=person,
            token_hash=token_hash(token),
            agent=agent[:300],
            created_at=moment,
            seen_at=moment,
            expires_at=moment + LASTS,
        )
    )
    db.flush()
    person.sign_in_token = token
    return token


def person_of_token(db: Session, token: str) -> Person | None:
    """Who this browser belongs to, unless the sign-in ended, aged, or lay idle too long."""
    sign_in = db.scalar(select(SignIn).where(SignIn.token_hash == token_hash(token)))
    if sign_in is None or not _is_live(sign_in) or not sign_in.person.is_active:
        return None
    if real_now() - sign_in.seen_at > _TOUCH:
        sign_in.seen_at = real_now()
    sign_in.person.sign_in_token = token
    return sign_in.person


def _is_live(sign_in: SignIn) -> bool:
    idle = ADMIN_IDLE if sign_in.person.is_admin else IDLE
    moment = real_now()
    return (
        sign_in.ended_at is None and moment < sign_in.expires_at and moment - sign_in.seen_at < idle
    )


def end_sign_in(db: Session, token: str) -> None:
    _end(db, SignIn.token_hash == token_hash(token))


def end_other_sign_ins(db: Session, *, by: Person) -> None:
    """Sign out everywhere but in the browser that asks."""
    _end(db, SignIn.person_id == by.id, SignIn.token_hash != token_hash(by.sign_in_token))


def _end(db: Session, *which: object) -> None:
    db.execute(
        update(SignIn)
        .where(SignIn.ended_at.is_(None), *which)  # type: ignore[arg-type]
        .values(ended_at=real_now())
        .execution_options(synchronize_session="fetch")
    )


def ask_reset(db: Session, email: str) -> None:
    """Mail a link that sets a new password. For an unknown address, nothing happens."""
    person = db.scalar(select(Person).where(Person.email == email.lower()))
    if person is None or not person.is_active:
        return
    token = new_token()
    db.add(PasswordReset(person=person, token_hash=token_hash(token), expires_at=in_hours(1)))
    with force_locale(person.locale):
        subject = _("Choose a new password")
        text = _(
            "Someone asked for a new password for %(email)s. If it was you, choose one here "
            "within an hour:\n\n%(link)s\n\nIf it wasn’t, do nothing: your password stays.\n",
            email=person.email,
            link=mail.link(f"/reset/{token}"),
        )
    mail.send(db, person.email, subject, text)


def reset_of(db: Session, token: str) -> PasswordReset | None:
    """The reset this link stands for, while it can still be used."""
    return db.scalar(
        select(PasswordReset)
        .where(
            PasswordReset.token_hash == token_hash(token),
            PasswordReset.used_at.is_(None),
            PasswordReset.expires_at > now(),
        )
        .with_for_update(of=PasswordReset)
    )


def reset_password(db: Session, token: str, password: str) -> Person:
    """Set a new password by a mailed link, and sign out everywhere. The link works once."""
    reset = reset_of(db, token)
    if reset is None:
        raise Refused(_("This link was used or is older than an hour. Ask for a new one."))
    person = reset.person
    db.execute(
        update(PasswordReset)
        .where(PasswordReset.person_id == person.id, PasswordReset.used_at.is_(None))
        .values(used_at=now())
    )
    person.password_hash = hash_password(password)
    _end(db, SignIn.person_id == person.id)
    tell(db, person, "password_changed", path="/settings")
    return person


def change_password(db: Session, *, by: Person, password: str) -> None:
    """Set a new password and sign out everywhere else."""
    by.password_hash = hash_password(password)
    end_other_sign_ins(db, by=by)
    tell(db, by, "password_changed", path="/settings")


def change_settings(
    db: Session, *, by: Person, name: str, theme: Theme, timezone: str, wants_mail: bool
) -> None:
    by.name, by.theme, by.timezone, by.wants_mail = name, theme, timezone, wants_mail
    db.flush()
