"""The audience behind a match, for drawing it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Audience

from .fits import Fit


def audience_of(db: Session, fit: Fit) -> Audience | None:
    """What holds today of the account that speaks for a creator; None where nothing is known."""
    if fit.account is None:
        return None
    return db.scalar(
        select(Audience).where(
            Audience.account_id == fit.account.id, Audience.superseded_at.is_(None)
        )
    )
