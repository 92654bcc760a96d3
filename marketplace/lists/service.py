"""What a brand does with its lists."""

import uuid
from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.kit.clock import now
from models import Brand, Creator, Person, Refused, SavedCreator, SavedList

MOST_LISTS = 100
MOST_CREATORS = 500


def start(db: Session, brand: Brand, *, name: str, by: Person) -> SavedList:
    """The brand's list of this name, made when there is none yet: twice makes one."""
    _alone(db, brand, by)
    known = _called(db, brand, name)
    if known is not None:
        return known
    count = select(func.count()).where(SavedList.brand_id == brand.id)
    if (db.scalar(count) or 0) >= MOST_LISTS:
        raise Refused(_("You have %(n)s lists. Delete one you no longer need.", n=MOST_LISTS))
    made = SavedList(brand=brand, name=name)
    db.add(made)
    db.flush()
    return made


def rename(db: Session, saved: SavedList, *, name: str, by: Person) -> bool:
    """False when another of the brand's lists is called so already."""
    _alone(db, saved.brand, by)
    known = _called(db, saved.brand, name)
    if known is not None and known.id != saved.id:
        return False
    saved.name = name
    db.flush()
    return True


def delete(db: Session, saved: SavedList, *, by: Person) -> None:
    """The list and its notes; the creators on it are not touched."""
    _alone(db, saved.brand, by)
    db.delete(saved)
    db.flush()


def add(db: Session, saved: SavedList, creators: Iterable[Creator], *, by: Person) -> int:
    """Put them on the list; who is there stays as they are. Returns how many are new."""
    _alone(db, saved.brand, by)
    wanted = [one.id for one in creators]
    on_it = set(db.scalars(select(SavedCreator.creator_id).where(SavedCreator.list_id == saved.id)))
    fresh = [one for one in dict.fromkeys(wanted) if one not in on_it]
    if len(on_it) + len(fresh) > MOST_CREATORS:
        raise Refused(
            _("A list holds %(n)s creators. Start another one for the rest.", n=MOST_CREATORS)
        )
    if fresh:
        at = now()
        rows = [
            {
                "id": uuid.uuid4(),
                "list_id": saved.id,
                "creator_id": one,
                "created_at": at,
                "note": "",
            }
            for one in fresh
        ]
        db.execute(insert(SavedCreator).values(rows).on_conflict_do_nothing())
    return len(fresh)


def annotate(db: Session, entry: SavedCreator, *, note: str, by: Person) -> None:
    assert by.id == entry.list.brand.person_id
    entry.note = note
    db.flush()


def remove(db: Session, entry: SavedCreator, *, by: Person) -> None:
    assert by.id == entry.list.brand.person_id
    db.delete(entry)
    db.flush()


def _alone(db: Session, brand: Brand, by: Person) -> None:
    """One change of a brand's lists at a time, so that no two get one name or grow too long."""
    assert by.id == brand.person_id
    db.execute(select(Brand.id).where(Brand.id == brand.id).with_for_update(key_share=True))


def _called(db: Session, brand: Brand, name: str) -> SavedList | None:
    return db.scalar(
        select(SavedList).where(
            SavedList.brand_id == brand.id, func.lower(SavedList.name) == func.lower(name)
        )
    )
