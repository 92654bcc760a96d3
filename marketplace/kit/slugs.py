"""Names as they stand in URLs: plain, short, and taken by nobody else."""

import re
import unicodedata
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

# Letters that Unicode doesn't take apart into a plain letter and a mark.
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "þ": "th"})
# Words that stand in the same place of our own URLs.
RESERVED = frozenset({"new", "open", "edit", "import", "me"})


def slug_of(name: str, *, most: int = 50) -> str:
    """`Fjällhem & Søn` → `fjallhem-son`; empty when nothing plain is left."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_PLAIN))
    letters = plain.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:most].strip("-")


def free_slug(db: Session, model: Any, name: str) -> str:
    """A slug for a new row of `model`. Whoever asks for the same at once waits for this one."""
    noun = model.__name__.lower()
    wanted = slug_of(name)
    if len(wanted) < 2 or wanted in RESERVED:
        wanted = f"{noun}-{wanted}".strip("-")
    db.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"{noun}:{wanted}"))))
    taken = set(db.scalars(select(model.slug).where(model.slug.startswith(wanted))))
    slug, number = wanted, 2
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug
