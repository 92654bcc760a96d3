"""What a person was told; and in a demo, the mails that were written to files instead of sent."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, lazyload

from models import Notice, Person

_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9]{6}-[a-z0-9._]{1,300}\.eml")
_LINK = re.compile(r"https?://[^\s<>\"']+")


def notices(*, for_: Person) -> Select[Any]:
    """Everything they were told: what they have not read first, then the newest."""
    return (
        select(Notice)
        .where(Notice.person_id == for_.id)
        .order_by(Notice.read_at.is_(None).desc(), Notice.created_at.desc(), Notice.id)
        .options(lazyload(Notice.person))
    )


def unread(db: Session, *, for_: Person) -> int:
    count = select(func.count()).where(Notice.person_id == for_.id, Notice.read_at.is_(None))
    return db.scalar(count) or 0


@dataclass(frozen=True, slots=True)
class Mail:
    name: str
    to: str
    subject: str
    at: datetime
    text: str

    @property
    def linked(self) -> Markup:
        """The text with its links made clickable."""
        found, last, parts = self.text, 0, []
        for link in _LINK.finditer(found):
            parts += [escape(found[last : link.start()])]
            parts += [Markup('<a href="{0}">{0}</a>').format(link[0])]
            last = link.end()
        return Markup("").join([*parts, escape(found[last:])])


def mails(folder: Path, *, most: int = 50) -> list[Mail]:
    """The latest mails; their names start with when they were written."""
    names = sorted((path.name for path in folder.glob("*.eml")), reverse=True)
    return [mail for name in names[:most] if (mail := mail_named(folder, name))]


def mail_named(folder: Path, name: str) -> Mail | None:
    """One mail by the name of its file, or None for a name that is no mail here."""
    if not _NAME.fullmatch(name) or not (folder / name).is_file():
        return None
    message = message_from_bytes((folder / name).read_bytes(), EmailMessage, policy=default)
    return Mail(
        name=name,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=parsedate_to_datetime(str(message["Date"])),
        text=message.get_content(),
    )
