"""Where what is known of an audience comes from."""

import uuid
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Audience

from .reading import Account


def audiences_of(db: Session, accounts: Iterable[Account]) -> dict[uuid.UUID, Audience]:
    """Today's audience of each of these accounts, with how it was brought; by account."""
    found = select(Audience).where(
        Audience.account_id.in_([one.id for one in accounts]), Audience.superseded_at.is_(None)
    )
    rows = db.scalars(found.options(joinedload(Audience.account)))
    return {audience.account_id: audience for audience in rows}
