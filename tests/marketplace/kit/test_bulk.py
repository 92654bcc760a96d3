"""Many rows at once are the same as one after the other."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.kit.bulk import insert_many
from models import Creator, Person, PersonKind
from models.clock import now


def test_what_a_row_leaves_out_is_the_columns_default(db: Session) -> None:
    people = [
        {"name": f"Åsa \t{n}\n", "email": f"a{n}@example.org", "kind": PersonKind.CREATOR}
        | {"password_hash": "!", "id": uuid.uuid4()}
        for n in range(3)
    ]
    insert_many(db, Person, people)
    insert_many(
        db,
        Creator,
        [
            {"person_id": one["id"], "slug": f"asa-{n}", "name": one["name"], "languages": ["sv"]}
            for n, one in enumerate(people)
        ],
    )
    found = db.scalars(select(Creator).order_by(Creator.slug)).all()
    assert [one.name for one in found] == ["Åsa \t0\n", "Åsa \t1\n", "Åsa \t2\n"]
    assert (found[0].languages, found[0].topics, found[0].is_available) == (["sv"], [], True)
    assert found[0].person.wants_mail
    assert (now() - found[0].created_at).total_seconds() < 60
    assert len({one.id for one in found}) == 3


def test_what_is_written_at_once_is_undone_with_the_rest(db: Session) -> None:
    with db.begin_nested() as part:
        row = {"name": "A", "email": "a@example.org", "kind": "brand", "password_hash": "!"}
        insert_many(db, Person, [row])
        part.rollback()
    assert db.scalars(select(Person)).all() == []
