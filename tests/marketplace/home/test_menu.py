"""Everybody's own menu leads to what only they can change."""

from typing import Any

from sqlalchemy.orm import Session

from tests import builders


def test_brands_and_creators_find_their_profile_in_their_menu(client: Any, db: Session) -> None:
    brand, creator = builders.brand(db), builders.creator(db)
    db.commit()
    client.sign_in(brand.person)
    assert '<a href="/brand">' in client.get("/settings").text
    client.sign_in(creator.person)
    assert '<a href="/profile">' in client.get("/settings").text
