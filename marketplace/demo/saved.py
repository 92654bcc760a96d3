"""The lists brands keep of creators, with what they noted."""

from sqlalchemy import select

from marketplace.lists import service as lists
from models import SavedCreator

from .people import IDA
from .stage import Stage

# Brand → name of a list → (whom, what was noted).
LISTS: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {
    "Fjällhem": {
        "Asked again every spring": (
            (IDA.email, "Films with her children. Ask early: March is full by January."),
            ("sofie@ute.example", "Rain all year, so the jacket and not the boots."),
            ("jonas@waldwege.example", "Wants to mend something on camera."),
            ("aino@kotona.example", ""),
        ),
        "For the wool": (("aino@kotona.example", "Knits it herself; send a skein."),),
    },
}


def saved(stage: Stage) -> None:
    with stage.unit() as db:
        for brand_name, kept in LISTS.items():
            brand = stage.brand(db, brand_name)
            for name, entries in kept.items():
                made = lists.start(db, brand, name=name, by=brand.person)
                creators = {email: stage.creator(db, email) for email, _note in entries}
                lists.add(db, made, creators.values(), by=brand.person)
                for email, note in entries:
                    entry = db.scalars(
                        select(SavedCreator).where(
                            SavedCreator.list_id == made.id,
                            SavedCreator.creator_id == creators[email].id,
                        )
                    ).one()
                    lists.annotate(db, entry, note=note, by=brand.person)
