"""Telling people what concerns them: a row on screen, and a mail when they want mails."""

from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.kit import mail
from marketplace.kit.clock import now
from models import Notice, Person, PersonKind

from .words import words


def tell(db: Session, person: Person, kind: str, *, path: str, **data: Any) -> Notice:
    """Tell one person something. `kind` names its words in `words.py`; `data` fills them."""
    notice = Notice(person=person, kind=kind, data=data, path=path)
    db.add(notice)
    if person.wants_mail:
        _mail(db, notice)
    db.flush()
    return notice


def tell_on_screen(db: Session, person: Person, kind: str, *, path: str, **data: Any) -> None:
    """The same without a mail, as where a mail of another kind says it."""
    db.add(Notice(person=person, kind=kind, data=data, path=path))
    db.flush()


def tell_admins(db: Session, kind: str, *, path: str, **data: Any) -> None:
    """Tell every admin something."""
    admins = select(Person).where(Person.kind == PersonKind.ADMIN, Person.suspended_at.is_(None))
    for person in db.scalars(admins).unique():
        tell(db, person, kind, path=path, **data)


def _mail(db: Session, notice: Notice) -> None:
    """Queue the same words as a mail, in the language of whoever gets it."""
    with force_locale(notice.person.locale):
        subject, sentence = words(notice.kind, notice.data)
        ending = _("You get this because mails are on in your settings:")
    text = f"{sentence}\n\n{mail.link(notice.path)}\n\n-- \n{ending} {mail.link('/settings')}\n"
    mail.send(db, notice.person.email, subject, text)
    notice.mailed_at = now()


def read(notice: Notice) -> None:
    """It was seen; the first time counts."""
    notice.read_at = notice.read_at or now()


def read_all(db: Session, *, by: Person) -> None:
    db.execute(
        update(Notice)
        .where(Notice.person_id == by.id, Notice.read_at.is_(None))
        .values(read_at=now())
    )
