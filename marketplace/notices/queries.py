"""What a person was told."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, lazyload

from models import Notice, Person


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
